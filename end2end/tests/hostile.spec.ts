// Stored text is data: it is always shown as text.
import { bytesOf, textIn } from "../support/picture.ts";
import { expect, test } from "../support/test.ts";

const hostile = {
  script: "<script>document.title = 'hacked'</script>",
  handler: '"><img src=x onerror="document.title = \'hacked\'">',
  "end of the data in the page": "</script><script>document.title = 'hacked'</script>",
  comment: "<!-- --><template><!--",
  "right-to-left marks": "\u202Egnp.exe\u202C \u200Fשלום\u200F abc",
  "line separators": "a\u2028b\u2029c\u0085d",
  address: "javascript:document.title='hacked'",
};

for (const [what, text] of Object.entries(hostile)) {
  test(`${what}: shown as text, saved as typed`, async ({ spacePage, entryPage, page, api }) => {
    await spacePage.open();
    const title = await page.title();
    await spacePage.save(text, text.replace(/\p{Cc}/gu, " ").slice(0, 128));
    await spacePage.expectIds([1]);
    expect((await api.entry(1)).value).toBe(text);
    await expect(spacePage.row(1)).toContainText(text);

    // Once more from the server's own HTML.
    await spacePage.open();
    await expect(spacePage.row(1)).toContainText(text);
    expect(await page.title()).toBe(title);
    expect(await page.locator("a[href^='javascript:' i]").count()).toBe(0);
    expect(textIn(await bytesOf(await spacePage.downloadOf(1, "PNG")))).toBe(text);
    await entryPage.open(1);
    await expect(page.getByRole("main")).toContainText(text);
    await expect(page).not.toHaveTitle("hacked");
  });
}

test("a text that a document cannot hold leaves the page awake", async ({ spacePage, entryPage, page, api }) => {
  await api.save("\0\0");
  await api.save("a\0b", "\u200b");
  await spacePage.open();
  await expect(spacePage.row(1)).toContainText("\uFFFD\uFFFD");
  await expect(spacePage.row(2)).toContainText("a\uFFFDb");
  await spacePage.save("live");
  await spacePage.expectIds([3, 2, 1]);
  await entryPage.open(1);
  await page.locator("html[data-hydrated]").waitFor();
  expect((await api.entry(1)).value).toBe("\0\0");
});

test("a line separator in a name is refused with a message, and kept", async ({ spacePage, api, pageErrors }) => {
  pageErrors.allow(/status of 422/);
  await spacePage.open();
  for (const separator of ["\u0085", "\u001f"]) {
    await spacePage.save("fine", `two${separator}lines`);
    await expect(spacePage.name).toHaveAccessibleDescription(/control characters/);
    await expect(spacePage.name).toBeFocused();
    await expect(spacePage.name).toHaveValue(`two${separator}lines`);
  }
  expect((await api.listing()).total).toBe(0);
  // Other separators are part of the name.
  await spacePage.save("fine", "two\u2028lines");
  await spacePage.expectIds([1]);
  expect((await api.entry(1)).name).toBe("two\u2028lines");
});

test("emoji up to the limit are saved, one over is refused", async ({ spacePage, api, pageErrors }) => {
  pageErrors.allow(/status of 422/);
  // Version 40 at level L holds 2,953 bytes: 738 emoji of four bytes.
  const full = "🦀".repeat(738);
  await spacePage.open();
  await spacePage.level("L").check();
  await spacePage.save(full);
  await spacePage.expectIds([1]);
  expect((await api.entry(1)).value).toBe(full);
  expect(textIn(await bytesOf(await spacePage.downloadOf(1, "PNG")))).toBe(full);

  await spacePage.level("L").check();
  await spacePage.save(full + "🦀");
  await expect(spacePage.text).toHaveAccessibleDescription(/\d/);
  await expect(spacePage.text).toHaveValue(full + "🦀");
  await expect(spacePage.total).toHaveText("1");
});
