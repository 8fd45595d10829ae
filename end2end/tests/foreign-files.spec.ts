// Files that other programs put into the bucket directory, or delete there.
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { bytesOf, redrawn } from "../support/picture.ts";
import { expect, test } from "../support/test.ts";

test("a picture added by another program appears everywhere, with its text", async ({
  spacePage,
  server,
  space,
  api,
  anotherSpacePage,
}) => {
  await api.save("https://example.com/poster");
  const other = await anotherSpacePage();
  await spacePage.open();
  await other.open();

  const picture = redrawn(await bytesOf(await spacePage.downloadOf(1, "PNG")));
  const file = join(server.bucket, space, "posters/Poster März + 1%.png");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, picture);
  for (const page of [spacePage, other]) {
    await page.expectIds([2, 1]);
    await expect(page.row(2)).toContainText("Poster März + 1%.png");
    await expect(page.row(2).getByRole("link", { name: "https://example.com/poster" })).toBeVisible();
  }
  expect((await bytesOf(await spacePage.downloadOf(2, "PNG"))).equals(picture)).toBe(true);

  await rm(file);
  for (const page of [spacePage, other]) {
    await page.expectIds([1]);
    await expect(page.total).toHaveText("1");
  }
});

test("a file without a code appears as a file; moving it away removes it", async ({ spacePage, server, space, api }) => {
  await api.save("first");
  await spacePage.open();
  const file = join(server.bucket, space, "notes.txt");
  await writeFile(file, "only words");
  await spacePage.expectIds([2, 1]);
  await expect(spacePage.row(2)).toContainText("notes.txt");
  await expect(spacePage.row(2).getByRole("link", { name: /^Download/ }).first()).toBeVisible();
  await rename(file, join(server.dataDirectory, "notes.txt"));
  await spacePage.expectIds([1]);
});

test("a file of ours deleted by another program disappears from every page", async ({ spacePage, server, api }) => {
  await api.saveMany(["stays", "is deleted"]);
  await spacePage.open();
  await rm(join(server.bucket, (await api.entry(2)).key));
  await spacePage.expectIds([1]);
});
