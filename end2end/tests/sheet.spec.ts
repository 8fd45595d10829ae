// Codes on pages of labels: chosen on the page of a space, shown, and downloaded.
import { readFile } from "node:fs/promises";

import AxeBuilder from "@axe-core/playwright";

import { SheetPage } from "../pages/sheet-page.ts";
import { expect, test } from "../support/test.ts";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("ticked codes are shown on their labels and downloaded", async ({ spacePage, page, api }) => {
      await api.saveMany(["one", "two", "three"]);
      await (javaScriptEnabled ? spacePage.open() : spacePage.openAsleep());
      const sheet = new SheetPage(page);
      await sheet.openFor([1, 3]);
      await expect(sheet.summary).toHaveText("2 codes on 2 labels, 1 page.");
      expect(await sheet.shownCodes()).toBe(2);
      if (javaScriptEnabled) expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

      await sheet.format.selectOption("avery-5160");
      await sheet.words.selectOption("number");
      await sheet.copies.fill("20");
      await sheet.used.fill("5");
      await sheet.show();
      await expect(sheet.summary).toHaveText("2 codes on 40 labels, 2 pages.");
      await expect(sheet.picture).toHaveAttribute("viewBox", "0 0 215.9 279.4");
      await expect(sheet.format).toHaveValue("avery-5160");

      const download = await sheet.download();
      expect(download.suggestedFilename()).toMatch(/-labels\.pdf$/);
      const file = await readFile(await download.path());
      expect(file.subarray(0, 8).toString()).toBe("%PDF-1.4");
      expect(file.toString("latin1").match(/\/Type\/Page\//g)).toHaveLength(2);
    });

    test("a grid that does not fit is explained, and what was typed stays", async ({ spacePage, page, api, pageErrors }) => {
      pageErrors.allow(/status of 422/);
      await api.saveMany(["one"]);
      await (javaScriptEnabled ? spacePage.open() : spacePage.openAsleep());
      const sheet = new SheetPage(page);
      await sheet.openFor([1]);
      await sheet.format.selectOption({ label: "A grid of your own" });
      await sheet.columns.fill("30");
      await sheet.show();
      await expect(sheet.refusal).toContainText("30 columns leave 4.4 mm for each label");
      await expect(sheet.columns).toHaveValue("30");
      if (javaScriptEnabled) expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await sheet.columns.fill("4");
      await sheet.show();
      await expect(sheet.summary).toHaveText("1 code on 1 label, 1 page.");
      // It is remembered.
      await page.getByRole("link", { name: "All photos and codes" }).click();
      await sheet.openFor([1]);
      await expect(sheet.columns).toHaveValue("4");
    });
  });
}

test("all that a search finds is printed, without being ticked one by one", async ({ spacePage, page, api }) => {
  await api.saveMany([...Array.from({ length: 30 }, (_, n) => `menu ${n}`), "other"]);
  await spacePage.open("?q=menu");
  await page.getByRole("checkbox", { name: "Choose all" }).check();
  await page.getByRole("button", { name: "Print labels" }).click();
  const sheet = new SheetPage(page);
  await expect(sheet.summary).toHaveText("30 codes on 30 labels, 2 pages.");
  expect(await sheet.shownCodes()).toBe(21);
});

test("a code too dense for its label is left out, with the size that would do", async ({ spacePage, page, api }) => {
  await api.saveMany(["short", "a".repeat(300)]);
  await spacePage.open();
  const sheet = new SheetPage(page);
  await sheet.openFor([1, 2]);
  await sheet.format.selectOption("avery-l7651");
  await sheet.show();
  await expect(sheet.summary).toHaveText("1 code on 1 label, 1 page.");
  await expect(sheet.notes).toHaveText([/^1 code would be too small to scan on these labels.*such as Avery L7120\.$/]);
});

test("the page is usable on a narrow screen", async ({ spacePage, page, api }) => {
  await api.saveMany(["one"]);
  await page.setViewportSize({ width: 320, height: 700 });
  await spacePage.open();
  const sheet = new SheetPage(page);
  await sheet.openFor([1]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});
