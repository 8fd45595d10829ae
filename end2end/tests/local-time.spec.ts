// Times in the user's locale and time zone.
import { expect, test } from "../support/test.ts";

test.use({ locale: "de-DE", timezoneId: "Asia/Tokyo" });

const in_tokyo = (moment: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat("de-DE", { ...options, timeZone: "Asia/Tokyo" }).format(new Date(moment));

test("times are local in initial rows, in new rows, and on an entry's page", async ({
  spacePage,
  entryPage,
  page,
  api,
}) => {
  await api.save("came with the page");
  await spacePage.open();
  await api.save("comes in");
  await spacePage.expectIds([2, 1]);
  const expectLocal = async (id: number, words?: string) => {
    const time = page.locator(`[data-id="${id}"] time`);
    const moment = (await time.getAttribute("datetime")) ?? "";
    const in_full = in_tokyo(moment, { dateStyle: "full", timeStyle: "long" });
    await expect(time).toHaveText(words ?? in_tokyo(moment, { dateStyle: "medium", timeStyle: "short" }));
    await expect(time).toHaveAttribute("title", in_full);
    if (words) await expect(time.locator("+ span")).toHaveText(in_full);
  };
  await expectLocal(1, "jetzt");
  await expectLocal(2, "jetzt");
  await entryPage.open(1);
  await expectLocal(1);
});

test("rows say how long ago it is, and go on saying it", async ({ spacePage, page, api }) => {
  await page.clock.install();
  await api.save("some time ago");
  await spacePage.open();
  const time = spacePage.row(1).locator("time");
  await expect(time).toHaveText("jetzt");
  await page.clock.runFor("05:00");
  await expect(time).toHaveText("vor 5 Min.");
  await page.clock.runFor("03:00:00");
  await expect(time).toHaveText("vor 3 Std.");
});

test.describe("JavaScript off", () => {
  test.use({ javaScriptEnabled: false });
  test("times are in UTC and labelled as such", async ({ spacePage, page, api }) => {
    await api.save("one");
    await spacePage.openAsleep();
    await expect(page.locator("time")).toHaveText(/^\d{4}-\d\d-\d\d$/);
    await expect(page.locator("time")).toHaveAttribute("title", /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
  });
});
