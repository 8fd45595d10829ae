// What is said of the code: how well it scans, why there is none, or that the server has to be asked. Where it does
// not work here, the server's buttons do.
import { Dismissed } from "./hands.js";

const SLOW_MS = 5_000;
const SLOW = "Drawing takes long here. “Preview” asks the server instead.";

/** The verdict in the form; `hands` are sent away when they fail. */
export function verdictOf(form, hands) {
  const verdict = form.querySelector("[data-verdict]");
  // The server has drawn and scored what came with the page: no fault of ours takes that back.
  let is_servers = verdict.dataset.verdict !== "" && !form.dataset.studio;

  function tell(words = "", standing = "", points = "", reasons = []) {
    is_servers = false;
    verdict.dataset.verdict = standing;
    verdict.querySelector("strong").textContent = words;
    verdict.querySelector("span").textContent = points;
    const item = (reason) => Object.assign(document.createElement("li"), { textContent: reason });
    verdict.querySelector("ul").replaceChildren(...reasons.map(item));
  }

  /** Says more. */
  function add(words) {
    verdict.querySelector("strong").textContent += words;
  }

  function isAway(how, words) {
    form.dataset.studio = how;
    if (!is_servers) tell(words, "bad");
  }

  function isBroken(error) {
    // Who sent the worker away has said why.
    if (error instanceof Dismissed) return;
    console.error("The studio:", error);
    hands.dismissAll();
    isAway("broken", verdict.dataset.broken);
  }

  /** The server's buttons are offered while an answer is long in coming. */
  async function patiently(answer) {
    const slow = setTimeout(() => isAway("slow", SLOW), SLOW_MS);
    try {
      const answered = await answer;
      if (form.dataset.studio && !is_servers) tell();
      form.removeAttribute("data-studio");
      return answered;
    } finally {
      clearTimeout(slow);
    }
  }

  /** Something has changed: what was said was said of something else. `keep_servers` where that is not so yet. */
  function clear(keep_servers) {
    if (!keep_servers || !is_servers) tell();
  }

  return { tell, add, clear, isBroken, patiently };
}
