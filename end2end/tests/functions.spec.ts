// A hydrated page and a page without JavaScript call the same server functions.
import type { Browser, Page, Request } from "@playwright/test";

import { SpacePage } from "../pages/space-page.ts";
import { expect, test } from "../support/test.ts";

/** What a page posts: where to, and how. */
function postsOf(page: Page): Request[] {
  const posts: Request[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") posts.push(request);
  });
  return posts;
}

const summary = (posts: Request[]) =>
  posts.map((post) => `${new URL(post.url()).pathname} ${post.headers()["content-type"]}`);

/** Saves an entry, removes it, and undoes that. */
async function useVerbs(spacePage: SpacePage, id: number): Promise<void> {
  await spacePage.save(`code ${id}`, "Named");
  await expect(spacePage.notice).toContainText(`#${id}`);
  await spacePage.remove(id);
  await expect(spacePage.notice).toContainText(`Removed #${id}`);
  await spacePage.undoButton.click();
  await expect(spacePage.row(id)).toBeVisible();
}

async function withoutJavaScript(browser: Browser): Promise<Page> {
  return (await browser.newContext({ javaScriptEnabled: false })).newPage();
}

test("a page calls the same functions with and without JavaScript", async ({ spacePage, server, space, browser, api }) => {
  const awake = postsOf(spacePage.page);
  await spacePage.open();
  await useVerbs(spacePage, 1);

  const asleepPage = new SpacePage(await withoutJavaScript(browser), server.address, space);
  const asleep = postsOf(asleepPage.page);
  await asleepPage.openAsleep();
  await useVerbs(asleepPage, 2);

  const form = "application/x-www-form-urlencoded";
  const expected = (id: number) => [`/s/${space}/save ${form}`, `/s/${space}/e/${id}/remove ${form}`, `/s/${space}/e/${id}/restore ${form}`];
  expect(summary(awake)).toEqual(expected(1));
  expect(summary(asleep)).toEqual(expected(2));
  // The hydrated page stays, the other one is redirected.
  expect(awake.every((post) => post.resourceType() === "fetch")).toBe(true);
  for (const post of awake) expect((await post.response())?.headers()["content-type"]).toBe("application/json");
  for (const post of asleep) expect((await post.response())?.status()).toBe(303);
  expect((await api.listing()).entries.map((entry) => entry.id)).toEqual([2, 1]);
  await asleepPage.page.context().close();
});

test("a refusal has the same message with and without JavaScript, and keeps the input", async ({ spacePage, server, space, browser, pageErrors }) => {
  pageErrors.allow(/status of 422/);
  await spacePage.open();
  const asleepPage = new SpacePage(await withoutJavaScript(browser), server.address, space);
  await asleepPage.openAsleep();
  const too_long = "ä".repeat(1600);
  for (const page of [spacePage, asleepPage]) {
    await page.save(too_long, "Kept");
    await expect(page.text).toHaveAccessibleDescription(/too long for level M/);
    await expect(page.text).toHaveValue(too_long);
    await expect(page.name).toHaveValue("Kept");
  }
  expect(new URL(asleepPage.page.url()).search).toBe("");
  await asleepPage.page.context().close();
});
