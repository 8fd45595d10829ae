// Saving, listing, downloading and removing with JavaScript off.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { bytesOf, textIn } from "../support/picture.ts";
import { expect, test } from "../support/test.ts";

test.use({ javaScriptEnabled: false });

test("save: the page reloads with the entry on top", async ({ spacePage, api }) => {
  await spacePage.openAsleep();
  await spacePage.level("H").check();
  await spacePage.save("first line\nsecond line", "Two lines");
  await expect(spacePage.page).toHaveURL(/[?&]saved=1\b/);
  await expect(spacePage.row(1)).toContainText("Two lines");
  await expect(spacePage.notice).toContainText("#1");
  await expect(spacePage.text).toHaveValue("");
  expect((await api.entry(1)).value).toBe("first line\nsecond line");
});

test("refused: status, message, and everything typed", async ({ spacePage, pageErrors }) => {
  pageErrors.allow(/status of 422/);
  await spacePage.openAsleep();
  const too_long = "ä".repeat(1300);
  await spacePage.level("Q").check();
  const answer = spacePage.page.waitForResponse((response) => response.request().method() === "POST");
  await spacePage.save(too_long, "My name");
  expect((await answer).status()).toBe(422);
  await expect(spacePage.text).toHaveValue(too_long);
  await expect(spacePage.text).toHaveAccessibleDescription(/\d/);
  await expect(spacePage.name).toHaveValue("My name");
  await expect(spacePage.level("Q")).toBeChecked();
});

test("page through the listing, and open an entry", async ({ spacePage, entryPage, api }) => {
  await api.saveMany(Array.from({ length: 30 }, (_, i) => `entry ${i + 1}`));
  await spacePage.openAsleep();
  await expect(spacePage.total).toHaveText("30");
  await spacePage.pages.getByRole("link", { name: "Older" }).click();
  await expect(spacePage.row(1)).toContainText("entry 1");
  await spacePage.title(1).click();
  await expect(entryPage.heading).toHaveText("entry 1");
  await entryPage.back.click();
  await expect(spacePage.row(30)).toBeVisible();
});

test("download", async ({ spacePage, server, api }) => {
  const { key } = await api.save("take me along");
  await spacePage.openAsleep();
  const png = await bytesOf(await spacePage.downloadOf(1, "PNG"));
  expect(png.equals(await readFile(join(server.bucket, key)))).toBe(true);
  expect(textIn(png)).toBe("take me along");
  expect((await bytesOf(await spacePage.downloadOf(1, "SVG"))).toString()).toMatch(/^<(\?xml|svg)/);
});

test("remove, and undo it", async ({ spacePage, entryPage, api, pageErrors }) => {
  pageErrors.allow(/status of 410/);
  await api.saveMany(["one", "two"]);
  await spacePage.openAsleep();
  await spacePage.remove(2);
  await expect(spacePage.notice).toContainText("Removed #2");
  await spacePage.expectIds([1]);
  await spacePage.undoButton.click();
  await spacePage.expectIds([2, 1]);

  await entryPage.page.goto(entryPage.url(1));
  await entryPage.removeButton.click();
  await spacePage.expectIds([2]);
  await entryPage.page.goto(entryPage.url(1));
  await entryPage.restoreButton.click();
  await spacePage.expectIds([2, 1]);
});

test("typed text and name survive Back", async ({ spacePage, page, api }) => {
  await api.save("already here");
  await spacePage.openAsleep();
  await spacePage.text.fill("typed");
  await spacePage.name.fill("A name");
  await spacePage.title(1).click();
  await page.goBack();
  await expect(spacePage.text).toHaveValue("typed");
  await expect(spacePage.name).toHaveValue("A name");
});
