// What was removed: on a page that is live, restored one by one or all, by keyboard, and without JavaScript.
import AxeBuilder from "@axe-core/playwright";

import { expect, test } from "../support/test.ts";

const ids = (rows: Element[]) => rows.map((row) => row.getAttribute("data-id"));

test("what is removed appears in the trash of another browser, and is restored there", async ({
  spacePage,
  anotherBrowser,
  api,
}) => {
  await api.saveMany(["one", "two", "three"]);
  const trash = await anotherBrowser();
  await trash.goto(`${spacePage.url}/trash`);
  await trash.locator("html[data-hydrated]").waitFor();
  await expect(trash.getByText("Nothing was removed")).toBeVisible();
  await spacePage.open();
  for (const id of [3, 1, 2]) {
    await spacePage.remove(id, "keyboard");
    await expect(spacePage.row(id)).toHaveCount(0);
  }
  const rows = trash.getByRole("list", { name: "Removed" }).getByRole("listitem");
  await expect.poll(() => rows.evaluateAll(ids)).toEqual(["2", "1", "3"]);
  expect((await new AxeBuilder({ page: trash }).analyze()).violations).toEqual([]);

  await rows.filter({ hasText: "#1" }).getByRole("button", { name: "Restore" }).press("Enter");
  await expect.poll(() => rows.evaluateAll(ids)).toEqual(["2", "3"]);
  await spacePage.expectIds([1]);
  await trash.getByRole("button", { name: "Restore all" }).press("Enter");
  await expect(trash.getByText("2 entries are restored.")).toBeVisible();
  await spacePage.expectIds([3, 2, 1]);
});

test("what is ticked stays ticked while others remove something", async ({ spacePage, page, api }) => {
  await api.saveMany(["one", "two", "three"]);
  for (const id of [1, 2]) await api.remove(id);
  await page.goto(`${spacePage.url}/trash`);
  await page.locator("html[data-hydrated]").waitFor();
  // Nothing is chosen yet.
  const restore = page.getByRole("button", { name: "Restore chosen" });
  await expect(restore).toBeHidden();
  await page.getByRole("checkbox", { name: "Choose #1" }).check();
  await api.remove(3);
  await expect(page.getByRole("list", { name: "Removed" }).getByRole("listitem")).toHaveCount(3);
  await expect(page.getByRole("checkbox", { name: "Choose #1" })).toBeChecked();
  await restore.click();
  await expect(page.getByText("1 entry is restored.")).toBeVisible();
  await spacePage.open();
  await spacePage.expectIds([1]);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("one is restored, then all", async ({ spacePage, page, api }) => {
    await api.saveMany(["one", "two", "three"]);
    await spacePage.openAsleep();
    for (const id of [1, 2, 3]) {
      await spacePage.remove(id);
    }
    await page.getByRole("link", { name: "Trash" }).click();
    const rows = page.getByRole("list", { name: "Removed" }).getByRole("listitem");
    await expect(rows).toHaveCount(3);
    await rows.filter({ hasText: "#2" }).getByRole("button", { name: "Restore" }).click();
    await spacePage.expectIds([2]);
    await page.getByRole("link", { name: "Trash" }).click();
    await page.getByRole("button", { name: "Restore all" }).click();
    await expect(page.getByText("2 entries are restored.")).toBeVisible();
  });
});
