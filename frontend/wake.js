// Wakes the islands of a page: what Leptos does with an inline script, which our Content-Security-Policy refuses.
// The addresses of the other files stand in the attributes of our own script element. When anything fails, the page
// stays what it is: forms and links that work without us.
import { openPhotos } from "./photos.js";
import { shiftJis } from "./shift_jis.js";

const root = document.documentElement;
const { glue, wasm, contents, contentsWasm, studio, studioWorker, studioWasm, uploads, uploadsWasm, otherStyle, onDemand } =
  document.querySelector("script[data-wasm]").dataset;

/** So long the studio may take before the server is asked in its place. */
const STUDIO_PATIENCE_MS = 5_000;

async function wake() {
  const loading = Promise.all([import(new URL(glue, location)), fetch(wasm), openStudio()]);
  // Meanwhile there is nothing else to do.
  const characters = shiftJis();
  const [module, binary, lookAgain] = await loading;
  await module.default({ module_or_path: binary });
  if (!module.hydrate(characters)) throw new Error("the page's data or the browser's Shift JIS is not as it should be");
  for (const island of document.querySelectorAll("leptos-island")) {
    module[island.dataset.component](island);
  }
  if (contents) await (await import(new URL(contents, location))).wake(contentsWasm);
  openPhotos(uploads, uploadsWasm, otherStyle);
  openOnDemand();
  // Effects run in a microtask that was asked for before this one.
  queueMicrotask(() => {
    lookAgain?.();
    root.setAttribute("data-hydrated", "");
  });
}

/** What few people use is loaded with its first use. */
function openOnDemand() {
  if (navigator.share) root.dataset.shares = "";
  // What was ticked before the page was awake is counted, too.
  if (document.querySelector(".row-choose:checked,.choose-all :checked")) import(new URL(onDemand, location)).catch(() => {});
  addEventListener("click", async (event) => {
    const control = event.target.closest?.(".row-choose,.choose-all input,[data-extra]");
    const opensElsewhere = control?.href && (event.ctrlKey || event.metaKey || event.shiftKey);
    if (!control || opensElsewhere) return;
    if (control.href) event.preventDefault();
    const module = import(new URL(onDemand, location));
    await module.then(({ pressed }) => pressed(control, event.shiftKey)).catch(() => control.href && location.assign(control.href));
  });
}

/** What draws looks is only loaded where one is chosen, or once somebody wants to choose one, or a file. */
function openStudio() {
  const form = document.querySelector(".composer");
  if (!form || !studio) return;
  const panel = form.querySelector(".look");
  let opening;
  let is_here = false;
  let is_away = false;
  // Who is late is welcome, but not waited for.
  const open = () =>
    (opening ??= new Promise((resolve) => {
      const goOn = () => {
        if (!is_away) offerServer(form);
        is_away = true;
        resolve();
      };
      const slow = setTimeout(goOn, STUDIO_PATIENCE_MS);
      import(new URL(studio, location))
        .then((module) => resolve(module.wake(form, studioWorker, studioWasm, is_away)))
        .catch((error) => {
          console.error("Looks are drawn by the server:", error);
          goOn();
        })
        .finally(() => {
          is_here = true;
          clearTimeout(slow);
        });
    }));
  panel.addEventListener("toggle", open);
  let is_open = false;
  // Each once, however often it was pressed in the meantime.
  const pressed = new Set();
  const hold = (event, button) => {
    if (!button || is_open || is_away) return;
    event.preventDefault();
    event.stopPropagation();
    const is_first = pressed.size === 0;
    pressed.add(button);
    if (!is_first) return;
    // Not before this press is over: one that a key made lets no other happen in it.
    open().then(() =>
      setTimeout(() => {
        is_open = true;
        for (const button of pressed) {
          button.click();
          // The server answers with a page of its own.
          if (is_away) break;
        }
      }),
    );
  };
  // While it comes a save waits, too: for what was pressed before, or for a logo that nobody has taken yet.
  const is_coming = () => opening && !is_here;
  form.addEventListener(
    "click",
    (event) => hold(event, event.target.closest(is_coming() ? "[formaction],.is-primary" : "[formaction]")),
    true,
  );
  form.addEventListener(
    "keydown",
    (event) => {
      if (is_coming() && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        hold(event, form.querySelector(".is-primary"));
      }
    },
    true,
  );
  let kept = null;
  try {
    kept = sessionStorage.getItem(`${form.getAttribute("action")} look`);
  } catch {
    // Not allowed: then there is none.
  }
  // Before anything reads the form: a look that was chosen on this page before it was left is part of it.
  if (panel.open || kept) return open();
}

/** Shows the buttons of the form that the server answers, and says why. */
function offerServer(form) {
  const verdict = form.querySelector("[data-verdict]");
  const say = () => {
    if (!form.dataset.studio) return;
    verdict.querySelector("strong").textContent = verdict.dataset.broken;
    verdict.querySelector("span").textContent = "";
    verdict.querySelector("ul").replaceChildren();
    verdict.dataset.verdict = "bad";
  };
  form.dataset.studio = "broken";
  // What the server has said of the code stands until something is changed.
  if (verdict.dataset.verdict) form.addEventListener("input", say, { once: true });
  else say();
}

wake().catch((error) => {
  root.setAttribute("data-asleep", "");
  console.error("The page stays asleep:", error);
});
