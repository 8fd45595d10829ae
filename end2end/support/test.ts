// What every test gets: a server, a space of its own, pages that may not complain.
import { test as base, type BrowserContext, type Page } from "@playwright/test";

import { EntryPage } from "../pages/entry-page.ts";
import { SpacePage } from "../pages/space-page.ts";
import { Api } from "./api.ts";
import { Complaints } from "./complaints.ts";
import { Server } from "./server.ts";

export { expect } from "@playwright/test";

interface TestFixtures {
  /** A server that this test may stop and start: nobody else uses it. */
  ownServer: Server;
  /** The id of an empty space, this test's own. */
  space: string;
  /** The REST interface of that space. */
  api: Api;
  /** What pages said that they should not; a test that provokes something allows it first. */
  complaints: Complaints;
  /** The space's page in `page`. */
  spacePage: SpacePage;
  /** The page of an entry in `page`. */
  entryPage: EntryPage;
  /** A page in another browser: nothing shared with `page` but the server. */
  anotherBrowser: () => Promise<Page>;
}

interface WorkerFixtures {
  server: Server;
}

let spaces = 0;

export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.dispose();
    },
    { scope: "worker" },
  ],
  ownServer: async ({}, use) => {
    const server = await Server.start();
    await use(server);
    await server.dispose();
  },
  space: async ({}, use) => {
    spaces += 1;
    await use(`test-${spaces}`);
  },
  api: async ({ server, space }, use) => {
    await use(new Api(server.address, space));
  },
  complaints: [
    async ({ javaScriptEnabled }, use) => {
      const complaints = new Complaints();
      if (!javaScriptEnabled) {
        // How Chromium says that it does not run what it had been told to load.
        complaints.allow(/\.js: csp$/, /was preloaded using link preload but not used/);
      }
      await use(complaints);
      complaints.expectNone();
    },
    { auto: true },
  ],
  context: async ({ context, complaints }, use) => {
    complaints.listenTo(context);
    await use(context);
  },
  anotherBrowser: async ({ browser, contextOptions, complaints }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext(contextOptions);
      complaints.listenTo(context);
      contexts.push(context);
      return context.newPage();
    });
    for (const context of contexts) {
      await context.close();
    }
  },
  spacePage: async ({ page, server, space }, use) => {
    await use(new SpacePage(page, server.address, space));
  },
  entryPage: async ({ page, server, space }, use) => {
    await use(new EntryPage(page, server.address, space));
  },
});
