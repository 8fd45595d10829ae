// Messages to people who left a number with a photo: the outbox, a test, failures.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { PhotoPage } from "../pages/photo-page.ts";
import { PhotoSection } from "../pages/photo-section.ts";
import { SpacePage } from "../pages/space-page.ts";
import { Server } from "../support/server.ts";
import { photo } from "../support/photos.ts";
import { expect, test } from "../support/test.ts";

const number = "+49 170 1234567";
const masked = "+49 … 67";

const outbox = (page: Page) => page.getByRole("list", { name: "Outbox" }).getByRole("listitem");

async function expectAccessible(page: Page): Promise<void> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`)).toEqual([]);
}

test("a photo with a number: the outbox shows the message in another browser, without a reload", async ({ spacePage, page, server, space, anotherBrowser }) => {
  const jobs = new PhotoPage(await anotherBrowser(), server.address, space);
  await jobs.openJobs();
  await expect(outbox(jobs.page)).toHaveCount(0);
  await jobs.page.getByLabel("Send a test to").fill("typed meanwhile");
  await spacePage.open();
  const photos = new PhotoSection(page);
  await photos.phone.fill(number);
  await photos.choose(photo("a.png"));
  await photos.expectUploaded("a.png");
  await expect(outbox(jobs.page)).toHaveCount(1, { timeout: 30_000 });
  await expect(outbox(jobs.page)).toContainText(`${masked}`);
  await expect(outbox(jobs.page)).toContainText("Your photo (number 1) is ready, flipped left to right.");
  await expect(jobs.page.getByLabel("Send a test to")).toHaveValue("typed meanwhile");
  await expectAccessible(jobs.page);
  const photoPage = new PhotoPage(page, server.address, space);
  await photoPage.open(1);
  await expect(page.locator("[data-message=sent]")).toContainText("The message was put into the outbox at ");
  await expectAccessible(page);
  await page.getByRole("link", { name: "outbox" }).click();
  await expect(outbox(page)).toHaveCount(1);
  await expect(page.locator("body")).not.toContainText("1234567");
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("a test message, refused and sent", async ({ page, server, space, pageErrors }) => {
      pageErrors.allow(/status of 422/);
      await page.goto(`${server.address}/s/${space}/jobs`);
      const field = page.getByLabel("Send a test to");
      await field.fill("0170 1234567");
      await page.getByRole("button", { name: "Send a test" }).click();
      await expect(field).toHaveAccessibleDescription(/country code/);
      await expect(field).toHaveValue("0170 1234567");
      if (javaScriptEnabled) await expectAccessible(page);
      await field.fill(number);
      await page.getByRole("button", { name: "Send a test" }).click();
      await expect(page.getByText("The test message is in the outbox.")).toBeFocused();
      await expect(outbox(page)).toContainText("This is a test message from Qrate.");
      await expect(outbox(page)).toContainText(masked);
      if (javaScriptEnabled) await expectAccessible(page);
    });
  });
}

test("what could not be sent says why, and can be put aside", async ({ page, pageErrors }) => {
  pageErrors.allow(/status of 422/);
  const receiver = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(422, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ message: "+491701234567 has opted out" }));
    });
  });
  await new Promise<void>((ready) => receiver.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const server = await Server.start({
    QRATE_NOTIFIER: "webhook",
    QRATE_WEBHOOK_URL: url,
    QRATE_WEBHOOK_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    QRATE_NOTICES_PER_DAY: "5",
  });
  try {
    const spacePage = new SpacePage(page, server.address, "main");
    await spacePage.open();
    const photos = new PhotoSection(page);
    await photos.phone.fill(number);
    await photos.choose(photo("a.png"));
    await photos.expectUploaded("a.png");
    await expect(spacePage.row(1)).toContainText("The message about it could not be sent.", { timeout: 30_000 });
    await expect(photos.jobsLink).toHaveText("1 failed");
    const photoPage = new PhotoPage(page, server.address, "main");
    await photoPage.open(1);
    await expect(page.locator("[data-message=failed]")).toHaveText("The message was refused: [number] has opted out (HTTP 422).");
    await expectAccessible(page);
    await photoPage.openJobs();
    const failed = photoPage.job("Failed", "a.png");
    await expect(failed).toContainText("The message was refused: [number] has opted out (HTTP 422).");
    await expect(failed).not.toContainText("could not be sent");
    await expect(page.getByRole("button", { name: /Try/ })).toHaveCount(0);
    await expectAccessible(page);
    await page.getByLabel("Send a test to").fill(number);
    await page.getByRole("button", { name: "Send a test" }).click();
    await expect(page.getByLabel("Send a test to")).toHaveAccessibleDescription(/^The test was refused: .*opted out/);
    await expect(page.getByLabel("Send a test to"), "nobody knows whether the number is at fault").not.toHaveAttribute("aria-invalid");
    await page.getByRole("button", { name: "Dismiss: #1" }).click();
    await expect(page.getByText("The failed message about #1 is dismissed.")).toBeFocused();
    await expect(page.getByText("Nothing is in progress, and nothing has failed.")).toBeVisible();
    await expect(page.locator("body")).not.toContainText("491701234567");
  } finally {
    // Its stream would be cut off.
    await page.goto("about:blank");
    await server.dispose();
    receiver.close();
  }
});
