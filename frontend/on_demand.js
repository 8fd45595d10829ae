// What is loaded when somebody uses it: choosing many entries, a larger picture, one on the clipboard, sharing. `wake.js`
// passes on what was pressed.

/** How many of those that are ticked are sent at once. */
const TOGETHER = 200;
const AWAY = "The server cannot be reached. Nothing is lost: try again in a moment.";

const form = document.querySelector("#chosen");
const all = document.querySelector(".choose-all input");
const words = document.querySelector(".chosen-count");
const boxes = () => [...document.querySelectorAll(".row-choose")];
const grouped = (count) => count.toLocaleString("en");
let last;
let isStopped;

form?.addEventListener("submit", submit);
form?.querySelector(".chosen-stop").addEventListener("click", () => (isStopped = true));

/** A box, or something about one entry, was pressed. */
export function pressed(control, isRange) {
  if (control.dataset.extra === "enlarge") return enlarge(control);
  if (control.dataset.extra === "picture") return copyPicture(control);
  if (control.dataset.extra === "share") {
    const { title, source } = control.dataset;
    // Who thinks better of it has seen why.
    return navigator.share({ title, url: new URL(source, location).href }).catch(() => {});
  }
  const shown = boxes();
  const [from, to] = [last, control.value].map((id) => shown.findIndex((box) => box.value === id)).sort((a, b) => a - b);
  // With Shift, all between this one and the one before become as this one is.
  if (isRange && from >= 0) for (const box of shown.slice(from, to + 1)) box.checked = control.checked;
  if (control !== all) last = control.value;
  // The trash has boxes, too.
  if (form) count();
}

function count() {
  const total = Number(document.querySelector("[data-total]").textContent.replace(/\D/g, ""));
  const chosen = all.checked ? total : boxes().filter((box) => box.checked).length;
  words.textContent = chosen ? `${grouped(chosen)} chosen` : "";
}

async function submit(event) {
  const address = event.submitter?.getAttribute("formaction");
  // Another page.
  if (address?.endsWith("/sheet")) return;
  event.preventDefault();
  if (form.ariaBusy) return;
  if (!address) return downloadArchive();
  form.ariaBusy = "true";
  isStopped = false;
  form.querySelector(".chosen-stop").focus();
  const outcome = await handle(address).catch((error) => error.message);
  form.ariaBusy = null;
  words.textContent = outcome;
  words.focus();
  // Whoever presses something else has read it. Not before: what is being pressed would move away.
  addEventListener("click", count, { once: true });
}

/** Sends what is chosen, part by part, until all is done or somebody stops it. What was done, in words. */
async function handle(address) {
  const verb = address.endsWith("remove") ? "Removed" : "Labelled";
  const label = form.elements.label.value;
  const ids = boxes().filter((box) => box.checked).map((box) => box.value);
  const parts = [];
  if (all.checked) parts.push([["all", all.value], ["after", ""]]);
  else for (let at = 0; at < ids.length; at += TOGETHER) {
    parts.push([["total", ids.length], ...ids.slice(at, at + TOGETHER).map((id) => ["id", id])]);
  }
  let done = 0;
  let most = 0;
  while (parts.length) {
    if (isStopped) return `Stopped: ${verb.toLowerCase()} ${grouped(done)} of ${grouped(most)}`;
    const part = parts.shift();
    const answer = await send(address, [["label", label], ...part]);
    done += answer.done;
    most = Math.max(most, answer.total, done);
    if (answer.next) parts.push([part[0], ["after", answer.next]]);
    words.textContent = `${verb} ${grouped(done)} of ${grouped(most)}`;
  }
  for (const box of [all, ...boxes()]) box.checked = false;
  return `${verb} ${grouped(done)}`;
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
    await fetch(form.action, { method: "HEAD", redirect: "manual" });
    form.submit();
  } catch {
    words.textContent = AWAY;
  }
}

async function copyPicture(button) {
  // Safari takes a promise, and nothing after a pause.
  const picture = fetch(button.dataset.source).then((response) => response.blob());
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
    button.classList.add("is-copied");
    setTimeout(() => button.classList.remove("is-copied"), 1600);
  } catch (error) {
    console.warn("A picture was not copied:", error);
  }
}

/** Shows the picture of a link on top of the page, until somebody presses anything or Escape. */
function enlarge(link) {
  const small = link.querySelector("img[src]");
  if (!small) return location.assign(link.href);
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
