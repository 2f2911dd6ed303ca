// Files, translated line by line.

import { Refused, translate } from "./client.js";
import { find } from "./elements.js";

/** @typedef {import("./client.js").Way} Way */
/** @typedef {import("./words.js").Words} Words */

const LINES = 100; // In one request.
const PATIENCE = 10; // Times in a row that one is made again.
const AGAIN = 5; // Seconds until a service that is out of reach is asked again.

/** The field for a file, what becomes of it, and the button that stops it. */
export class Files {
  /**
   * @param {() => Words} words What the page says
   * @param {() => Way | null} way By what to translate
   * @param {() => number} limit Most characters of a request
   */
  constructor(words, way, limit) {
    this.words = words;
    this.way = way;
    this.limit = limit;
    this.field = find("file", HTMLInputElement);
    this.bar = find("filing", HTMLElement);
    this.status = find("filed", HTMLElement);
    this.stop = find("stop", HTMLButtonElement);
    /** @type {AbortController | null} */
    this.stopping = null;
    this.field.addEventListener("change", () => this.#take());
    this.stop.addEventListener("click", () => this.stopping?.abort());
  }

  /** What it said last. @type {(words: Words) => string} */
  #said = () => "";

  /** Say it again, for instance in another language. */
  write() {
    this.status.textContent = this.#said(this.words());
  }

  /** @param {(words: Words) => string} said */
  #say(said) {
    this.#said = said;
    this.bar.hidden = false;
    this.write();
  }

  async #take() {
    const file = this.field.files?.[0];
    const way = this.way();
    this.field.value = "";
    if (!file) return;
    if (!way) {
      this.#say((words) => words.noRuns);
      return;
    }
    const content = await textOf(file);
    if (content === null) this.#say((words) => words.notText(file.name));
    else if (content === "") this.#say((words) => words.emptyFile(file.name));
    else {
      this.field.disabled = true;
      this.stop.hidden = false;
      await this.#translate(file.name, content, way);
      this.field.disabled = false;
      this.stop.hidden = true;
    }
  }

  /**
   * Translate a text and save what comes; what was translated before it had to stop, too.
   * @param {string} name
   * @param {string} content
   * @param {Way} way
   */
  async #translate(name, content, way) {
    const named = name.replace(/(\.[^.]*)?$/, `.${"target" in way ? way.target : "out"}$1`);
    const lines = content.split(/\r?\n/);
    const end = lines.at(-1) === "" ? (lines.pop(), "\n") : "";
    /** @type {string[]} */
    const translated = [];
    this.stopping = new AbortController();
    try {
      for await (const some of translations(lines, way, this.limit(), this.stopping.signal, (seconds) =>
        this.#say((words) => words.waiting(seconds)),
      )) {
        translated.push(...some);
        this.#say((words) => words.lines(translated.length, lines.length));
      }
      save(named, translated.join("\n") + end);
      this.#say((words) => words.saved(named));
    } catch (error) {
      const done = translated.length;
      if (done > 0) save(named, translated.join("\n") + "\n");
      this.#say((words) => words.stopped(done + 1, why(error, words), done > 0 ? words.savedBefore(named) : ""));
    }
  }
}

/**
 * @param {unknown} error
 * @param {Words} words
 */
function why(error, words) {
  if (error instanceof Refused) return error.status === 403 ? words.needsKey : error.message;
  return error instanceof DOMException && error.name === "AbortError" ? words.asAsked : words.outOfReach;
}

/**
 * The text of a file; null unless it is UTF-8.
 * @param {File} file
 */
async function textOf(file) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    return null;
  }
}

/**
 * Translate lines, some at a time. A service that says no for now, or that is out of reach, is asked again; for half
 * as many, where they take it too long. Where it refuses some for good, those before the first such line still come.
 * @param {string[]} lines
 * @param {Way} way
 * @param {number} limit Most characters of a request
 * @param {AbortSignal} signal
 * @param {(seconds: number) => void} tellOfWait
 */
async function* translations(lines, way, limit, signal, tellOfWait) {
  const parts = [...portions(lines, limit)];
  for (let tries = 0; parts.length > 0; ) {
    const part = /** @type {string[]} */ (parts.shift());
    try {
      const answer = await translate({ ...way, text: part }, signal);
      tries = 0;
      yield answer.translations.map((one) => one.text);
    } catch (error) {
      signal.throwIfAborted();
      const status = error instanceof Refused ? error.status : 0;
      const wait = error instanceof Refused ? error.wait : AGAIN;
      const isTooMuch = status === 413 && part.length > 1;
      if (!isTooMuch && (!wait || tries === PATIENCE)) throw error;
      if (!isTooMuch) {
        tries++;
        tellOfWait(wait);
        await pause(wait, signal);
      }
      const half = isTooMuch || status === 503 ? Math.ceil(part.length / 2) : part.length;
      parts.unshift(...[part.slice(0, half), part.slice(half)].filter((one) => one.length > 0));
    }
  }
}

/**
 * @param {number} seconds
 * @param {AbortSignal} signal
 */
async function pause(seconds, signal) {
  await new Promise((go) => {
    const timer = setTimeout(go, 1000 * seconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), go(undefined)), { once: true });
  });
  signal.throwIfAborted();
}

/**
 * Lines that go into one request together; one that is too long goes alone, and is refused.
 * @param {string[]} lines
 * @param {number} limit
 */
function* portions(lines, limit) {
  /** @type {string[]} */
  let part = [];
  let size = 0;
  for (const line of lines) {
    const more = [...line].length;
    if (part.length === LINES || (part.length > 0 && size + more > limit)) {
      yield part;
      [part, size] = [[], 0];
    }
    part.push(line);
    size += more;
  }
  if (part.length > 0) yield part;
}

/**
 * Give a text to whoever sits here.
 * @param {string} name
 * @param {string} content
 */
function save(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "text/plain" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
