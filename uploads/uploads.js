// The entry point of the module for uploads: `wake.js` loads it with the first photo and hands the photos over.
import init, { add } from "./uploads_glue.js";

export async function wake(wasm) {
  await init({ module_or_path: fetch(wasm) });
  return add;
}
