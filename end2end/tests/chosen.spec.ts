// Many entries at once: ticked in their rows, or all that a search finds.
import AxeBuilder from "@axe-core/playwright";

import { Search } from "../pages/search.ts";
import { expect, test } from "../support/test.ts";

test("ticked entries are downloaded, labelled and removed, by keyboard", async ({ spacePage, page, api }) => {
  await api.saveMany(["one", "two", "three"]);
  await spacePage.open();
  const form = page.getByRole("form", { name: "Chosen entries" });
  await expect(form).toBeHidden();
  const box = (id: number) => page.getByRole("checkbox", { name: `Choose #${id}`, exact: true });
  await box(1).press("Space");
  await box(3).press("Space");
  await expect(form).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    form.getByRole("button", { name: "Download ZIP" }).press("Enter"),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.zip$/);
  // A change of a row leaves it ticked.
  await api.describe(3, { name: "renamed" });
  await expect(spacePage.title(3)).toContainText("renamed");
  await expect(box(3)).toBeChecked();
  await form.getByRole("textbox", { name: "Labels" }).fill("kept");
  await form.getByRole("button", { name: "Add labels" }).press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "kept" })).toBeVisible();
  await expect(page.getByText("2 entries")).toBeVisible();

  await spacePage.open();
  await box(2).press("Space");
  await form.getByRole("button", { name: "Remove chosen" }).press("Enter");
  await expect(page.getByText("1 entry is removed.")).toBeVisible();
  await page.getByRole("button", { name: "Restore all" }).click();
  await spacePage.open();
  await spacePage.expectIds([3, 2, 1]);
});

test("all that a search finds is chosen, on all of its pages", async ({ spacePage, page, api }) => {
  await api.saveMany([...Array.from({ length: 30 }, (_, n) => `menu ${n}`), "other"]);
  await spacePage.open();
  await new Search(page).words.fill("menu");
  await expect(spacePage.total).toHaveText("30");
  await page.getByRole("checkbox", { name: "Choose all" }).check();
  await page.getByRole("button", { name: "Remove chosen" }).click();
  await expect(page.getByText("30 entries are removed.")).toBeVisible();
  await spacePage.open();
  await spacePage.expectIds([31]);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("entries are ticked and downloaded", async ({ spacePage, page, api }) => {
    await api.saveMany(["one", "two"]);
    await spacePage.openAsleep();
    await page.getByRole("checkbox", { name: "Choose #1" }).check();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download ZIP" }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.zip$/);
  });
});
