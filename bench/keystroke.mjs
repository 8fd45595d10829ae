// The time from a keystroke to the new picture in the document, in Chromium: `node keystroke.mjs URL ROUNDS`. Prints
// the milliseconds of each round for texts of 60 and of 2,000 characters as JSON: `{"60": […], "2000": […]}`.
import { createRequire } from "node:module";

const { chromium } = createRequire(new URL("../end2end/", import.meta.url))("@playwright/test");
const [url, rounds] = process.argv.slice(2);

const browser = await chromium.launch({
  executablePath: process.env.QRATE_BROWSER,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
const page = await browser.newPage();
page.setDefaultTimeout(0);
await page.goto(url);
await page.waitForSelector("[data-hydrated]");
const figures = await page.evaluate(async (rounds) => {
  // The clock has a resolution of 0.1 ms: a round is many keystrokes.
  const KEYSTROKES = 20;
  const text = document.querySelector("textarea[name=text]");
  const island = document.querySelector(".preview").closest("leptos-island");
  const typed = (value) =>
    new Promise((drawn) => {
      const observer = new MutationObserver(() => (observer.disconnect(), drawn()));
      observer.observe(island, { subtree: true, childList: true, attributes: true, characterData: true });
      text.value = value;
      text.dispatchEvent(new Event("input", { bubbles: true }));
    });
  const figures = {};
  for (const length of [60, 2000]) {
    const begin = "https://example.org/".padEnd(length - 1, "a long path, with words/");
    figures[length] = [];
    // The first round only warms up.
    for (let round = 0; round <= rounds; round++) {
      const start = performance.now();
      for (let key = 0; key < KEYSTROKES; key++) await typed(begin + String.fromCharCode(97 + ((key + round) % 26)));
      if (round > 0) figures[length].push((performance.now() - start) / KEYSTROKES);
    }
  }
  return figures;
}, Number(rounds));
await browser.close();
console.log(JSON.stringify(figures));
