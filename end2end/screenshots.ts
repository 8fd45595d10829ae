// Takes screenshots and asserts little: every state in light and dark, wide and narrow, into target/screenshots, and the
// README's into docs/.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { Page } from "@playwright/test";
import { PNG } from "pngjs";

import { PhotoPage } from "./pages/photo-page.ts";
import { PhotoSection } from "./pages/photo-section.ts";
import { SpacePage } from "./pages/space-page.ts";
import { Api } from "./support/api.ts";
import { damaged, noise, photo } from "./support/photos.ts";
import { target } from "./support/server.ts";
import { expect, test } from "./support/test.ts";

const root = join(import.meta.dirname, "..");
const states = join(target, "screenshots");
const wide = { width: 1280, height: 800 };
const phone = { width: 390, height: 700 };
const narrow = { width: 320, height: 600 };

/** Writes a picture, smaller than browsers do: no alpha, the hardest compression. */
async function keep(file: string, picture: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, PNG.sync.write(PNG.sync.read(picture), { colorType: 2, deflateLevel: 9 }));
}

/** One state, six times: light and dark, wide, on a phone, and as narrow as it gets. */
async function takeState(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const [width, size] of Object.entries({ wide, phone, narrow })) {
      await page.setViewportSize(size);
      await keep(join(states, `${name}-${colorScheme}-${width}.png`), await page.screenshot({ fullPage: true }));
    }
  }
  await page.setViewportSize(wide);
}

const menu: [string, string, string?][] = [
  ["https://example.com/imprint", "Imprint"],
  ["WIFI:T:WPA;S:Guests;P:come on in;;", "Wi-Fi for guests"],
  ["https://example.com/tickets/2026/autumn?gate=3", "Tickets, gate 3", "shape=dots&finder=rounded&ball=circle&ink=1b4332"],
  ["Room 12: the projector remote is in the drawer", ""],
  ["mailto:hello@example.com", "Write to us"],
  ["https://example.com/menu", "Menu of the week", "shape=rounded&finder=rounded&ball=rounded&ink=0b3d91&gradient=diagonal&ink-2=00707f"],
];

test("the README's picture", async ({ ownServer, page }) => {
  const api = new Api(ownServer.address, "main");
  for (const [text, name, look] of menu) {
    await api.save(text, name, "M", look);
  }
  await api.describe(2, { labels: ["guests", "reception"] });
  await api.describe(6, { labels: ["printed", "weekly"] });
  await page.setViewportSize(wide);
  await page.emulateMedia({ reducedMotion: "reduce" });
  const spacePage = new SpacePage(page, ownServer.address, "main");
  await spacePage.open();
  await spacePage.text.fill("https://example.com/garden-party");
  await spacePage.name.fill("Garden party");
  const { look } = spacePage;
  await look.open();
  await look.preset("Sunset").click();
  await expect(look.verdict).toContainText("Scans well");
  await look.summary.click();
  await page.mouse.move(0, 0);
  await page.evaluate(() => scrollTo(0, 0));
  await keep(join(root, "docs/space.png"), await page.screenshot());
});

test("empty, typing, refused", async ({ spacePage, page, pageErrors }) => {
  pageErrors.allow(/status of 422/);
  await spacePage.open();
  await takeState(page, "space-empty");
  await spacePage.text.fill("https://example.com");
  await takeState(page, "space-typing");
  await spacePage.text.fill("x".repeat(3000));
  await spacePage.saveButton.click();
  await expect(spacePage.text).toHaveAccessibleDescription(/\d/);
  await takeState(page, "space-refused");
});

test("kinds of content", async ({ spacePage, page }) => {
  for (const kind of ["link", "wifi", "contact", "email", "phone", "event", "place", "payment"]) {
    await spacePage.open(`?kind=${kind}`);
    await takeState(page, `kind-${kind}`);
  }
});

test("a kind refused, typed, saved", async ({ spacePage, page, api, entryPage }) => {
  await spacePage.open("?kind=wifi");
  await spacePage.answer("Network name").fill("Guests");
  await spacePage.answer("Password").fill("short");
  await spacePage.saveButton.click();
  await takeState(page, "kind-refused");
  await spacePage.answer("Password").fill("long enough");
  await page.getByText("Text in the code").click();
  await takeState(page, "kind-typing");
  await api.save("WIFI:T:WPA;S:Café;P:come on in;;");
  await api.save("BEGIN:VCARD\r\nVERSION:4.0\r\nN:Lovelace;Ada;;;\r\nFN:Ada Lovelace\r\nNOTE:One\\ntwo\r\nEND:VCARD\r\n");
  await spacePage.open();
  await takeState(page, "kind-rows");
  await entryPage.open(2);
  await takeState(page, "kind-entry");
});

test("looks: a preset, with a warning, refused, in an entry", async ({ spacePage, entryPage, page }) => {
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill("https://example.com/menu");
  await look.open();
  await look.preset("Ocean").click();
  await expect(look.verdict).toContainText("Scans well");
  await takeState(page, "look-preset");
  await spacePage.saveButton.click();
  await expect(spacePage.text).toHaveValue("");
  await spacePage.text.fill("https://example.com/menu");
  await look.field("Ink").fill("#8899cc");
  await look.field("Quiet zone").fill("1");
  await expect(look.verdict).toContainText("quiet zone");
  await takeState(page, "look-warned");
  await look.field("Ink").fill("#eeeeee");
  await expect(look.verdict).toContainText("background");
  await takeState(page, "look-refused");
  await entryPage.open(1);
  await takeState(page, "look-entry");
});

test("one, recognised, removed, many", async ({ spacePage, page, api }) => {
  await spacePage.open();
  await spacePage.save("https://example.com", "One");
  await spacePage.expectIds([1]);
  await takeState(page, "space-one");
  await spacePage.text.fill("https://example.com");
  await expect(spacePage.knownEntry).toBeVisible();
  await takeState(page, "space-known");
  await spacePage.remove(1);
  await expect(spacePage.undoButton).toBeVisible();
  await takeState(page, "space-removed");
  await api.saveMany(Array.from({ length: 60 }, (_, i) => `https://example.com/${"long/".repeat(i % 9)}${i}`));
  await spacePage.open("?page=2");
  await api.save("news");
  await expect(spacePage.newButton).toBeVisible();
  await takeState(page, "space-news");
});

test("an entry, existing and removed", async ({ entryPage, page, api }) => {
  await api.save("https://example.com/menu", "Menu of the week");
  await entryPage.open(1);
  await takeState(page, "entry");
  await entryPage.describe("Menu of the week", "printed, weekly");
  await expect(entryPage.notice).toBeVisible();
  await takeState(page, "entry-described");
  await entryPage.name.fill("Mine");
  await api.describe(1, { name: "Theirs", labels: ["theirs"] });
  await expect(entryPage.alert).toBeVisible();
  await takeState(page, "entry-changed");
  await api.remove(1);
  await entryPage.expectRemoved();
  await takeState(page, "entry-removed");
});

test("errors", async ({ entryPage, page, server, pageErrors }) => {
  pageErrors.allow(/status of 40[04]/);
  await page.goto(entryPage.url(99));
  await takeState(page, "error-404");
  await page.goto(`${server.address}/s/Not_A_Space`);
  await takeState(page, "error-400");
});

test("the server down", async ({ ownServer, page, space, pageErrors }) => {
  pageErrors.allow(/net::ERR_/);
  const spacePage = new SpacePage(page, ownServer.address, space);
  await new Api(ownServer.address, space).save("one");
  await spacePage.open();
  await ownServer.stop();
  await spacePage.expectConnection("reconnecting");
  await spacePage.save("cannot be saved now");
  await expect(spacePage.alert).toBeVisible();
  await takeState(page, "space-reconnecting");
});

test("photos: uploading, in rows, on their pages, jobs", async ({ spacePage, page, context, server, space }) => {
  await spacePage.open();
  const photos = new PhotoSection(page);
  const photoPage = new PhotoPage(page, server.address, space);
  await photos.choose(photo("Beach.png", 3, 640, 420), photo("Garden.png", 5, 420, 560), damaged("Old scan.png", 2));
  await photos.expectUploaded("Beach.png", "Garden.png", "Old scan.png");
  await expect(spacePage.rows.filter({ hasText: "Old scan.png" })).toContainText("damaged", { timeout: 30_000 });
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 300_000 };
  await devtools.send("Network.emulateNetworkConditions", slow);
  await photos.choose(photo("Beach again.png", 3, 640, 420), { ...photo("Nothing.png"), buffer: Buffer.alloc(0) });
  await photos.choose(noise("Panorama.png", 8), noise("Harbour.png", 6, 2));
  await expect(photos.upload("Panorama.png")).toContainText("%", { timeout: 20_000 });
  await takeState(page, "photos-uploading");
  await page.evaluate(() => document.body.classList.add("is-dropping"));
  await page.screenshot({ path: join(states, "photos-dropping.png") });
  await page.evaluate(() => document.body.classList.remove("is-dropping"));
  await page.getByRole("button", { name: "Cancel all" }).click();
  await devtools.send("Network.emulateNetworkConditions", { ...slow, uploadThroughput: -1 });
  const { entries } = await new Api(server.address, space).listing();
  const idOf = (name: string) => entries.find((entry) => entry.name === name)!.id;
  await photoPage.open(idOf("Beach.png"));
  await expect(photoPage.result).toBeVisible();
  await takeState(page, "photo");
  await photoPage.open(idOf("Old scan.png"));
  await takeState(page, "photo-failed");
  await photoPage.openJobs();
  await takeState(page, "jobs-failed");
  await page.goto(`${server.address}/s/empty-jobs/jobs`);
  await takeState(page, "jobs-empty");
});

test.describe("JavaScript off", () => {
  test.use({ javaScriptEnabled: false });
  test("one, refused", async ({ spacePage, entryPage, page, pageErrors }) => {
    pageErrors.allow(/status of 400/);
    await spacePage.openAsleep();
    await takeState(page, "asleep-empty");
    await spacePage.text.fill("https://example.com/menu");
    await page.getByRole("button", { name: "Preview" }).click();
    await takeState(page, "asleep-preview");
    await spacePage.openAsleep();
    await spacePage.save("https://example.com/menu", "Menu of the week");
    await takeState(page, "asleep-saved");
    await spacePage.save("https://example.com/menu", "Menu of the week");
    await takeState(page, "asleep-saved-again");
    await page.goto(entryPage.url(1));
    await entryPage.describe("Menu of the week", "x".repeat(65));
    await takeState(page, "asleep-described-wrongly");
    await spacePage.openAsleep();
    await spacePage.remove(1);
    await takeState(page, "asleep-removed");
  });

  test("photos by a form, refused", async ({ spacePage, page, pageErrors }) => {
    pageErrors.allow(/status of 422/);
    await spacePage.openAsleep();
    const photos = new PhotoSection(page);
    await takeState(page, "asleep-photos");
    await photos.phone.fill("0170 1234567");
    await photos.choose(photo("Beach.png", 3, 640, 420));
    await photos.uploadButton.click();
    await takeState(page, "asleep-photos-refused");
  });
});
