// Follows a table of which codes are made: the page is fetched again every other second, and the part that says how far
// it is takes the place of the older one, until all is done. Loaded only on that page.

const EVERY_MS = 2000;
const part = () => document.querySelector("[data-live=many]");

async function follow() {
  // A hidden page is brought up to date once it is shown.
  if (!document.hidden) await refresh().catch(() => {});
  if (part()?.matches("[data-running]")) setTimeout(follow, EVERY_MS);
}

async function refresh() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const newer = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-live=many]");
  const older = part();
  if (!newer || older.outerHTML === newer.outerHTML) return;
  const focused = older.contains(document.activeElement) && document.activeElement.textContent;
  const [were, are] = [[...older.children], [...newer.children]];
  // What is just being pressed stays in its place.
  if (newer.matches("[data-running]") && were.length === are.length) {
    were.forEach((child, place) => child.outerHTML === are[place].outerHTML || child.replaceWith(are[place]));
  } else older.replaceWith(newer);
  if (focused === false || part().contains(document.activeElement)) return;
  // The same control again; if it is gone, the part itself.
  const same = [...part().querySelectorAll("a,button")].find((control) => control.textContent === focused);
  (same ?? part()).focus();
}

setTimeout(follow, EVERY_MS);
