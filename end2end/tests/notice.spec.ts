// What the page says after a write: how long it stays, and where the focus goes. And what a press does that was meant
// for the row before.
import { expect, test } from "../support/test.ts";

test("«Saved» goes by itself, but not while one points at it", async ({ spacePage, page }) => {
  await page.clock.install();
  await spacePage.open();
  await spacePage.save("one");
  await expect(spacePage.notice).toContainText("Saved #1");
  await spacePage.notice.hover();
  await page.clock.fastForward("00:09");
  await expect(spacePage.notice).toContainText("Saved #1");
  await spacePage.text.hover();
  await page.clock.fastForward("00:09");
  await expect(spacePage.notice).toBeHidden();
});

test("«Undo» and what went wrong stay", async ({ spacePage, page, api, complaints }) => {
  complaints.allow(/status of 503/);
  await api.saveMany(["one", "two"]);
  await page.clock.install();
  await spacePage.open();
  await spacePage.removeButton(2).click();
  await expect(spacePage.undoButton).toBeFocused();
  await spacePage.text.focus();
  await page.clock.fastForward("00:20");
  await expect(spacePage.undoButton).toBeVisible();

  const refusal = { error: "The disk is full.", field: null, request_id: null };
  await page.route("**/e/1/remove", (route) => route.fulfill({ status: 503, json: refusal }));
  await spacePage.removeButton(1).click();
  await expect(spacePage.notice).toHaveText("The disk is full.");
  await page.clock.fastForward("00:20");
  await expect(spacePage.notice).toHaveText("The disk is full.");
});

test("putting a notice away leaves the focus at the row that follows", async ({ spacePage, page, api }) => {
  await api.saveMany(["one", "two", "three"]);
  await spacePage.open();
  const dismiss = page.getByRole("button", { name: "Dismiss" });
  await spacePage.removeButton(2).press("Enter");
  await expect(spacePage.undoButton).toBeFocused();
  await dismiss.press("Enter");
  await expect(spacePage.notice).toBeHidden();
  await expect(spacePage.title(1)).toBeFocused();

  await spacePage.removeButton(1).press("Enter");
  await expect(spacePage.undoButton).toBeFocused();
  await dismiss.press("Enter");
  await expect(page.getByRole("heading", { name: "In the bucket" })).toBeFocused();

  await spacePage.removeButton(3).press("Enter");
  await expect(spacePage.undoButton).toBeFocused();
  await spacePage.undoButton.press("Enter");
  await spacePage.expectIds([3]);
  await expect(spacePage.title(3)).toBeFocused();
});

test("a press on «Remove» that came when the rows had only just moved removes nothing", async ({ spacePage, page, api }) => {
  await api.saveMany(["one", "two"]);
  // The clock stands still: no time passes between what happens and the press.
  const now = Date.now();
  await page.clock.setFixedTime(now);
  await spacePage.open();
  await page.clock.setFixedTime(now + 60_000);
  await api.save("comes in between");
  await spacePage.expectIds([3, 2, 1]);
  await spacePage.removeButton(2).click();
  await expect(spacePage.notice).toContainText("nothing was removed");
  expect((await api.listing()).total).toBe(3);

  // A key goes with the row that has the focus, wherever that moved.
  await spacePage.removeButton(1).press("Enter");
  await spacePage.expectIds([3, 2]);

  await page.clock.setFixedTime(now + 61_000);
  await spacePage.removeButton(2).click();
  await spacePage.expectIds([3]);
});
