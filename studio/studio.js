// The look of the code that is being made: its fields, its picture, how well it scans, its files. The page's own module
// draws the plain code and knows nothing of looks; all the drawing here is a worker's (`studio_worker.js`). What cannot
// be done here the server does: its buttons are those of the form.

/** What each field says when it is left out, in the order of a link; `qr::Style` has the same table. */
const DEFAULTS = {
  shape: "square",
  finder: "square",
  ball: "square",
  ink: "000000",
  gradient: "none",
  "ink-2": "000000",
  "finder-ink": "same",
  paper: "ffffff",
  quiet: "4",
  unit: "module",
  size: "8",
  dpi: "300",
  logo: "",
  "logo-size": "25",
  frame: "none",
  caption: "",
};
const SIZES = { module: "8", px: "600", mm: "30" };
const COLOURS = ["ink", "ink-2", "finder-ink", "paper"];

const MEDIA_TYPES = { png: "image/png", svg: "image/svg+xml", pdf: "application/pdf", txt: "text/plain", uri: "text/plain" };

const SCORE_PAUSE_MS = 600;
const SLOW_MS = 5_000;
const COPIED_MS = 1_600;

/** What is said to those who wait for a worker that was sent away. */
class Dismissed extends Error {}

/** A worker, and what it was asked. */
class Hand {
  #asked = new Map();
  #worker;
  #wasm;

  constructor(script, wasm) {
    this.#wasm = new URL(wasm, location).href;
    this.#worker = new Worker(new URL(script, location), { type: "module" });
    this.#worker.addEventListener("message", ({ data: { number, made, sentence, broken } }) => {
      const { resolve, reject } = this.#asked.get(number);
      this.#asked.delete(number);
      if (broken) reject(new Error(broken));
      else resolve({ made, sentence });
    });
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#fail(new Error(event.message || "the worker cannot be loaded"));
    });
  }

  get is_busy() {
    return this.#asked.size > 0;
  }

  /** What it made, or the sentence that says why it cannot be made; fails where the worker does. */
  ask(way, ...given) {
    const number = Hand.#number++;
    this.#worker.postMessage({ number, way, given, wasm: this.#wasm });
    return new Promise((resolve, reject) => this.#asked.set(number, { resolve, reject }));
  }

  /** Ends it; what it has not answered fails as `Dismissed`. */
  dismiss() {
    this.#worker.terminate();
    this.#fail(new Dismissed());
  }

  #fail(error) {
    for (const { reject } of this.#asked.values()) reject(error);
    this.#asked.clear();
  }

  static #number = 0;
}

/** Brings the look to life; gives what is to be called where something changed that no event tells of. */
export function wake(form, script, wasm) {
  const panel = form.querySelector(".look");
  const fields = [...panel.querySelectorAll("[name]")].filter((field) => field.name in DEFAULTS);
  const styled = form.querySelector(".styled");
  const verdict = form.querySelector("[data-verdict]");
  const link = form.querySelector("[data-look-link]");
  const called = form.querySelector("[data-look-called]");
  const [logo_id, logo_remove] = fields.filter((field) => field.name === "logo");
  const logo_row = panel.querySelector("[data-logo]");
  const key = `${form.getAttribute("action")} look`;

  const hands = {};
  const hand = (what) => (hands[what] ??= new Hand(script, wasm));
  const value = (name) => form.elements.namedItem(name)?.value ?? "";

  /** What stands in the fields: of a name that comes twice the last one counts. */
  function chosen() {
    const values = { ...DEFAULTS, size: "" };
    for (const field of fields) {
      const is_given = !/^(radio|checkbox)$/.test(field.type) || field.checked;
      if (!is_given) continue;
      const given = COLOURS.includes(field.name) ? field.value.replace("#", "") : field.value;
      values[field.name] = given || (field.name === "size" ? "" : DEFAULTS[field.name]);
    }
    values.size ||= SIZES[values.unit];
    return values;
  }

  /** The look as text, which is also the query of a link: what differs from the plain code. */
  function look() {
    const values = chosen();
    const counts = {
      "ink-2": values.gradient !== "none",
      size: values.size !== SIZES[values.unit],
      dpi: values.unit === "mm",
      "logo-size": values.logo,
      caption: values.frame !== "none",
    };
    const pairs = Object.entries(values).filter(
      ([name, given]) => (counts[name] ?? true) && (name === "size" || given !== DEFAULTS[name]),
    );
    return new URLSearchParams(pairs).toString();
  }

  function choose(text) {
    const values = new URLSearchParams(text);
    const unit = values.get("unit") ?? DEFAULTS.unit;
    for (const field of fields) {
      const wanted = values.get(field.name) ?? (field.name === "size" ? SIZES[unit] : DEFAULTS[field.name]);
      if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === wanted;
      else if (field.type !== "color") field.value = wanted;
      else if (/^[0-9a-f]{6}$/.test(wanted)) field.value = `#${wanted}`;
    }
    // Without a logo nothing is to be removed.
    logo_remove.checked = false;
    showLogo();
  }

  // -- The picture.

  let wanted;
  let is_drawing = false;
  let shown_url;
  let last = "";

  const now = () => ({ text: value("text"), level: value("level"), look: look() });

  /** Something was typed or chosen. */
  function changed() {
    const job = now();
    const is_same = JSON.stringify(job) === last;
    last = JSON.stringify(job);
    if (is_same) return;
    clearTimeout(scoring);
    tell();
    keep(job.look);
    link.href = `${link.dataset.lookLink}?${job.look || "look=plain"}`;
    for (const preset of panel.querySelectorAll("[data-preset]")) {
      preset.setAttribute("aria-pressed", String(preset.dataset.preset === job.look));
    }
    called.textContent = panel.querySelector("[aria-pressed=true] span")?.textContent ?? "Your own";
    if (job.look && job.text) draw(job);
    else {
      wanted = undefined;
      styled.hidden = true;
      styled.classList.remove("is-refused");
    }
  }

  /** Draws the newest, one at a time. */
  async function draw(job) {
    wanted = job;
    if (is_drawing) return;
    is_drawing = true;
    try {
      while (wanted) {
        const job = wanted;
        const { made, sentence } = await patiently(ask("draw", "preview", job));
        if (wanted === job) {
          wanted = undefined;
          if (sentence) refuse(sentence);
          else await show(job, made);
        }
      }
    } catch (error) {
      isBroken(error);
    } finally {
      is_drawing = false;
    }
  }

  async function ask(what, way, { text, level, look }, ...more) {
    // While the logo is loaded the worker may be sent away.
    const logo = await logoOf(look);
    return hand(what).ask(way, text, level, look, logo, ...more);
  }

  /** The server's buttons are offered while an answer is long in coming. */
  async function patiently(answer) {
    const slow = setTimeout(() => isAway("slow", "Drawing takes long here. “Preview” asks the server instead."), SLOW_MS);
    try {
      const answered = await answer;
      if (form.dataset.studio) tell();
      form.removeAttribute("data-studio");
      return answered;
    } finally {
      clearTimeout(slow);
    }
  }

  /** Puts the new picture in the place of the old one once it is ready, so that nothing flickers. */
  async function show(job, [svg, version, level, print_mm]) {
    const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    const picture = new Image();
    picture.alt = "Preview of the code";
    picture.src = url;
    await picture.decode();
    if (JSON.stringify(job) !== last) return URL.revokeObjectURL(url);
    styled.querySelector("img").replaceWith(picture);
    URL.revokeObjectURL(shown_url);
    shown_url = url;
    const fact = (name, words) => (styled.querySelector(`[data-styled-fact=${name}]`).textContent = words);
    fact("version", version);
    fact("level", level === job.level ? level : `${level}, for the logo`);
    fact("print-size", `${print_mm} mm`);
    styled.hidden = false;
    styled.classList.remove("is-refused");
    scoring = setTimeout(() => (window.requestIdleCallback ?? setTimeout)(() => score(job)), SCORE_PAUSE_MS);
  }

  /** No picture in this look: the last one stays, faded. */
  function refuse(sentence) {
    styled.classList.add("is-refused");
    tell(sentence, "bad");
  }

  // -- How well it scans.

  let scoring;

  async function score(job) {
    // One that is still at an older look need not finish.
    if (hands.score?.is_busy) dismiss("score");
    try {
      const { made, sentence } = await ask("score", "score", job);
      if (JSON.stringify(job) !== last) return;
      if (sentence) return tell(sentence, "bad");
      const [points, ...reasons] = made;
      const words = reasons.length === 0 ? "Scans well" : points < 50 ? "Scans badly" : "Scans less well";
      tell(words, reasons.length === 0 ? "good" : "weak", `${points} of 100`, reasons);
    } catch (error) {
      isBroken(error);
    }
  }

  function tell(words = "", standing = "", points = "", reasons = []) {
    verdict.dataset.verdict = standing;
    verdict.querySelector("strong").textContent = words;
    verdict.querySelector("span").textContent = points;
    const list = verdict.querySelector("ul");
    list.replaceChildren(...reasons.map((reason) => Object.assign(document.createElement("li"), { textContent: reason })));
  }

  // -- When it does not work here, the server's buttons do.

  function isAway(how, words) {
    form.dataset.studio = how;
    tell(words, "bad");
  }

  function isBroken(error) {
    // Who sent the worker away has said why.
    if (error instanceof Dismissed) return;
    console.error("The studio:", error);
    Object.keys(hands).forEach(dismiss);
    isAway("broken", "This browser could not draw it. “Preview” asks the server instead.");
  }

  function dismiss(what) {
    hands[what].dismiss();
    delete hands[what];
  }

  // -- Logos.

  const logos = new Map();

  /** The kept form of a look's logo; none where there is none. */
  function logoOf(look) {
    const id = new URLSearchParams(look).get("logo");
    if (!id) return undefined;
    if (!logos.has(id)) {
      const loaded = fetch(logoUrl(id)).then(async (response) => {
        if (response.ok) return new Uint8Array(await response.arrayBuffer());
        if (response.status !== 404) throw new Error(`the logo is answered with status ${response.status}`);
        logos.delete(id);
        return undefined;
      });
      logos.set(id, loaded);
      loaded.catch(() => logos.delete(id));
    }
    return logos.get(id);
  }

  const logoUrl = (id) => `${panel.dataset.logos}${encodeURIComponent(id)}.png`;

  function showLogo() {
    logo_row.hidden = !logo_id.value;
    if (logo_id.value) logo_row.querySelector("img").src = logoUrl(logo_id.value);
  }

  async function uploadLogo(input) {
    if (input.files.length === 0) return;
    const note = panel.querySelector("#logo-note");
    note.textContent = "";
    try {
      const answer = await send(input.dataset.upload, new FormData(form));
      if (answer.error) {
        note.textContent = answer.error;
        return;
      }
      logo_id.value = answer.logo;
      logo_remove.checked = false;
      showLogo();
      notify();
    } catch {
      note.textContent = "The server cannot be reached: the logo was not uploaded. Try again in a moment.";
    } finally {
      input.value = "";
    }
  }

  async function send(address, body) {
    const response = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, body });
    const answer = await response.json().catch(() => ({}));
    return response.ok ? answer : { error: answer.error ?? `The server answered with status ${response.status}.` };
  }

  // -- Files.

  async function download(button) {
    const format = button.value;
    const job = now();
    if (!job.text) {
      tell("There is no code yet: type a text.", "bad");
      form.elements.namedItem("text").focus();
      return;
    }
    button.setAttribute("aria-busy", "true");
    try {
      const { made, sentence } = await ask("draw", "file", job, format);
      if (sentence) return tell(sentence, "bad");
      if (format === "uri" && (await copy(new TextDecoder().decode(made)))) return said(button);
      const { made: stem } = await hand("draw").ask("stem", value("name"), job.text);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([made], { type: MEDIA_TYPES[format] }));
      link.download = `${stem}.${format}`;
      link.click();
      // The browser needs the address until it has begun to read.
      setTimeout(() => URL.revokeObjectURL(link.href), 30_000);
    } catch (error) {
      isBroken(error);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  /** Only secure origins have a clipboard; elsewhere it works the way of old. */
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const field = Object.assign(document.createElement("textarea"), { className: "visually-hidden", value: text });
      const focused = document.activeElement;
      document.body.append(field);
      field.select();
      const is_copied = document.execCommand("copy");
      field.remove();
      focused?.focus();
      return is_copied;
    }
  }

  function said(button) {
    button.classList.add("is-copied");
    tellLook("Copied");
    setTimeout(() => button.classList.remove("is-copied"), COPIED_MS);
  }

  function tellLook(words) {
    panel.querySelector("[data-look-status]").textContent = words;
  }

  async function keepAsDefault(button) {
    button.setAttribute("aria-busy", "true");
    try {
      const answer = await send(button.formAction, new URLSearchParams(new FormData(form)));
      tellLook(answer.error ?? "Kept: new codes of this space begin with this look.");
    } catch {
      tellLook("The server cannot be reached. Try again in a moment.");
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  // -- What is chosen survives leaving the page, as long as the page does not come with another look.

  const came_with = look();

  function keep(look) {
    try {
      if (look === came_with) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify([came_with, look]));
    } catch {
      // Not allowed, or full: then it is not kept.
    }
  }

  function restore() {
    try {
      const [came, kept] = JSON.parse(sessionStorage.getItem(key) ?? "[]");
      if (came === came_with && kept !== came_with) {
        choose(kept);
        panel.open = true;
      }
    } catch {
      // None, or none of ours.
    }
  }

  /** Tells all that listen that the look has changed without a key being pressed. */
  function notify() {
    panel.dispatchEvent(new Event("input", { bubbles: true }));
  }

  restore();
  form.classList.add("has-studio");
  // After the form's own listeners, which may make the text of answers.
  for (const kind of ["input", "change"]) addEventListener(kind, (event) => form.contains(event.target) && changed());
  document.addEventListener("saved", () => setTimeout(changed));

  // Who chooses a colour wants it, whatever was to be in its place.
  panel.addEventListener("input", ({ target }) => {
    if (target.type !== "color") return;
    const instead = panel.querySelector(`[type=checkbox][name="${target.name}"]`);
    if (instead) instead.checked = false;
  });
  panel.addEventListener("change", ({ target }) => {
    if (target.type === "file") uploadLogo(target);
    // A number of one unit means nothing in another.
    if (target.name === "unit") form.elements.namedItem("size").value = SIZES[target.value];
  });
  form.addEventListener("click", (event) => {
    // An example: it is in the field once all have heard of the press.
    if (event.target.closest("[data-example]")) setTimeout(changed);
    const button = event.target.closest("[formaction],[data-copy-link]");
    if (!button || form.dataset.studio) return;
    if (button.dataset.preset !== undefined) {
      choose(button.dataset.preset);
      notify();
    } else if (button.name === "as") download(button);
    else if (button.dataset.default !== undefined) keepAsDefault(button);
    else if (button.dataset.copyLink !== undefined) copy(link.href).then((is_copied) => is_copied && said(button));
    else return;
    event.preventDefault();
  });
  changed();
  return changed;
}
