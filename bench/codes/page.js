// The script of `chromium.mjs`'s page: every encoder and npm's `qrcode`, in alternating rounds.
import QRCode from "qrcode";

// Many times the clock's resolution, and less than a scheduler's time slice.
const ROUND_MS = 3;

/** One line for each run of dark modules, as the WASM draws it for the peers. */
function path(text) {
  const { size, data } = QRCode.create(text, { errorCorrectionLevel: "M" }).modules;
  let path = "";
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let run = 0;
      while (x + run < size && data[y * size + x + run]) run++;
      if (run > 0) path += `M${x + 4} ${y + 4}h${run}v1h-${run}z`;
      x += run;
    }
  }
  return path;
}

function times(times, work) {
  for (let i = 0; i < times; i++) work();
}

/** Milliseconds that `run(times)` takes. */
function clock(run, count) {
  const start = performance.now();
  run(count);
  return performance.now() - start;
}

/** The fastest round of each run, in microseconds. */
function fastest(runs, rounds) {
  const counts = runs.map((run) => {
    let count = 1;
    while (clock(run, count) < ROUND_MS) count *= 2;
    return count;
  });
  const figures = runs.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    runs.forEach((run, i) => (figures[i] = Math.min(figures[i], (1000 * clock(run, counts[i])) / counts[i])));
  }
  return figures;
}

/** Rows `{maker, payload, symbol_us, path_us}`. */
globalThis.measure = async function (rounds) {
  const wasm = await import("/makers.js");
  await wasm.default();
  const rows = [];
  for (let payload = 0; payload < wasm.payloads(); payload++) {
    const text = wasm.payload(payload);
    const makers = wasm.makers().split(" ").map((maker, index) => ({
      maker,
      symbol: (count) => wasm.encode(index, text, count),
      path: (count) => wasm.encode_and_trace(index, text, count),
    }));
    makers.push({
      maker: "npm qrcode",
      symbol: (count) => times(count, () => QRCode.create(text, { errorCorrectionLevel: "M" })),
      path: (count) => times(count, () => path(text)),
    });
    const symbol_us = fastest(makers.map((maker) => maker.symbol), rounds);
    const path_us = fastest(makers.map((maker) => maker.path), rounds);
    makers.forEach(({ maker }, i) => rows.push({ maker, payload, symbol_us: symbol_us[i], path_us: path_us[i] }));
  }
  return rows;
};
