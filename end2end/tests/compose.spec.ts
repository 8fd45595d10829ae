// Typing a text shows its code and facts.
import { expect, test } from "../support/test.ts";

test("the code and its facts are drawn while typing", async ({ spacePage }) => {
  await spacePage.open();
  await spacePage.text.pressSequentially("HELLO");
  await expect(spacePage.preview).toBeVisible();
  await expect(spacePage.fact("version")).toHaveText("1");
  await expect(spacePage.fact("level")).toContainText("M");
  await expect(spacePage.fact("fill")).toHaveText(/^\d of \d[\d,.]* bytes/);
  await expect(spacePage.fact("print-size")).toContainText("mm");

  const first = await spacePage.preview.innerHTML();
  await spacePage.text.pressSequentially(" world, this is more than version 1 holds");
  await expect(spacePage.fact("version")).not.toHaveText("1");
  expect(await spacePage.preview.innerHTML()).not.toEqual(first);
});

test("the level can be chosen", async ({ spacePage }) => {
  await spacePage.open();
  await spacePage.text.fill("https://example.com/a/rather/long/path");
  const versions: number[] = [];
  for (const level of ["L", "M", "Q", "H"] as const) {
    await spacePage.level(level).check();
    await expect(spacePage.fact("level")).toContainText(level);
    versions.push(Number(/\d+/.exec(await spacePage.fact("version").innerText())?.[0]));
  }
  expect(versions).toEqual([...versions].sort((a, b) => a - b));
  expect(versions[3]).toBeGreaterThan(versions[0] ?? 0);
});

test("a text that already exists is recognised", async ({ spacePage, api }) => {
  const { id } = await api.save("have this one");
  await spacePage.open();
  await spacePage.text.fill("have this one");
  await expect(spacePage.knownEntry).toContainText(`#${id}`);
  await spacePage.text.pressSequentially("!");
  await expect(spacePage.knownEntry).toBeHidden();
});

test("a text that is too long is refused with a message, and kept", async ({ spacePage, pageErrors }) => {
  pageErrors.allow(/status of 422/);
  await spacePage.open();
  const too_long = "x".repeat(2332);
  await spacePage.text.fill(too_long);
  await spacePage.saveButton.click();
  await expect(spacePage.text).toHaveAccessibleDescription(/\d/);
  await expect(spacePage.text).toHaveValue(too_long);
  await expect(spacePage.total).toHaveText("0");
});

test("an empty text is refused with a message", async ({ spacePage, pageErrors }) => {
  pageErrors.allow(/status of 422/);
  await spacePage.open();
  await spacePage.saveButton.click();
  await expect(spacePage.text).toHaveAccessibleDescription(/\w/);
  await expect(spacePage.total).toHaveText("0");
});
