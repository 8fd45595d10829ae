// Hands photos over to the module for uploads, which is loaded with the first of them: dropped anywhere on the page,
// chosen, taken or pasted. What a drop holds can only be asked for while it happens, so that cannot wait for the module.

import { loadStyle } from "./style.js";

/** Opens the page to photos; `script` and `wasm` are the module's addresses, `style` that of what it shows. */
export function openPhotos(script, wasm, style) {
  const section = document.querySelector("[data-photos]");
  if (!section || !script) return;
  const form = section.querySelector("form");
  const note = section.querySelector("[data-broken]");
  let opening;
  let attempts = 0;
  // A browser remembers a module that it could not load by its whole address.
  const address = () => new URL(attempts++ ? `${script}#${attempts}` : script, location);
  const open = () => (opening ??= load());
  const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

  async function load() {
    loadStyle(style);
    return (await import(address())).wake(wasm);
  }

  async function give(items) {
    if (items.length === 0) return;
    for (let seconds = 1; ; seconds = Math.min(2 * seconds, 20)) {
      try {
        const add = await open();
        note.textContent = "";
        return add(items);
      } catch (error) {
        opening = undefined;
        if (!window.WebAssembly || attempts > 9) {
          console.error("Photos are uploaded by the form:", error);
          // Shows what a form needs.
          section.dataset.uploadsBroken = "";
          note.textContent = note.dataset.broken;
          return;
        }
        note.textContent = note.dataset.away;
      }
      await pause(seconds);
    }
  }

  function take(chooser) {
    const files = [...chooser.files];
    // The same file can be chosen again.
    chooser.value = "";
    give(files);
  }

  const isBroken = () => "uploadsBroken" in section.dataset;
  const holdsFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");
  // A file for the logo belongs there.
  const isElsewhere = ({ target }) => target.matches?.("input[type=file]") && !section.contains(target);
  const itemsOf = ({ items }) =>
    [...items]
      .filter(({ kind }) => kind === "file")
      .map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile())
      .filter(Boolean);

  let depth = 0;
  function drag(by) {
    depth = by ? Math.max(0, depth + by) : 0;
    document.body.classList.toggle("is-dropping", depth > 0);
  }
  addEventListener("dragenter", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    drag(1);
    open().catch(() => (opening = undefined));
  });
  addEventListener("dragleave", (event) => holdsFiles(event) && drag(-1));
  addEventListener("dragover", (event) => {
    if (!holdsFiles(event) || isElsewhere(event)) return;
    // Without this, the browser would leave the page for the file.
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  addEventListener("drop", (event) => {
    drag(0);
    if (!holdsFiles(event) || isElsewhere(event)) return;
    event.preventDefault();
    give(itemsOf(event.dataTransfer));
  });
  addEventListener("paste", (event) => {
    const { files, types } = event.clipboardData ?? {};
    // Programs put a picture beside a text that is meant as one.
    if (!files?.length || types.includes("text/plain")) return;
    event.preventDefault();
    give([...files]);
  });
  form.addEventListener("change", ({ target }) => target.type === "file" && !isBroken() && take(target));
  form.addEventListener("submit", (event) => !isBroken() && event.preventDefault());

  // No standard, though every browser has it.
  form.querySelector("[data-folder]").webkitdirectory = true;
  // Somebody may have been faster than we.
  for (const chooser of form.querySelectorAll("input[type=file]")) take(chooser);
}
