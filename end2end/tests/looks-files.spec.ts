// Files of a styled code, from browser and server.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { hold } from "../support/held.ts";
import { bytesOf, textIn } from "../support/picture.ts";
import { expect, test } from "../support/test.ts";

const text = "https://example.com/menu";

test("files are created without saving: text for terminals, a data URI on the clipboard", async ({ spacePage, page, context, api }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await spacePage.open();
  await spacePage.text.fill(text);
  const terminal = await spacePage.look.download("text for terminals");
  expect(terminal.suggestedFilename()).toBe("https-example-com-menu.txt");
  expect((await bytesOf(terminal)).toString()).toMatch(/^[ ▀▄█\n]+$/);
  await page.getByRole("button", { name: "Copy data URI" }).click();
  await expect(page.getByRole("button", { name: "Copy data URI" })).toHaveClass(/is-copied/);
  const uri = await page.evaluate(() => navigator.clipboard.readText());
  expect(textIn(Buffer.from(uri.replace("data:image/png;base64,", ""), "base64"))).toBe(text);
  expect((await api.listing()).total).toBe(0);
});

test("two clicks while the studio loads download one file", async ({ spacePage, page }) => {
  const held = await hold(page, /\/studio(?!_).*\.js/);
  const files: string[] = [];
  page.on("download", (download) => files.push(download.suggestedFilename()));
  await spacePage.open();
  await spacePage.text.fill(text);
  const button = page.getByRole("button", { name: "Download PNG", exact: true });
  await button.click();
  await button.click();
  await expect.poll(() => held.asked).toBe(1);
  held.release();
  await expect.poll(() => files.length).toBe(1);
  await spacePage.look.download("PDF");
  expect(files).toEqual(["https-example-com-menu.png", "https-example-com-menu.pdf"]);
});

test("a file of an empty text is refused with a message", async ({ spacePage, page }) => {
  await spacePage.open();
  await page.getByRole("button", { name: "Download PDF" }).click();
  await expect(spacePage.look.verdict).toContainText("type a text");
  await expect(spacePage.text).toBeFocused();
});

test("the file, its SVG and its row look like the preview", async ({ spacePage, entryPage, server, api }) => {
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  await look.preset("Sunset").click();
  const svg = await look.svg();
  const png = await bytesOf(await look.download("PNG"));
  const pdf = await bytesOf(await look.download("PDF"));
  await spacePage.saveButton.click();
  await spacePage.expectIds([1]);
  const { key, style } = await api.entry(1);
  expect(png.equals(await readFile(join(server.bucket, key)))).toBe(true);
  expect((await bytesOf(await spacePage.downloadOf(1, "SVG"))).toString()).toBe(svg);
  expect(style?.score?.points).toBeGreaterThan(60);

  await entryPage.open(1);
  await expect(entryPage.page.getByRole("region", { name: "Look" })).toContainText("Connected, round");
  await expect(entryPage.page.getByRole("region", { name: "Look" })).toContainText(/\d+ of 100/);
  const [download] = await Promise.all([
    entryPage.page.waitForEvent("download"),
    entryPage.page.getByRole("link", { name: "Download PDF #1", exact: true }).click(),
  ]);
  expect((await bytesOf(download)).equals(pdf)).toBe(true);

  await entryPage.page.getByRole("link", { name: "Use this look" }).click();
  await expect(look.field("Ink")).toHaveValue("#7a1f5c");
  await expect(look.preset("Sunset")).toHaveAttribute("aria-pressed", "true");
});
