// The logo of a look.
import { join } from "node:path";

import { hold } from "../support/held.ts";
import { bytesOf, textIn } from "../support/picture.ts";
import { expect, test } from "../support/test.ts";

const text = "https://example.com/menu";
const logo = join(import.meta.dirname, "../../qr/tests/logo.png");
const red = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="#c00" d="M1 1h7v7H1z"/></svg>');

test("a logo is uploaded, shown, resized and removed", async ({ spacePage, api }) => {
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  await look.uploadLogo(logo);
  const with_logo = await look.svg();
  expect(with_logo).toContain("data:image/png;base64");
  await look.field("Share of the width").fill("15");
  await expect.poll(() => look.svg()).not.toBe(with_logo);
  expect(textIn(await bytesOf(await look.download("PNG")))).toBe(text);
  await spacePage.saveButton.click();
  await spacePage.expectIds([1]);
  expect((await api.entry(1)).style?.look).toMatch(/logo=[0-9a-f]{64}/);
  await look.field("Remove").check();
  await expect(look.picture).toBeHidden();
});

test("a logo that temporarily fails to load is not reported missing", async ({ spacePage, page, pageErrors }) => {
  pageErrors.allow(/The studio|status of 503/);
  const { look } = spacePage;
  await page.route(/\/logos\/.*\.png/, (route) => route.fulfill({ status: 503 }));
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  await look.uploadLogo(logo);
  await expect(look.verdict).toContainText("asks the server instead");
  await page.unroute(/\/logos\/.*\.png/);
  await look.field("Quiet zone").fill("5");
  await expect.poll(() => look.svg()).toContain("data:image/png;base64");
});

test("a file that is not a picture is refused as a logo", async ({ spacePage, page, pageErrors }) => {
  pageErrors.allow(/status of 4\d\d/);
  await spacePage.open();
  await spacePage.look.open();
  await spacePage.look.field("PNG, JPEG or SVG").setInputFiles({ name: "a.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
  await expect(page.locator("#logo-note")).toContainText("not a picture that can be read");
});

test("a preset keeps the logo, the caption and the size", async ({ spacePage, page }) => {
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  await look.uploadLogo(logo);
  await look.field("Share of the width").fill("15");
  await look.choice("Frame", "Label").check();
  await look.field("Caption").fill("Table 5");
  await look.field("Quiet zone").fill("6");
  await look.field("Unit").selectOption("pixels wide");
  await look.preset("Badge").click();
  await expect(look.preset("Badge")).toHaveAttribute("aria-pressed", "true");
  await expect(look.choice("Frame", "Badge")).toBeChecked();
  await look.preset("Ocean").click();
  await expect(look.preset("Ocean")).toHaveAttribute("aria-pressed", "true");
  await expect(look.summary).toContainText("Ocean");
  await expect(page.getByAltText("The logo")).toBeVisible();
  await expect(look.field("Share of the width")).toHaveValue("15");
  await expect(look.field("Caption")).toHaveValue("Table 5");
  await expect(look.field("Quiet zone")).toHaveValue("6");
  await expect(look.field("Size")).toHaveValue("600");
  await look.choice("Frame", "None").check();
  await look.preset("Dots").click();
  await expect(look.preset("Dots")).toHaveAttribute("aria-pressed", "true");
  await look.choice("Frame", "Label").check();
  await expect(look.field("Caption")).toHaveValue("Table 5");
  await look.field("Ink").fill("#7f1d1d");
  await expect(look.summary).toContainText("Your own");
});

test("of two logos the last chosen one wins, however slow the other is", async ({ spacePage, page }) => {
  const { look } = spacePage;
  let asked = 0;
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\/logo$/, async (route) => {
    asked += 1;
    if (asked === 1) await released;
    // The browser may have cancelled the first one.
    await route.continue().catch(() => {});
  });
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  const file = look.field("PNG, JPEG or SVG");
  await file.setInputFiles(logo);
  await expect(file).toHaveAttribute("aria-busy", "true");
  await expect.poll(() => asked).toBe(1);
  await file.setInputFiles({ name: "red.svg", mimeType: "image/svg+xml", buffer: red });
  await expect(page.getByAltText("The logo")).toBeVisible();
  const chosen = await look.logoId();
  await expect(file).not.toHaveAttribute("aria-busy");
  release();
  // Later requests are answered later.
  await look.defaultButton.click();
  await expect(look.status).toContainText("start with this look");
  expect(await look.logoId()).toBe(chosen);
});

test("a save waits for the logo, and never omits it", async ({ spacePage, page, api, pageErrors }) => {
  pageErrors.allow(/status of 4\d\d|net::ERR_FAILED/);
  const { look } = spacePage;
  let asked = 0;
  let release = () => {};
  const hold = () => new Promise<void>((resolve) => (release = resolve));
  await page.route(/\/logo$/, async (route) => {
    asked += 1;
    const is_first = asked === 1;
    await hold();
    await (is_first ? route.continue() : route.abort());
  });
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  const file = look.field("PNG, JPEG or SVG");
  await file.setInputFiles(logo);
  await spacePage.saveButton.click();
  await expect(spacePage.saveButton).toHaveAttribute("aria-busy", "true");
  expect((await api.listing()).total).toBe(0);
  await expect.poll(() => asked).toBe(1);
  release();
  await spacePage.expectIds([1]);
  expect((await api.entry(1)).style?.look).toMatch(/logo=[0-9a-f]{64}/);

  const before = await look.logoId();
  await spacePage.text.fill(`${text}/2`);
  await file.setInputFiles({ name: "red.svg", mimeType: "image/svg+xml", buffer: red });
  await spacePage.text.press("Control+Enter");
  await expect(spacePage.saveButton).toHaveAttribute("aria-busy", "true");
  await expect.poll(() => asked).toBe(2);
  release();
  await expect(page.locator("#logo-note")).toContainText("Nothing was saved");
  expect(await look.logoId()).toBe(before);
  expect((await api.listing()).total).toBe(1);
  await spacePage.saveButton.click();
  await spacePage.expectIds([2, 1]);
});

test("the browser refuses what the server would refuse, with the same message", async ({ spacePage, server, space, pageErrors }) => {
  pageErrors.allow(/status of 4\d\d/);
  const { look } = spacePage;
  await spacePage.open();
  await look.open();
  await look.preset("Dots").click();
  await spacePage.level("H").check();
  const long = "a".repeat(2_000);
  await spacePage.text.fill(long);
  await expect(look.verdict).toContainText("727 bytes too long for level H. It fits at level M.");
  await spacePage.level("M").check();
  // Payments require one level, and the logo needs another.
  await spacePage.text.fill("BCD\n002\n1\nSCT\n\nRed Cross\nDE02120300000000202051\nEUR12.3");
  await look.uploadLogo(logo);
  const body = new URLSearchParams({ text: long, level: "H", shape: "dots" });
  const there = await fetch(`${server.address}/s/${space}/preview`, { method: "POST", body });
  expect(await there.text()).toContain("727 bytes too long for level H. It fits at level M.");
  await expect(look.verdict).toContainText("A payment code must have level M, but the logo needs a higher one");
  await expect(look.picture).toHaveCSS("opacity", "0.25");
  await look.field("Remove").check();
  await expect(look.picture).toHaveCSS("opacity", "1");
});

test("a second save during the first one also waits for its logo", async ({ spacePage, page, api }) => {
  const hold = async (address: string | RegExp) => {
    let asked = () => {};
    let release = () => {};
    const is_asked = new Promise<void>((resolve) => (asked = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route(address, async (route) => {
      asked();
      await released;
      await route.continue();
    });
    return { is_asked, release };
  };
  const save = await hold(`${spacePage.url}/save`);
  const upload = await hold(/\/logo$/);
  const { look } = spacePage;
  await spacePage.open();
  await look.open();
  await spacePage.save(text);
  await save.is_asked;
  await spacePage.text.fill(`${text}/2`);
  await look.field("PNG, JPEG or SVG").setInputFiles(logo);
  await upload.is_asked;
  await spacePage.saveButton.click();
  upload.release();
  await expect(page.getByAltText("The logo")).toBeVisible();
  expect((await api.listing()).total).toBe(0);
  save.release();
  await spacePage.expectIds([2, 1]);
  const [with_logo, without] = (await api.listing()).entries;
  expect(with_logo).toMatchObject({ value: `${text}/2`, style: { look: expect.stringMatching(/logo=[0-9a-f]{64}/) } });
  expect(without?.style?.look ?? "").not.toContain("logo");
});

for (const how of ["pressed", "asked for by a key"]) {
  test(`a logo chosen before the studio loads is not lost by a save ${how}`, async ({
    spacePage,
    page,
    api,
  }) => {
    const held = await hold(page, /\/studio(?!_).*\.js/);
    const { look } = spacePage;
    await spacePage.open();
    await spacePage.text.fill(text);
    await look.open();
    await expect.poll(() => held.asked).toBe(1);
    await look.field("PNG, JPEG or SVG").setInputFiles(logo);
    if (how === "pressed") await spacePage.saveButton.click();
    else await spacePage.text.press("Control+Enter");
    held.release();
    await spacePage.expectIds([1]);
    expect((await api.entry(1)).style?.look).toMatch(/logo=[0-9a-f]{64}/);
  });
}
