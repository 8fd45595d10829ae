// Fixtures of every test: a server, its own space, and pages that must not report errors.
import { test as base, type BrowserContext, type Page } from "@playwright/test";

import { EntryPage } from "../pages/entry-page.ts";
import { SpacePage } from "../pages/space-page.ts";
import { Api } from "./api.ts";
import { PageErrors } from "./page-errors.ts";
import { Server } from "./server.ts";

export { expect } from "@playwright/test";

interface TestFixtures {
  /** A server that this test may stop and start, used by no other test. */
  ownServer: Server;
  /** The id of an empty space for this test. */
  space: string;
  /** The REST API of that space. */
  api: Api;
  /** The errors of pages; a test that provokes one allows it first. */
  pageErrors: PageErrors;
  /** The space's page in `page`. */
  spacePage: SpacePage;
  /** The page of an entry in `page`. */
  entryPage: EntryPage;
  /** A page in another browser, which shares only the server with `page`. */
  anotherBrowser: () => Promise<Page>;
  /** The space's page in another browser. */
  anotherSpacePage: () => Promise<SpacePage>;
}

interface WorkerFixtures {
  server: Server;
  /** A server whose labeller is easily sure: it finds something in any picture. */
  labellingServer: Server;
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
  labellingServer: [
    async ({}, use) => {
      const server = await Server.start({ QRATE_LABEL_THRESHOLD: "0.01" });
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
  pageErrors: [
    async ({ javaScriptEnabled }, use) => {
      const pageErrors = new PageErrors();
      if (!javaScriptEnabled) {
        // Chromium's message for a preloaded script that it does not run.
        pageErrors.allow(/\.js: csp$/, /was preloaded using link preload but not used/);
      }
      await use(pageErrors);
      pageErrors.expectNone();
    },
    { auto: true },
  ],
  context: async ({ context, pageErrors }, use) => {
    pageErrors.listenTo(context);
    await use(context);
  },
  anotherBrowser: async ({ browser, contextOptions, pageErrors }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext(contextOptions);
      pageErrors.listenTo(context);
      contexts.push(context);
      return context.newPage();
    });
    for (const context of contexts) {
      await context.close();
    }
  },
  anotherSpacePage: async ({ anotherBrowser, server, space }, use) => {
    await use(async () => new SpacePage(await anotherBrowser(), server.address, space));
  },
  spacePage: async ({ page, server, space }, use) => {
    await use(new SpacePage(page, server.address, space));
  },
  entryPage: async ({ page, server, space }, use) => {
    await use(new EntryPage(page, server.address, space));
  },
});
