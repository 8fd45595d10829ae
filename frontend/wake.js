// Wakes the islands of a page: what Leptos does with an inline script, which our Content-Security-Policy refuses.
// The addresses of the other files stand in the attributes of our own script element. When anything fails, the page
// stays what it is: forms and links that work without us.
const root = document.documentElement;
const { glue, wasm, contents, contentsWasm } = document.querySelector("script[data-wasm]").dataset;

/** The characters of kanji mode, a line for each cell of JIS X 0208: what the browser knows need not be downloaded. */
function shiftJis() {
  const bytes = [];
  for (let cell = 0; cell < 84 * 94; cell++) {
    const [lead, trail] = [Math.floor(cell / 188), cell % 188];
    bytes.push(lead + (lead < 31 ? 0x81 : 0xc1), trail + (trail < 63 ? 0x40 : 0x41), 0x0a);
  }
  return new TextDecoder("shift_jis").decode(new Uint8Array(bytes));
}

async function wake() {
  const loading = Promise.all([import(new URL(glue, location)), fetch(wasm)]);
  // Meanwhile there is nothing else to do.
  const characters = shiftJis();
  const [module, binary] = await loading;
  await module.default({ module_or_path: binary });
  if (!module.hydrate(characters)) throw new Error("the page's data or the browser's Shift JIS is not as it should be");
  for (const island of document.querySelectorAll("leptos-island")) {
    module[island.dataset.component](island);
  }
  if (contents) await (await import(new URL(contents, location))).wake(contentsWasm);
  // Effects run in a microtask that was asked for before this one.
  queueMicrotask(() => root.setAttribute("data-hydrated", ""));
}

wake().catch((error) => {
  root.setAttribute("data-asleep", "");
  console.error("The page stays asleep:", error);
});
