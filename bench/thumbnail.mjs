// The time from the choice of a photo in one browser until another shows its thumbnail: `node thumbnail.mjs URL RUNS
// PHOTO`. Prints the milliseconds of each run as a JSON array. Both are contexts of one Chromium, so they share a clock.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { chromium } = createRequire(new URL("../end2end/", import.meta.url))("@playwright/test");
const [url, runs, photo] = process.argv.slice(2);

const browser = await chromium.launch({
  executablePath: process.env.QRATE_BROWSER,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
const open = async () => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  await page.waitForSelector("[data-hydrated]");
  return page;
};
const [sender, watcher] = [await open(), await open()];
const bytes = readFileSync(photo);
/** The photo with a comment that holds a number: of the same bytes the page would ask. */
const numbered = (number) => {
  const comment = Buffer.from([0xff, 0xfe, 0, 3, number]);
  const buffer = Buffer.concat([bytes.subarray(0, 2), comment, bytes.subarray(2)]);
  return { name: "photo.jpg", mimeType: "image/jpeg", buffer };
};
const shown_after_ms = [];
// The first run loads what uploads need.
for (let run = 0; run <= Number(runs); run++) {
  const shown = watcher.waitForFunction(
    (photos) => {
      const thumbnails = [...document.querySelectorAll("img[src*='/thumbnail']")];
      return thumbnails.length > photos && thumbnails.every((image) => image.complete && image.naturalWidth > 0);
    },
    run,
    { timeout: 60_000 },
  );
  const started = performance.now();
  await sender.setInputFiles("#photo-form input[name=photos]", numbered(run));
  await shown;
  if (run > 0) shown_after_ms.push(performance.now() - started);
}
await browser.close();
console.log(JSON.stringify(shown_after_ms));
