// The same bytes everywhere: for every golden picture of `qr`, the browser, the server and the stored file agree.
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { bytesOf } from "../support/picture.ts";
import { expect, test } from "../support/test.ts";

const tests = join(import.meta.dirname, "../../qr/tests");
const golden = join(tests, "golden/styles");
const names = readdirSync(golden)
  .filter((file) => file.endsWith(".look"))
  .map((file) => file.replace(".look", ""));

const formats = { PNG: "png", SVG: "svg", PDF: "pdf" } as const;

test("there are golden pictures", () => {
  expect(names.length).toBeGreaterThan(30);
});

for (const name of names) {
  test(name, async ({ spacePage, api }) => {
    const text = await readFile(join(golden, `${name}.txt`), "utf8");
    const query = new URLSearchParams(await readFile(join(golden, `${name}.look`), "utf8"));
    if (query.has("logo")) {
      query.set("logo", await api.uploadLogo(await readFile(join(tests, "logo.png"))));
    }
    const level = query.get("level") ?? "";
    query.delete("level");
    const look = query.toString();

    await spacePage.open(`?${new URLSearchParams({ text, level })}&${look || "look=plain"}`);
    await expect(spacePage.text).toHaveValue(text);
    // The page writes a look as the server does.
    await spacePage.look.open(look === "");
    await expect(spacePage.look.link).toHaveAttribute("href", `/s/${api.space}?${look || "look=plain"}`);
    for (const [format, extension] of Object.entries(formats) as [keyof typeof formats, string][]) {
      const expected = await readFile(join(golden, `${name}.${extension}`));
      const here = await bytesOf(await spacePage.look.download(format));
      expect(here.equals(expected), `${format} of the browser`).toBe(true);
      const there = await api.draw({ text, level, look, as: extension });
      expect(there.equals(expected), `${format} of the server`).toBe(true);
    }
    for (const [format, as] of [["text for terminals", "txt"]] as const) {
      const here = await bytesOf(await spacePage.look.download(format));
      expect(here.equals(await api.draw({ text, level, look, as })), `${format} of both`).toBe(true);
    }
  });
}
