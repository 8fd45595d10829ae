// Uploading photos: chosen, dropped, pasted, taken; with progress, after errors, in every open browser.
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PhotoPage } from "../pages/photo-page.ts";
import { PhotoSection } from "../pages/photo-section.ts";
import { SpacePage } from "../pages/space-page.ts";
import { Api } from "../support/api.ts";
import { noise, photo } from "../support/photos.ts";
import { expect, test } from "../support/test.ts";

test("chosen photos appear with their thumbnails in every browser", async ({ spacePage, page, server, space, anotherBrowser }) => {
  const other = new SpacePage(await anotherBrowser(), server.address, space);
  await other.open();
  await spacePage.open();
  const photos = new PhotoSection(page);
  await photos.choose(photo("a.png", 1), photo("b.png", 2), photo("c.png", 3), photo("d.png", 4));
  await photos.expectUploaded("a.png", "b.png", "c.png", "d.png");
  await expect(photos.summary).toContainText("4 files uploaded");
  for (const shown of [spacePage, other]) {
    await expect(shown.rows).toHaveCount(4);
    for (const id of [1, 2, 3, 4]) {
      await expect(photos.thumbnail(shown.row(id))).toHaveCount(1, { timeout: 30_000 });
    }
  }
  await expect(photos.uploads).toHaveCount(0, { timeout: 20_000 });
});

test("what uploads need is loaded with the first photo", async ({ spacePage, page }) => {
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
  await spacePage.open();
  const isModule = (path: string) => /\/uploads[._]/.test(path);
  expect(loaded.filter(isModule)).toEqual([]);
  const photos = new PhotoSection(page);
  await photos.choose(photo("a.png"));
  await photos.expectUploaded("a.png");
  expect(loaded.filter(isModule)).toHaveLength(2);
});

test("dropped anywhere, also on a text field, without leaving the page", async ({ spacePage, page }) => {
  await spacePage.open();
  const photos = new PhotoSection(page);
  await photos.drop("#text", photo("a.png", 1));
  await photos.expectUploaded("a.png");
  await photos.drop(".masthead", photo("b.png", 2), photo("c.png", 3));
  await photos.expectUploaded("b.png", "c.png");
  await spacePage.expectIds([3, 2, 1]);
  expect(page.url()).toBe(spacePage.url);
});

test("a dropped folder: its pictures, deep down too, and nothing else", async ({ spacePage, page, context }) => {
  const folder = await mkdtemp(join(tmpdir(), "qrate-photos-"));
  await mkdir(join(folder, "deep/deeper"), { recursive: true });
  await writeFile(join(folder, "one.png"), photo("", 1).buffer);
  await writeFile(join(folder, "deep/deeper/two.png"), photo("", 2).buffer);
  await writeFile(join(folder, "notes.txt"), "no picture");
  await writeFile(join(folder, ".hidden.png"), photo("", 3).buffer);
  await spacePage.open();
  const photos = new PhotoSection(page);
  const devtools = await context.newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await devtools.send("Input.dispatchDragEvent", { type, x: 300, y: 200, data });
  }
  await photos.expectUploaded("one.png", "two.png");
  await expect(photos.status).not.toHaveText("");
  await expect(spacePage.rows).toHaveCount(2);
  await rm(folder, { recursive: true });
});

test("a chosen folder", async ({ spacePage, page }) => {
  const folder = await mkdtemp(join(tmpdir(), "qrate-photos-"));
  await writeFile(join(folder, "one.png"), photo("", 1).buffer);
  await writeFile(join(folder, "notes.txt"), "no picture");
  await spacePage.open();
  const photos = new PhotoSection(page);
  await photos.folderChooser.setInputFiles(folder);
  await photos.expectUploaded("one.png");
  await expect(spacePage.rows).toHaveCount(1);
  await rm(folder, { recursive: true });
});

test("pasted, but not where a text is pasted", async ({ spacePage, page }) => {
  await spacePage.open();
  const photos = new PhotoSection(page);
  await photos.paste(photo("image.png"));
  await photos.expectUploaded("image.png");
  await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "a text");
    clipboardData.items.add(new File(["x"], "beside.png", { type: "image/png" }));
    document.querySelector("#text")!.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
  });
  await expect(photos.upload("beside.png")).toHaveCount(0);
  await spacePage.expectIds([1]);
});

test("progress, cancelled in the middle", async ({ spacePage, page, context, api }) => {
  await spacePage.open();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 200_000 };
  await devtools.send("Network.emulateNetworkConditions", slow);
  const photos = new PhotoSection(page);
  await photos.choose(noise("large.png", 4));
  const progress = photos.root.getByRole("progressbar", { name: "Progress of large.png" });
  const percent = async () => Number(await progress.getAttribute("value"));
  await expect.poll(percent, { timeout: 20_000 }).toBeGreaterThan(2);
  const first = await percent();
  expect(first).toBeLessThan(90);
  await expect.poll(percent).toBeGreaterThan(first);
  await expect(photos.upload("large.png")).toContainText(/\d+ % of 4\.\d MB/);
  await photos.button("Cancel", "large.png").click();
  await expect(photos.uploads).toHaveCount(0);
  await devtools.send("Network.emulateNetworkConditions", { ...slow, uploadThroughput: -1 });
  await photos.choose(photo("small.png"));
  await photos.expectUploaded("small.png");
  expect((await api.listing()).total).toBe(1);
});

test("one bad file does not stop the others", async ({ spacePage, page }) => {
  await spacePage.open();
  const photos = new PhotoSection(page);
  await photos.choose(photo("a.png", 1), { ...photo("empty.png"), buffer: Buffer.alloc(0) }, photo("b.png", 2));
  await photos.expectUploaded("a.png", "b.png");
  await expect(photos.upload("empty.png")).toContainText("empty");
  await expect(photos.summary).toContainText("1 failed");
  await photos.button("Dismiss", "empty.png").click();
  await expect(photos.upload("empty.png")).toHaveCount(0);
  await spacePage.expectIds([2, 1]);
});

test("refused once: tried again by hand", async ({ spacePage, page, pageErrors }) => {
  pageErrors.allow(/status of 500/);
  await spacePage.open();
  const photos = new PhotoSection(page);
  let refusals = 2;
  await page.route(/\/photos\?name=/, async (route) => {
    if (refusals-- > 0) await route.fulfill({ status: 500, json: { error: "Something went wrong.", field: null, request_id: "r" } });
    else await route.continue();
  });
  await photos.choose(photo("a.png", 1), photo("b.png", 2));
  await expect(photos.upload("a.png")).toContainText("Something went wrong.");
  await expect(photos.upload("b.png")).toContainText("Something went wrong.");
  await photos.button("Try again", "a.png").click();
  await photos.expectUploaded("a.png");
  await photos.choose(photo("c.png", 3));
  await photos.expectUploaded("c.png");
  await photos.button("Try again", "b.png").click();
  await photos.expectUploaded("b.png");
  await expect(spacePage.rows).toHaveCount(3);
});

test("the server is killed in the middle of an upload: it goes on after the restart", async ({ ownServer, page, space, context, pageErrors }) => {
  pageErrors.allowServerAway();
  const spacePage = new SpacePage(page, ownServer.address, space);
  await spacePage.open();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 200_000 };
  await devtools.send("Network.emulateNetworkConditions", slow);
  const photos = new PhotoSection(page);
  await photos.choose(noise("large.png", 3), photo("small.png"));
  const progress = photos.root.getByRole("progressbar", { name: "Progress of large.png" });
  await expect.poll(async () => Number(await progress.getAttribute("value")), { timeout: 20_000 }).toBeGreaterThan(5);
  await ownServer.kill();
  await expect(photos.upload("large.png")).toContainText("cannot be reached");
  await devtools.send("Network.emulateNetworkConditions", { ...slow, uploadThroughput: -1 });
  await ownServer.startAgain();
  await photos.expectUploaded("large.png");
  await expect.poll(async () => (await new Api(ownServer.address, space).listing()).total).toBe(2);
  await spacePage.expectIds([2, 1]);
});

test("you have this one: the person decides", async ({ spacePage, page, api }) => {
  await spacePage.open();
  const photos = new PhotoSection(page);
  await photos.choose(photo("first.png"));
  await photos.expectUploaded("first.png");
  await photos.choose(photo("again.png"), photo("another.png", 2));
  await expect(photos.upload("again.png")).toContainText("You have this one: #1");
  await photos.expectUploaded("another.png");
  await photos.button("Upload anyway", "again.png").click();
  await photos.expectUploaded("again.png");
  await photos.choose(photo("third.png"));
  await expect(photos.upload("third.png")).toContainText("You have this one: #3");
  await photos.button("Dismiss", "third.png").click();
  await expect(photos.upload("third.png")).toHaveCount(0);
  expect((await api.listing()).total).toBe(3);
});

test("recipe and phone number", async ({ spacePage, page, server, space }) => {
  await spacePage.open();
  const photos = new PhotoSection(page);
  await expect(photos.recipe).toHaveValue("flip");
  await photos.recipe.selectOption("Rotate right by 90°");
  await photos.phone.fill("0170 1234567");
  await photos.choose(photo("a.png"));
  await expect(photos.phone).toBeFocused();
  await expect(photos.phone).toHaveAccessibleDescription(/country code/);
  await expect(photos.upload("a.png")).toContainText("Waiting");
  await photos.phone.fill("+49 170 1234567");
  // Its beginning may look like a whole one: nothing is sent before the field is left.
  await expect(photos.upload("a.png")).toContainText("Waiting");
  await photos.phone.blur();
  await photos.expectUploaded("a.png");
  await expect(photos.phone).not.toHaveAttribute("aria-invalid");
  const photoPage = new PhotoPage(page, server.address, space);
  await photoPage.open(1);
  await expect(photoPage.result).toBeVisible({ timeout: 30_000 });
  const size = await photoPage.result.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]);
  expect(size).toEqual([80, 120]);
  await expect(page.locator("body")).not.toContainText("1234567");
});

test("by keyboard", async ({ spacePage, page }) => {
  await spacePage.open();
  const photos = new PhotoSection(page);
  await photos.recipe.focus();
  await page.keyboard.press("End");
  await expect(photos.recipe).toHaveValue("none");
  await page.keyboard.press("Tab");
  await expect(photos.phone).toBeFocused();
  // Its hint leads to the outbox.
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(photos.chooser).toBeFocused();
  const [dialog] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Enter")]);
  await dialog.setFiles([photo("a.png")]);
  await photos.expectUploaded("a.png");
  await photos.choose(photo("again.png"));
  await expect(photos.button("Upload anyway", "again.png")).toBeVisible();
  await photos.button("Upload anyway", "again.png").focus();
  await page.keyboard.press("Enter");
  await photos.expectUploaded("again.png");
  // The focus stays in the row whose button disappeared.
  await expect(photos.upload("again.png").getByRole("button", { name: /^Dismiss/ })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(photos.upload("again.png")).toHaveCount(0);
  await expect(page.locator(":focus")).toHaveCount(1);
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 700 }, hasTouch: true, isMobile: true });

  test("taken with the camera", async ({ spacePage, page }) => {
    await spacePage.open();
    const photos = new PhotoSection(page);
    await expect(photos.camera).toHaveAttribute("capture", "environment");
    await page.getByRole("link", { name: "Add photos" }).click();
    await expect(photos.root).toBeInViewport();
    await photos.camera.setInputFiles([photo("image.png")]);
    await photos.expectUploaded("image.png");
    await expect(photos.thumbnail(spacePage.row(1))).toHaveCount(1, { timeout: 30_000 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});
