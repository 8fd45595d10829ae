// Labels of photos: found, shown with how sure the labeller is, corrected, looked for anew, and filtered by.
import { PhotoLabels } from "../pages/photo-labels.ts";
import { PhotoPage } from "../pages/photo-page.ts";
import { Api } from "../support/api.ts";
import { photo } from "../support/photos.ts";
import { expect, test } from "../support/test.ts";

const soon = { timeout: 30_000 };

test("an uploaded photo gets labels in every browser; a person's word stays when it is looked at again", async ({
  page,
  labellingServer: { address },
  space,
  anotherBrowser,
}) => {
  await new Api(address, space).uploadPhoto(photo("a.png"));
  const otherPage = await anotherBrowser();
  await new PhotoPage(page, address, space).open(1);
  await new PhotoPage(otherPage, address, space).open(1);
  const [here, there] = [new PhotoLabels(page), new PhotoLabels(otherPage)];
  await expect(here.links.first()).toBeVisible(soon);
  await expect(there.links.first()).toBeVisible(soon);
  await expect(here.list.getByRole("listitem").first()).toContainText(/(very sure|sure|fairly sure|unsure) \(\d+ %\)/);
  const found = await here.links.allTextContents();
  const wrong = found[0]!;

  await page.evaluate(() => ((window as { stayed?: boolean }).stayed = true));
  await here.remove(wrong);
  await expect(here.label(wrong)).toHaveCount(0);
  await expect(there.label(wrong)).toHaveCount(0);
  await here.add("by hand, another");
  await expect(here.input).toHaveValue("");
  for (const shown of [here, there]) {
    await expect(shown.label("by hand")).toContainText("added by hand");
    await expect(shown.label("another")).toBeVisible();
  }

  const looked = page.waitForResponse((response) => response.url().endsWith("/e/1/relabel"));
  await here.lookAgain.click();
  expect((await looked).status()).toBe(200);
  await expect(here.lookAgain).toBeVisible(soon);
  await expect(here.label("by hand")).toBeVisible();
  await expect(there.label(wrong)).toHaveCount(0);
  await expect(here.links).toHaveCount(found.length + 1);
  expect(await page.evaluate(() => (window as { stayed?: boolean }).stayed)).toBe(true);
});

test("a label leads to the entries that have it, which is live", async ({ page, labellingServer: { address }, space }) => {
  const api = new Api(address, space);
  await api.uploadPhoto(photo("a.png", 1));
  await api.uploadPhoto(photo("b.png", 2));
  const photoPage = new PhotoPage(page, address, space);
  const labels = new PhotoLabels(page);
  await photoPage.open(1);
  await expect(labels.links.first()).toBeVisible(soon);
  await labels.add("chosen & few");
  await labels.label("chosen & few").getByRole("link").click();
  await page.locator("html[data-hydrated]").waitFor();
  await expect(page.getByRole("heading", { level: 1, name: "chosen & few" })).toBeVisible();
  const rows = page.getByRole("list", { name: "Entries with these labels" }).getByRole("listitem").filter({ has: page.getByRole("heading") });
  await expect(rows).toHaveCount(1);
  await expect(page.locator("[data-connection=live]")).toBeVisible();

  await api.describe(2, { labels: ["chosen & few"] });
  await expect(rows).toHaveCount(2);
  await expect(page.getByText("2 entries")).toBeVisible();
  await api.remove(1);
  await expect(rows).toHaveCount(1);
  await page.getByRole("button", { name: "Look at these photos again" }).click();
  await expect(page).toHaveURL(/&again=1$/);
  await expect(page.getByText("Done: the labeller has looked at 1 photo.")).toBeVisible(soon);
  await expect(page.getByRole("status").filter({ hasText: "photo" })).toBeFocused();
});

test("the focus stays near a label that is removed, and what happened is announced", async ({ page, api, server, space, pageErrors }) => {
  pageErrors.allow(/status of 400/);
  await api.uploadPhoto(photo("a.png"));
  const labels = new PhotoLabels(page);
  await new PhotoPage(page, server.address, space).open(1);
  await expect(labels.lookAgain).toBeVisible(soon);
  const status = page.locator("[role=status]").first();
  await labels.add("one, two, three");
  await expect(status).toHaveText("Labels one, two, three added");
  await labels.add(",,");
  await expect(labels.input).toHaveAccessibleDescription("Type a label first.");
  await expect(labels.input).toHaveAttribute("aria-invalid", "true");
  await expect(page.locator("[data-notice]")).toBeHidden();
  await labels.add("two");
  await expect(status).toHaveText("two is there already");
  await expect(labels.input).not.toHaveAttribute("aria-invalid");
  await expect(labels.input).toHaveAccessibleDescription("");
  const button = (name: string) => labels.root.getByRole("button", { name: `Remove the label ${name}`, exact: true });
  await button("one").focus();
  await page.keyboard.press("Enter");
  await expect(labels.label("one")).toHaveCount(0);
  await expect(status).toHaveText("Label one removed");
  await expect(button("two")).toBeFocused();
  // Somebody else's change takes the focus from nobody.
  await button("three").focus();
  await api.describe(1, { labels: ["zero", "two", "three"] });
  await expect(labels.label("zero")).toBeVisible();
  await expect(button("three")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(labels.label("three")).toHaveCount(0);
  for (const last of ["two", "zero"]) {
    await button(last).focus();
    await page.keyboard.press("Enter");
    await expect(labels.label(last)).toHaveCount(0);
  }
});

test("after the last label is removed, the focus is in the field", async ({ page, api, server, space }) => {
  await api.uploadPhoto(photo("a.png"));
  const labels = new PhotoLabels(page);
  await new PhotoPage(page, server.address, space).open(1);
  await expect(labels.lookAgain).toBeVisible(soon);
  await api.describe(1, { labels: ["only"] });
  await labels.root.getByRole("button", { name: "Remove the label only" }).focus();
  await page.keyboard.press("Enter");
  await expect(labels.label("only")).toHaveCount(0);
  await expect(labels.input).toBeFocused();
});

test("labels offered beside others are those of the same entries", async ({ page, api, server, space }) => {
  await api.saveMany(["a", "b"]);
  await api.describe(1, { labels: ["cat", "sofa"] });
  await api.describe(2, { labels: ["dog"] });
  await page.goto(`${server.address}/s/${space}/labels?label=cat`);
  const beside = page.getByRole("region", { name: "Only those that also have" });
  await expect(beside.getByRole("listitem")).toHaveText(["sofa 1"]);
  await page.goto(`${server.address}/s/${space}/labels?label=zebra`);
  await expect(page.getByText("No entry has the label zebra.")).toBeVisible();
  await expect(beside).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^Look at/ })).toHaveCount(0);
});

test("nothing found is something else than not looked at", async ({ api, page, server, space }) => {
  await api.uploadPhoto(photo("a.png"));
  const labels = new PhotoLabels(page);
  await new PhotoPage(page, server.address, space).open(1);
  await expect(labels.root.getByText("Nothing found.").or(labels.links.first())).toBeVisible(soon);
  await expect(labels.root.getByText("Not looked at yet.")).toHaveCount(0);
});

test.describe("JavaScript off", () => {
  test.use({ javaScriptEnabled: false });

  test("labels are added, removed and looked for by forms", async ({ page, labellingServer: { address }, space, pageErrors }) => {
    pageErrors.allow(/status of 400/);
    const api = new Api(address, space);
    await api.uploadPhoto(photo("a.png"));
    await expect.poll(async () => (await api.entry(1)).labels?.length, soon).toBeGreaterThan(0);
    const labels = new PhotoLabels(page);
    await page.goto(`${address}/s/${space}/e/1`);
    await labels.add("by hand");
    await expect(page).toHaveURL(/\/e\/1\?at=/);
    await expect(labels.label("by hand")).toBeVisible();
    const wrong = (await labels.links.allTextContents()).at(-1)!;
    await labels.remove(wrong);
    await expect(labels.label(wrong)).toHaveCount(0);
    await labels.lookAgain.click();
    await expect(page).toHaveURL(/\/e\/1\?at=/);
    await labels.label("by hand").getByRole("link").click();
    await expect(page).toHaveURL(/\/labels\?label=by%20hand$/);
    await expect(page.getByText("1 entry")).toBeVisible();
    await page.getByRole("link", { name: "Without by hand" }).click();
    await page.getByRole("button", { name: "Look at all photos again" }).click();
    await expect(page).toHaveURL(/\/labels\?again=1$/);
    await expect(page.getByText(/^Looking at 1 photo … Jobs$|^Done: the labeller has looked at 1 photo\.$/)).toBeVisible();
    await page.goto(`${address}/s/${space}/e/1`);
    await labels.add(" ,, ");
    await expect(labels.input).toHaveAccessibleDescription("Type a label first.");
    await expect(labels.input).toBeFocused();
    await labels.root.getByRole("button", { name: `Add back the label ${wrong}` }).click();
    await expect(labels.label(wrong)).toBeVisible();
  });
});
