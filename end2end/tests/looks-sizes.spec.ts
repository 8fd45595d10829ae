// The size of a styled code, in each unit.
import { bytesOf } from "../support/picture.ts";
import { expect, test } from "../support/test.ts";

const text = "https://example.com/menu";

test("a size in millimetres has its resolution, and another unit its own number", async ({ spacePage }) => {
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  await expect(look.field("Pixels per inch")).toBeHidden();
  await look.field("Unit").selectOption("millimetres wide");
  await expect(look.field("Size")).toHaveValue("30");
  await expect(look.field("Pixels per inch")).toHaveValue("300");
  const pdf = (await bytesOf(await look.download("PDF"))).toString("latin1");
  // 30 mm in points.
  expect(pdf).toMatch(/MediaBox ?\[ ?0 0 85\.0/);
  await look.field("Unit").selectOption("pixels wide");
  await expect(look.field("Size")).toHaveValue("600");
  const png = await bytesOf(await look.download("PNG"));
  expect(png.readUInt32BE(16)).toBe(600);
});

test("an empty size means the unit's default, in browser and server", async ({ spacePage, server, space }) => {
  const { look } = spacePage;
  await spacePage.open();
  await spacePage.text.fill(text);
  await look.open();
  for (const [unit, words] of [["module", "pixels per module"], ["px", "pixels wide"], ["mm", "millimetres wide"]] as const) {
    await look.field("Unit").selectOption(words);
    await look.field("Size").fill("");
    const here = await bytesOf(await look.download("PNG"));
    const body = new URLSearchParams({ text, level: "M", unit, size: "", as: "png" });
    const there = await fetch(`${server.address}/s/${space}/draw`, { method: "POST", body });
    expect(there.status).toBe(200);
    expect(here.equals(Buffer.from(await there.arrayBuffer())), unit).toBe(true);
  }
});

test("a preset that changes the unit also changes the size", async ({ spacePage }) => {
  const { look } = spacePage;
  await spacePage.open();
  await look.open();
  await look.preset("Print").click();
  await expect(look.field("Size")).toHaveValue("30");
  await look.field("Unit").selectOption("pixels per module");
  await expect(look.field("Size")).toHaveValue("8");
});
