// Logos: loaded for the workers, shown in the panel, uploaded.
import { send } from "./send.js";

const UNREACHABLE = "The server cannot be reached: the logo was not uploaded. Try again in a moment.";

/** The logos of the form; `notify` is called once another is chosen. */
export function logosOf(form, panel, fields, pending, notify) {
  const row = panel.querySelector("[data-logo]");
  const note = panel.querySelector("#logo-note");
  const file = panel.querySelector("[data-upload]");
  const loaded = new Map();
  /** What gives up the upload that is under way. */
  let upload;

  const url = (id) => `${panel.dataset.logos}${encodeURIComponent(id)}.png`;

  /** The kept form of a look's logo; none where there is none. */
  function of(look) {
    const id = new URLSearchParams(look).get("logo");
    if (!id) return undefined;
    if (!loaded.has(id)) {
      const loading = load(id);
      loaded.set(id, loading);
      loading.catch(() => loaded.delete(id));
    }
    return loaded.get(id);
  }

  async function load(id) {
    const response = await fetch(url(id));
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    if (response.status !== 404) throw new Error(`the logo is answered with status ${response.status}`);
    loaded.delete(id);
    return undefined;
  }

  function show() {
    const id = fields.logo();
    row.hidden = !id;
    if (id) row.querySelector("img").src = url(id);
  }

  /** Uploads what was chosen last: what was chosen before it is given up. */
  function choose() {
    if (file.files.length === 0) return;
    upload?.abort();
    const mine = new AbortController();
    upload = mine;
    file.setAttribute("aria-busy", "true");
    const done = take(new FormData(form), mine.signal);
    done.finally(() => {
      if (upload === mine) giveUp();
    });
    pending.add(done, () => (note.textContent += " Nothing was saved."));
  }

  /** Whether the file has become the logo, unless it was given up. */
  async function take(body, signal) {
    note.textContent = "";
    try {
      const answer = await send(file.dataset.upload, body, signal);
      if (signal.aborted) return true;
      if (answer.error) {
        note.textContent = answer.error;
        return false;
      }
      fields.chooseLogo(answer.logo);
      show();
      notify();
      return true;
    } catch {
      if (!signal.aborted) note.textContent = UNREACHABLE;
      return signal.aborted;
    }
  }

  function giveUp() {
    upload?.abort();
    upload = undefined;
    file.removeAttribute("aria-busy");
    file.value = "";
  }

  panel.addEventListener("change", ({ target }) => {
    if (target === file) choose();
    // Who wants none does not wait for one.
    else if (target.name === "logo") giveUp();
  });

  // It may have been chosen while nobody was listening.
  choose();
  return { of, show };
}
