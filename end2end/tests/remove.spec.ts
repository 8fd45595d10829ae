// Removing and undoing, in every browser.
import { expect, test } from "../support/test.ts";

test("removing and undoing show in every browser", async ({ spacePage, api, anotherSpacePage }) => {
  await api.saveMany(["one", "two", "three"]);
  const other = await anotherSpacePage();
  await spacePage.open();
  await other.open();

  await spacePage.remove(2);
  await spacePage.expectIds([3, 1]);
  await other.expectIds([3, 1]);
  await expect(other.total).toHaveText("2");
  await expect(spacePage.notice).toContainText("Removed #2");

  await spacePage.undoButton.click();
  await spacePage.expectIds([3, 2, 1]);
  await other.expectIds([3, 2, 1]);
  expect((await api.entry(2)).state).toBe("live");
});

test("an entry's page follows removal and restoring", async ({ entryPage, api }) => {
  const { id } = await api.save("goes and comes");
  await entryPage.open(id);
  await entryPage.removeButton.click();
  await entryPage.expectRemoved();
  await entryPage.restoreButton.click();
  await expect(entryPage.removeButton).toBeVisible();
  await api.remove(id);
  await entryPage.expectRemoved();
});

test("the page and file of a removed entry answer 410", async ({ entryPage, server, space, api, pageErrors }) => {
  pageErrors.allow(/status of 410/);
  const { id, key } = await api.save("gone");
  const file = `${server.address}/s/${space}/files/${id}/${key.split("/").at(-1)}`;
  expect((await fetch(file)).status).toBe(200);
  await api.remove(id);
  expect((await fetch(file)).status).toBe(410);
  const response = await entryPage.page.goto(entryPage.url(id));
  expect(response?.status()).toBe(410);
  await entryPage.expectRemoved();
});
