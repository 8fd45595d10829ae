// Looks survive the page: in the tab, in a link, as the space's default.
import { hold } from "../support/held.ts";
import { expect, test } from "../support/test.ts";

const text = "https://example.com/menu";

test("the chosen look survives page loads and saves", async ({ spacePage, api }) => {
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  await look.preset("Berry").click();
  await look.field("Quiet zone").fill("5");
  const svg = await look.svg();
  await spacePage.open();
  await expect(spacePage.text).toHaveValue(text);
  await expect(look.field("Quiet zone")).toHaveValue("5");
  expect(await look.svg()).toBe(svg);
  await spacePage.saveButton.click();
  await spacePage.expectIds([1]);
  await expect(look.field("Ink")).toHaveValue("#9d174d");
  const { style } = await api.entry(1);
  expect(style?.look).toBe("shape=rounded&finder=rounded&ball=rounded&ink=9d174d&gradient=radial&ink-2=3b0764&quiet=5");
});

test("a look chosen while the page wakes is not overwritten by the stored one", async ({ spacePage, page }) => {
  const { look } = spacePage;
  await spacePage.open();
  await look.open();
  await look.preset("Berry").click();
  await expect(look.preset("Berry")).toHaveAttribute("aria-pressed", "true");
  const held = await hold(page, /\/studio(?!_).*\.js/);
  await spacePage.openAsleep();
  await look.open();
  await look.choice("Modules", "Dots").check();
  held.release();
  await spacePage.awake();
  await expect(look.link).toHaveAttribute("href", /\?shape=dots$/);
  await expect(look.choice("Modules", "Dots")).toBeChecked();
  await spacePage.open();
  await expect(look.choice("Modules", "Dots")).toBeChecked();
  await expect(look.field("Ink")).toHaveValue("#000000");
});

test("a link carries the look", async ({ spacePage, anotherBrowser }) => {
  const { look } = spacePage;
  await spacePage.open();
  await look.open();
  await look.preset("Forest").click();
  await expect(look.preset("Forest")).toHaveAttribute("aria-pressed", "true");
  await look.field("Quiet zone").fill("7");
  const href = (await look.link.getAttribute("href")) ?? "";
  expect(href).toContain("quiet=7");
  const page = await anotherBrowser();
  await page.goto(new URL(href, spacePage.url).href);
  await expect(page.locator("#quiet")).toHaveValue("7");
  await expect(page.locator("#ink")).toHaveValue("#1b4332");
  await expect(page.locator(".look")).toHaveAttribute("open", "");
});

test("a look becomes the default of the space", async ({ spacePage }) => {
  const { look } = spacePage;
  await spacePage.open();
  await look.open();
  await look.preset("Ink").click();
  await look.defaultButton.click();
  await expect(look.status).toContainText("new codes in this space start with this look");
  await spacePage.open();
  await expect(look.preset("Ink")).toHaveAttribute("aria-pressed", "true");
  await look.preset("Classic").click();
  await expect(look.preset("Classic")).toHaveAttribute("aria-pressed", "true");
  const href = (await look.link.getAttribute("href")) ?? "";
  await spacePage.page.goto(new URL(href, spacePage.url).href);
  await spacePage.awake();
  await expect(look.summary).toContainText("Classic");
});

test("contents have looks too, and both survive page loads", async ({ spacePage, api }) => {
  const { look } = spacePage;
  await spacePage.open("?kind=wifi");
  await spacePage.answer("Network name").fill("Guests");
  await spacePage.answer("Password").fill("come on in");
  await look.open();
  await look.preset("Dots").click();
  await look.field("Quiet zone").fill("5");
  // 29 modules and twice the quiet zone.
  await expect.poll(() => look.svg()).toContain('viewBox="0 0 39 39"');
  const svg = await look.svg();
  const name = (await look.download("PDF")).suggestedFilename();
  expect(name).toBe("wi-fi-network-guests.pdf");
  await spacePage.open("?kind=wifi");
  await expect(spacePage.answer("Password")).toHaveValue("come on in");
  await expect(look.field("Quiet zone")).toHaveValue("5");
  expect(await look.svg()).toBe(svg);
  await spacePage.saveButton.click();
  await spacePage.expectIds([1]);
  const { style, value } = await api.entry(1);
  expect(style?.look).toContain("shape=dots");
  expect(value).toContain("WIFI:");
  // Another quiet zone is neither shape nor colour.
  await expect(look.preset("Dots")).toHaveAttribute("aria-pressed", "true");
});

test("a look in the URL overrides the one chosen before", async ({ spacePage, api, entryPage }) => {
  await api.save(text);
  const { look } = spacePage;
  await spacePage.open();
  await look.open();
  await look.preset("Berry").click();
  await expect(look.preset("Berry")).toHaveAttribute("aria-pressed", "true");
  await spacePage.open("?look=plain");
  await expect(look.summary).toContainText("Classic");
  await spacePage.open("?ink=14213d");
  await expect(look.field("Ink")).toHaveValue("#14213d");
  await entryPage.open(1);
  await entryPage.page.getByRole("link", { name: "Use this look" }).click();
  await spacePage.awake();
  await expect(look.summary).toContainText("Classic");
  // Without a look in the URL, the previous one applies.
  await spacePage.open();
  await expect(look.field("Ink")).toHaveValue("#9d174d");
});

test("a save waits for a preset chosen before it", async ({ spacePage, page, api }) => {
  const held = await hold(page, /studio.*\.wasm/);
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  await look.preset("Ink").click();
  await spacePage.saveButton.click();
  await expect(spacePage.saveButton).toHaveAttribute("aria-busy", "true");
  expect((await api.listing()).total).toBe(0);
  held.release();
  await spacePage.expectIds([1]);
  expect((await api.entry(1)).style?.look).toContain("ink=14213d");
});
