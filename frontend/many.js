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
  older.replaceWith(newer);
  if (focused === false) return;
  // The same control again; if it is gone, the part itself.
  const same = [...newer.querySelectorAll("a,button")].find((control) => control.textContent === focused);
  (same ?? newer).focus();
}

setTimeout(follow, EVERY_MS);
