// Typed text survives the page, and a repeated save is the same save.
import { expect, test } from "../support/test.ts";
import type { SpacePage } from "../pages/space-page.ts";

test("typed text survives page loads until it is saved", async ({ spacePage, entryPage, api }) => {
  await api.save("already here");
  await spacePage.open();
  await spacePage.text.fill("first line\nsecond line");
  await spacePage.name.fill("A name");
  await spacePage.level("H").check();
  await entryPage.open(1);
  await spacePage.open();
  await expect(spacePage.text).toHaveValue("first line\nsecond line");
  await expect(spacePage.name).toHaveValue("A name");
  await expect(spacePage.level("H")).toBeChecked();
  await expect(spacePage.fact("level")).toContainText("H");
  await spacePage.saveButton.click();
  await spacePage.expectIds([2, 1]);

  await spacePage.open();
  await expect(spacePage.text).toHaveValue("");
  await expect(spacePage.name).toHaveValue("");
});

/** Saves; the server does so, but its answer is lost. */
async function saveWithoutAnswer(spacePage: SpacePage, text: string): Promise<void> {
  const address = `${spacePage.url}/save`;
  await spacePage.page.route(address, async (route) => {
    await route.fetch();
    await route.abort("connectionreset");
  });
  await spacePage.save(text, "Once");
  await expect(spacePage.alert).toContainText("cannot be reached");
  await spacePage.page.unroute(address);
}

test("repeating a save whose response was lost, even after a reload, creates no second entry", async ({
  spacePage,
  pageErrors,
}) => {
  pageErrors.allowServerAway();
  await spacePage.open();
  await saveWithoutAnswer(spacePage, "only once");
  await spacePage.open();
  await expect(spacePage.text).toHaveValue("only once");
  await spacePage.saveButton.click();
  await expect(spacePage.notice).toContainText("Saved #1");
  await spacePage.expectIds([1]);

  // The next save is a new one.
  await spacePage.save("only once", "Once");
  await spacePage.expectIds([2, 1]);
});

test("edited in between, it is a new entry", async ({ spacePage, api, pageErrors }) => {
  pageErrors.allowServerAway();
  await spacePage.open();
  await saveWithoutAnswer(spacePage, "first");
  await spacePage.open();
  await spacePage.text.fill("second");
  await spacePage.saveButton.click();
  await spacePage.expectIds([2, 1]);
  expect((await api.entry(2)).value).toBe("second");
});

for (const state of ["removed", "gone"] as const) {
  test(`repeated after its entry was ${state}, the page says so`, async ({ spacePage, api, pageErrors }) => {
    pageErrors.allowServerAway();
    await spacePage.open();
    await saveWithoutAnswer(spacePage, "was here");
    await api.remove(1);
    await spacePage.open();
    await spacePage.page.route(`${spacePage.url}/save`, async (route) => {
      const response = await route.fetch();
      const change = await response.json();
      change.entry.state = { [state]: { at: "2026-11-21T03:14:55.120Z" } };
      await route.fulfill({ response, json: change });
    });
    await spacePage.saveButton.click();
    await expect(spacePage.notice).toContainText("#1 was saved before");
    await spacePage.expectIds([]);
    // Nothing is lost: the text stays, for a new entry.
    await expect(spacePage.text).toHaveValue("was here");
    await spacePage.page.unroute(`${spacePage.url}/save`);
    if (state === "removed") {
      await spacePage.notice.getByRole("button", { name: "Restore" }).click();
      await spacePage.expectIds([1]);
    } else {
      await spacePage.saveButton.click();
      await spacePage.expectIds([2]);
    }
  });
}

test("an example starts a text, and makes room for it", async ({ spacePage, page }) => {
  await spacePage.open();
  const example = page.getByRole("button", { name: "a Wi-Fi login" });
  await example.click();
  await expect(spacePage.text).toBeFocused();
  await expect(spacePage.text).toHaveValue(/^WIFI:/);
  await expect(spacePage.fact("version")).toHaveText(/\d/);
  await expect(example).toBeHidden();
});

test("typed text and name survive Back", async ({ spacePage, entryPage, page, api }) => {
  await api.save("already here");
  await spacePage.open();
  await spacePage.text.fill("typed");
  await spacePage.name.fill("A name");
  await spacePage.title(1).click();
  await expect(entryPage.heading).toHaveText("already here");
  await page.goBack();
  await expect(spacePage.text).toHaveValue("typed");
  await expect(spacePage.name).toHaveValue("A name");
  await spacePage.saveButton.click();
  await spacePage.expectIds([2, 1]);
  await expect(spacePage.text).toHaveValue("");
  await spacePage.title(2).click();
  await expect(entryPage.heading).toHaveText("A name");
  await page.goBack();
  await spacePage.awake();
  await expect(spacePage.text).toHaveValue("");
  await expect(spacePage.name).toHaveValue("");
});
