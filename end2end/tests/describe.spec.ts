// Changing an entry's name and labels on its page, with and without JavaScript.
import { EntryPage } from "../pages/entry-page.ts";
import { expect, test } from "../support/test.ts";

const too_long = "x".repeat(65);

test("the page and other pages show the new name and labels", async ({ spacePage, entryPage, api, anotherBrowser, server, space }) => {
  await api.saveMany(["https://example.com/menu"]);
  await spacePage.open();
  const other = new EntryPage(await anotherBrowser(), server.address, space);
  await other.open(1);
  await other.describe("Menu", "printed, café, Printed");
  await expect(other.heading).toHaveText("Menu");
  await expect(other.labelList).toHaveText(["printed", "café"]);
  await expect(other.labels).toHaveValue("printed, café");
  await expect(other.page).toHaveTitle("#1 Menu · Qrate");
  await expect(spacePage.row(1)).toContainText("Menu");
  await expect(spacePage.row(1).getByRole("list", { name: "Labels" }).getByRole("listitem")).toHaveText(["printed", "café"]);
  await entryPage.open(1);
  await entryPage.openDescription();
  await expect(entryPage.labels).toHaveValue("printed, café");
});

test("a save is confirmed, and the focus stays", async ({ entryPage, page, api }) => {
  await api.saveMany(["a"]);
  await entryPage.open(1);
  await entryPage.describe("Menu", "");
  await expect(entryPage.status).toHaveText("Saved.");
  await expect(entryPage.notice).toContainText("Saved.");
  await expect(entryPage.describeButton).toBeFocused();
  await entryPage.name.fill("Menu card");
  await page.keyboard.press("Enter");
  await expect(entryPage.heading).toHaveText("Menu card");
  await expect(entryPage.name).toBeFocused();
  await expect(entryPage.status).toHaveText(/^Saved\./);
});

test("a refused field is marked and explained, and has the focus", async ({ entryPage, api, pageErrors }) => {
  pageErrors.allow(/status of 400/);
  await api.saveMany(["a"]);
  await entryPage.open(1);
  await entryPage.describe("Name", too_long);
  await expect(entryPage.labels).toBeFocused();
  await expect(entryPage.labels).toHaveAttribute("aria-invalid", "true");
  await expect(entryPage.labels).toHaveAccessibleDescription(/1 character too long/);
  await expect(entryPage.labels).toHaveValue(too_long);
  await expect(entryPage.name).not.toHaveAttribute("aria-invalid");
  await entryPage.labels.fill("short");
  await expect(entryPage.labels).not.toHaveAttribute("aria-invalid");
  await entryPage.describe("n".repeat(129), "short");
  await expect(entryPage.name).toBeFocused();
  await expect(entryPage.name).toHaveAccessibleDescription(/1 character too long/);
});

test("a concurrent change is shown, and the next press saves what was typed", async ({ entryPage, api, anotherBrowser, server, space }) => {
  await api.saveMany(["a"]);
  await entryPage.open(1);
  await entryPage.describe("First", "");
  await expect(entryPage.notice).toContainText("Saved.");
  await entryPage.name.fill("Mine");
  const other = new EntryPage(await anotherBrowser(), server.address, space);
  await other.open(1);
  await other.describe("Theirs", "printed");
  await expect(entryPage.heading).toHaveText("Theirs");
  await expect(entryPage.labelList).toHaveText(["printed"]);
  await expect(entryPage.alert).toHaveText(
    "Someone else changed this entry: it now has the name “Theirs”. Save again to use yours instead.",
  );
  await expect(entryPage.notice).toBeHidden();
  await expect(entryPage.name).toHaveValue("Mine");
  await expect(entryPage.labels, "nothing was typed there").toHaveValue("printed");
  await expect.poll(async () => (await entryPage.saveDescription(), (await api.entry(1)).name)).toBe("Mine");
  await expect(entryPage.heading).toHaveText("Mine");
  await expect(entryPage.labelList).toHaveText(["printed"]);
  await expect(entryPage.alert).toBeHidden();
  await expect(other.heading).toHaveText("Mine");
  await expect(other.name, "nothing was typed there").toHaveValue("Mine");
});

test("an untouched field follows others while a name is typed, and their labels stay", async ({ entryPage, api }) => {
  await api.saveMany(["a"]);
  await entryPage.open(1);
  await entryPage.openDescription();
  await entryPage.name.fill("Mine");
  await api.describe(1, { labels: ["found", "meanwhile"] });
  await expect(entryPage.labels).toHaveValue("found, meanwhile");
  await expect(entryPage.name).toHaveValue("Mine");
  await entryPage.saveDescription();
  await expect(entryPage.heading).toHaveText("Mine");
  await expect(entryPage.alert).toHaveCount(0);
  expect((await api.entry(1)).labels?.map((label) => label.name)).toEqual(["found", "meanwhile"]);
});

test("labels that two people add at once are all kept, without a note", async ({ entryPage, api, page }) => {
  await api.saveMany(["a"]);
  // The page receives no changes.
  await page.route("**/events?*", () => {});
  await entryPage.open(1);
  await api.describe(1, { labels: ["theirs"] });
  await entryPage.describe("", "mine");
  await expect(entryPage.labelList).toHaveText(["theirs", "mine"]);
  await expect(entryPage.labels).toHaveValue("theirs, mine");
  await expect(entryPage.alert).toHaveCount(0);
});

test("a refusal because of an unseen change can be resolved", async ({ entryPage, api, page, anotherBrowser, server, space, pageErrors }) => {
  pageErrors.allow(/status of 412/);
  await api.saveMany(["a"]);
  // The page receives no changes.
  await page.route("**/events?*", () => {});
  await entryPage.open(1);
  const other = new EntryPage(await anotherBrowser(), server.address, space);
  await other.open(1);
  await other.describe("Theirs", "");
  await expect(other.heading).toHaveText("Theirs");
  await entryPage.describe("Mine", "mine");
  await expect(entryPage.alert).toContainText("it now has the name “Theirs”.");
  await expect(entryPage.heading).toHaveText("Theirs");
  await expect(entryPage.name).toHaveValue("Mine");
  await expect.poll(async () => (await entryPage.saveDescription(), (await api.entry(1)).name)).toBe("Mine");
  await expect(entryPage.labelList).toHaveText(["mine"]);
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "awake" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("typed text survives Back, and only typed text is restored", async ({ entryPage, page, api }) => {
      await api.saveMany(["a", "b"]);
      await page.goto(entryPage.url(1));
      await entryPage.openDescription();
      await entryPage.name.fill("Typed");
      await entryPage.labels.fill("not, saved");
      await page.goto(entryPage.url(2));
      await page.goBack();
      await entryPage.openDescription();
      await expect(entryPage.name).toHaveValue("Typed");
      await expect(entryPage.labels).toHaveValue("not, saved");

      await entryPage.describe("Saved", "");
      await expect(entryPage.heading).toHaveText("Saved");
      await page.goto(entryPage.url(2));
      await api.describe(1, { name: "Later" });
      await page.goBack();
      await entryPage.openDescription();
      await expect(entryPage.name).toHaveValue("Later");
    });
  });
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false, viewport: { width: 360, height: 640 } });

  test("a save succeeds, and a refusal keeps the input", async ({ entryPage, api, pageErrors }) => {
    pageErrors.allow(/status of 4(00|12)/);
    await api.saveMany(["a"]);
    await entryPage.page.goto(entryPage.url(1));
    await entryPage.describe("Menu", "printed");
    await expect(entryPage.page).toHaveURL(/e\/1\?at=2&described$/);
    await expect(entryPage.notice).toContainText("Saved.");
    await expect(entryPage.heading).toHaveText("Menu");
    await expect(entryPage.labelList).toHaveText(["printed"]);
    await entryPage.describe("Menu", too_long);
    await expect(entryPage.labels).toHaveValue(too_long);
    await expect(entryPage.labels).toHaveAccessibleDescription(/1 character too long/);
    await expect(entryPage.labels).toBeFocused();
    await expect(entryPage.page.getByText("1 character too long")).toBeInViewport();
  });

  test("a concurrent change is explained, and the next press saves", async ({ entryPage, api, pageErrors }) => {
    pageErrors.allow(/status of 412/);
    await api.saveMany(["a"]);
    await entryPage.page.goto(entryPage.url(1));
    await api.describe(1, { name: "Theirs", labels: ["x"] });
    await entryPage.describe("Mine", "");
    await expect(entryPage.alert).toHaveText(
      "Someone else changed this entry: it now has the name “Theirs”. Save again to use yours instead.",
    );
    await expect(entryPage.alert).toBeInViewport();
    await entryPage.saveDescription();
    await expect(entryPage.heading).toHaveText("Mine");
    await expect(entryPage.labelList, "nobody touched them here").toHaveText(["x"]);
  });
});
