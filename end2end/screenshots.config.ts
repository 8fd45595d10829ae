// `make screenshots`: every state of every page for inspection, and the pictures of the README.
import { defineConfig } from "@playwright/test";

import config from "./playwright.config.ts";

export default defineConfig({ ...config, testDir: ".", testMatch: "screenshots.ts" });
