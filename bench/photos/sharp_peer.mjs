// sharp on the photos: `node sharp_peer.mjs ROUNDS FILE …`. Prints as JSON, for each file, the fastest milliseconds to
// decode it, turn it upright, and write a thumbnail, a view and the mirrored photo as JPEG. For the smaller two it
// decodes at a lower resolution, as it does by itself.
import { readFile } from "node:fs/promises";
import sharp from "sharp";

sharp.concurrency(1);
sharp.cache(false);

const [rounds, ...paths] = process.argv.slice(2);

function smaller(photo, side, quality) {
  const size = { width: side, height: side, fit: "inside", withoutEnlargement: true };
  return sharp(photo).autoOrient().resize(size).keepIccProfile().jpeg({ quality }).toBuffer();
}

async function derived(photo) {
  return [
    await smaller(photo, 320, 80),
    await smaller(photo, 2048, 85),
    await sharp(photo).autoOrient().flop().keepIccProfile().jpeg({ quality: 90 }).toBuffer(),
  ];
}

const figures = [];
for (const path of paths) {
  const photo = await readFile(path);
  let fastest = Infinity;
  for (let round = 0; round < Number(rounds); round++) {
    const start = performance.now();
    await derived(photo);
    fastest = Math.min(fastest, performance.now() - start);
  }
  figures.push(fastest);
}
console.log(JSON.stringify(figures));
