// Downloads: the same file wherever it comes from, readable by an independent decoder.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { EntryPage } from "../pages/entry-page.ts";
import { SpacePage } from "../pages/space-page.ts";
import { Api } from "../support/api.ts";
import { bytesOf, textIn } from "../support/picture.ts";
import { expect, test } from "../support/test.ts";

const text = "https://example.com/menu?day=Ünï&n=1";

test("the PNG drawn in the browser equals the file in the bucket, byte for byte", async ({ spacePage, server, api }) => {
  await spacePage.open();
  await spacePage.text.fill(text);
  const made_here = await bytesOf(await spacePage.downloadPreview("PNG"));
  await spacePage.saveButton.click();
  await spacePage.expectIds([1]);

  const in_bucket = await readFile(join(server.bucket, (await api.entry(1)).key));
  expect(made_here.equals(in_bucket)).toBe(true);
  const downloaded = await bytesOf(await spacePage.downloadOf(1, "PNG"));
  expect(downloaded.equals(in_bucket)).toBe(true);
});

test("the SVG equals the preview", async ({ spacePage }) => {
  await spacePage.open();
  await spacePage.text.fill(text);
  const path = await spacePage.preview.locator("path").first().getAttribute("d");
  const made_here = await bytesOf(await spacePage.downloadPreview("SVG"));
  expect(made_here.toString()).toContain(path);
  await spacePage.saveButton.click();
  await spacePage.expectIds([1]);
  const downloaded = await bytesOf(await spacePage.downloadOf(1, "SVG"));
  expect(downloaded.toString()).toBe(made_here.toString());
});

const names = [
  { text, name: "Menu of the Week", stem: "menu-of-the-week" },
  { text, name: "", stem: "https-example-com-menu-day-ünï-n-1" },
  { text: "日本語", name: "メニュー", stem: "メニュー" },
  { text: "Cafe\u0301 ΟΔΟΣ", name: "", stem: "café-οδος" },
  { text: "!?", name: "", stem: "qr-code" },
];
for (const { text, name, stem } of names) {
  test(`a file has the same name before and after saving: ${stem}`, async ({ spacePage, entryPage }) => {
    await spacePage.open();
    await spacePage.text.fill(text);
    await spacePage.name.fill(name);
    for (const format of ["PNG", "SVG"] as const) {
      const download = await spacePage.downloadPreview(format);
      expect(download.suggestedFilename()).toBe(`${stem}.${format.toLowerCase()}`);
    }
    await spacePage.saveButton.click();
    await spacePage.expectIds([1]);
    for (const format of ["PNG", "SVG"] as const) {
      const download = await spacePage.downloadOf(1, format);
      expect(download.suggestedFilename()).toBe(`${stem}.${format.toLowerCase()}`);
    }
    await entryPage.open(1);
    expect((await entryPage.download("PNG")).suggestedFilename()).toBe(`${stem}.png`);
  });
}

test("an independent decoder reads the downloaded file", async ({ spacePage, entryPage }) => {
  await spacePage.open();
  await spacePage.save(text);
  await spacePage.expectIds([1]);
  const from_listing = await spacePage.downloadOf(1, "PNG");
  expect(from_listing.suggestedFilename()).toMatch(/\.png$/);
  expect(textIn(await bytesOf(from_listing))).toBe(text);
  await entryPage.open(1);
  expect(textIn(await bytesOf(await entryPage.download("PNG")))).toBe(text);
});

test("the downloaded SVG shows a readable code", async ({ spacePage, page }) => {
  await spacePage.open();
  await spacePage.text.fill(text);
  const svg = await bytesOf(await spacePage.downloadPreview("SVG"));
  await page.goto(`data:image/svg+xml;base64,${svg.toString("base64")}`);
  expect(textIn(await page.screenshot())).toBe(text);
});

test("a download while the server is down does not leave the page", async ({ ownServer, page, space, pageErrors }) => {
  pageErrors.allowServerAway();
  const spacePage = new SpacePage(page, ownServer.address, space);
  const entryPage = new EntryPage(page, ownServer.address, space);
  await new Api(ownServer.address, space).save(text);
  for (const open of [() => spacePage.open("?kind=phone"), () => entryPage.open(1)]) {
    await open();
    const { href } = new URL(page.url());
    await ownServer.stop();
    await page.getByRole("link", { name: /^Download (PNG )?#1$/ }).click();
    await expect(spacePage.notice).toContainText("The server cannot be reached.");
    expect(page.url()).toBe(href);
    await ownServer.startAgain();
    await expect(spacePage.notice).toBeHidden();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: /^Download (PNG )?#1$/ }).click(),
    ]);
    expect(textIn(await bytesOf(download))).toBe(text);
  }
});

test("downloading a draft while the server is down keeps what was typed", async ({ ownServer, page, space, pageErrors }) => {
  pageErrors.allowServerAway(/drawn by the server/);
  const spacePage = new SpacePage(page, ownServer.address, space);
  await spacePage.open();
  await spacePage.text.fill(text);
  await ownServer.stop();
  // The studio is not loaded yet, and the server is down too.
  await page.getByRole("button", { name: "Download PNG" }).click();
  await expect(spacePage.notice).toContainText("The server cannot be reached.");
  await page.getByRole("button", { name: "Download PNG" }).click();
  await expect(spacePage.text).toHaveValue(text);
  await ownServer.startAgain();
  await expect(spacePage.notice).toBeHidden();
  expect(textIn(await bytesOf(await spacePage.downloadPreview("PNG")))).toBe(text);
  await expect(spacePage.text).toHaveValue(text);
});

test("the page reports a file that is gone", async ({ spacePage, entryPage, page, api, pageErrors }) => {
  pageErrors.allow(/status of 410/);
  await api.save(text);
  await entryPage.open(1);
  const { href } = new URL(page.url());
  // As if the removal had not arrived yet.
  await page.route("**/*.png?**", (route) => route.fulfill({ status: 410 }));
  await page.getByRole("link", { name: "Download PNG" }).click();
  await expect(spacePage.notice).toContainText("status 410");
  expect(page.url()).toBe(href);
});
