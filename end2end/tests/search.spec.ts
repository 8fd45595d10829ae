// Searching, filtering and sorting the listing: while one types, from an address, live, and without JavaScript.
import AxeBuilder from "@axe-core/playwright";

import { Search } from "../pages/search.ts";
import { expect, test } from "../support/test.ts";

test.beforeEach(async ({ api }) => {
  await api.save("https://example.com/menu", "Menu of the day");
  await api.describe(1, { labels: ["lunch"] });
  await api.save("WIFI:S:Guests;T:WPA;P:secret42;;", "Café");
  await api.save("plain text");
});

test("the listing follows what is typed, and the address says it", async ({ spacePage, page }) => {
  await spacePage.open();
  const search = new Search(page);
  await page.keyboard.press("/");
  await expect(search.words).toBeFocused();
  await page.keyboard.type("CAFE");
  await spacePage.expectIds([2]);
  await expect(search.heading).toHaveText("Found");
  await expect(spacePage.total).toHaveText("1");
  await expect(page).toHaveURL(/\?q=CAFE$/);
  await page.reload();
  await spacePage.awake();
  await spacePage.expectIds([2]);
  await expect(search.words).toHaveValue("CAFE");

  await search.words.fill("lunch menu");
  await spacePage.expectIds([1]);
  await search.words.fill("nothing like this");
  await spacePage.expectIds([]);
  await expect(page.getByText("Nothing was found.")).toBeVisible();
  await search.words.press("Escape");
  await spacePage.expectIds([3, 2, 1]);
  await expect(search.words).toHaveValue("");
  await expect(page).toHaveURL(/\/s\/[^?]*$/);
  await expect(search.heading).toHaveText("In the bucket");
});

test("kind and order are chosen, and lead back to everything", async ({ spacePage, page, api }) => {
  await spacePage.open();
  const search = new Search(page);
  await search.order.selectOption("Name, A to Z");
  await spacePage.expectIds([2, 1, 3]);
  await search.order.selectOption("Number, lowest first");
  await spacePage.expectIds([1, 2, 3]);
  await search.kind.selectOption("Photos");
  await spacePage.expectIds([]);
  await search.showAll.click();
  await spacePage.expectIds([3, 2, 1]);
  await expect(search.kind).toHaveValue("");
  await api.saveMany(Array.from({ length: 50 }, (_, n) => `entry ${n}`));
  await spacePage.open("?sort=number&q=entry");
  await spacePage.pages.getByRole("link", { name: "Last" }).click();
  await expect(page).toHaveURL(/\?q=entry&sort=number&page=3#listing$/);
  await spacePage.expectIds([52, 53]);
});

test("what is found is live, in both of two browsers", async ({ spacePage, anotherSpacePage, page, api }) => {
  const other = await anotherSpacePage();
  await spacePage.open("?q=menu");
  await other.open("?sort=name");
  await spacePage.expectIds([1]);
  await api.save("another menu", "A");
  await spacePage.expectIds([4, 1]);
  await other.expectIds([4, 2, 1, 3]);
  await spacePage.remove(1);
  await spacePage.expectIds([4]);
  await other.expectIds([4, 2, 3]);
  await spacePage.undoButton.click();
  await spacePage.expectIds([4, 1]);
  await expect(new Search(page).words).toHaveValue("menu");
});

test("what was typed before the page is awake is searched for", async ({ spacePage, page }) => {
  const scripts: (() => void)[] = [];
  await page.route(/\.wasm/, (route) => new Promise<void>((done) => scripts.push(() => done(route.continue()))));
  await page.goto(spacePage.url);
  const search = new Search(page);
  await search.words.fill("guests");
  scripts.forEach((go) => go());
  await page.unroute(/\.wasm/);
  await spacePage.awake();
  await spacePage.expectIds([2]);
});

test("the form is accessible and fits a phone", async ({ spacePage, page }) => {
  for (const width of [360, 768, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await spacePage.open("?q=nothing&sort=-size");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    const box = await new Search(page).words.boundingBox();
    expect(box!.height).toBeGreaterThanOrEqual(44);
  }
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the form searches", async ({ spacePage, page }) => {
    await spacePage.openAsleep();
    const search = new Search(page);
    await search.words.fill("plain");
    await search.button.click();
    await spacePage.expectIds([3]);
    await expect(search.words).toHaveValue("plain");
    await search.showAll.click();
    await spacePage.expectIds([3, 2, 1]);
    await search.order.selectOption("Name, Z to A");
    await search.button.click();
    await spacePage.expectIds([3, 1, 2]);
  });
});
