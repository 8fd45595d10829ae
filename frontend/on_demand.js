// What is loaded when somebody uses it: choosing many entries, a larger picture, one on the clipboard, sharing. `wake.js`
// passes on what was pressed.

import { loadStyle } from "./style.js";

/** How many of those that are ticked are sent at once. */
const TOGETHER = 200;
const NOTHING = "Nothing is chosen: tick some entries first.";
const AWAY = "The server cannot be reached. Nothing is lost: try again in a moment.";

const form = document.querySelector("#chosen");
const all = document.querySelector(".choose-all input");
const words = document.querySelector(".chosen-count");
const boxes = () => [...document.querySelectorAll(".row-choose")];
const grouped = (count) => count.toLocaleString("en");
/** What all of them are that “Choose all” chooses. */
let query = all?.value;
let last;
let isStopped;

if (form) {
  form.addEventListener("submit", submit);
  form.querySelector(".chosen-stop").addEventListener("click", () => (isStopped = true));
  // Rows come and go, and something else may be looked for: what is said to be chosen is what is chosen.
  const listing = { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["value"] };
  new MutationObserver(count).observe(form.parentElement, listing);
  count();
}

/** A box, or something about one entry, was pressed. */
export function pressed(control, isRange) {
  if (control.dataset.extra === "enlarge") return enlarge(control);
  if (control.dataset.extra === "picture") return copyPicture(control);
  if (control.dataset.extra === "share") {
    const { title, source } = control.dataset;
    // Who thinks better of it has seen why.
    return navigator.share({ title, url: new URL(source, location).href }).catch(() => {});
  }
  // The trash has boxes, too.
  if (control === all) {
    for (const box of boxes()) box.checked = all.checked;
    return count();
  }
  // Whoever leaves one out does not choose all; the others on the page stay.
  if (all && !control.checked) all.checked = false;
  const shown = boxes();
  const [from, to] = [last, control.value].map((id) => shown.findIndex((box) => box.value === id)).sort((a, b) => a - b);
  // With Shift, all between this one and the one before become as this one is.
  if (isRange && from >= 0) for (const box of shown.slice(from, to + 1)) box.checked = control.checked;
  last = control.value;
  if (form) count();
}

function count() {
  if (all.value !== query) {
    query = all.value;
    if (all.checked) for (const box of [all, ...boxes()]) box.checked = false;
  }
  if (all.checked) for (const box of boxes()) box.checked = true;
  if (form.ariaBusy || words.dataset.said) return;
  const total = Number(document.querySelector("[data-total]").textContent.replace(/\D/g, ""));
  const chosen = all.checked ? total : boxes().filter((box) => box.checked).length;
  say(chosen ? `${grouped(chosen)} chosen` : "");
}

function say(text) {
  if (words.textContent !== text) words.textContent = text;
}

async function submit(event) {
  const address = event.submitter?.getAttribute("formaction");
  // Another page.
  if (address?.endsWith("/sheet")) return;
  event.preventDefault();
  if (form.ariaBusy) return;
  if (!address) return downloadArchive();
  const ids = all.checked ? undefined : boxes().filter((box) => box.checked).map((box) => box.value);
  // A browser that cannot hide the buttons offers them with nothing chosen, too.
  if (ids?.length === 0) return tell({ text: NOTHING });
  const isRemoval = address.endsWith("/remove");
  const outcome = await handle(address, isRemoval ? "Removed" : "Labelled", ids);
  if (isRemoval && outcome.done) outcome.control = ids ? undoing(ids) : trash();
  tell(outcome);
}

/** Says what was done, until somebody presses something else. Not before: what is being pressed would move away. */
function tell({ text, control }) {
  words.replaceChildren(text, ...(control ? [" ", control] : []));
  words.dataset.said = "true";
  words.focus();
  const forget = (event) => {
    if (words.contains(event.target)) return;
    removeEventListener("click", forget);
    delete words.dataset.said;
    if (!form.ariaBusy) count();
  };
  addEventListener("click", forget);
}

function undoing(ids) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "action", textContent: "Undo" });
  const address = `${trash().href}/restore-chosen`;
  button.addEventListener("click", async () => tell(await handle(address, "Restored", ids)));
  return button;
}

function trash() {
  const link = document.createElement("a");
  return Object.assign(link, { href: form.action.replace("chosen/zip", "trash"), className: "action", textContent: "To the trash" });
}

/** Sends these, or if none are given all that match, part by part, until all is done or somebody stops it. What was done, in words. */
async function handle(address, verb, ids) {
  const label = form.elements.label.value;
  const parts = [];
  if (!ids) parts.push([["all", all.value], ["after", ""]]);
  else for (let at = 0; at < ids.length; at += TOGETHER) {
    parts.push([["total", ids.length], ...ids.slice(at, at + TOGETHER).map((id) => ["id", id])]);
  }
  let done = 0;
  let most = 0;
  form.ariaBusy = "true";
  isStopped = false;
  form.querySelector(".chosen-stop").focus();
  try {
    while (parts.length) {
      if (isStopped) return { done, text: `Stopped: ${verb.toLowerCase()} ${grouped(done)} of ${grouped(most)}` };
      const part = parts.shift();
      const answer = await send(address, [["label", label], ...part]);
      done += answer.done;
      most = Math.max(most, answer.total, done);
      if (answer.next) parts.push([part[0], ["after", answer.next]]);
      say(`${verb} ${grouped(done)} of ${grouped(most)}`);
    }
    for (const box of [all, ...boxes()]) box.checked = false;
    return { done, text: `${verb} ${grouped(done)}` };
  } catch (error) {
    return { done: 0, text: error.message };
  } finally {
    form.ariaBusy = null;
  }
}

async function send(address, fields) {
  const response = await fetch(address, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams(fields),
  }).catch(() => {
    throw new Error(AWAY);
  });
  const answer = await response.json().catch(() => ({ error: `The server answered with status ${response.status}.` }));
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

/** The browser shows how far it is, and can stop it; it must not leave the page for an error. */
async function downloadArchive() {
  try {
    await send(form.action, [...new FormData(form), ["check", ""]]);
    form.submit();
  } catch (error) {
    tell({ text: error.message });
  }
}

async function copyPicture(button) {
  // Safari takes a promise, and nothing after a pause.
  const picture = fetch(button.dataset.source).then((response) => response.blob());
  const before = button.textContent;
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
    button.classList.add("is-copied");
  } catch {
    button.ariaLive = "polite";
    button.textContent = "Not copied";
  }
  setTimeout(() => {
    button.classList.remove("is-copied");
    button.textContent = before;
  }, 1600);
}

/** Shows the picture of a link on top of the page, until somebody presses anything or Escape. */
function enlarge(link) {
  const small = link.querySelector("img[src]");
  if (!small) return location.assign(link.href);
  loadStyle(document.querySelector("script[data-wasm]").dataset.otherStyle);
  const large = document.createElement("dialog");
  const picture = new Image();
  picture.src = link.dataset.source ?? small.src;
  picture.alt = link.ariaLabel.replace("Enlarge ", "Large picture of ");
  large.className = "large";
  large.ariaLabel = picture.alt;
  const close = document.createElement("button");
  close.className = "button";
  close.textContent = "Close";
  large.append(picture, close);
  large.addEventListener("click", () => large.close());
  large.addEventListener("close", () => large.remove());
  document.body.append(large);
  large.showModal();
}
