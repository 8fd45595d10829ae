// axe with all rules, WCAG 2.2 included, on every page and state, in light and dark.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { PhotoPage } from "../pages/photo-page.ts";
import { PhotoSection } from "../pages/photo-section.ts";
import { SpacePage } from "../pages/space-page.ts";
import { Api } from "../support/api.ts";
import { damaged, photo } from "../support/photos.ts";
import { expect, test } from "../support/test.ts";

/** All rules but the experimental ones: by themselves those of WCAG 2.2 do not run. */
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// axe checks each element of each state, twice: on a busy machine that takes a minute.
test.describe.configure({ timeout: 180_000 });

async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    // Without motion no colour is caught in transition.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
    expect(found, colorScheme).toEqual([]);
  }
}

test("empty, typing, refused", async ({ spacePage, page, pageErrors }) => {
  pageErrors.allow(/status of 422/);
  await spacePage.open();
  await expectAccessible(page);
  await spacePage.text.fill("https://example.com");
  await expect(spacePage.preview).toBeVisible();
  await expectAccessible(page);
  await spacePage.text.fill("x".repeat(3000));
  await spacePage.saveButton.click();
  await expect(spacePage.text).toHaveAccessibleDescription(/\d/);
  await expectAccessible(page);
});

for (const kind of ["wifi", "contact", "event", "payment"]) {
  test(`the form of a kind: ${kind}`, async ({ spacePage, page }) => {
    await spacePage.open(`?kind=${kind}`);
    await expectAccessible(page);
    if (kind === "wifi") await spacePage.answer("Security").selectOption("WPA Enterprise");
    await spacePage.saveButton.click();
    await expect(page.locator(".content-fields [aria-invalid]")).toBeFocused();
    await page.getByText("Text in the code").click();
    await expectAccessible(page);
  });
}

test("the form for name and labels of an entry", async ({ entryPage, page, api }) => {
  await api.saveMany(["a"]);
  await entryPage.open(1);
  await entryPage.describe("Menu", "printed, café");
  await expect(entryPage.labelList).toHaveCount(2);
  await entryPage.openDescription();
  await expectAccessible(page);
});

test("looks: chosen, with a warning, refused, in an entry", async ({ spacePage, entryPage, page }) => {
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill("https://example.com");
  await look.open();
  await look.preset("Badge").click();
  await expect(look.verdict).toContainText("Scans well");
  await expectAccessible(page);
  await look.field("Quiet zone").fill("2");
  await expect(look.verdict).toContainText("quiet zone");
  await expectAccessible(page);
  await spacePage.saveButton.click();
  await spacePage.expectIds([1]);
  await look.field("Ink").fill("#ffffff");
  await spacePage.text.fill("https://example.com");
  await expect(look.verdict).toContainText("background");
  await expectAccessible(page);
  await entryPage.open(1);
  await expectAccessible(page);
});

test("saved, recognised, removed", async ({ spacePage, page }) => {
  await spacePage.open();
  await spacePage.save("https://example.com", "One");
  await spacePage.expectIds([1]);
  await expectAccessible(page);
  await spacePage.text.fill("https://example.com");
  await expect(spacePage.knownEntry).toBeVisible();
  await expectAccessible(page);
  await spacePage.remove(1);
  await expect(spacePage.undoButton).toBeVisible();
  await expectAccessible(page);
});

test("many, and a later page with new entries", async ({ spacePage, page, api }) => {
  await api.saveMany(Array.from({ length: 50 }, (_, i) => (i % 2 ? `https://example.com/${i}` : `text ${i}`)));
  await spacePage.open();
  await expectAccessible(page);
  await spacePage.open("?page=2");
  await api.save("news");
  await expect(spacePage.newButton).toBeVisible();
  await expectAccessible(page);
});

test("a long value can be scrolled by keyboard", async ({ entryPage, page, api }) => {
  await api.save(Array.from({ length: 200 }, (_, line) => `line ${line}`).join("\n"), "", "L");
  await entryPage.open(1);
  await expectAccessible(page);
  const value = page.getByRole("group", { name: "Value" });
  await value.focus();
  await expect(value).toBeFocused();
  await page.keyboard.press("End");
  await expect.poll(() => value.evaluate((box) => box.scrollTop)).toBeGreaterThan(0);
});

test("an entry, existing and removed", async ({ entryPage, page, api }) => {
  await api.save("https://example.com", "A name");
  await entryPage.open(1);
  await expectAccessible(page);
  await api.remove(1);
  await entryPage.expectRemoved();
  await expectAccessible(page);
});

test("errors", async ({ page, server, entryPage, pageErrors }) => {
  pageErrors.allow(/status of 40[04]/);
  for (const url of [entryPage.url(99), `${server.address}/s/Not_A_Space`]) {
    await page.goto(url);
    await expectAccessible(page);
  }
});

test("the server down", async ({ ownServer, page, space, pageErrors }) => {
  pageErrors.allowServerAway();
  const spacePage = new SpacePage(page, ownServer.address, space);
  await new Api(ownServer.address, space).save("one");
  await spacePage.open();
  await ownServer.stop();
  await spacePage.expectConnection("reconnecting");
  await expectAccessible(page);
  await spacePage.save("cannot be saved");
  await expect(spacePage.alert).toBeVisible();
  await expectAccessible(page);
});

test.describe("before hydration", () => {
  test("one, refused", async ({ spacePage, page, api, pageErrors }) => {
    pageErrors.allow(/status of 422/);
    // axe is a script itself: instead of disabling scripts, ours are removed from the pages.
    await page.route(`${spacePage.url}**`, async (route) => {
      const response = await route.fetch();
      const html = await response.text();
      await route.fulfill({ response, body: html.replace(/<script.*?<\/script>|<link rel="\w*preload".*?>/gs, "") });
    });
    await api.save("one");
    await spacePage.openAsleep();
    await expectAccessible(page);
    await spacePage.save("x".repeat(3000));
    await expect(spacePage.text).toHaveAccessibleDescription(/\d/);
    await expectAccessible(page);
  });
});

test("photos: uploading, known, failed, their pages, the page of jobs", async ({ spacePage, page, server, space }) => {
  await spacePage.open();
  const photos = new PhotoSection(page);
  await photos.choose(photo("good.png"), damaged("bad.png", 2), { ...photo("empty.png"), buffer: Buffer.alloc(0) });
  await photos.expectUploaded("good.png", "bad.png");
  await expect(spacePage.rows.filter({ hasText: "bad.png" })).toContainText("damaged", { timeout: 30_000 });
  await photos.choose(photo("again.png"));
  await expect(photos.upload("again.png")).toContainText("You have this one");
  await photos.phone.fill("0170");
  await photos.choose(photo("held.png", 3));
  await expect(photos.phone).toHaveAttribute("aria-invalid", "true");
  await expectAccessible(page);
  const photoPage = new PhotoPage(page, server.address, space);
  for (const id of [1, 2]) {
    await photoPage.open(id);
    await expectAccessible(page);
  }
  await photoPage.openJobs();
  await expectAccessible(page);
});
