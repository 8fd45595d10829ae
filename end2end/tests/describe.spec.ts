// Changing an entry's name and labels on its page, with and without JavaScript.
import { EntryPage } from "../pages/entry-page.ts";
import { expect, test } from "../support/test.ts";

test("the page and other pages show the new name and labels", async ({ spacePage, entryPage, api, browser, server, space }) => {
  await api.saveMany(["https://example.com/menu"]);
  await spacePage.open();
  const other = new EntryPage(await (await browser.newContext()).newPage(), server.address, space);
  await other.open(1);
  await other.describe("Menu", "printed, café");
  await expect(other.heading).toHaveText("Menu");
  await expect(other.labelList).toHaveText(["printed", "café"]);
  await expect(spacePage.row(1)).toContainText("Menu");
  await entryPage.open(1);
  await entryPage.openDescription();
  await expect(entryPage.labels).toHaveValue("printed, café");
  await other.page.context().close();
});

test("a refusal is explained, and the input stays", async ({ entryPage, api, pageErrors }) => {
  pageErrors.allow(/status of 400/);
  await api.saveMany(["a"]);
  await entryPage.open(1);
  await entryPage.describe("Name", "x".repeat(65));
  await expect(entryPage.page.locator("[data-notice]")).toContainText("1 character too long");
  await expect(entryPage.labels).toHaveValue("x".repeat(65));
});

test("a concurrent change does not discard the input", async ({ entryPage, api, browser, server, space, pageErrors }) => {
  pageErrors.allow(/status of 412/);
  await api.saveMany(["a"]);
  await entryPage.open(1);
  await entryPage.openDescription();
  await entryPage.name.fill("Mine");
  const other = new EntryPage(await (await browser.newContext()).newPage(), server.address, space);
  await other.open(1);
  await other.describe("Theirs", "");
  await expect(other.heading).toHaveText("Theirs");
  await expect(entryPage.page.locator("[data-notice]")).toContainText("Someone else changed this entry");
  await expect(entryPage.name).toHaveValue("Mine");
  await entryPage.describe("Mine", "");
  await expect(entryPage.page.locator("[data-notice]")).toContainText("changed meanwhile");
  await other.page.context().close();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("saved, and refused with what was typed", async ({ entryPage, api, pageErrors }) => {
    pageErrors.allow(/status of 400/);
    await api.saveMany(["a"]);
    await entryPage.page.goto(entryPage.url(1));
    await entryPage.describe("Menu", "printed");
    await expect(entryPage.page).toHaveURL(/e\/1\?at=2$/);
    await expect(entryPage.heading).toHaveText("Menu");
    await expect(entryPage.labelList).toHaveText(["printed"]);
    await entryPage.describe("Menu", "x".repeat(65));
    await expect(entryPage.page.getByRole("alert")).toContainText("1 character too long");
    await expect(entryPage.labels).toHaveValue("x".repeat(65));
    await expect(entryPage.labels).toHaveAccessibleDescription(/1 character too long/);
  });
});
