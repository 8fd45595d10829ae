// Brings the form of a kind of content to life: at each keystroke it makes the text of the code and puts it where the
// rest of the page, which knows nothing of kinds, looks for a text. Until then the form is one that the server answers.
import init, { compose } from "./contents_glue.js";
import { offerZones, zones } from "./time_zones.js";

export async function wake(wasm) {
  await init({ module_or_path: fetch(wasm) });
  const form = document.querySelector("form[data-content]");
  const answers = form.querySelectorAll(".content-fields [name]");
  const zone = form.querySelector("[data-zone]");
  const text = form.elements.namedItem("text");
  const kind = form.dataset.content;
  const key = `${form.getAttribute("action")} ${kind}`;
  // Nobody is told of a mistake in a field before they leave it.
  const left = new Set();

  // The look is kept elsewhere (`studio.js`).
  const looks = new Set([...form.querySelectorAll(".look [name]")].map((field) => field.name));

  const typed = () => new URLSearchParams([...new FormData(form)].filter(([name]) => !looks.has(name))).toString();

  /** Makes the text; gives the name of the field that is wrong, if one is. */
  function take() {
    const [made, sentence] = compose(kind, typed(), zones);
    const wrong = sentence === undefined ? undefined : made;
    text.value = wrong ? "" : made;
    form.querySelector("[data-composed]").textContent = text.value;
    for (const answer of answers) {
      const is_wrong = answer.name === wrong && left.has(wrong);
      document.getElementById(`${answer.name}-note`).textContent = is_wrong ? sentence : "";
      if (is_wrong) answer.setAttribute("aria-invalid", "true");
      else answer.removeAttribute("aria-invalid");
    }
    return wrong;
  }

  function takeAndKeep() {
    take();
    keep(typed());
  }

  // Before anything is made of the times in it.
  const own_zone = zone ? offerZones(zone) : undefined;

  function keep(draft) {
    try {
      sessionStorage.setItem(key, draft);
    } catch {
      // Not allowed, or full: then there is no draft.
    }
  }

  function restore() {
    let kept = "";
    try {
      kept = sessionStorage.getItem(key) ?? "";
    } catch {}
    // What the server or the browser has filled in prevails. A time zone is there from the beginning.
    const is_text = (answer) => answer.matches("input:not([type=checkbox], [data-zone]), textarea");
    if ([...answers].some((answer) => is_text(answer) && answer.value)) return;
    if (zone) zone.value = own_zone;
    for (const [name, value] of new URLSearchParams(kept)) {
      const field = form.elements.namedItem(name);
      if (!field || name === "kind" || looks.has(name)) continue;
      if (field.type === "checkbox") field.checked = true;
      else field.value = value;
    }
  }

  /** A form with a mistake is not saved: it says where the mistake is. What other buttons ask for needs no code. */
  function refuse(event) {
    if (event.submitter?.hasAttribute("formaction")) return;
    const wrong = take();
    if (!wrong) return;
    event.preventDefault();
    event.stopPropagation();
    left.add(wrong);
    take();
    form.elements.namedItem(wrong).focus();
  }

  /** Does it at once, or, while a button of the mouse is down, when that has come up: a sentence that appears meanwhile
      would move what is being pressed away from the pointer, and nothing would be pressed. */
  function onceReleased(work) {
    if (!is_pressing) return work();
    is_due = true;
  }
  let is_pressing = false;
  let is_due = false;
  addEventListener("mousedown", () => (is_pressing = true), true);
  // The click comes right after it. When the window loses the focus, the button may come up elsewhere.
  for (const end of ["mouseup", "dragend"]) addEventListener(end, () => setTimeout(release), true);
  addEventListener("blur", release);
  function release() {
    is_pressing = false;
    if (is_due) takeAndKeep();
    is_due = false;
  }

  // The window hears of each of these after the form.
  form.addEventListener("input", takeAndKeep);
  form.addEventListener("change", (event) => {
    left.add(event.target.name);
    onceReleased(takeAndKeep);
  });
  form.addEventListener("submit", refuse);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) refuse(event);
  });
  document.addEventListener("saved", () => {
    for (const answer of answers) {
      if (answer.type === "checkbox") answer.checked = false;
      else if (answer.tagName !== "SELECT" && answer !== zone) answer.value = "";
    }
    left.clear();
    takeAndKeep();
  });

  for (const answer of answers) {
    if (answer.getAttribute("aria-invalid")) left.add(answer.name);
  }
  restore();
  form.dataset.verb = "save";
  form.dispatchEvent(new Event("input", { bubbles: true }));
}
