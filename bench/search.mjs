// The time from a keystroke in the search to the row that it finds, in Chromium: `node search.mjs URL RUNS`. Prints the
// milliseconds of each run as a JSON array.
import { createRequire } from "node:module";

const { chromium } = createRequire(new URL("../end2end/", import.meta.url))("@playwright/test");
const [url, runs] = process.argv.slice(2);

const browser = await chromium.launch({
  executablePath: process.env.QRATE_BROWSER,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
const page = await browser.newPage();
await page.goto(url);
await page.waitForSelector("[data-hydrated]");
const figures = await page.evaluate(async (runs) => {
  const words = document.querySelector("#search");
  const rows = document.querySelector(".rows");
  const found = (text) =>
    new Promise((shown) => {
      const observer = new MutationObserver(() => {
        const row = rows.querySelector(".row-number");
        if (rows.children.length !== 1 || row?.textContent !== text) return;
        observer.disconnect();
        requestAnimationFrame(() => shown());
      });
      observer.observe(rows, { subtree: true, childList: true, characterData: true });
      words.value = text;
      words.dispatchEvent(new Event("input", { bubbles: true }));
    });
  const figures = [];
  // The first run only warms up.
  for (let run = 0; run <= runs; run++) {
    const start = performance.now();
    await found(`#${70001 + run * 137}`);
    if (run > 0) figures.push(performance.now() - start);
  }
  return figures;
}, Number(runs));
await browser.close();
console.log(JSON.stringify(figures));
