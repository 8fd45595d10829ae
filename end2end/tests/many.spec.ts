// Many codes at once: from a file or lines to a live progress, the mistakes and the archive; also without JavaScript.
import { readFile } from "node:fs/promises";

import AxeBuilder from "@axe-core/playwright";

import { ManyPage } from "../pages/many-page.ts";
import { expect, test } from "../support/test.ts";

const GUESTS = "name;text;labels\nAda;https://example.com/ada;\"guests, vip\"\n=1+1;;\nBob;https://example.com/bob;\n";

test("a file is shown, made while others watch, and downloaded", async ({ spacePage, anotherBrowser, server, space }) => {
  await spacePage.open();
  const browser = await anotherBrowser();
  const many = new ManyPage(browser, server.address, space);
  await browser.goto(spacePage.url);
  await browser.getByRole("link", { name: "Many at once" }).click();
  expect((await new AxeBuilder({ page: browser }).analyze()).violations).toEqual([]);
  await many.choose("guests.csv", GUESTS);
  await many.showButton.click();
  await expect(many.rows).toHaveCount(3);
  await expect(many.rows.nth(0)).toContainText("Ada");
  await expect(many.rows.nth(0).locator("img")).toHaveJSProperty("complete", true);
  await expect(many.rows.nth(1)).toContainText("Enter a text first.");
  await expect(many.separator).toHaveValue("semicolon");
  await expect(many.heading).toBeChecked();
  expect((await new AxeBuilder({ page: browser }).analyze()).violations).toEqual([]);
  await many.makeButton.click();
  await many.expectDone("2 of 3 made, 1 with a mistake");
  expect((await new AxeBuilder({ page: browser }).analyze()).violations).toEqual([]);
  await expect(spacePage.rows).toHaveCount(2);
  await expect(spacePage.rows.filter({ hasText: "Ada" }).getByRole("link", { name: "vip" })).toBeVisible();

  const mistakes = await many.download(many.mistakes);
  expect(await readFile(await mistakes.path(), "utf8")).toContain("3,'=1+1,,,Enter a text first.");
  expect((await many.download(many.archive)).suggestedFilename()).toMatch(/\.zip$/);
  await many.open();
  await expect(many.latest).toHaveCount(1);
  await expect(many.latest).toContainText("guests.csv");
});

test("progress is followed without a reload, and can be stopped", async ({ page, server, space }) => {
  const many = new ManyPage(page, server.address, space);
  await many.open();
  await many.choose("rows.txt", Array.from({ length: 20_000 }, (_, n) => `row ${n}`).join("\n"));
  await many.showButton.click();
  await expect(many.rows).toHaveCount(20);
  await many.makeButton.click();
  await expect(many.standing).toHaveText(/^[1-9][\d,]* of 20,000 made$/, { timeout: 60_000 });
  await many.stopButton.press("Enter");
  await expect(many.said).toHaveText("Stopped. What was made stays.");
  await expect(many.stopButton).toHaveCount(0);
});

test("what was not recognised is changed before anything is made", async ({ page, server, space, api }) => {
  const many = new ManyPage(page, server.address, space);
  await many.open();
  await many.lines.fill("title,url\nMenu,https://example.com\n");
  await many.showButton.click();
  await expect(many.rows).toHaveCount(2);
  await many.heading.check();
  await many.readAgainButton.click();
  await expect(many.rows).toHaveCount(1);
  await many.column("title").selectOption("Name");
  await many.column("url").selectOption("Text");
  await many.makeButton.click();
  await many.expectDone("1 of 1 made");
  await expect.poll(async () => (await api.listing()).entries[0]?.value).toBe("https://example.com");
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("lines are made, and a reload shows the progress", async ({ spacePage, page, server, space, pageErrors }) => {
    pageErrors.allow(/status of 422/);
    const many = new ManyPage(page, server.address, space);
    await many.open();
    await many.showButton.click();
    await expect(many.alert).toContainText("Paste some lines, or choose a file.");
    await many.lines.fill("one\ntwo\n");
    await many.showButton.click();
    await many.makeButton.click();
    await expect
      .poll(async () => {
        await page.reload();
        return many.said.textContent();
      })
      .toBe("Done.");
    await page.getByRole("link", { name: "To the codes" }).click();
    await expect(spacePage.rows).toHaveCount(2);
  });
});
