// Everything works with the keyboard alone.
import type { Locator, Page } from "@playwright/test";

import { expect, test } from "../support/test.ts";

/** Presses Tab until `target` has the focus: within one round through the page, and visibly. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      const outline = await target.evaluate((element) => {
        const style = getComputedStyle(element);
        return { width: style.outlineWidth, style: style.outlineStyle, shadow: style.boxShadow };
      });
      expect((outline.style !== "none" && outline.width !== "0px") || outline.shadow !== "none").toBe(true);
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reaches ${target}`);
}

test("skip link, compose, choose a level, save, download, remove, undo", async ({ spacePage, page }) => {
  await spacePage.open();
  await page.keyboard.press("Tab");
  const skip = page.locator(":focus");
  await expect(skip).toHaveAttribute("href", /^#/);
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");

  await tabTo(page, spacePage.text);
  await page.keyboard.type("typed by hand");
  await tabTo(page, spacePage.level("M"));
  await page.keyboard.press("ArrowRight");
  await expect(spacePage.level("Q")).toBeChecked();
  await tabTo(page, spacePage.name);
  await page.keyboard.type("By hand");
  await tabTo(page, spacePage.saveButton);
  await page.keyboard.press("Enter");
  await spacePage.expectIds([1]);

  const png = spacePage.row(1).getByRole("link", { name: "Download #1", exact: true });
  await tabTo(page, png);
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  expect(download.suggestedFilename()).toMatch(/\.png$/);

  await tabTo(page, spacePage.menuLink(1));
  await page.keyboard.press("Enter");
  await expect(spacePage.menu(1)).toBeVisible();
  await tabTo(page, spacePage.removeButton(1));
  await page.keyboard.press("Enter");
  await spacePage.expectIds([]);
  await tabTo(page, spacePage.undoButton);
  await page.keyboard.press("Enter");
  await spacePage.expectIds([1]);
});

test("live updates never move the focus", async ({ spacePage, page, api }) => {
  await api.saveMany(["one", "two"]);
  await spacePage.open();
  await spacePage.openMenu(1, "keyboard");
  const remove = spacePage.removeButton(1);
  await remove.focus();
  await api.saveMany(["three", "four"]);
  await spacePage.expectIds([4, 3, 2, 1]);
  await expect(remove).toBeFocused();
  await spacePage.text.focus();
  await page.keyboard.type("abc");
  await api.remove(3);
  await spacePage.expectIds([4, 2, 1]);
  await expect(spacePage.text).toBeFocused();
  await expect(spacePage.text).toHaveValue("abc");
});
