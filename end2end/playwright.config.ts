// How the end-to-end tests run: the release program, one real server per worker, Chromium.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { defineConfig } from "@playwright/test";

import { target } from "./support/server.ts";

const executablePath = execFileSync(join(import.meta.dirname, "../tools/browser.sh")).toString().trim();

export default defineConfig({
  testDir: "tests",
  outputDir: join(target, "end2end"),
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  // A test that needs a second try has found a race, in it or in the program: `make test` names it at its end, and
  // `make torture` does not allow one.
  retries: process.env.QRATE_NO_RETRIES ? 0 : 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    acceptDownloads: true,
    trace: "retain-on-failure",
    launchOptions: {
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
