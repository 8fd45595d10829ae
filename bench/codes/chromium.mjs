// Measures the encoders in Chromium: `node chromium.mjs FOLDER ROUNDS`. The folder holds what `tools/bench.sh` built:
// `page.js` and the WASM. Prints the rows of `page.js` as JSON.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join } from "node:path";

const { chromium } = createRequire(new URL("../../end2end/", import.meta.url))("@playwright/test");
const [folder, rounds] = process.argv.slice(2);
const types = { ".js": "text/javascript", ".wasm": "application/wasm" };

const browser = await chromium.launch({
  executablePath: process.env.QRATE_BROWSER,
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
});
const page = await browser.newPage();
page.setDefaultTimeout(0);
// There is no server: requests are answered with the files. An isolated page has a finer clock.
const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
await page.route("https://makers.test/**", async (route) => {
  const { pathname } = new URL(route.request().url());
  const isPage = pathname === "/";
  const body = isPage ? '<script type="module" src="/page.js"></script>' : await readFile(join(folder, pathname));
  await route.fulfill({ headers, contentType: isPage ? "text/html" : types[extname(pathname)], body });
});
await page.goto("https://makers.test/", { waitUntil: "load" });
const rows = await page.evaluate((rounds) => globalThis.measure(rounds), Number(rounds));
await browser.close();
console.log(JSON.stringify(rows));
