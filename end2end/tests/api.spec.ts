// A program that is written against the description of the API, and the page that describes it to people.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import createClient from "openapi-fetch";

import type { paths } from "../support/api-types.ts";
import { expect, test } from "../support/test.ts";

const types = join(import.meta.dirname, "../support/api-types.ts");
const generator = join(import.meta.dirname, "../../tools/node_modules/.bin/openapi-typescript");

test("the types of clients are generated from the description", async ({ server }, testInfo) => {
  const description = testInfo.outputPath("openapi.json");
  const generated = testInfo.outputPath("api-types.ts");
  writeFileSync(description, await (await fetch(`${server.address}/api/v1/openapi.json`)).text());
  execFileSync(generator, [description, "--output", generated], { stdio: "pipe" });
  // `npx playwright test api --update-snapshots=all` writes them anew.
  if (testInfo.config.updateSnapshots === "all") writeFileSync(types, readFileSync(generated));
  expect(readFileSync(types, "utf8")).toBe(readFileSync(generated, "utf8"));
});

test("a typed client makes, changes, finds and removes codes", async ({ server, space, spacePage }) => {
  await spacePage.open();
  const client = createClient<paths>({ baseUrl: server.address });
  const path = { space };
  const made = await client.POST("/api/v1/spaces/{space}/entries", {
    params: { path, header: { "Idempotency-Key": "typed-1" } },
    body: { text: "https://example.com/typed", name: "Typed", labels: ["api"], picture: "svg" },
  });
  expect(made.response.status).toBe(201);
  const change = made.data;
  if (change === undefined || typeof change === "string") throw new Error("not JSON");
  expect(Buffer.from(change.picture?.base64 ?? "", "base64").toString()).toContain("<svg");
  await expect(spacePage.row(change.entry.id)).toContainText("Typed");

  const id = change.entry.id;
  const changed = await client.PATCH("/api/v1/spaces/{space}/entries/{id}", {
    params: { path: { space, id }, header: { "If-Match": made.response.headers.get("etag") ?? `"${change.seq}"` } },
    body: { name: "Renamed" },
  });
  expect(changed.data?.entry.name).toBe("Renamed");
  await expect(spacePage.row(id)).toContainText("Renamed");

  const found = await client.GET("/api/v1/spaces/{space}/entries", { params: { path, query: { label: ["api"], kind: "code" } } });
  expect(found.data?.entries.map((entry) => entry.id)).toEqual([id]);
  const wrong = await client.GET("/api/v1/spaces/{space}/entries/{id}", { params: { path: { space, id: 999 } } });
  expect(wrong.error).toMatchObject({ status: 404, title: "Not found" });

  await client.DELETE("/api/v1/spaces/{space}/entries/{id}", { params: { path: { space, id } } });
  await expect(spacePage.row(id)).toBeHidden();
});

test("people can read the description", async ({ page, server }) => {
  await page.goto(`${server.address}/api/v1`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("API");
  const operation = page.locator("#createCode");
  await expect(operation).toBeHidden();
  await page.getByText("Make a code", { exact: true }).click();
  await expect(operation).toContainText("Idempotency-Key");
  await expect(operation).toContainText("-d '{");
  // A link opens its operation, also without any script.
  await page.goto(`${server.address}/api/v1#changeEntry`);
  await expect(page.locator("#changeEntry")).toBeVisible();
  const refused = await fetch(`${server.address}/api/v1/spaces/main/entries/1e9`);
  const problem = (await refused.json()) as { type: string };
  await page.goto(server.address + problem.type);
  await expect(page).toHaveURL(/#invalid$/);
  await expect(page.locator("#invalid")).toContainText("cannot be understood");
});
