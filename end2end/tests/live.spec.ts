// Live updates: pages that watch many changes end up equal to the server.
import { SpacePage } from "../pages/space-page.ts";
import { Api } from "../support/api.ts";
import type { Server } from "../support/server.ts";
import { expect, test } from "../support/test.ts";

const lost_connection = [/net::ERR_/];
/** `make torture` asks for more. */
const saves = Number(process.env.QRATE_TEST_SAVES ?? 200);

/** What a page shows of its listing, and the same from the server. */
async function expectEqualToServer(page: SpacePage, api: Api): Promise<void> {
  const { total, entries } = await api.listing();
  await expect(page.total).toHaveText(total.toLocaleString("en"), { timeout: 30_000 });
  await page.expectIds(entries.map((entry) => entry.id));
  const texts = await page.rows.allInnerTexts();
  entries.forEach((entry, i) => expect(texts[i]).toContain(entry.value ?? entry.name));
}

test(`${saves} saves while three pages watch: all three end up equal to the server`, async ({
  spacePage,
  api,
  anotherSpacePage,
  pageErrors,
}) => {
  test.slow(saves > 1000);
  // The picture of an entry that was removed before a slow page asked for it.
  pageErrors.allow(/410 \(Gone\)/);
  const pages = [spacePage, await anotherSpacePage(), await anotherSpacePage()];
  await Promise.all(pages.map((page) => page.open()));
  await api.saveMany(
    Array.from({ length: saves }, (_, i) => `save ${i}`),
    8,
  );
  await api.remove(saves);
  await api.remove(3);
  for (const page of pages) {
    await expectEqualToServer(page, api);
  }
});

test("after a server restart all pages end up equal to it", async ({ ownServer, page, space, anotherBrowser, pageErrors }) => {
  // A picture requested while the server stops gets 503.
  pageErrors.allow(...lost_connection, /503 \(Service Unavailable\)/);
  const api = new Api(ownServer.address, space);
  const pages = [page, await anotherBrowser(), await anotherBrowser()].map(
    (page) => new SpacePage(page, ownServer.address, space),
  );
  await Promise.all(pages.map((page) => page.open()));
  await api.saveMany(
    Array.from({ length: 20 }, (_, i) => `before ${i}`),
    4,
  );
  await ownServer.stop();
  await ownServer.startAgain();
  await api.saveMany(
    Array.from({ length: 20 }, (_, i) => `after ${i}`),
    4,
  );
  for (const page of pages) {
    await page.expectConnection("live");
    await expectEqualToServer(page, api);
  }
});

for (const ending of ["stop", "kill"] as const) {
  test(`the server down (${ending}): typed text is kept, and missed changes appear`, async ({
    ownServer,
    page,
    space,
    pageErrors,
  }) => {
    // A server that is stopping answers with 503 what comes late, such as whether a text is known.
    pageErrors.allow(...lost_connection, /503 \(Service Unavailable\)/);
    const spacePage = new SpacePage(page, ownServer.address, space);
    await new Api(ownServer.address, space).save("before");
    await spacePage.open();
    await spacePage.text.fill("half typ");

    await ownServer[ending]();
    await spacePage.expectConnection("reconnecting");
    await expect(spacePage.connection).toContainText(/reconnecting/i);
    await spacePage.text.pressSequentially("ed text");
    await expect(spacePage.preview).toBeVisible();
    await saveIsRefusedKindly(spacePage);

    await missedChanges(ownServer, space);
    await ownServer.startAgain();
    await spacePage.expectConnection("live");
    await spacePage.expectIds([3, 2]);
    await expect(spacePage.text).toHaveValue("half typed text");
    await spacePage.saveButton.click();
    await spacePage.expectIds([4, 3, 2]);
    await expect(spacePage.row(4)).toContainText("half typed text");
  });
}

async function saveIsRefusedKindly(spacePage: SpacePage): Promise<void> {
  await spacePage.saveButton.click();
  await expect(spacePage.alert).toBeVisible();
  await expect(spacePage.text).toHaveValue("half typed text");
}

async function missedChanges(server: Server, space: string): Promise<void> {
  await server.elsewhere(async (address) => {
    const api = new Api(address, space);
    await api.saveMany(["missed one", "missed two"]);
    await api.remove(1);
  });
}
