// The fields of the look: reading them as one text, and writing such a text into them. What a key that is left
// out means stands in the page.

/** The fields in the panel. */
export function fieldsOf(panel) {
  /** What each field says when it is left out, in the order of a link. */
  const defaults = Object.fromEntries(new URLSearchParams(panel.dataset.defaults));
  const fields = [...panel.querySelectorAll("[name]")].filter((field) => field.name in defaults);
  const logo_id = fields.find((field) => field.name === "logo");
  const logo_remove = fields.findLast((field) => field.name === "logo");
  const is_tick = (field) => /^(radio|checkbox)$/.test(field.type);
  const is_colour = (name) => fields.some((field) => field.name === name && field.type === "color");
  const colours = new Set(Object.keys(defaults).filter(is_colour));

  /** The size in a unit when none is said: a number of one unit means nothing in another. */
  const sizeOf = (unit) => panel.querySelector(`[name=unit] > [value="${unit}"]`)?.dataset.size ?? defaults.size;

  /** What stands in the fields: of a name that comes twice the last one counts. */
  function chosen() {
    const values = { ...defaults, size: "" };
    for (const field of fields) {
      if (is_tick(field) && !field.checked) continue;
      const given = colours.has(field.name) ? field.value.replace("#", "") : field.value;
      values[field.name] = given || (field.name === "size" ? "" : defaults[field.name]);
    }
    values.size ||= sizeOf(values.unit);
    return values;
  }

  /** The look as text, which is also the query of a link: what differs from the plain code. */
  function look() {
    const values = chosen();
    const counts = {
      "ink-2": values.gradient !== "none",
      size: values.size !== sizeOf(values.unit),
      dpi: values.unit === "mm",
      "logo-size": values.logo,
      caption: values.frame !== "none",
    };
    const pairs = Object.entries(values).filter(
      ([name, given]) => (counts[name] ?? true) && (name === "size" || given !== defaults[name]),
    );
    return new URLSearchParams(pairs).toString();
  }

  /** Writes a look into the fields. */
  function choose(text) {
    const values = new URLSearchParams(text);
    const unit = values.get("unit") ?? defaults.unit;
    for (const field of fields) {
      // Without a frame the words wait for one.
      if (field.name === "caption" && !values.has("frame")) continue;
      const wanted = values.get(field.name) ?? (field.name === "size" ? sizeOf(unit) : defaults[field.name]);
      if (is_tick(field)) field.checked = field.value === wanted;
      else if (field.type !== "color") field.value = wanted;
      else if (/^[0-9a-f]{6}$/.test(wanted)) field.value = `#${wanted}`;
    }
    // Without a logo nothing is to be removed.
    logo_remove.checked = false;
  }

  function chooseLogo(id) {
    logo_id.value = id;
    logo_remove.checked = false;
  }

  panel.addEventListener("input", ({ target }) => {
    // Who chooses a colour wants it, whatever was to be in its place.
    const instead = target.type === "color" && panel.querySelector(`[type=checkbox][name="${target.name}"]`);
    if (instead) instead.checked = false;
  });
  panel.addEventListener("change", ({ target }) => {
    if (target.name === "unit") panel.querySelector("[name=size]").value = sizeOf(target.value);
  });

  return { look, choose, chooseLogo, logo: () => logo_id.value, isKey: (name) => name in defaults };
}
