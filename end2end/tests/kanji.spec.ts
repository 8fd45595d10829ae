// Kanji: the browser supplies their table, and draws the same codes as the server.
import { expect, test } from "../support/test.ts";

/** All characters that Shift JIS writes in two bytes, as this program decodes them. */
function doubleByteCharacters(): string {
  const pairs: number[] = [];
  for (const [first, last] of [[0x81, 0x9f], [0xe0, 0xfc]] as const) {
    for (let lead = first; lead <= last; lead++) {
      for (let trail = 0x40; trail <= 0xfc; trail++) {
        pairs.push(lead, trail, 0x0a);
      }
    }
  }
  const lines = new TextDecoder("shift_jis").decode(new Uint8Array(pairs)).split("\n");
  return [...new Set(lines.filter((line) => line.length === 1 && line > "\x7f" && line !== "\ufffd"))].join("");
}

test("every kanji gives the same code in browser and server", async ({ spacePage, server, space, api }) => {
  await spacePage.open();
  await spacePage.level("L").check();
  // Characters that vendors disagree about, or have added, are bytes on both sides.
  const texts = [...(doubleByteCharacters() + "〜‖−¢£¬~ ").matchAll(/.{900}|.+$/gsu)].map(([text]) => text);
  expect(texts.length).toBeGreaterThan(7);
  for (const text of texts) {
    await spacePage.text.fill(text);
    const { id } = await api.save(text, "", "L");
    const svg = await (await fetch(`${server.address}/s/${space}/files/${id}.svg`)).text();
    const path = await spacePage.preview.locator("path").getAttribute("d");
    expect(path && svg.includes(`"${path}"`), text).toBe(true);
  }
});

test("with a different Shift JIS decoder the page stays plain HTML, and works", async ({
  spacePage,
  page,
  pageErrors,
}) => {
  pageErrors.allow(/The page stays asleep/);
  await page.addInitScript(() => {
    const decode = TextDecoder.prototype.decode;
    TextDecoder.prototype.decode = function (...input) {
      const text = decode.apply(this, input);
      return this.encoding === "shift_jis" ? text.replace("熙", "凞") : text;
    };
  });
  await spacePage.openAsleep();
  await page.locator("html[data-asleep]").waitFor();
  await spacePage.save("日本語");
  await expect(page).toHaveURL(/[?&]saved=1\b/);
  await expect(spacePage.row(1)).toContainText("日本語");
});
