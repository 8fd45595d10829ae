// No foreign page can write to a local server, frame it, or reach it by another name.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { expect, test } from "../support/test.ts";

for (const host of ["127.0.0.1", "localhost"]) {
  test(`a form on a page of ${host} on another port is refused`, async ({ page, server, space, api, pageErrors }) => {
    pageErrors.allow(/status of 403/);
    const foreign = createServer((_, response) => {
      response.setHeader("Content-Type", "text/html");
      response.end(`<!DOCTYPE html><link rel="icon" href="data:,"><title>Foreign</title>
        <form method="post" action="${server.address}/s/${space}/save">
        <input name="text" value="smuggled in"><input name="level" value="M"><input name="name" value="">
        <input name="request" value="0123456789abcdef"><button>Win a prize</button></form>`);
    });
    await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
    try {
      await page.goto(`http://${host}:${(foreign.address() as AddressInfo).port}/`);
      const answer = page.waitForResponse((response) => response.request().method() === "POST");
      await page.getByRole("button", { name: "Win a prize" }).click();
      expect((await answer).status()).toBe(403);
      expect((await api.listing()).total).toBe(0);
    } finally {
      foreign.close();
    }
  });
}

test("another host name is refused", async ({ request, server }) => {
  const response = await request.get(`${server.address}/`, { headers: { Host: "rebound.example" } });
  expect(response.status()).toBe(421);
});

test("pages forbid foreign scripts and framing", async ({ request, server }) => {
  const policy = (await request.get(`${server.address}/`)).headers()["content-security-policy"] ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("unsafe-inline");
});
