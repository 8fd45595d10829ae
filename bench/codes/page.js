// What the page of `chromium.mjs` runs: every maker beside npm's `qrcode`, in alternating rounds. Both builds of the
// WASM are there: as the product's page is built (for size), and for speed.
import QRCode from "qrcode";

// Many times what the clock can tell, and less than a turn of the scheduler.
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

/** Rows `{maker, build, payload, symbol_us, path_us}`. */
globalThis.measure = async function (rounds) {
  const builds = [];
  for (const build of ["size", "speed"]) {
    const wasm = await import(`/${build}/makers.js`);
    await wasm.default();
    builds.push([build, wasm]);
  }
  const rows = [];
  const [, some] = builds[0];
  for (let payload = 0; payload < some.payloads(); payload++) {
    const text = some.payload(payload);
    const makers = builds.flatMap(([build, wasm]) =>
      wasm.makers().split(" ").map((maker, index) => ({
        maker,
        build,
        symbol: (count) => wasm.encode(index, text, count),
        path: (count) => wasm.encode_and_trace(index, text, count),
      })),
    );
    makers.push({
      maker: "npm qrcode",
      build: "script",
      symbol: (count) => times(count, () => QRCode.create(text, { errorCorrectionLevel: "M" })),
      path: (count) => times(count, () => path(text)),
    });
    const symbol_us = fastest(makers.map((maker) => maker.symbol), rounds);
    const path_us = fastest(makers.map((maker) => maker.path), rounds);
    makers.forEach(({ maker, build }, i) =>
      rows.push({ maker, build, payload, symbol_us: symbol_us[i], path_us: path_us[i] }),
    );
  }
  return rows;
};
