// Photos for tests: small pictures that differ, large ones, and damaged ones.
import { PNG } from "pngjs";

import type { TestFile } from "../pages/photo-section.ts";

/** A picture whose left half is dark and whose right half has a colour of its own. */
export function photo(name: string, seed = 1, width = 120, height = 80): TestFile {
  const png = new PNG({ width, height });
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const is_left = x < width / 2;
      png.data[at] = is_left ? 20 : (seed * 67) % 256;
      png.data[at + 1] = is_left ? 20 : (seed * 131 + y * ((seed % 3) + 1)) % 256;
      png.data[at + 2] = is_left ? 20 : (seed * 29 + x) % 256;
      png.data[at + 3] = 255;
    }
  }
  return { name, mimeType: "image/png", buffer: PNG.sync.write(png) };
}

/** A picture of noise, which no coding makes smaller: about three bytes a pixel. */
export function noise(name: string, megabytes: number, seed = 1): TestFile {
  const side = Math.round(Math.sqrt((megabytes * 1_000_000) / 3));
  const png = new PNG({ width: side, height: side, colorType: 2 });
  let state = seed * 2_654_435_761;
  for (let at = 0; at < png.data.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    png.data[at] = at % 4 === 3 ? 255 : state >>> 24;
  }
  return { name, mimeType: "image/png", buffer: PNG.sync.write(png, { colorType: 2, deflateLevel: 0 }) };
}

/** A picture that ends in the middle. */
export function damaged(name: string, seed = 1): TestFile {
  const { buffer, ...rest } = photo(name, seed);
  return { ...rest, buffer: buffer.subarray(0, buffer.length - 60) };
}

/** The colours of a picture at its left and right edge. */
export function edges(png: Buffer): { left: number; right: number } {
  const { width, height, data } = PNG.sync.read(png);
  const light = (x: number) => {
    const at = (Math.floor(height / 2) * width + x) * 4;
    return data[at]! + data[at + 1]! + data[at + 2]!;
  };
  return { left: light(2), right: light(width - 3) };
}
