// The studio's hands: draws, writes files and scores, away from the page, so that nothing there waits for it. Each message
// is a question with its number; the answer has the same one. A sentence is for the person who chose the look; anything
// else that goes wrong is ours.
import { shiftJis } from "./shift_jis.js";
import init, { called, choose, file, learn, preview, score, stem } from "./studio_glue.js";

const ways = { called, choose, file, preview, score, stem };
let ready;

async function start(wasm) {
  await init({ module_or_path: fetch(wasm) });
  if (!learn(shiftJis())) throw new Error("the browser's Shift JIS is not as it should be");
}

addEventListener("message", async ({ data: { number, way, given, wasm } }) => {
  try {
    await (ready ??= start(wasm));
    postMessage({ number, made: ways[way](...given) });
  } catch (error) {
    postMessage(typeof error === "string" ? { number, sentence: error } : { number, broken: String(error) });
  }
});
