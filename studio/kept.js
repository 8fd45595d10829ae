// What is chosen survives leaving the page, as long as that does not come with another look, and its address says
// none.

/** The look that is kept for the form, on a page that came with the look `came_with`. */
export function keptOf(form, fields, came_with) {
  const key = `${form.getAttribute("action")} look`;
  const said = [...new URLSearchParams(location.search).keys()];
  const is_said = said.some((name) => name === "look" || fields.isKey(name));

  function keep(look) {
    try {
      if (look === came_with) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify([came_with, look]));
    } catch {
      // Not allowed, or full: then it is not kept.
    }
  }

  /** Writes it into the fields, unless somebody was faster; whether it did. */
  function restore() {
    if (is_said || fields.look() !== came_with) return false;
    try {
      const [came, kept] = JSON.parse(sessionStorage.getItem(key) ?? "[]");
      if (came !== came_with || kept === came_with) return false;
      fields.choose(kept);
      return true;
    } catch {
      // None, or none of ours.
      return false;
    }
  }

  return { keep, restore };
}
