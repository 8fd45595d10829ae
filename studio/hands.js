// The studio's workers: one draws, one scores, each there once it is asked for something.

/** What is said to those who wait for a worker that was sent away. */
export class Dismissed extends Error {}

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

export class Hands {
  #hands = {};
  #make;

  constructor(script, wasm) {
    this.#make = () => new Hand(script, wasm);
  }

  /** The one that does `what`: `draw` or `score`. */
  of(what) {
    return (this.#hands[what] ??= this.#make());
  }

  /** Sends it away if it is at work: what it is at need not be finished. */
  interrupt(what) {
    if (this.#hands[what]?.is_busy) this.#dismiss(what);
  }

  dismissAll() {
    Object.keys(this.#hands).forEach((what) => this.#dismiss(what));
  }

  #dismiss(what) {
    this.#hands[what].dismiss();
    delete this.#hands[what];
  }
}
