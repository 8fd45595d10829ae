// Pictures of codes, read and drawn by independent libraries.
import { readFile } from "node:fs/promises";

import type { Download } from "@playwright/test";
import jsQR from "jsqr";
import { PNG } from "pngjs";

// jsQR's types describe an ES module, but it comes as CommonJS.
const decode = jsQR as unknown as typeof jsQR.default;

/** The bytes of a file that a browser downloaded. */
export async function bytesOf(download: Download): Promise<Buffer> {
  return readFile(await download.path());
}

/** The text of the code in a PNG. */
export function textIn(png: Buffer): string | undefined {
  const { width, height, data } = enlarge(PNG.sync.read(png), 2);
  return decode(new Uint8ClampedArray(data), width, height)?.data;
}

/** The same picture as another program would write it: larger, in colour, with different bytes. */
export function redrawn(png: Buffer): Buffer {
  return PNG.sync.write(enlarge(PNG.sync.read(png), 3));
}

function enlarge(from: PNG, times: number): PNG {
  const to = new PNG({ width: from.width * times, height: from.height * times });
  for (let y = 0; y < to.height; y++) {
    for (let x = 0; x < to.width; x++) {
      const source = (Math.floor(y / times) * from.width + Math.floor(x / times)) * 4;
      from.data.copy(to.data, (y * to.width + x) * 4, source, source + 4);
    }
  }
  return to;
}
