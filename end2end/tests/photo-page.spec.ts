// The page of a photo, and the page of jobs: what is made of it, what failed, and trying again.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { PNG } from "pngjs";

import { PhotoPage } from "../pages/photo-page.ts";
import { PhotoSection } from "../pages/photo-section.ts";
import { Api } from "../support/api.ts";
import { bytesOf } from "../support/picture.ts";
import { damaged, edges, photo } from "../support/photos.ts";
import { Server } from "../support/server.ts";
import { expect, test } from "../support/test.ts";

test("original and result side by side, with their downloads", async ({ api, page, server, space }) => {
  const file = photo("beach.png");
  await api.uploadPhoto(file);
  const photoPage = new PhotoPage(page, server.address, space);
  await photoPage.open(1);
  await expect(photoPage.original).toBeVisible({ timeout: 30_000 });
  await expect(photoPage.result).toBeVisible();
  await expect(photoPage.facts).toContainText("120 × 80 pixels");
  // Labels may still come, and with each change the parts of the page are replaced.
  const areSideBySide = async () => {
    const [left, right] = [await photoPage.original.boundingBox(), await photoPage.result.boundingBox()];
    return left !== null && right !== null && left.x + left.width <= right.x && Math.abs(left.y - right.y) < 2;
  };
  await expect.poll(areSideBySide).toBe(true);
  expect((await bytesOf(await photoPage.download("original"))).equals(file.buffer)).toBe(true);
  const result = await photoPage.download("result");
  expect(result.suggestedFilename()).toMatch(/^beach-result\./);
  const flipped = await photoPage.result.screenshot();
  const before = edges(await photoPage.original.screenshot());
  const after = edges(flipped);
  expect(before.left < before.right && after.left > after.right).toBe(true);
  expect(PNG.sync.read(flipped).width).toBeGreaterThan(100);
});

test("something else is made of it, live in another browser", async ({ api, page, server, space, anotherBrowser }) => {
  await api.uploadPhoto(photo("a.png"));
  const photoPage = new PhotoPage(page, server.address, space);
  const other = new PhotoPage(await anotherBrowser(), server.address, space);
  await photoPage.open(1);
  await other.open(1);
  await expect(other.result).toBeVisible({ timeout: 30_000 });
  await page.evaluate(() => ((window as { stayed?: boolean }).stayed = true));
  await photoPage.recipe.selectOption("Rotate left by 90°");
  await photoPage.makeButton.click();
  for (const shown of [photoPage, other]) {
    const size = () => shown.result.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]);
    await expect.poll(size, { timeout: 30_000 }).toEqual([80, 120]);
  }
  expect(await page.evaluate(() => (window as { stayed?: boolean }).stayed)).toBe(true);
  await photoPage.recipe.selectOption("Keep as it is");
  await photoPage.makeButton.click();
  await expect(other.result).toHaveCount(0);
  await expect(other.original).toBeVisible();
});

test("a damaged photo says so once, everywhere, and nothing is offered in vain", async ({ api, spacePage, page, server, space, anotherBrowser, pageErrors }) => {
  // The photo is removed while its page is open.
  pageErrors.allow(/status of 410/);
  await spacePage.open();
  const photos = new PhotoSection(page);
  await expect(photos.jobsLink).toBeHidden();
  await photos.choose(photo("good.png", 2), damaged("bad.png"));
  await photos.expectUploaded("good.png", "bad.png");
  const row = spacePage.rows.filter({ hasText: "bad.png" });
  await expect(row).toContainText("damaged", { timeout: 30_000 });
  await expect(photos.thumbnail(spacePage.rows.filter({ hasText: "good.png" }))).toHaveCount(1);
  await expect(photos.jobsLink).toHaveText("1 failed");
  const { entries } = await api.listing();
  const bad = entries.find(({ name }) => name === "bad.png")!;

  const jobs = new PhotoPage(await anotherBrowser(), server.address, space);
  await photos.jobsLink.click();
  await page.locator("html[data-hydrated]").waitFor();
  await jobs.openJobs();
  const shown = new PhotoPage(page, server.address, space);
  await expect(shown.job("Failed", "bad.png")).toContainText("damaged");
  await expect(shown.job("Failed", "bad.png").locator("time")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Try/ })).toHaveCount(0);

  await shown.open(bad.id);
  await expect(shown.stages).toContainText("damaged");
  await expect(page.getByText(/damaged/)).toHaveCount(1);
  await expect(page.getByRole("button", { name: /^(Try again|Look|Make it)/ })).toHaveCount(0);
  expect((await shown.download("original")).suggestedFilename()).toContain("bad");
  await api.remove(bad.id);
  await expect(jobs.page.getByText("Nothing is in progress, and nothing has failed.")).toBeVisible();
});

/** A server whose labeller refuses every photo, so that something can be tried again. */
async function withRefusingLabeller(use: (server: Server) => Promise<void>): Promise<void> {
  const labeller = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(400, { "Content-Type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify({ __type: "AccessDeniedException", message: "not allowed" }));
    });
  });
  await new Promise<void>((ready) => labeller.listen(0, "127.0.0.1", ready));
  const server = await Server.start({
    QRATE_LABELLER: "rekognition",
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(labeller.address() as AddressInfo).port}/`,
  });
  try {
    await use(server);
  } finally {
    await server.dispose();
    labeller.close();
  }
}

test("what failed says why, and is tried again: in its row, on its page, on the page of jobs", async ({ page }) => {
  await withRefusingLabeller(async ({ address }) => {
    const api = new Api(address, "main");
    await api.uploadPhoto(photo("a.png"));
    const revision = async () => (await api.entry(1)).revision;
    const refusal = "The labeller refuses this program.";
    const shown = new PhotoPage(page, address, "main");
    await shown.openJobs();
    const job = shown.job("Failed", "a.png");
    await expect(job).toContainText(refusal, { timeout: 30_000 });
    const before = await revision();
    await job.getByRole("button", { name: "Try again: #1" }).click();
    await expect.poll(revision, { timeout: 30_000 }).toBeGreaterThan(before + 1);
    await expect(job).toContainText(refusal, { timeout: 30_000 });
    const second = await revision();
    await page.getByRole("button", { name: "Try all again" }).click();
    await expect.poll(revision, { timeout: 30_000 }).toBeGreaterThan(second + 1);
    await expect(job).toContainText(refusal, { timeout: 30_000 });
    await shown.open(1);
    const last = await revision();
    await shown.retryButton.first().click();
    await expect.poll(revision, { timeout: 30_000 }).toBeGreaterThan(last + 1);
    await expect(shown.stages).toContainText(refusal, { timeout: 30_000 });
    await page.goto("about:blank");
  });
});

test("similar photos are named", async ({ api, page, server, space }) => {
  await api.uploadPhoto(photo("a.png", 1));
  await api.uploadPhoto(photo("a smaller.png", 1, 108, 72));
  await api.uploadPhoto(photo("b.png", 5));
  const photoPage = new PhotoPage(page, server.address, space);
  await photoPage.open(1);
  await expect(photoPage.original).toBeVisible({ timeout: 30_000 });
  await photoPage.open(2);
  await expect(photoPage.original).toBeVisible({ timeout: 30_000 });
  await photoPage.open(1);
  await expect(photoPage.similar.first()).toHaveText("#2");
});

test("a picture that cannot be processed is kept, with what to do", async ({ api, spacePage, page }) => {
  await api.uploadPhoto({ name: "IMG_1.heic", mimeType: "image/heic", buffer: Buffer.from("....ftypheic....") });
  await spacePage.open();
  await expect(spacePage.row(1)).toContainText("HEIC pictures are kept as files");
  await spacePage.title(1).click();
  await expect(page.getByText("then upload that")).toBeVisible();
});

test.describe("JavaScript off", () => {
  test.use({ javaScriptEnabled: false });

  test("uploaded by a form", async ({ spacePage, page }) => {
    await spacePage.openAsleep();
    const photos = new PhotoSection(page);
    await photos.recipe.selectOption("Keep as it is");
    await photos.choose(photo("a.png", 1), photo("b.png", 2));
    await photos.uploadButton.click();
    await expect(page).toHaveURL(/[?&]uploaded=2\b/);
    await expect(spacePage.notice).toContainText("Uploaded 2 photos");
    await expect(spacePage.rows).toHaveCount(2);
    await photos.choose(photo("again.png", 1));
    await photos.uploadButton.click();
    await expect(spacePage.notice).toContainText("You had this one already");
  });

  test("refused: the sentence, and everything typed", async ({ spacePage, page, pageErrors }) => {
    pageErrors.allow(/status of 422/);
    await spacePage.openAsleep();
    const photos = new PhotoSection(page);
    await photos.recipe.selectOption("Rotate by 180°");
    await photos.phone.fill("0170 1234567");
    await photos.choose(photo("a.png"));
    await photos.uploadButton.click();
    await expect(photos.phone).toHaveValue("0170 1234567");
    await expect(photos.phone).toHaveAccessibleDescription(/country code/);
    await expect(photos.recipe).toHaveValue("rotate-180");
    await photos.phone.fill("");
    await photos.uploadButton.click();
    await expect(photos.chooser).toHaveAccessibleDescription(/No photo was chosen/);
    await expect(spacePage.rows).toHaveCount(0);
  });

  test("tried again by a form", async ({ page }) => {
    await withRefusingLabeller(async ({ address }) => {
      const api = new Api(address, "main");
      await api.uploadPhoto(photo("a.png"));
      await expect.poll(async () => (await api.entry(1)).photo?.progress, { timeout: 30_000 }).toContain("refuses");
      await page.goto(address);
      await page.getByRole("link", { name: /1 failed/ }).click();
      await expect(page.getByRole("heading", { level: 1, name: "Jobs and messages" })).toBeVisible();
      await page.getByRole("button", { name: "Try again: #1" }).click();
      await expect(page).toHaveURL(/\/e\/1\?at=/);
      // The server ends with the test: its pictures are loaded first.
      await page.waitForLoadState();
    });
  });

  test("made into something else by a form", async ({ api, page, server, space }) => {
    await api.uploadPhoto(photo("good.png", 2));
    await page.goto(`${server.address}/s/${space}/e/1`);
    const photoPage = new PhotoPage(page, server.address, space);
    await photoPage.recipe.selectOption("Keep as it is");
    await photoPage.makeButton.click();
    await expect(page).toHaveURL(/\/e\/1\?at=/);
    await expect(photoPage.result).toHaveCount(0);
  });
});
