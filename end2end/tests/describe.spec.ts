// Another name and other labels for an entry, on its page: awake and without JavaScript.
import { EntryPage } from "../pages/entry-page.ts";
import { expect, test } from "../support/test.ts";

test("awake: the page shows what was saved, and other pages hear of it", async ({ spacePage, entryPage, api, browser, server, space }) => {
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

test("awake: a refusal is told, and what was typed stays", async ({ entryPage, api, pageErrors }) => {
  pageErrors.allow(/status of 400/);
  await api.saveMany(["a"]);
  await entryPage.open(1);
  await entryPage.describe("Name", "x".repeat(65));
  await expect(entryPage.page.locator("[data-notice]")).toContainText("1 character too long");
  await expect(entryPage.labels).toHaveValue("x".repeat(65));
});

test("awake: what is typed is not lost when somebody else changes the entry", async ({ entryPage, api, browser, server, space, pageErrors }) => {
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
