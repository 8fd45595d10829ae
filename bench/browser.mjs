// The time from navigation to awake, in Chromium, over slow 4G with a quarter of the processor: `node browser.mjs URL
// RUNS`. Prints the milliseconds of each run as a JSON array. Every run is a new browser context: nothing is cached.
import { createRequire } from "node:module";

const { chromium } = createRequire(new URL("../end2end/", import.meta.url))("@playwright/test");
const [url, runs] = process.argv.slice(2);

const browser = await chromium.launch({
  executablePath: process.env.QRATE_BROWSER,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
const awake_after_ms = [];
// The first run only warms up the browser.
for (let run = 0; run <= Number(runs); run++) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (document.documentElement?.hasAttribute("data-hydrated")) {
        window.awake_after_ms = performance.now();
        observer.disconnect();
      }
    }).observe(document, { attributes: true, subtree: true, childList: true });
  });
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 150,
    downloadThroughput: 1_600_000 / 8,
    uploadThroughput: 750_000 / 8,
  });
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.goto(url, { waitUntil: "commit" });
  const handle = await page.waitForFunction(() => window.awake_after_ms);
  if (run > 0) {
    awake_after_ms.push(await handle.jsonValue());
  }
  await context.close();
}
await browser.close();
console.log(JSON.stringify(awake_after_ms));
