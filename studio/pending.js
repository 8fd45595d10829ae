// What was chosen and does not stand in the fields yet: a logo on its way, a preset that is being asked for. A save
// waits for it, and is not made without it.

/** The work that is pending in the form. */
export function pendingOf(form) {
  const works = new Map();
  const button = form.querySelector(".is-primary");
  let is_held = false;

  /** Takes over a promise that tells whether the work went well; `refused` says that nothing was saved without it. */
  function add(done, refused) {
    works.set(done, refused);
    done.finally(() => works.delete(done));
  }

  /** Once nothing is pending any more; whether all went well. */
  async function settled(is_save) {
    let is_well = true;
    while (works.size > 0) {
      const [[done, refused]] = works;
      if (await done) continue;
      is_well = false;
      if (is_save) refused();
    }
    return is_well;
  }

  /** Once the save that is under way is over: the page marks the button as long, and would not hear of another. */
  function idle() {
    return new Promise((resolve) => {
      const look = () => {
        if (button.hasAttribute("aria-busy")) return;
        observer.disconnect();
        resolve();
      };
      const observer = new MutationObserver(look);
      observer.observe(button, { attributeFilter: ["aria-busy"] });
      look();
    });
  }

  async function hold(event) {
    if (works.size === 0 || event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (is_held) return;
    is_held = true;
    // At once: what fails while another save is under way is not to be missed.
    const settling = settled(true);
    await idle();
    button.setAttribute("aria-busy", "true");
    const is_well = await settling;
    button.removeAttribute("aria-busy");
    is_held = false;
    if (is_well) form.requestSubmit(button);
  }

  form.addEventListener("submit", hold, true);
  form.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) hold(event);
    },
    true,
  );

  return { add, settled };
}
