// 320 pixels wide: no page overflows sideways.
import type { Page } from "@playwright/test";

import { expect, test } from "../support/test.ts";

test.use({ viewport: { width: 320, height: 640 } });

const unbroken = "https://example.com/" + "a-very-long-path-without-any-space".repeat(8);

/** What reaches past the edge of the window, if the page can be scrolled to it. */
async function sticksOut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.querySelectorAll("body *")].filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 0.5,
    );
    return [`${scrollWidth} > ${clientWidth}`, ...wide.map((element) => element.outerHTML.slice(0, 80))];
  });
}

test("no page scrolls sideways", async ({ spacePage, entryPage, page, api, pageErrors }) => {
  pageErrors.allow(/status of 404/);
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

for (const width of [320, 360]) {
  test.describe(`text twice as large, ${width} pixels`, () => {
    test.use({ viewport: { width, height: 740 } });

    test("no page scrolls sideways", async ({ spacePage, entryPage, page, context, api, pageErrors }) => {
      pageErrors.allow(/status of 4(04|10)/);
      const session = await context.newCDPSession(page);
      await session.send("Page.setFontSizes", { fontSizes: { standard: 32, fixed: 26 } });
      const expectAllInside = async () => expect(await sticksOut(page)).toEqual([]);
      await api.save(unbroken, "N".repeat(128));
      await api.save("W".repeat(2331), "", "L");
      await api.save("https://example.com", "Dots", "M", "shape=dots&ink=113355");
      await api.save("WIFI:T:WPA;S:Guests;P:come on in;;");
      await spacePage.open();
      await expectAllInside();
      await spacePage.text.fill(unbroken);
      await expect(spacePage.preview).toBeVisible();
      await expectAllInside();
      await spacePage.text.fill("x".repeat(3000));
      await expectAllInside();
      await spacePage.remove(1);
      await expect(spacePage.undoButton).toBeVisible();
      await expectAllInside();
      for (const kind of ["link", "wifi", "contact", "email", "phone", "sms", "event", "place", "payment"]) {
        await spacePage.open(`?kind=${kind}`);
        if (kind === "wifi") await spacePage.answer("Security").selectOption("WPA Enterprise");
        await spacePage.saveButton.click();
        await expectAllInside();
      }
      await spacePage.open("?shape=dots");
      await spacePage.text.fill(unbroken);
      await expect(spacePage.look.picture).toBeVisible();
      await expectAllInside();
      for (const preset of ["Badge", "Print"]) {
        await spacePage.look.preset(preset).click();
        await expect(spacePage.look.preset(preset)).toHaveAttribute("aria-pressed", "true");
        await expectAllInside();
      }
      for (const id of [1, 2, 3, 4]) {
        await entryPage.open(id);
        await expectAllInside();
      }
      await page.goto(entryPage.url(99));
      await expectAllInside();
    });
  });
}

test("the main job can be done", async ({ spacePage }) => {
  await spacePage.open();
  await spacePage.save("on a phone");
  await spacePage.expectIds([1]);
  await spacePage.remove(1);
  await spacePage.undoButton.click();
  await spacePage.expectIds([1]);
});
