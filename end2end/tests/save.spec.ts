// Saving, the listing, and copying.
import { entriesOnAPage } from "../support/api.ts";
import { expect, test } from "../support/test.ts";

test("a save appears on top in two browsers at once, without a reload", async ({ spacePage, api, anotherSpacePage }) => {
  const other = await anotherSpacePage();
  await spacePage.open();
  await other.open();
  await spacePage.save("https://example.com/menu", "Menu of the week");

  for (const { row, total } of [spacePage, other].map((page) => ({ row: page.row(1), total: page.total }))) {
    await expect(row).toContainText("Menu of the week");
    await expect(row).toContainText("#1");
    await expect(row.getByRole("link", { name: "https://example.com/menu" })).toBeVisible();
    await expect(total).toHaveText("1");
  }
  await other.save("second", "");
  await spacePage.expectIds([2, 1]);
  await other.expectIds([2, 1]);

  const entry = await api.entry(1);
  expect(entry.value).toBe("https://example.com/menu");
  expect(entry.name).toBe("Menu of the week");
});

test("after a save the composer is ready for the next one", async ({ spacePage }) => {
  await spacePage.open();
  await spacePage.save("one");
  await spacePage.expectIds([1]);
  await expect(spacePage.text).toHaveValue("");
  await spacePage.save("two");
  await spacePage.expectIds([2, 1]);
});

test("two clicks on Save make one entry", async ({ spacePage }) => {
  await spacePage.open();
  await spacePage.text.fill("only once");
  await spacePage.saveButton.dblclick();
  await spacePage.expectIds([1]);
  await expect(spacePage.total).toHaveText("1");
});

test("line breaks, spaces and symbols are saved as typed", async ({ spacePage, api }) => {
  const text = "first line\nsecond line \t& <b>100 %</b> + “quotes”";
  await spacePage.open();
  await spacePage.save(text);
  await spacePage.expectIds([1]);
  expect((await api.entry(1)).value).toBe(text);
});

test("the listing is newest first, in pages", async ({ spacePage, api }) => {
  await api.saveMany(Array.from({ length: 50 }, (_, i) => `entry ${i + 1}`));
  await spacePage.open();
  const newest = Array.from({ length: entriesOnAPage }, (_, i) => 50 - i);
  await spacePage.expectIds(newest);
  await expect(spacePage.pages).toContainText(`Page 1 of ${Math.ceil(50 / entriesOnAPage)}`);

  await spacePage.pages.getByRole("link", { name: "Older" }).click();
  await spacePage.awake();
  await spacePage.expectIds(newest.map((id) => id - entriesOnAPage).filter((id) => id > 0));
  await spacePage.pages.getByRole("link", { name: "Newer" }).click();
  await spacePage.awake();
  await spacePage.expectIds(newest);
});

test("a later page stays still and offers new entries", async ({ spacePage, api }) => {
  await api.saveMany(Array.from({ length: 30 }, (_, i) => `entry ${i + 1}`));
  await spacePage.open("?page=2");
  const before = await spacePage.ids();
  await api.saveMany(["a", "b", "c"]);
  await expect(spacePage.newButton).toContainText("3 new");
  expect(await spacePage.ids()).toEqual(before);
  await spacePage.newButton.click();
  const first = await api.listing();
  const expected = first.entries.map((entry) => entry.id);
  const second = (await api.listing(first.next ?? "")).entries.map((entry) => entry.id);
  await expect.poll(() => spacePage.ids()).not.toEqual(before);
  expect([expected, second]).toContainEqual(await spacePage.ids());
});

test("link and value can be copied", async ({ spacePage, server, space, api, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await api.save("copy me");
  await spacePage.open();
  const clipboard = () => spacePage.page.evaluate(() => navigator.clipboard.readText());
  await spacePage.row(1).getByRole("button", { name: /Copy value/ }).click();
  await expect.poll(clipboard).toBe("copy me");
  await spacePage.openMenu(1);
  await spacePage.menu(1).getByRole("button", { name: /Copy link/ }).click();
  await expect.poll(clipboard).toMatch(new RegExp(`^${server.address}/s/${space}/`));
  expect((await fetch(await clipboard())).status).toBe(200);
});

test("an entry has a page of its own", async ({ spacePage, entryPage, api }) => {
  await api.save("https://example.com/x", "A name");
  await spacePage.open();
  await spacePage.title(1).click();
  await expect(entryPage.page).toHaveURL(entryPage.url(1));
  await expect(entryPage.heading).toHaveText("A name");
  await expect(entryPage.code).toBeVisible();
  await expect(entryPage.page.getByText("https://example.com/x").first()).toBeVisible();
});
