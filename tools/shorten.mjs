// Shortens the names that connect the WASM and its glue, and drops unused ones: `node tools/shorten.mjs FOLDER`,
// after wasm-bindgen and before wasm-opt. Saves five kilobytes of the first page, compressed: wasm-bindgen's names
// end in hashes, which compress badly, and occur in both files.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const wasm_path = join(folder, "frontend_bg.wasm");
const glue_path = join(folder, "frontend.js");
const wasm = readFileSync(wasm_path);
let glue = readFileSync(glue_path, "utf8");

const IMPORTS = 2;
const EXPORTS = 7;
// wasm-streams, a dependency of Leptos' server functions, exports these; nothing on our pages calls them.
const unused = /^(__wbg_)?intounderlying/;
const ours_to_rename = /^(__wb|__externref|wasm_bindgen__)/;

// https://webassembly.github.io/spec/core/binary/modules.html
function sections() {
  const found = [];
  for (let at = 8; at < wasm.length; ) {
    const [length, start] = number(at + 1);
    found.push({ id: wasm[at], start, end: start + length });
    at = start + length;
  }
  return found;
}

/** An unsigned LEB128 number, and where it ends. */
function number(at) {
  for (let value = 0, shift = 0; ; shift += 7) {
    const byte = wasm[at++];
    value |= (byte & 127) << shift;
    if (byte < 128) return [value, at];
  }
}

function encoded(value) {
  const bytes = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return Buffer.from([...bytes, value]);
}

function name(at) {
  const [length, start] = number(at);
  return [wasm.toString("utf8", start, start + length), start + length];
}

const encodedName = (text) => Buffer.concat([encoded(Buffer.byteLength(text)), Buffer.from(text)]);

/** Where the description of an import or export ends. Imports are functions only, exports any kind with an index. */
const afterDescription = (at) => number(at + 1)[1];

const shorts = new Map();
function short(long) {
  if (!ours_to_rename.test(long)) return long;
  if (!shorts.has(long)) shorts.set(long, `$${shorts.size.toString(36)}`);
  return shorts.get(long);
}

function rewritten({ id, start, end }) {
  if (id !== IMPORTS && id !== EXPORTS) return wasm.subarray(start, end);
  const kept = [];
  let [count, at] = number(start);
  for (; count > 0; count--) {
    let module = "";
    if (id === IMPORTS) [module, at] = name(at);
    const [long, described] = name(at);
    at = afterDescription(described);
    if (id === IMPORTS && wasm[described] !== 0) throw new Error(`${long}: only functions are imported so far`);
    if (id === EXPORTS && unused.test(long)) continue;
    const names = id === IMPORTS ? [encodedName("i"), encodedName(short(long))] : [encodedName(short(long))];
    if (id === IMPORTS && module !== "./frontend_bg.js") throw new Error(`${long}: from ${module}?`);
    kept.push(Buffer.concat([...names, wasm.subarray(described, at)]));
  }
  return Buffer.concat([encoded(kept.length), ...kept]);
}

const parts = sections().map((section) => {
  const body = rewritten(section);
  return Buffer.concat([Buffer.from([section.id]), encoded(body.length), body]);
});
writeFileSync(wasm_path, Buffer.concat([wasm.subarray(0, 8), ...parts]));

glue = glue.replaceAll('"./frontend_bg.js"', '"i"').replace(/[\w$]+/g, (word) => shorts.get(word) ?? word);
// Each class of wasm-streams, with its comment before it, up to the brace in the first column.
glue = glue.replace(/^export class IntoUnderlying\w+ \{$[^]*?^\}$\n(^if \(Symbol\.dispose\).*$\n)?/gm, "");
writeFileSync(glue_path, glue);
