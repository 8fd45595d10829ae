// What was chosen and does not stand in the fields yet: a logo on its way, a preset that is being asked for. A save
// waits for it, and is not made without it.

/** The work that is pending in the form. */
export function pendingOf(form) {
  const works = new Map();

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

  async function hold(event) {
    if (works.size === 0 || event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = form.querySelector(".is-primary");
    if (button.hasAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    const is_well = await settled(true);
    button.removeAttribute("aria-busy");
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
