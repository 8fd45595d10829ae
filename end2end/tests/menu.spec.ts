// The menu of an entry in the listing: name and labels in place, copies, another code like it; and its larger picture.
import AxeBuilder from "@axe-core/playwright";

import { expect, test } from "../support/test.ts";

test("a name and labels are given in place, show in every browser, and are undone", async ({
  spacePage,
  anotherSpacePage,
  page,
  api,
}) => {
  await api.save("https://example.com/menu", "Menu");
  const other = await anotherSpacePage();
  await spacePage.open();
  await other.open();
  await spacePage.openMenu(1, "keyboard");
  const menu = spacePage.menu(1);
  await expect(menu).toBeVisible();
  await expect(spacePage.menuLink(1)).toHaveAttribute("aria-expanded", "true");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.keyboard.press("Tab");
  await expect(menu.getByRole("textbox", { name: "Name" })).toBeFocused();
  await menu.getByRole("textbox", { name: "Name" }).fill("Menu of the day");
  await menu.getByRole("textbox", { name: "Labels" }).fill("lunch, two words");
  await page.keyboard.press("Enter");
  await expect(menu).toHaveCount(0);
  await expect(spacePage.menuLink(1)).toBeFocused();
  for (const shown of [spacePage, other]) {
    await expect(shown.title(1)).toHaveText("Menu of the day");
    await expect(shown.row(1).getByRole("list", { name: "Labels" }).getByRole("listitem")).toHaveText(["lunch", "two words"]);
  }
  await spacePage.undoButton.click();
  await expect(spacePage.notice).toContainText("Undone.");
  for (const shown of [spacePage, other]) {
    await expect(shown.title(1)).toHaveText("Menu");
    await expect(shown.row(1).getByRole("list", { name: "Labels" })).toHaveCount(0);
  }
  // What somebody else has changed since is not undone.
  await spacePage.openMenu(1);
  await menu.getByRole("textbox", { name: "Name" }).fill("Mine");
  await menu.getByRole("button", { name: "Save" }).click();
  await expect(spacePage.title(1)).toHaveText("Mine");
  await api.describe(1, { name: "Theirs" });
  await expect(spacePage.title(1)).toHaveText("Theirs");
});

test("a name that somebody else has given meanwhile is replaced by the next press", async ({ spacePage, api, pageErrors }) => {
  pageErrors.allow(/status of 412/);
  await api.save("one", "First");
  await spacePage.open();
  await spacePage.openMenu(1);
  const menu = spacePage.menu(1);
  await menu.getByRole("textbox", { name: "Name" }).fill("Mine");
  await api.describe(1, { name: "Theirs" });
  await expect(spacePage.title(1)).toHaveText("Theirs");
  await menu.getByRole("button", { name: "Save" }).click();
  await expect(spacePage.notice).toContainText("it now has the name “Theirs”. Save again to use yours instead.");
  await menu.getByRole("button", { name: "Save" }).click();
  await expect(spacePage.title(1)).toHaveText("Mine");
});

test("what is wrong with the labels is marked there", async ({ spacePage, api, pageErrors }) => {
  pageErrors.allow(/status of 4\d\d/);
  await api.save("one");
  await spacePage.open();
  await spacePage.openMenu(1);
  const labels = spacePage.menu(1).getByRole("textbox", { name: "Labels" });
  await labels.fill("x".repeat(65));
  await labels.press("Enter");
  await expect(spacePage.menu(1).getByRole("alert")).toContainText("too long");
  await expect(labels).toBeFocused();
  await expect(labels).toHaveAttribute("aria-invalid", "true");
  await expect(spacePage.menu(1).getByRole("textbox", { name: "Name" })).not.toHaveAttribute("aria-invalid", "true");
});

test("whoever presses twice makes one duplicate", async ({ spacePage, api }) => {
  await api.save("one");
  await spacePage.open();
  await spacePage.openMenu(1);
  await spacePage.menu(1).getByRole("button", { name: "Duplicate" }).dblclick();
  await spacePage.expectIds([2, 1]);
  await api.save("after it");
  await spacePage.expectIds([3, 2, 1]);
});

test("what is wrong is said in the menu, and Escape closes it", async ({ spacePage, page, api, pageErrors }) => {
  pageErrors.allow(/status of 4\d\d/);
  await api.save("one");
  await spacePage.open();
  await spacePage.openMenu(1);
  const name = spacePage.menu(1).getByRole("textbox", { name: "Name" });
  await name.fill("x".repeat(200));
  await name.press("Enter");
  await expect(spacePage.menu(1).getByRole("alert")).toContainText("too long");
  await expect(name).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(spacePage.menu(1)).toHaveCount(0);
  await expect(spacePage.menuLink(1)).toBeFocused();
});

test("an open menu and what is typed in it stay while the listing changes", async ({ spacePage, api }) => {
  await api.save("one");
  await spacePage.open();
  await spacePage.openMenu(1);
  const name = spacePage.menu(1).getByRole("textbox", { name: "Name" });
  await name.fill("half typed");
  await api.save("two");
  await api.describe(1, { labels: ["theirs"] });
  await spacePage.expectIds([2, 1]);
  await expect(spacePage.row(1).getByRole("link", { name: "theirs" })).toBeVisible();
  await expect(name).toHaveValue("half typed");
  await expect(name).toBeFocused();
  await name.press("Enter");
  await expect(spacePage.title(1)).toHaveText("half typed");
  // The labels were not touched, so those of the other stay.
  await expect(spacePage.row(1).getByRole("link", { name: "theirs" })).toBeVisible();
});

test("a code is duplicated, and edited as a new one with its look", async ({ spacePage, page, api }) => {
  await api.save("line one\r\nline two", "Dots", "Q", "shape=dots&ink=113355");
  await api.describe(1, { labels: ["kept"] });
  await spacePage.open();
  await spacePage.openMenu(1);
  await spacePage.menu(1).getByRole("button", { name: "Duplicate" }).click();
  await spacePage.expectIds([2, 1]);
  const [one, two] = await Promise.all([api.entry(1), api.entry(2)]);
  expect(two.value).toBe("line one\r\nline two");
  expect([two.name, two.style, two.labels]).toEqual([one.name, one.style, one.labels]);

  await spacePage.openMenu(2);
  await spacePage.menu(2).getByRole("link", { name: "Edit as new" }).click();
  await spacePage.awake();
  await expect(page).toHaveURL(/\?from=2$/);
  await expect(spacePage.text).toHaveValue(/line one\n?\r?\nline two/);
  await expect(spacePage.name).toHaveValue("Dots");
  await expect(spacePage.level("Q")).toBeChecked();
  await spacePage.text.fill("another text");
  await spacePage.saveButton.click();
  await spacePage.expectIds([3, 2, 1]);
  expect((await api.entry(3)).style).toEqual(expect.objectContaining({ look: (await api.entry(1)).style?.look }));
});

test("picture, data URI and link are copied, and shared where the system can", async ({ spacePage, page, api, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "share", {
      value: async (data: ShareData) => {
        document.title = `shared ${data.title} ${data.url}`;
      },
    });
  });
  await api.save("https://example.com", "Shared");
  await spacePage.open();
  await spacePage.openMenu(1);
  const menu = spacePage.menu(1);
  const types = () => page.evaluate(async () => (await navigator.clipboard.read())[0]?.types);
  await menu.getByRole("button", { name: "Copy image" }).click();
  await expect.poll(types).toEqual(["image/png"]);
  await menu.getByRole("link", { name: "Copy data URI" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/^data:image\/svg\+xml|^data:image\/png/);
  await menu.getByRole("button", { name: "Share" }).click();
  await expect(page).toHaveTitle(/^shared Shared http.*\/e\/1$/);
  await expect(menu.getByRole("link", { name: "Open link" })).toHaveAttribute("href", "https://example.com");
});

test("a code is enlarged where it is, by keyboard too", async ({ spacePage, page, api }) => {
  await api.save("large");
  await spacePage.open();
  const link = spacePage.row(1).getByRole("link", { name: "Enlarge #1" });
  const large = page.getByRole("img", { name: "Large picture of #1" });
  await expect(large).toBeHidden();
  await link.press("Enter");
  await expect(large).toBeVisible();
  expect((await large.boundingBox())!.width).toBeGreaterThan(300);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(large).toBeHidden();
  await expect(link).toBeFocused();
});

test("a row is led by what it means", async ({ spacePage, api }) => {
  await api.save("https://example.com/a");
  await api.save("WIFI:S:Guests;T:WPA;P:secret42;;");
  await api.save("https://example.com/b", "Named");
  await spacePage.open();
  await expect(spacePage.title(1)).toHaveText("https://example.com/a");
  await expect(spacePage.title(2)).toHaveText("Wi-Fi network Guests");
  await expect(spacePage.title(3)).toHaveText("Named");
  await expect(spacePage.row(3).getByRole("link", { name: "https://example.com/b" })).toBeVisible();
  for (const id of [1, 2, 3]) {
    const { height } = (await spacePage.row(id).boundingBox())!;
    expect(height).toBeGreaterThanOrEqual(64);
    expect(height).toBeLessThanOrEqual(72.5);
  }
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test("rows are as low, and a finger hits what it aims at", async ({ spacePage, page, api }) => {
    await api.saveMany(["https://example.com/a-long-address-that-does-not-fit-into-the-line", "two"]);
    await api.describe(2, { labels: ["lunch", "dinner", "breakfast"] });
    await spacePage.open();
    for (const id of [1, 2]) {
      const { height } = (await spacePage.row(id).boundingBox())!;
      expect(height).toBeGreaterThanOrEqual(64);
      expect(height).toBeLessThanOrEqual(73);
      const row = spacePage.row(id);
      for (const control of [row.getByRole("link", { name: /^Download/ }), row.getByRole("button", { name: /^Copy/ }), row.getByRole("link", { name: /^More/ })]) {
        const box = (await control.boundingBox())!;
        expect(box.width).toBeGreaterThanOrEqual(44);
        expect(box.height).toBeGreaterThanOrEqual(44);
      }
    }
    await spacePage.openMenu(2);
    await expect(spacePage.menu(2)).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  });
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the menu is the entry's page; duplicating and editing work", async ({ spacePage, entryPage, page, api, pageErrors }) => {
    // The test's own scripts, which a document of somebody's bytes does not run.
    pageErrors.allow(/Blocked script execution/);
    await api.save("twice", "Twice");
    await spacePage.openAsleep();
    await spacePage.menuLink(1).click();
    await expect(page).toHaveURL(entryPage.url(1));
    await page.getByRole("button", { name: "Duplicate #1" }).click();
    await spacePage.expectIds([2, 1]);
    await expect(spacePage.notice).toContainText("#2");
    await page.goto(entryPage.url(2));
    await page.getByRole("link", { name: "Edit as new: #2" }).click();
    await expect(spacePage.text).toHaveValue("twice");
    await expect(spacePage.name).toHaveValue("Twice");
    await page.goto(entryPage.url(2));
    await page.getByRole("link", { name: "Copy data URI #2" }).click();
    await expect(page.locator("body")).toContainText("data:image/");
  });
});
