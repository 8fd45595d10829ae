// The picture of the code in its look, and how well that scans: the newest draft, one at a time.

const SCORE_PAUSE_MS = 600;

/** The picture in the form. `ask` puts a question about a draft to a worker; `isNewest` tells whether it stands. */
export function pictureOf(form, hands, verdict, ask, isNewest) {
  const styled = form.querySelector(".styled");
  let wanted;
  let is_drawing = false;
  let shown_url;
  let scoring;

  /** Draws a draft; none takes the picture away. */
  async function draw(job) {
    clearTimeout(scoring);
    wanted = job;
    if (!job) {
      styled.hidden = true;
      styled.classList.remove("is-refused");
    }
    if (is_drawing) return;
    is_drawing = true;
    try {
      while (wanted) {
        const job = wanted;
        const { made, sentence } = await verdict.patiently(ask("draw", "preview", job));
        if (wanted === job) {
          wanted = undefined;
          if (sentence) refuse(sentence);
          else await show(job, made);
        }
      }
    } catch (error) {
      verdict.isBroken(error);
    } finally {
      is_drawing = false;
    }
  }

  /** Puts the new picture in the place of the old one once it is ready, so that nothing flickers. */
  async function show(job, [svg, version, level, print_mm]) {
    const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    const picture = new Image();
    picture.alt = "Preview of the code";
    picture.src = url;
    await picture.decode();
    if (!isNewest(job)) return URL.revokeObjectURL(url);
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
    verdict.tell(sentence, "bad");
  }

  async function score(job) {
    // One that is still at an older look need not finish.
    hands.interrupt("score");
    try {
      const { made, sentence } = await ask("score", "score", job);
      if (!isNewest(job)) return;
      if (sentence) return verdict.tell(sentence, "bad");
      const [words, standing, points, ...reasons] = made;
      verdict.tell(words, standing, points, reasons);
    } catch (error) {
      verdict.isBroken(error);
    }
  }

  return { draw };
}
