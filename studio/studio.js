// The look of the code that is being made: its fields, its picture, how well it scans, its files. The page's own
// module draws the plain code and knows nothing of looks; all the drawing here is a worker's (`studio_worker.js`).
// What cannot be done here the server does: its buttons are those of the form. This file puts the parts together.
import { fieldsOf } from "./fields.js";
import { copy, give } from "./files.js";
import { Hands } from "./hands.js";
import { keptOf } from "./kept.js";
import { logosOf } from "./logos.js";
import { pendingOf } from "./pending.js";
import { pictureOf } from "./picture.js";
import { presetsOf } from "./presets.js";
import { send } from "./send.js";
import { loadStyle } from "./style.js";
import { verdictOf } from "./verdict.js";

const COPIED_MS = 1_600;

/** Brings the look to life; gives what is to be called where something may have changed that no event tells of.
    Nothing is restored where we are late: the page may have been used for long. */
export function wake(form, script, wasm, is_late) {
  loadStyle(document.querySelector("script[data-wasm]").dataset.otherStyle);
  const panel = form.querySelector(".look");
  const link = form.querySelector("[data-look-link]");
  const hands = new Hands(script, wasm);
  const fields = fieldsOf(panel);
  // In the fields somebody may have chosen already.
  const came_with = lookOf(link);
  const verdict = verdictOf(form, hands);
  const kept = keptOf(form, fields, came_with);
  const pending = pendingOf(form);
  const logos = logosOf(form, panel, fields, pending, notify);
  const presets = presetsOf(panel, hands, verdict, fields, pending, notify, came_with);
  const picture = pictureOf(form, hands, verdict, ask, (job) => JSON.stringify(job) === last);
  let last = "";
  let last_look = came_with;

  const value = (name) => form.elements.namedItem(name)?.value ?? "";
  const now = () => ({ text: value("text"), level: value("level"), look: fields.look() });

  async function ask(what, way, { text, level, look }, ...more) {
    // While the logo is loaded the worker may be sent away.
    const logo = await logos.of(look);
    return hands.of(what).ask(way, text, level, look, logo, ...more);
  }

  /** Tells all that listen that the look has changed without a key being pressed. */
  function notify() {
    panel.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Something was typed or chosen; `is_opening` where the page is only coming to life. */
  function changed(is_opening) {
    const job = now();
    const is_same = JSON.stringify(job) === last;
    last = JSON.stringify(job);
    if (is_same) return;
    // What the server has said was said of the look that the page came with.
    verdict.clear(is_opening && job.look === came_with);
    if (job.look !== last_look) {
      last_look = job.look;
      kept.keep(job.look);
      link.href = `${link.dataset.lookLink}?${job.look || "look=plain"}`;
    }
    presets.tell(job.look);
    picture.draw(job.look && job.text.trim() ? job : undefined);
  }

  async function download(button) {
    await busily(button, async () => {
      if (!(await pending.settled())) return;
      const job = now();
      // A text for terminals has nothing of the look, nor of what a logo would need.
      if (button.value === "txt") job.look = "";
      if (!job.text) {
        verdict.tell("There is no code yet: type a text.", "bad");
        form.elements.namedItem("text").focus();
        return;
      }
      const { made, sentence } = await verdict.patiently(ask("draw", "file", job, button.value));
      if (sentence) return verdict.tell(sentence, "bad");
      if (button.value === "uri" && (await copy(new TextDecoder().decode(made)))) return said(button);
      const { made: stem } = await hands.of("draw").ask("stem", value("name"), job.text);
      give(made, stem, button.value);
    }).catch(verdict.isBroken);
  }

  async function keepAsDefault(button) {
    await busily(button, async () => {
      if (!(await pending.settled())) return;
      const answer = await send(button.formAction, new URLSearchParams(new FormData(form)));
      tellLook(answer.error ?? button.dataset.kept);
    }).catch(() => tellLook("The server cannot be reached. Try again in a moment."));
  }

  async function busily(button, work) {
    button.setAttribute("aria-busy", "true");
    try {
      await work();
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  function said(button) {
    button.classList.add("is-copied");
    tellLook("Copied");
    setTimeout(() => button.classList.remove("is-copied"), COPIED_MS);
  }

  function tellLook(words) {
    panel.querySelector("[data-look-status]").textContent = words;
  }

  if (!is_late && kept.restore()) {
    logos.show();
    panel.open = true;
  }
  // The server's buttons were offered while we were awaited.
  form.removeAttribute("data-studio");
  // After the form's own listeners, which may make the text of answers.
  for (const kind of ["input", "change"]) addEventListener(kind, (event) => form.contains(event.target) && changed());
  document.addEventListener("saved", () => setTimeout(changed));
  form.addEventListener("click", (event) => {
    // An example: it is in the field once all have heard of the press.
    if (event.target.closest("[data-example]")) setTimeout(changed);
    const button = event.target.closest("[formaction],[data-copy-link]");
    if (!button || form.dataset.studio) return;
    if (button.name === "preset") presets.choose(button);
    else if (button.name === "as") download(button);
    else if (button.dataset.kept !== undefined) keepAsDefault(button);
    else if (button.dataset.copyLink !== undefined) copy(link.href).then((is_copied) => is_copied && said(button));
    else return;
    event.preventDefault();
  });
  changed(true);
  return () => changed(true);
}

/** The look that a link carries. */
function lookOf(link) {
  const query = new URLSearchParams(link.search);
  // That of the plain code is not empty, because an empty one says nothing of the look.
  query.delete("look");
  return query.toString();
}
