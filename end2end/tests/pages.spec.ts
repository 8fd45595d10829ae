// Complete pages: links and assets work, errors are pages, and concurrent requests do not hang.
import { request as httpRequest } from "node:http";

import type { Page } from "@playwright/test";

import { ErrorPage } from "../pages/error-page.ts";
import { expect, test } from "../support/test.ts";

/** The addresses of our own server that a page names, other than to post to. */
async function addressesIn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const named = [...document.querySelectorAll("*")].flatMap((element) =>
      [...element.attributes]
        .filter(({ name, value }) => /^(href|src|data-(?!logos$|upload$).*)$/.test(name) && /^([/.?]|https?:)/.test(value))
        .map(({ value }) => new URL(value, document.baseURI)),
    );
    return [...new Set(named.filter((url) => url.origin === location.origin).map((url) => url.href))];
  });
}

test("every link and asset of every page answers 200", async ({ page, spacePage, entryPage, server, api }) => {
  await api.saveMany(Array.from({ length: 30 }, (_, i) => `https://example.com/${i}`));
  const pages = [server.address, spacePage.url, `${spacePage.url}?page=2`, `${spacePage.url}-empty`, entryPage.url(1)];
  const answered = new Map<string, number>();
  for (const url of pages) {
    await page.goto(url);
    await page.locator("html[data-hydrated]").waitFor();
    for (const address of await addressesIn(page)) {
      if (!answered.has(address)) {
        const answer = new AbortController();
        const response = await fetch(address, { signal: answer.signal });
        answered.set(address, response.status);
        // An event stream never ends by itself.
        answer.abort();
      }
    }
  }
  const kinds = [/\/assets\/.*\.css$/, /\/assets\/.*\.js$/, /\/assets\/.*\.wasm$/, /\/files\/1\.svg/, /\/files\/1\/.*\.png/];
  for (const kind of kinds) {
    expect([...answered.keys()].some((address) => kind.test(address)), String(kind)).toBe(true);
  }
  // A number or a digest is appended to these.
  const begun = /\/e\/$|\/photos\/known$/;
  expect([...answered].filter(([address, status]) => status !== 200 && !begun.test(address))).toEqual([]);
});

const mistakes = [
  { what: "an unknown entry", path: (space: string) => `/s/${space}/e/99`, status: 404 },
  { what: "a space that cannot be", path: () => "/s/Not_A_Space", status: 400 },
  { what: "an unknown address", path: () => "/nowhere", status: 404 },
];
for (const { what, path, status } of mistakes) {
  test(`${what} gets a page that says so`, async ({ page, server, space, pageErrors }) => {
    pageErrors.allow(new RegExp(`status of ${status}`));
    const errorPage = new ErrorPage(page);
    const response = await errorPage.open(server.address + path(space));
    expect(response.status()).toBe(status);
    await errorPage.expectComplete(response);
    await errorPage.home.click();
    await expect(page.getByRole("textbox", { name: "Text", exact: true })).toBeVisible();
  });
}

test("200 concurrent requests all complete", async ({ server }) => {
  const bodies = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const response = await fetch(`${server.address}/`);
      expect(response.status).toBe(200);
      return response.text();
    }),
  );
  expect(bodies.filter((body) => !body.trimEnd().endsWith("</html>"))).toEqual([]);
});

/** Bytes of a body as sent, brotli where the server offers it. */
async function sentBytes(url: string): Promise<{ bytes: number; body: Buffer; encoding: string | undefined }> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { headers: { "Accept-Encoding": "br" } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const body = Buffer.concat(chunks);
        resolve({ bytes: body.length, body, encoding: response.headers["content-encoding"] });
      });
    })
      .on("error", reject)
      .end();
  });
}

test("the first page stays within 150 KiB, compressed", async ({ page, spacePage }) => {
  const fetched = new Set([spacePage.url]);
  page.on("request", (request) => {
    if (/\/assets\//.test(request.url())) fetched.add(request.url());
  });
  await spacePage.open();
  let [total, fonts] = [0, 0];
  for (const url of fetched) {
    const { bytes, encoding } = await sentBytes(url);
    if (url.endsWith(".woff2")) {
      fonts += bytes;
      continue;
    }
    total += bytes;
    // Responses that fit into a packet are sent uncompressed.
    expect(encoding, url).toBe(bytes > 500 ? "br" : encoding);
    console.log(`${String(bytes).padStart(8)} bytes  ${new URL(url).pathname}`);
  }
  console.log(`${String(total).padStart(8)} bytes  the first page`);
  expect([...fetched].some((url) => url.endsWith(".wasm"))).toBe(true);
  expect(total).toBeLessThanOrEqual(150 * 1024);
  expect(fonts).toBeGreaterThan(0);
  expect(fonts).toBeLessThanOrEqual(25 * 1024);
});

test("what draws looks stays within 280 KiB, compressed", async ({ page, spacePage }) => {
  await spacePage.open();
  const urls = await page.evaluate(() => {
    const { studio, studioWorker, studioWasm } = document.querySelector<HTMLElement>("script[data-studio]")?.dataset ?? {};
    return [studio, studioWorker, studioWasm].map((url) => new URL(url ?? "", location.href).href);
  });
  let total = 0;
  for (const url of urls) {
    const { bytes, encoding } = await sentBytes(url);
    total += bytes;
    expect(encoding, url).toBe("br");
    console.log(`${String(bytes).padStart(8)} bytes  ${new URL(url).pathname}`);
  }
  console.log(`${String(total).padStart(8)} bytes  the studio`);
  expect(total).toBeLessThanOrEqual(280 * 1024);
});
