// Choosing and previewing looks.
import { bytesOf, textIn } from "../support/picture.ts";
import { expect, test } from "../support/test.ts";

const text = "https://example.com/menu";

test("a preset takes one click, and its code is readable", async ({ spacePage }) => {
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

test("every field and every keystroke changes the picture at once", async ({ spacePage, page }) => {
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

test("looks that cannot be drawn are explained, and looks that scan badly get a warning", async ({ spacePage }) => {
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  await look.field("Ink").fill("#f0f0f0");
  await expect(look.verdict).toContainText("is too close to the background");
  await look.field("Ink").fill("#999999");
  await expect(look.verdict).toContainText("The contrast is 2.8");
  await expect(look.verdict).toContainText(/\d+ of 100/);
  await look.field("Ink").fill("#000000");
  await look.field("Quiet zone").fill("1");
  await expect(look.verdict).toContainText("The quiet zone should be 4 modules wide, not 1.");
  await look.field("Quiet zone").fill("99");
  await expect(look.verdict).toContainText("0 to 20 modules");
  await look.field("Quiet zone").fill("4");
  await look.choice("Frame", "Badge").check();
  await look.field("Caption").fill("日本");
  await expect(look.verdict).toContainText("cannot contain “日”");
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
  // Enter in a look field saves, as in any other field.
  await look.field("Quiet zone").press("Enter");
  await spacePage.expectIds([1]);
});

test("a first page does not load the studio", async ({ spacePage, page }) => {
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(request.url()));
  await spacePage.open();
  await spacePage.text.fill(text);
  expect(loaded.filter((url) => /studio|preset/.test(url))).toEqual([]);
});
