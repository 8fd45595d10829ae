// Colours, the form of the listing, the switcher of spaces, and what an empty space offers.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { expect, test } from "../support/test.ts";

const paper = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

for (const javaScriptEnabled of [true, false]) {
  test.describe(`JavaScript ${javaScriptEnabled ? "on" : "off"}`, () => {
    test.use({ javaScriptEnabled, colorScheme: "light" });

    test("the colours are chosen, kept, and left to the system again", async ({ spacePage, page, api }) => {
      await api.save("one");
      await page.goto(`${spacePage.url}?sort=name`);
      const light = await paper(page);
      const colours = page.getByRole("form", { name: "Colours" });
      const button = (name: string) => colours.getByRole("button", { name });
      await expect(button("System")).toHaveAttribute("aria-pressed", "true");
      await button("Dark").press("Enter");
      await expect(button("Dark")).toHaveAttribute("aria-pressed", "true");
      await expect(page).toHaveURL(`${spacePage.url}?sort=name#colours`);
      const dark = await paper(page);
      expect(dark).not.toBe(light);
      await page.goto(`${spacePage.url}/trash`);
      expect(await paper(page)).toBe(dark);
      await page.emulateMedia({ colorScheme: "dark" });
      await button("Light").click();
      await expect(button("Light")).toHaveAttribute("aria-pressed", "true");
      expect(await paper(page)).toBe(light);
      await button("System").click();
      await expect(button("System")).toHaveAttribute("aria-pressed", "true");
      expect(await paper(page)).toBe(dark);
    });

    test("rows or pictures side by side: the choice is kept", async ({ spacePage, page, api }) => {
      await api.saveMany(["one", "two", "three"]);
      await page.goto(spacePage.url);
      const form = page.getByRole("form", { name: "Form of the listing" });
      await form.getByRole("button", { name: "Grid" }).click();
      await expect(form.getByRole("button", { name: "Grid" })).toHaveAttribute("aria-pressed", "true");
      const boxes = await spacePage.rows.evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().top));
      expect(new Set(boxes).size).toBe(1);
      await page.goto(`${spacePage.url}?q=o`);
      await expect(form.getByRole("button", { name: "Grid" })).toHaveAttribute("aria-pressed", "true");
      await form.getByRole("button", { name: "List" }).click();
      await expect(page).toHaveURL(`${spacePage.url}?q=o#listing`);
      await expect(form.getByRole("button", { name: "List" })).toHaveAttribute("aria-pressed", "true");
    });
  });
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`rows and grid are accessible at every width, ${colorScheme}`, async ({ spacePage, page, api }) => {
    await page.emulateMedia({ colorScheme });
    await api.saveMany(["https://example.com/a", "two"]);
    await api.describe(1, { name: "A name that is rather long for a picture", labels: ["lunch"] });
    await spacePage.open();
    for (const layout of ["Grid", "List"]) {
      await page.getByRole("form", { name: "Form of the listing" }).getByRole("button", { name: layout }).click();
      await spacePage.awake();
      await spacePage.openMenu(1);
      await expect(spacePage.menu(1)).toBeVisible();
      for (const width of [360, 768, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      }
    }
  });
}

test("while the server is away a form says so, and the page stays", async ({ spacePage, page, context, pageErrors }) => {
  pageErrors.allow(/ERR_INTERNET_DISCONNECTED|Failed to fetch|network/);
  await spacePage.open();
  await spacePage.text.fill("typed");
  await context.setOffline(true);
  const dark = page.getByRole("form", { name: "Colours" }).getByRole("button", { name: "Dark" });
  await dark.click();
  await expect(spacePage.notice).toContainText("The server cannot be reached.");
  await expect(spacePage.text).toHaveValue("typed");
  await context.setOffline(false);
  await dark.click();
  await expect(dark).toHaveAttribute("aria-pressed", "true");
});

test("spaces are switched in place, and a new one is created", async ({ spacePage, page, api, space, server }) => {
  await api.save("one");
  await spacePage.open();
  const link = page.locator(".masthead").getByRole("link", { name: "Spaces" });
  await link.press("Enter");
  await expect(link).toHaveAttribute("aria-expanded", "true");
  const panel = page.locator(".masthead-panel");
  await expect(panel.getByRole("link", { name: space, exact: true })).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await panel.getByRole("textbox", { name: "Open or create a space" }).fill(`${space}-new`);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${server.address}/s/${space}-new`);
  await expect(page.getByText("There is no such space yet.")).toBeVisible();
});

test("an empty space says what this is, and offers three codes to begin with", async ({ spacePage, page }) => {
  await spacePage.open();
  await expect(page.getByText("Qrate makes QR codes and keeps them")).toBeVisible();
  const samples = page.locator(".samples").getByRole("link");
  await expect(samples).toHaveCount(3);
  await samples.first().click();
  await spacePage.awake();
  await expect(spacePage.text).toHaveValue("https://example.com/menu");
  await spacePage.saveButton.click();
  await spacePage.expectIds([1]);
  await expect(samples.first()).toBeHidden();
});

test("new entries do not move rows that somebody reads: they are counted", async ({ spacePage, page, api }) => {
  await page.setViewportSize({ width: 1280, height: 500 });
  await api.saveMany(Array.from({ length: 20 }, (_, n) => `menu ${n}`));
  for (const query of ["", "?q=menu"]) {
    await spacePage.open(query);
    const before = await spacePage.ids();
    await spacePage.row(before[10]!).scrollIntoViewIfNeeded();
    await page.mouse.wheel(0, 300);
    await expect.poll(() => spacePage.row(before[0]!).evaluate((row) => row.getBoundingClientRect().top)).toBeLessThan(0);
    const place = () => spacePage.row(before[10]!).evaluate((row) => row.getBoundingClientRect().top);
    const top = await place();
    await api.saveMany(["menu new one", "menu new two"]);
    await expect(spacePage.newButton).toHaveText("2 new");
    await expect(spacePage.newButton).toBeInViewport();
    expect(await spacePage.ids()).toEqual(before);
    expect(Math.abs((await place()) - top)).toBeLessThan(2);
    await spacePage.newButton.click();
    await expect.poll(async () => (await spacePage.ids()).length).toBeGreaterThanOrEqual(before.length);
    await expect.poll(async () => (await spacePage.ids())[0]).toBe(before[0]! + 2);
    await expect(spacePage.newButton).toBeHidden();
  }
});

test("an entry prints on one page, a listing without the composer", async ({ spacePage, entryPage, page, api }) => {
  await api.save("https://example.com", "To print");
  await entryPage.open(1);
  await expect(page.getByText(/pixels wide: \d+\.\d mm at 300 dpi/)).toBeVisible();
  await page.emulateMedia({ media: "print" });
  for (const hidden of [page.getByRole("button"), page.locator(".masthead-spaces"), page.locator(".footer")]) {
    await expect(hidden.filter({ visible: true })).toHaveCount(0);
  }
  const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
  expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
  await page.emulateMedia({ media: "screen" });
  await spacePage.open();
  await page.emulateMedia({ media: "print" });
  await expect(spacePage.text).toBeHidden();
  await expect(spacePage.title(1)).toBeVisible();
});
