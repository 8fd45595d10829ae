// The look of a code: chosen, seen, shared, kept, saved.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { bytesOf, textIn } from "../support/picture.ts";
import { expect, test } from "../support/test.ts";

const text = "https://example.com/menu";
const logo = join(import.meta.dirname, "../../qr/tests/logo.png");

test("a preset is one press, and its code reads back", async ({ spacePage }) => {
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  const plain = await spacePage.preview.innerHTML();
  await look.open();
  await look.preset("Ocean").click();
  await expect(look.preset("Ocean")).toHaveAttribute("aria-pressed", "true");
  await expect(look.preset("Classic")).toHaveAttribute("aria-pressed", "false");
  await expect(look.summary).toContainText("Ocean");
  expect(await look.svg()).toContain("#0b3d91");
  await expect(look.choice("Modules", "Rounded")).toBeChecked();
  await expect(look.field("Ink")).toHaveValue("#0b3d91");
  await expect(look.verdict).toContainText("Scans well");
  expect(textIn(await bytesOf(await look.download("PNG")))).toBe(text);

  await look.preset("Classic").click();
  await expect(look.picture).toBeHidden();
  await expect(spacePage.preview).toBeVisible();
  expect(await spacePage.preview.innerHTML()).toBe(plain);
});

test("each field changes the picture at once, and each keystroke too", async ({ spacePage, page }) => {
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  const seen = new Set<string>();
  const expectAnother = async () => {
    await expect.poll(async () => seen.has(await look.svg())).toBe(false);
    seen.add(await look.svg());
  };
  await look.choice("Modules", "Dots").check();
  await expectAnother();
  await look.choice("Corners", "Rounded").check();
  await expectAnother();
  await look.choice("Corner centres", "Circle").check();
  await expectAnother();
  await look.field("Ink").fill("#7f1d1d");
  await expectAnother();
  await look.field("Gradient").selectOption("Falling");
  await look.field("Second ink").fill("#1e3a8a");
  await expectAnother();
  await look.field("Corner ink").fill("#14532d");
  await expectAnother();
  await look.field("Background").fill("#fff8f0");
  await expectAnother();
  await look.field("Quiet zone").fill("6");
  await expectAnother();
  await look.choice("Frame", "Badge").check();
  await look.field("Caption").fill("Scan me");
  await expectAnother();
  await spacePage.text.pressSequentially("/today");
  await expectAnother();
  await page.getByRole("checkbox", { name: "Transparent" }).check();
  await expectAnother();
  const png = await bytesOf(await look.download("PNG"));
  expect(png.subarray(1, 4).toString()).toBe("PNG");
});

test("a size in millimetres has its resolution, and another unit its own number", async ({ spacePage }) => {
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  await expect(look.field("Pixels an inch")).toBeHidden();
  await look.field("Unit").selectOption("millimetres wide");
  await expect(look.field("Size")).toHaveValue("30");
  await expect(look.field("Pixels an inch")).toHaveValue("300");
  const pdf = (await bytesOf(await look.download("PDF"))).toString("latin1");
  // 30 mm in points.
  expect(pdf).toMatch(/MediaBox ?\[ ?0 0 85\.0/);
  await look.field("Unit").selectOption("pixels wide");
  await expect(look.field("Size")).toHaveValue("600");
  const png = await bytesOf(await look.download("PNG"));
  expect(png.readUInt32BE(16)).toBe(600);
});

test("an empty size is that of its unit, here as on the server", async ({ spacePage, server, space }) => {
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  for (const [unit, words] of [["module", "pixels a module"], ["px", "pixels wide"], ["mm", "millimetres wide"]] as const) {
    await look.field("Unit").selectOption(words);
    await look.field("Size").fill("");
    const here = await bytesOf(await look.download("PNG"));
    const body = new URLSearchParams({ text, level: "M", unit, size: "", as: "png" });
    const there = await fetch(`${server.address}/s/${space}/draw`, { method: "POST", body });
    expect(there.status).toBe(200);
    expect(here.equals(Buffer.from(await there.arrayBuffer())), unit).toBe(true);
  }
});

test("a number of one unit does not stay in another after a preset", async ({ spacePage }) => {
  const { look } = spacePage;
  await spacePage.open();
  await look.open();
  await look.preset("Print").click();
  await expect(look.field("Size")).toHaveValue("30");
  await look.field("Unit").selectOption("pixels a module");
  await expect(look.field("Size")).toHaveValue("8");
});

test("what cannot be drawn is said in a sentence, and what scans badly is warned of", async ({ spacePage }) => {
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  await look.field("Ink").fill("#f0f0f0");
  await expect(look.verdict).toContainText("can hardly be told from the background");
  await look.field("Ink").fill("#999999");
  await expect(look.verdict).toContainText("The contrast is 2.8");
  await expect(look.verdict).toContainText(/\d+ of 100/);
  await look.field("Ink").fill("#000000");
  await look.field("Quiet zone").fill("1");
  await expect(look.verdict).toContainText("The quiet zone needs to be 4 modules wide, and has 1.");
  await look.field("Quiet zone").fill("99");
  await expect(look.verdict).toContainText("0 to 20 modules");
  await look.field("Quiet zone").fill("4");
  await look.choice("Frame", "Badge").check();
  await look.field("Caption").fill("日本");
  await expect(look.verdict).toContainText("cannot have “日”");
});

test("files are made without saving: text for terminals, and an address on the clipboard", async ({ spacePage, page, context, api }) => {
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

test("two presses while the studio loads make one file", async ({ spacePage, page }) => {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let asked = 0;
  await page.route(/\/studio(?!_).*\.js/, async (route) => {
    asked += 1;
    await released;
    await route.continue();
  });
  const files: string[] = [];
  page.on("download", (download) => files.push(download.suggestedFilename()));
  await spacePage.open();
  await spacePage.text.fill(text);
  const button = page.getByRole("button", { name: "Download PNG", exact: true });
  await button.click();
  await button.click();
  await expect.poll(() => asked).toBe(1);
  release();
  await expect.poll(() => files.length).toBe(1);
  await spacePage.look.download("PDF");
  expect(files).toEqual(["https-example-com-menu.png", "https-example-com-menu.pdf"]);
});

test("a file of nothing is refused with a sentence", async ({ spacePage, page }) => {
  await spacePage.open();
  await page.getByRole("button", { name: "Download PDF" }).click();
  await expect(spacePage.look.verdict).toContainText("type a text");
  await expect(spacePage.text).toBeFocused();
});

test("the look that was chosen is there when one comes back, and after a save", async ({ spacePage, api }) => {
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

test("the file, its SVG and its row have the look of the preview", async ({ spacePage, entryPage, server, api }) => {
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
    entryPage.page.getByRole("link", { name: "PDF", exact: true }).click(),
  ]);
  expect((await bytesOf(download)).equals(pdf)).toBe(true);

  await entryPage.page.getByRole("link", { name: "Use this look" }).click();
  await expect(look.field("Ink")).toHaveValue("#7a1f5c");
  await expect(look.preset("Sunset")).toHaveAttribute("aria-pressed", "true");
});

test("a link carries the look", async ({ spacePage, anotherBrowser }) => {
  const { look } = spacePage;
  await spacePage.open();
  await look.open();
  await look.preset("Forest").click();
  await look.field("Quiet zone").fill("7");
  const href = (await look.link.getAttribute("href")) ?? "";
  expect(href).toContain("quiet=7");
  const page = await anotherBrowser();
  await page.goto(new URL(href, spacePage.url).href);
  await expect(page.locator("#quiet")).toHaveValue("7");
  await expect(page.locator("#ink")).toHaveValue("#1b4332");
  await expect(page.locator(".look")).toHaveAttribute("open", "");
});

test("a logo is uploaded, seen, sized and removed", async ({ spacePage, api }) => {
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

test("a logo that cannot be loaded for the moment is not said to be missing", async ({ spacePage, page, complaints }) => {
  complaints.allow(/The studio|status of 503/);
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

test("what is no picture is refused as a logo", async ({ spacePage, page, complaints }) => {
  complaints.allow(/status of 4\d\d/);
  await spacePage.open();
  await spacePage.look.open();
  await spacePage.look.field("PNG, JPEG or SVG").setInputFiles({ name: "a.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
  await expect(page.locator("#logo-note")).toContainText("not a picture that can be read");
});

test("a look becomes that of the space", async ({ spacePage }) => {
  const { look } = spacePage;
  await spacePage.open();
  await look.open();
  await look.preset("Ink").click();
  await look.defaultButton.click();
  await expect(look.status).toContainText("new codes of this space begin with this look");
  await spacePage.open();
  await expect(look.preset("Ink")).toHaveAttribute("aria-pressed", "true");
  await look.preset("Classic").click();
  const href = (await look.link.getAttribute("href")) ?? "";
  await spacePage.page.goto(new URL(href, spacePage.url).href);
  await spacePage.awake();
  await expect(look.summary).toContainText("Classic");
});

test("where no worker runs the server draws", async ({ spacePage, page, complaints }) => {
  complaints.allow(/The studio|net::ERR_FAILED/);
  await page.route(/studio_worker.*\.js/, (route) => route.abort());
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  await look.choice("Modules", "Dots").check();
  await expect(look.verdict).toContainText("asks the server instead");
  await look.previewButton.click();
  await expect(page).toHaveURL(/\/preview$/);
  await expect(look.picture).toBeVisible();
  await expect(look.choice("Modules", "Dots")).toBeChecked();
});

test("a question that a worker never answers is given up with the worker", async ({ spacePage, page, complaints }) => {
  complaints.allow(/The studio|net::ERR_FAILED/);
  await page.addInitScript(() => {
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, question: { given: unknown[] }) {
      if (!String(question.given[2]).includes("quiet=9")) post.call(this, question);
    } as typeof post;
  });
  let loads = 0;
  let fail = () => {};
  const failing = new Promise<void>((resolve) => (fail = resolve));
  // The second worker that loads is the one that scores.
  await page.route(/studio.*\.wasm/, async (route) => {
    loads += 1;
    if (loads !== 2) return route.continue();
    await failing;
    return route.abort();
  });
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  await look.preset("Ocean").click();
  await expect(look.picture).toBeVisible();
  await expect.poll(() => loads).toBe(2);
  await look.field("Quiet zone").fill("9");
  const button = page.getByRole("button", { name: "Download PNG", exact: true });
  await button.click();
  await expect(button).toHaveAttribute("aria-busy", "true");
  fail();
  await expect(look.verdict).toContainText("asks the server instead");
  await expect(button).not.toHaveAttribute("aria-busy");
  const svg = await look.svg();
  await look.field("Quiet zone").fill("6");
  await expect.poll(() => look.svg()).not.toBe(svg);
  await expect(look.verdict).toContainText("Scans");
  expect(textIn(await bytesOf(await look.download("PNG")))).toBe(text);
});

test("a worker that is sent away while a logo loads is replaced", async ({ spacePage, page, complaints }) => {
  complaints.allow(/The studio|net::ERR_FAILED/);
  let loads = 0;
  let fail = () => {};
  const failing = new Promise<void>((resolve) => (fail = resolve));
  await page.route(/studio.*\.wasm/, async (route) => {
    loads += 1;
    if (loads !== 2) return route.continue();
    await failing;
    return route.abort();
  });
  let asked = 0;
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\/logos\/.*\.png/, async (route) => {
    asked += 1;
    await released;
    await route.continue();
  });
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  await look.preset("Dots").click();
  await expect(look.picture).toBeVisible();
  await expect.poll(() => loads).toBe(2);
  await look.field("PNG, JPEG or SVG").setInputFiles(logo);
  await expect.poll(() => asked).toBeGreaterThan(0);
  fail();
  await expect(look.verdict).toContainText("asks the server instead");
  release();
  await expect.poll(() => look.svg()).toContain("data:image/png;base64");
});

test("a look is the server's to change, too, while the answers have a mistake", async ({ spacePage, page, complaints }) => {
  complaints.allow(/The studio|net::ERR_FAILED|status of 422/);
  await page.route(/studio_worker.*\.js/, (route) => route.abort());
  const { look } = spacePage;
  await spacePage.open("?kind=wifi");
  await spacePage.answer("Network name").fill("Guests");
  await spacePage.answer("Password").fill("come on in");
  await look.open();
  await look.choice("Modules", "Dots").check();
  await expect(look.verdict).toContainText("asks the server instead");
  await spacePage.answer("Password").fill("short");
  await look.preset("Ocean").click();
  await expect(page).toHaveURL(/\/preview$/);
  await expect(look.field("Ink")).toHaveValue("#0b3d91");
  await expect(spacePage.answer("Network name")).toHaveValue("Guests");
});

test("a worker that takes too long is told of, and what it says in the end is shown", async ({ spacePage, page }) => {
  const { look } = spacePage;
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(/studio.*\.wasm/, async (route) => {
    await released;
    await route.continue();
  });
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  await look.preset("Dots").click();
  await expect(look.verdict).toContainText("takes long");
  await expect(look.previewButton).toBeVisible();
  release();
  await expect(look.picture).toBeVisible();
  await expect(look.previewButton).toBeHidden();
});

test("with the keyboard alone", async ({ spacePage, page }) => {
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.summary.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(look.preset("Soft")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(look.preset("Soft")).toHaveAttribute("aria-pressed", "true");
  await look.choice("Modules", "Rounded").focus();
  await page.keyboard.press("ArrowLeft");
  await expect(look.choice("Modules", "Dots")).toBeChecked();
  expect(await look.svg()).toContain("#1f2937");
  // Enter in a field of the look saves, as in any other field.
  await look.field("Quiet zone").press("Enter");
  await spacePage.expectIds([1]);
});

test("a first page loads nothing of it", async ({ spacePage, page }) => {
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(request.url()));
  await spacePage.open();
  await spacePage.text.fill(text);
  expect(loaded.filter((url) => /studio|preset/.test(url))).toEqual([]);
});

test("a kind of content has its look, too, and both come back", async ({ spacePage, api }) => {
  const { look } = spacePage;
  await spacePage.open("?kind=wifi");
  await spacePage.answer("Network name").fill("Guests");
  await spacePage.answer("Password").fill("come on in");
  await look.open();
  await look.preset("Dots").click();
  await look.field("Quiet zone").fill("5");
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
  await expect(look.preset("Dots")).toHaveAttribute("aria-pressed", "false");
});
