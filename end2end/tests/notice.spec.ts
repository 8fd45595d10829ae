// Notices after a write: how long they stay, and where the focus goes. And clicks meant for the previous row.
import { SpacePage } from "../pages/space-page.ts";
import { expect, test } from "../support/test.ts";

test('"Saved" disappears by itself, but not while the pointer is on it', async ({ spacePage, page }) => {
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

test('"Undo" and errors stay', async ({ spacePage, page, api, pageErrors }) => {
  pageErrors.allow(/status of 503/);
  await api.saveMany(["one", "two"]);
  await page.clock.install();
  await spacePage.open();
  await spacePage.remove(2);
  await expect(spacePage.undoButton).toBeFocused();
  await spacePage.text.focus();
  await page.clock.fastForward("00:09");
  await expect(spacePage.undoButton).toBeVisible();

  const refusal = { error: "The disk is full.", field: null, request_id: null };
  await page.route("**/e/1/remove", (route) => route.fulfill({ status: 503, json: refusal }));
  await spacePage.remove(1);
  await expect(spacePage.notice).toHaveText("The disk is full.");
  await page.clock.fastForward("00:09");
  await expect(spacePage.notice).toHaveText("The disk is full.");
});

test("dismissing a notice moves the focus to the next row", async ({ spacePage, page, api }) => {
  await api.saveMany(["one", "two", "three"]);
  await spacePage.open();
  const dismiss = page.getByRole("button", { name: "Dismiss" });
  await spacePage.remove(2, "keyboard");
  await expect(spacePage.undoButton).toBeFocused();
  await dismiss.press("Enter");
  await expect(spacePage.notice).toBeHidden();
  await expect(spacePage.title(1)).toBeFocused();

  await spacePage.remove(1, "keyboard");
  await expect(spacePage.undoButton).toBeFocused();
  await dismiss.press("Enter");
  await expect(page.getByRole("heading", { name: "In the bucket" })).toBeFocused();

  await spacePage.remove(3, "keyboard");
  await expect(spacePage.undoButton).toBeFocused();
  await spacePage.undoButton.press("Enter");
  await spacePage.expectIds([3]);
  await expect(spacePage.title(3)).toBeFocused();
});

test('a click on "Remove" just after rows moved removes nothing', async ({ spacePage, page, api }) => {
  await api.saveMany(["one", "two"]);
  // The clock stands still: no time passes between the change and the click.
  const now = Date.now();
  await page.clock.setFixedTime(now);
  await spacePage.open();
  await page.clock.setFixedTime(now + 60_000);
  await api.save("comes in between");
  await spacePage.expectIds([3, 2, 1]);
  await spacePage.remove(2);
  await expect(spacePage.notice).toContainText("nothing was removed");
  expect((await api.listing()).total).toBe(3);

  // A key press goes to the focused row, wherever that moved.
  await spacePage.remove(1, "keyboard");
  await spacePage.expectIds([3, 2]);

  await page.clock.setFixedTime(now + 61_000);
  await spacePage.remove(2);
  await spacePage.expectIds([3]);
});

test('"Undo" comes right after "Skip to the content", and Escape closes the notice', async ({ spacePage, page, api }) => {
  await api.saveMany(["one", "two"]);
  await spacePage.open();
  await spacePage.remove(2);
  await expect(spacePage.undoButton).toBeFocused();
  await spacePage.text.fill("Escape leaves the focus here");
  await page.getByRole("link", { name: "Skip to the content" }).press("Enter");
  await page.keyboard.press("Tab");
  await expect(spacePage.undoButton).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(spacePage.notice).toBeHidden();
  await expect(spacePage.title(1)).toBeFocused();

  await spacePage.remove(1);
  await expect(spacePage.undoButton).toBeFocused();
  await spacePage.text.focus();
  await page.keyboard.press("Escape");
  await expect(spacePage.notice).toBeHidden();
  await expect(spacePage.text).toBeFocused();
  await expect(spacePage.text).toHaveValue("Escape leaves the focus here");
});

test("when the server is lost or found again, older notices go", async ({ ownServer, page, space, pageErrors }) => {
  pageErrors.allowServerAway();
  const spacePage = new SpacePage(page, ownServer.address, space);
  await spacePage.open();
  await spacePage.save("one");
  await expect(spacePage.notice).toContainText("Saved #1");
  await spacePage.notice.hover();
  await ownServer.stop();
  await spacePage.expectConnection("reconnecting");
  await expect(spacePage.notice).toBeHidden();
  await spacePage.menuLink(1).press("Enter");
  await expect(spacePage.notice).toContainText("cannot be reached");
  await ownServer.startAgain();
  await spacePage.expectConnection("live");
  await expect(spacePage.notice).toBeHidden();
});
