// The presets: choosing one, and telling which one a look is of. What that means the worker knows.

/** The presets in the panel, marked for the look `told`; `notify` is called once one is chosen. */
export function presetsOf(panel, hands, verdict, fields, pending, notify, told) {
  const buttons = [...panel.querySelectorAll("[name=preset]")];
  const called = panel.querySelector("[data-look-called]");
  let pressed;

  function choose(button) {
    pressed = button;
    pending.add(take(button), () => verdict.add(" Nothing was saved."));
  }

  /** Whether it was chosen, or another since. */
  async function take(button) {
    try {
      for (;;) {
        const look = fields.look();
        const { made } = await verdict.patiently(hands.of("draw").ask("choose", button.value, look));
        // Another was pressed since.
        if (pressed !== button) return true;
        // Something else was chosen since: that stays.
        if (fields.look() !== look) continue;
        fields.choose(made);
        notify();
        return true;
      }
    } catch (error) {
      verdict.isBroken(error);
      return false;
    }
  }

  /** Marks the one that the look is of. */
  async function tell(look) {
    if (look === told) return;
    told = look;
    let name = "";
    try {
      ({ made: name } = await hands.of("draw").ask("called", look));
    } catch (error) {
      verdict.isBroken(error);
    }
    if (look !== told) return;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.value === name));
    const chosen = buttons.find((button) => button.value === name);
    called.textContent = chosen?.querySelector("span").textContent ?? called.dataset.lookCalled;
  }

  return { choose, tell };
}
