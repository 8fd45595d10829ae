// Looks while the studio is blocked, broken or slow: the server draws.
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { hold } from "../support/held.ts";
import { bytesOf, textIn } from "../support/picture.ts";
import { expect, test } from "../support/test.ts";

const text = "https://example.com/menu";
const logo = join(import.meta.dirname, "../../qr/tests/logo.png");
/** The script that brings the panel to life, without its worker. */
const studio = /\/studio(?!_).*\.js/;

/** Holds the second worker that loads, the one that scores, until it is made to fail. */
async function holdScorer(page: Page): Promise<{ readonly loads: number; fail: () => void }> {
  let loads = 0;
  let fail = () => {};
  const failing = new Promise<void>((resolve) => (fail = resolve));
  await page.route(/studio.*\.wasm/, async (route) => {
    loads += 1;
    if (loads !== 2) return route.continue();
    await failing;
    return route.abort();
  });
  return {
    get loads() {
      return loads;
    },
    fail,
  };
}

test("without workers the server draws", async ({ spacePage, page, pageErrors }) => {
  pageErrors.allow(/The studio|net::ERR_FAILED/);
  await page.route(/studio_worker.*\.js/, (route) => route.abort());
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  await look.choice("Modules", "Dots").check();
  await expect(look.verdict).toContainText("asks the server instead");
  await look.previewButton.click();
  await expect(page).toHaveURL(/\/preview$/);
  await expect(look.picture).toBeVisible();
  await expect(look.choice("Modules", "Dots")).toBeChecked();
});

test("a worker that never answers is replaced", async ({ spacePage, page, pageErrors }) => {
  pageErrors.allow(/The studio|net::ERR_FAILED/);
  await page.addInitScript(() => {
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, question: { given: unknown[] }) {
      if (!String(question.given[2]).includes("quiet=9")) post.call(this, question);
    } as typeof post;
  });
  const scorer = await holdScorer(page);
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  await look.preset("Ocean").click();
  await expect(look.picture).toBeVisible();
  await expect.poll(() => scorer.loads).toBe(2);
  await look.field("Quiet zone").fill("9");
  const button = page.getByRole("button", { name: "Download PNG", exact: true });
  await button.click();
  await expect(button).toHaveAttribute("aria-busy", "true");
  scorer.fail();
  await expect(look.verdict).toContainText("asks the server instead");
  await expect(button).not.toHaveAttribute("aria-busy");
  const svg = await look.svg();
  await look.field("Quiet zone").fill("6");
  await expect.poll(() => look.svg()).not.toBe(svg);
  await expect(look.verdict).toContainText("Scans");
  expect(textIn(await bytesOf(await look.download("PNG")))).toBe(text);
});

test("a worker terminated while a logo loads is replaced", async ({ spacePage, page, pageErrors }) => {
  pageErrors.allow(/The studio|net::ERR_FAILED/);
  const scorer = await holdScorer(page);
  const held = await hold(page, /\/logos\/.*\.png/);
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  await look.preset("Dots").click();
  await expect(look.picture).toBeVisible();
  await expect.poll(() => scorer.loads).toBe(2);
  await look.field("PNG, JPEG or SVG").setInputFiles(logo);
  await expect.poll(() => held.asked).toBeGreaterThan(0);
  scorer.fail();
  await expect(look.verdict).toContainText("asks the server instead");
  held.release();
  await expect.poll(() => look.svg()).toContain("data:image/png;base64");
});

test("the server can change a look while a form field has an error", async ({ spacePage, page, pageErrors }) => {
  pageErrors.allow(/The studio|net::ERR_FAILED|status of 422/);
  await page.route(/studio_worker.*\.js/, (route) => route.abort());
  const { look } = spacePage;
  await spacePage.open("?kind=wifi");
  await spacePage.answer("Network name").fill("Guests");
  await spacePage.answer("Password").fill("come on in");
  await look.open();
  await look.choice("Modules", "Dots").check();
  await expect(look.verdict).toContainText("asks the server instead");
  await spacePage.answer("Password").fill("short");
  await look.preset("Ocean").click();
  await expect(page).toHaveURL(/\/preview$/);
  await expect(look.field("Ink")).toHaveValue("#0b3d91");
  await expect(spacePage.answer("Network name")).toHaveValue("Guests");
});

test("a slow worker is reported, and its result is shown in the end", async ({ spacePage, page }) => {
  const { look } = spacePage;
  const held = await hold(page, /studio.*\.wasm/);
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  await look.preset("Dots").click();
  await expect(look.verdict).toContainText("takes long");
  await expect(look.previewButton).toBeVisible();
  held.release();
  await expect(look.picture).toBeVisible();
  await expect(look.previewButton).toBeHidden();
});

test("when the studio is blocked, clicks go to the server", async ({ spacePage, page, pageErrors }) => {
  pageErrors.allow(/Looks are drawn by the server|net::ERR_FAILED/);
  await page.route(studio, (route) => route.abort());
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  expect(textIn(await bytesOf(await look.download("PNG")))).toBe(text);
  await expect(look.verdict).toContainText("This browser could not draw the code. “Preview” asks the server instead.");
  await expect(page.getByRole("button", { name: "Data URI", exact: true })).toBeVisible();
  await look.open();
  await look.choice("Modules", "Dots").check();
  await look.previewButton.click();
  await expect(page).toHaveURL(/\/preview$/);
  await expect(look.picture).toBeVisible();
  await expect(look.verdict).toContainText("Scans");
});

test("a studio that never loads blocks neither pages nor clicks", async ({ spacePage, page }) => {
  await page.route(studio, () => {});
  const { look } = spacePage;
  // A look makes the page load the studio at once.
  await spacePage.open("?shape=dots");
  await spacePage.text.fill(text);
  await look.preset("Ocean").click();
  await expect(page).toHaveURL(/\/preview$/);
  await expect(look.preset("Ocean")).toHaveAttribute("aria-pressed", "true");
  await expect(look.picture).toBeVisible();
});

test("a studio that loads late takes over", async ({ spacePage, page }) => {
  const held = await hold(page, studio);
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  await expect(look.verdict).toContainText("asks the server instead");
  await look.choice("Modules", "Dots").check();
  held.release();
  expect(await look.svg()).toContain("<svg");
  await expect(look.previewButton).toBeHidden();
  await expect(look.verdict).toContainText("Scans");
  await expect(look.link).toHaveAttribute("href", /\?shape=dots$/);
  await expect(look.preset("Classic")).toHaveAttribute("aria-pressed", "false");
  await expect(look.summary).toContainText("Your own");
  await spacePage.open();
  await expect(look.choice("Modules", "Dots")).toBeChecked();
});

test("the server's verdict stays until something changes", async ({ spacePage, page, pageErrors }) => {
  pageErrors.allow(/The studio|Looks are drawn by the server|net::ERR_FAILED/);
  const { look } = spacePage;
  for (const script of [/studio_worker.*\.js/, studio]) {
    await page.unrouteAll();
    await page.route(script, (route) => route.abort());
    await spacePage.open();
    await spacePage.text.fill(text);
    await look.open();
    await look.choice("Modules", "Dots").check();
    await look.previewButton.click();
    await expect(page).toHaveURL(/\/preview$/);
    await spacePage.awake();
    await expect(look.previewButton).toBeVisible();
    await expect(look.verdict).toContainText(/Scans .*\d+ of 100/);
    await look.choice("Modules", "Rounded").check();
    await expect(look.verdict).toContainText("asks the server instead");
    await page.evaluate(() => sessionStorage.clear());
  }
});

test("the server's verdict disappears when the look changes", async ({ spacePage, page, pageErrors }) => {
  pageErrors.allow(/The studio|net::ERR_FAILED/);
  await page.route(/studio_worker.*\.js/, (route) => route.abort());
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  await look.choice("Modules", "Dots").check();
  const held = await hold(page, studio);
  await look.previewButton.click();
  await expect(page).toHaveURL(/\/preview$/);
  await expect(look.verdict).toContainText("Scans");
  await look.choice("Modules", "Rounded").check();
  held.release();
  await spacePage.awake();
  await expect(look.verdict).toContainText("asks the server instead");
});
