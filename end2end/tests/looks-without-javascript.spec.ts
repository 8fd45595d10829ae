// Looks with JavaScript off: the server draws, and everything typed stays.
import { join } from "node:path";

import { bytesOf, textIn } from "../support/picture.ts";
import { expect, test } from "../support/test.ts";

test.use({ javaScriptEnabled: false });

const text = "https://example.com/menu";
const logo = join(import.meta.dirname, "../../qr/tests/logo.png");

test("choose, preview, save", async ({ spacePage, api }) => {
  const { look } = spacePage;
  await spacePage.openAsleep();
  await spacePage.text.fill(text);
  await spacePage.name.fill("Menu");
  await look.open();
  await look.choice("Modules", "Dots").check();
  await look.field("Ink").fill("#14213d");
  await look.previewButton.click();
  await expect(look.picture).toBeVisible();
  await expect(spacePage.text).toHaveValue(text);
  await expect(spacePage.name).toHaveValue("Menu");
  await expect(look.choice("Modules", "Dots")).toBeChecked();
  await expect(look.field("Ink")).toHaveValue("#14213d");
  await expect(look.verdict).toContainText(/Scans .*\d+ of 100/);
  expect((await api.listing()).total).toBe(0);
  await spacePage.saveButton.click();
  await expect(spacePage.row(1)).toContainText("Menu");
  expect((await api.entry(1)).style?.look).toBe("shape=dots&ink=14213d");
});

test("a preset, and a file of it", async ({ spacePage }) => {
  const { look } = spacePage;
  await spacePage.openAsleep();
  await spacePage.text.fill(text);
  await look.open();
  await look.preset("Ocean").click();
  await expect(look.preset("Ocean")).toHaveAttribute("aria-pressed", "true");
  await expect(look.picture).toBeVisible();
  const png = await look.download("PNG");
  expect(png.suggestedFilename()).toBe("https-example-com-menu.png");
  expect(textIn(await bytesOf(png))).toBe(text);
  expect((await bytesOf(await look.download("PDF"))).toString("latin1")).toMatch(/^%PDF/);
  expect((await bytesOf(await look.download("text for terminals"))).toString()).toMatch(/^[ ▀▄█\n]+$/);
});

test("without JavaScript a data URI is shown instead of copied", async ({ spacePage, page, pageErrors }) => {
  // The test's own scripts, which a document of somebody's bytes does not run.
  pageErrors.allow(/Blocked script execution/);
  await spacePage.openAsleep();
  await spacePage.text.fill(text);
  const button = page.getByRole("button", { name: "Data URI", exact: true });
  await button.click();
  await expect(page.locator("body")).toHaveText(/^data:image\/png;base64,/);
});

test("Enter in the name field saves, whatever other buttons there are", async ({ spacePage, page }) => {
  await spacePage.openAsleep();
  await spacePage.text.fill(text);
  await spacePage.name.press("Enter");
  await expect(page).toHaveURL(/[?&]saved=1\b/);
});

test("an error explains what cannot be drawn, and fields keep their values", async ({ spacePage, page, pageErrors }) => {
  pageErrors.allow(/status of 422/);
  const { look } = spacePage;
  await spacePage.openAsleep();
  await spacePage.text.fill(text);
  await look.open();
  await look.choice("Corners", "Rounded").check();
  await look.field("Ink").fill("#f0f0f0");
  const answer = page.waitForResponse((response) => response.request().method() === "POST");
  await spacePage.saveButton.click();
  expect((await answer).status()).toBe(422);
  await expect(spacePage.alert).toContainText("is too close to the background");
  await expect(look.choice("Corners", "Rounded")).toBeChecked();
  await expect(spacePage.text).toHaveValue(text);
});

test("a logo", async ({ spacePage, page }) => {
  const { look } = spacePage;
  await spacePage.openAsleep();
  await spacePage.text.fill(text);
  await look.open();
  await look.field("PNG, JPEG or SVG").setInputFiles(logo);
  await page.locator("#composer").getByRole("button", { name: "Upload" }).click();
  await expect(page.getByAltText("The logo")).toBeVisible();
  await expect(look.picture).toBeVisible();
  await expect(spacePage.text).toHaveValue(text);
  await look.preset("Ocean").click();
  await expect(look.preset("Ocean")).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByAltText("The logo")).toBeVisible();
  await look.field("Remove").check();
  await look.previewButton.click();
  await expect(page.getByAltText("The logo")).toBeHidden();
});

test("the space's default look, and a link that overrides it", async ({ spacePage, page }) => {
  const { look } = spacePage;
  await spacePage.openAsleep();
  await look.open();
  await look.preset("Ink").click();
  await look.defaultButton.click();
  await expect(look.status).toContainText("start with this look");
  await spacePage.openAsleep();
  await expect(look.field("Ink")).toHaveValue("#14213d");
  await spacePage.openAsleep("?look=plain");
  await expect(look.summary).toContainText("Classic");
  await look.open();
  await look.preset("Ocean").click();
  await look.link.click();
  await expect(page).toHaveURL(/ink=0b3d91/);
  await expect(look.preset("Ocean")).toHaveAttribute("aria-pressed", "true");
});
