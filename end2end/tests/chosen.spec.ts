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
  const count = form.locator(".chosen-count");
  await expect(count).toHaveText("2 chosen");
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
  await expect(count).toHaveText("Labelled 2");
  for (const id of [1, 3]) await expect(spacePage.row(id).getByRole("link", { name: "kept" })).toBeVisible();
  await expect(box(3)).not.toBeChecked();

  await box(2).press("Space");
  await expect(count).toHaveText("1 chosen");
  await form.getByRole("button", { name: "Remove chosen" }).press("Enter");
  await expect(count).toHaveText("Removed 1 Undo");
  await spacePage.expectIds([3, 1]);
  await form.getByRole("button", { name: "Undo" }).press("Enter");
  await expect(count).toHaveText("Restored 1");
  await spacePage.expectIds([3, 2, 1]);
});

test("all that a search finds is chosen, on all of its pages", async ({ spacePage, page, api }) => {
  await api.saveMany([...Array.from({ length: 30 }, (_, n) => `menu ${n}`), "other"]);
  await spacePage.open();
  await new Search(page).words.fill("menu");
  await expect(spacePage.total).toHaveText("30");
  await page.getByRole("checkbox", { name: "Choose all" }).check();
  await expect(page.locator(".chosen-count")).toHaveText("30 chosen");
  await page.getByRole("button", { name: "Remove chosen" }).click();
  await expect(page.locator(".chosen-count")).toHaveText("Removed 30 To the trash");
  await spacePage.open();
  await spacePage.expectIds([31]);
});

test("Shift chooses a range, both ways", async ({ spacePage, page, api }) => {
  await api.saveMany(Array.from({ length: 8 }, (_, n) => `entry ${n}`));
  await spacePage.open();
  const box = (id: number) => page.getByRole("checkbox", { name: `Choose #${id}`, exact: true });
  const chosen = () => page.locator(".row-choose:checked").evaluateAll((all) => all.map((one) => Number((one as HTMLInputElement).value)));
  await box(6).click();
  await box(3).click({ modifiers: ["Shift"] });
  await expect.poll(chosen).toEqual([6, 5, 4, 3]);
  await box(5).click({ modifiers: ["Shift"] });
  await expect.poll(chosen).toEqual([6]);
  await box(8).click();
  await box(7).click({ modifiers: ["Shift"] });
  await expect.poll(chosen).toEqual([8, 7, 6]);
});

test("what is chosen is what is ticked and counted, whatever comes, goes or is looked for", async ({ spacePage, page, api }) => {
  await api.saveMany(Array.from({ length: 30 }, (_, n) => (n % 10 ? `entry ${n}` : `apple ${n}`)));
  await spacePage.open();
  const all = page.getByRole("checkbox", { name: "Choose all" });
  const count = page.locator(".chosen-count");
  const ticked = page.locator(".row-choose:checked");
  await all.check();
  await expect(count).toHaveText("30 chosen");
  await expect(ticked).toHaveCount(24);
  await api.save("one more");
  await expect(count).toHaveText("31 chosen");
  await expect(ticked).toHaveCount(24);
  // Whoever leaves one out does not choose all.
  await page.getByRole("checkbox", { name: "Choose #20", exact: true }).uncheck();
  await expect(all).not.toBeChecked();
  await expect(count).toHaveText("23 chosen");
  // All of something is not all of something else.
  await new Search(page).words.fill("apple");
  await expect(spacePage.total).toHaveText("3");
  await all.check();
  await expect(count).toHaveText("3 chosen");
  await new Search(page).words.press("Escape");
  await expect(spacePage.total).toHaveText("31");
  await expect(all).not.toBeChecked();
  await expect(count).toHaveText("");
  await page.getByRole("checkbox", { name: "Choose #30", exact: true }).check();
  await api.remove(30);
  await expect(count).toHaveText("");
  // Enter in the field for labels adds them.
  await page.getByRole("checkbox", { name: "Choose #29", exact: true }).check();
  await page.getByRole("textbox", { name: "Labels for the chosen" }).fill("kept");
  await page.getByRole("textbox", { name: "Labels for the chosen" }).press("Enter");
  await expect(count).toHaveText("Labelled 1");
});

test("with nothing chosen nothing is done, whatever the browser shows", async ({ spacePage, page, api }) => {
  await api.saveMany(["one", "two"]);
  await spacePage.open();
  await page.getByRole("checkbox", { name: "Choose #1", exact: true }).check();
  await expect(page.locator(".chosen-count")).toHaveText("1 chosen");
  // As in a browser without `:has()`: the buttons are there.
  await page.locator("#chosen").evaluate((form: HTMLFormElement) => {
    const box = document.querySelector<HTMLInputElement>(".row-choose:checked");
    if (box) box.checked = false;
    form.requestSubmit(form.querySelector<HTMLButtonElement>("[formaction$='/remove']"));
  });
  await expect(page.locator(".chosen-count")).toHaveText("Nothing is chosen: tick some entries first.");
  await spacePage.expectIds([2, 1]);
  expect((await api.listing()).total).toBe(2);
});

test("an archive that cannot be had is said where one is", async ({ spacePage, page, api, pageErrors }) => {
  pageErrors.allow(/status of 503/);
  await api.saveMany(["one", "two"]);
  await spacePage.open();
  await page.route("**/chosen/zip", (route) => route.fulfill({ status: 503, json: { error: "Too many archives." } }));
  await page.getByRole("checkbox", { name: "Choose #1", exact: true }).check();
  await page.getByRole("button", { name: "Download ZIP" }).click();
  await expect(page.locator(".chosen-count")).toHaveText("Too many archives.");
  expect(page.url()).toBe(spacePage.url);
});

test("what takes long shows how far it is, and can be stopped", async ({ spacePage, page, api }) => {
  await api.saveMany(Array.from({ length: 40 }, (_, n) => `menu ${n}`));
  await spacePage.open("?q=menu");
  // A server with more to do: each part is some of what is chosen.
  let parts = 0;
  await page.route("**/chosen/remove", async (route) => {
    parts += 1;
    if (parts === 2) await page.getByRole("button", { name: "Stop" }).click();
    await route.fulfill({ json: { done: 10, total: 40, next: parts < 4 ? "7" : null } });
  });
  await page.getByRole("checkbox", { name: "Choose all" }).check();
  await page.getByRole("button", { name: "Remove chosen" }).click();
  await expect(page.locator(".chosen-count")).toHaveText("Stopped: removed 20 of 40 To the trash");
  expect(parts).toBe(2);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("entries are ticked and removed, and chosen ones restored", async ({ spacePage, page, api }) => {
    await api.saveMany(["one", "two", "three"]);
    await spacePage.openAsleep();
    for (const id of [1, 2, 3]) await page.getByRole("checkbox", { name: `Choose #${id}` }).check();
    await page.getByRole("button", { name: "Remove chosen" }).click();
    await expect(page.getByText("3 entries are removed.")).toBeVisible();
    for (const id of [1, 3]) await page.getByRole("checkbox", { name: `Choose #${id}` }).check();
    await page.getByRole("button", { name: "Restore chosen" }).click();
    await expect(page.getByText("2 entries are restored.")).toBeVisible();
    await spacePage.openAsleep();
    await spacePage.expectIds([3, 1]);
  });

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
