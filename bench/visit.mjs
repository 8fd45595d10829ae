// Bytes that a browser loads, as sent to one that takes brotli: `node visit.mjs URL`. Prints those of the first page until
// it is awake, what choosing a look adds, and what a form of contents adds, as JSON:
// `{"first_page": …, "looks": …, "contents": …}`.
import { request } from "node:http";
import { createRequire } from "node:module";

const { chromium } = createRequire(new URL("../end2end/", import.meta.url))("@playwright/test");
const [url] = process.argv.slice(2);

const sentBytes = (url) =>
  new Promise((resolve, reject) => {
    request(url, { headers: { "Accept-Encoding": "br" } }, (response) => {
      let bytes = 0;
      response.on("data", (chunk) => (bytes += chunk.length));
      response.on("end", () => resolve(bytes));
      response.on("error", reject);
    })
      .on("error", reject)
      .end();
  });

const browser = await chromium.launch({
  executablePath: process.env.QRATE_BROWSER,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
const context = await browser.newContext();
const loaded = new Set();
const counted = new Set();
context.on("request", (request) => {
  if (request.url().includes("/assets/")) loaded.add(request.url());
});

/** Bytes of what was loaded and has not been counted yet. */
async function newBytes() {
  let bytes = 0;
  for (const asset of [...loaded].filter((asset) => !counted.has(asset))) {
    counted.add(asset);
    bytes += await sentBytes(asset);
  }
  return bytes;
}

const page = await context.newPage();
await page.goto(url);
await page.waitForSelector("[data-hydrated]");
const first_page = (await sentBytes(url)) + (await newBytes());
if (![...counted].some((asset) => asset.endsWith(".wasm"))) throw new Error("the page has loaded no WASM");

// What a worker loads is not reported to its page: the addresses are in the page's script element.
const studio = await page.$eval("script[data-studio]", (script) => ({ ...script.dataset }));
const isStudio = (request) => request.url().endsWith(studio.studio);
await Promise.all([context.waitForEvent("requestfinished", isStudio), page.click(".look > summary")]);
for (const path of [studio.studioWorker, studio.studioWasm]) loaded.add(new URL(path, url).href);
const looks = await newBytes();

await page.goto(`${url}?kind=wifi`);
await page.waitForSelector("[data-hydrated]");
const contents = await newBytes();
if (contents === 0) throw new Error("the form of a kind has loaded nothing");
await browser.close();
console.log(JSON.stringify({ first_page, looks, contents }));
