// Brings the form of a kind of content to life: at each keystroke it makes the text of the code and puts it where the
// rest of the page, which knows nothing of kinds, looks for a text. Until then the form is one that the server answers.
import init, { compose } from "./contents_glue.js";

export async function wake(wasm) {
  await init({ module_or_path: fetch(wasm) });
  const form = document.querySelector("form[data-content]");
  const answers = form.querySelectorAll(".content-fields [name]");
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
    const [made, sentence] = compose(kind, typed());
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
    // What the server or the browser has filled in prevails.
    if ([...answers].some((answer) => answer.matches("input:not([type=checkbox]), textarea") && answer.value)) return;
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

  // The window hears of each of these after the form.
  form.addEventListener("input", takeAndKeep);
  form.addEventListener("change", (event) => {
    left.add(event.target.name);
    takeAndKeep();
  });
  form.addEventListener("submit", refuse);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) refuse(event);
  });
  document.addEventListener("saved", () => {
    for (const answer of answers) {
      if (answer.type === "checkbox") answer.checked = false;
      else if (answer.tagName !== "SELECT") answer.value = "";
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
