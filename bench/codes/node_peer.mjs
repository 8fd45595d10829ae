// npm's `qrcode` under Node: `node node_peer.mjs ROUNDS < TEXTS`, the texts as a JSON array. Prints as JSON, for each
// text, the fastest microseconds to a symbol and to a PNG of 8 pixels per module, and the PNG's bytes.
import { text } from "node:stream/consumers";
import QRCode from "qrcode";

const ROUND_MS = 3;
const rounds = Number(process.argv[2]);
const level = { errorCorrectionLevel: "M" };

async function fastest(work) {
  let figure = Infinity;
  for (let round = 0; round < rounds; round++) {
    let count = 0;
    const start = performance.now();
    do {
      await work();
      count++;
    } while (performance.now() - start < ROUND_MS);
    figure = Math.min(figure, (1000 * (performance.now() - start)) / count);
  }
  return figure;
}

const rows = [];
for (const payload of JSON.parse(await text(process.stdin))) {
  const png = () => QRCode.toBuffer(payload, { ...level, scale: 8 });
  rows.push({
    symbol_us: await fastest(() => QRCode.create(payload, level)),
    png_us: await fastest(png),
    png_bytes: (await png()).length,
  });
}
console.log(JSON.stringify(rows));
