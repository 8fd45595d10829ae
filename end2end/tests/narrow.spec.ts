// 320 pixels wide: nothing sticks out to the side, on any page.
import { expect, test } from "../support/test.ts";

test.use({ viewport: { width: 320, height: 640 } });

const unbroken = "https://example.com/" + "a-very-long-path-without-any-space".repeat(8);

test("no page scrolls sideways", async ({ spacePage, entryPage, page, api, complaints }) => {
  complaints.allow(/status of 404/);
  const expectNoSidewaysScroll = async () => {
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0);
  };
  await spacePage.open();
  await expectNoSidewaysScroll();
  await spacePage.text.fill(unbroken);
  await expect(spacePage.preview).toBeVisible();
  await expectNoSidewaysScroll();
  for (const kind of ["wifi", "contact", "event", "payment"]) {
    await spacePage.open(`?kind=${kind}`);
    await expectNoSidewaysScroll();
  }
  await spacePage.open();
  await spacePage.look.open();
  for (const preset of ["Badge", "Print"]) {
    await spacePage.look.preset(preset).click();
    await expect(spacePage.look.preset(preset)).toHaveAttribute("aria-pressed", "true");
    await expectNoSidewaysScroll();
  }
  await spacePage.look.preset("Classic").click();
  await api.save(unbroken, "N".repeat(128));
  await api.save("W".repeat(2331));
  await spacePage.expectIds([2, 1]);
  await expectNoSidewaysScroll();
  for (const id of [1, 2]) {
    await entryPage.open(id);
    await expectNoSidewaysScroll();
  }
  await page.goto(entryPage.url(99));
  await expectNoSidewaysScroll();
});

test("nothing is wider than the screen where letters are twice as large", async ({ spacePage, page, context }) => {
  const session = await context.newCDPSession(page);
  await session.send("Page.setFontSizes", { fontSizes: { standard: 32 } });
  await spacePage.open("?shape=dots");
  await spacePage.text.fill(unbroken);
  await expect(spacePage.look.picture).toBeVisible();
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
});

test("the main job can be done", async ({ spacePage }) => {
  await spacePage.open();
  await spacePage.save("on a phone");
  await spacePage.expectIds([1]);
  await spacePage.removeButton(1).click();
  await spacePage.undoButton.click();
  await spacePage.expectIds([1]);
});
