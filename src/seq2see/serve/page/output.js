// The translation, what each of its words looked at, and other translations of its sentences.

import { find, span } from "./elements.js";
import { unitsOf } from "./units.js";

/**
 * @typedef {import("./client.js").Answer} Answer
 * @typedef {import("./client.js").Sentence} Sentence
 * @typedef {import("./client.js").Hypothesis} Hypothesis
 * @typedef {{sentence: Sentence, start: number, before: string}} Placed
 */

const STRONGEST = 3; // Source words that are named.
const FAINT = 0.05; // Weights below are not shown.

/** The pane with the translation, and all that depends on it. */
export class Output {
  /** @param {() => import("./words.js").Words} words What the page says */
  constructor(words) {
    this.words = words;
    this.pane = find("output", HTMLElement);
    this.text = find("text", HTMLTextAreaElement);
    this.mirror = find("mirror", HTMLElement);
    this.hint = find("hint", HTMLElement);
    this.more = find("more", HTMLElement);
    /** @type {Answer | null} */
    this.answer = null;
    /** Sentences with where they stand in the source, and what is before them. @type {Placed[]} */
    this.sentences = [];
    /** Which hypothesis of each sentence is shown. @type {number[]} */
    this.ranks = [];
    /** The sentence whose other translations are listed. */
    this.current = 0;
    this.pane.addEventListener("pointerover", ({ target }) => this.choose(unitAt(target)));
    // A finger leaves with every tap, and what it has chosen stays.
    this.pane.addEventListener("pointerleave", ({ pointerType }) => pointerType !== "touch" && this.choose(null));
    this.pane.addEventListener("click", ({ target }) => this.#pick(target));
    this.pane.addEventListener("keydown", (event) => this.#walk(event));
    this.pane.addEventListener("blur", () => this.choose(null));
  }

  /** The translation as it is shown. */
  get plain() {
    return this.pane.textContent ?? "";
  }

  /** @param {Answer | null} answer */
  show(answer) {
    this.answer = answer;
    this.sentences = placed(answer?.translations[0].sentences ?? [], this.text.value);
    this.ranks = this.sentences.map(() => 0);
    this.current = 0;
    this.write();
  }

  /** The translation is of a text that has changed since. */
  age() {
    this.pane.classList.add("old");
    this.choose(null);
  }

  get isOld() {
    return this.pane.classList.contains("old");
  }

  /** Say what the source text is, without marks. */
  mirrored() {
    this.mirror.textContent = this.text.value + "\n"; // Makes the sheet as high as its text.
  }

  /** Write everything, for instance in another language of the interface. */
  write() {
    this.pane.classList.remove("old");
    this.pane.replaceChildren(
      ...this.sentences.flatMap(({ sentence, before }, number) => [before, this.#written(sentence, number)]),
    );
    this.#list();
    this.choose(null);
  }

  /**
   * A sentence, a span for each unit that looked at something.
   * @param {Sentence} sentence
   * @param {number} number
   */
  #written(sentence, number) {
    const { text } = sentence.hypotheses[this.ranks[number]];
    const units = unitsOf(sentence, this.ranks[number]);
    const looks = units.weights !== null && this.answer?.runs.length === 1;
    const written = span("sentence");
    written.dataset.sentence = String(number);
    written.classList.toggle("current", this.sentences.length > 1 && number === this.current);
    let end = 0;
    units.target.forEach(([start, stop], place) => {
      const unit = span(looks ? "unit" : "", text.slice(start, stop));
      if (looks) unit.dataset.unit = String(place);
      written.append(text.slice(end, start), unit);
      end = stop;
    });
    written.append(text.slice(end));
    return written;
  }

  /**
   * Mark what a unit looked at.
   * @param {HTMLElement | null} unit
   */
  choose(unit) {
    for (const one of this.pane.querySelectorAll(".chosen")) one.classList.remove("chosen");
    if (!unit || this.isOld) {
      this.mirrored();
      this.hint.textContent = this.#whatToDo();
      return;
    }
    unit.classList.add("chosen");
    const number = sentenceOf(unit);
    const { sentence, start } = this.sentences[number];
    const { source, weights } = unitsOf(sentence, this.ranks[number]);
    const row = weights?.[Number(unit.dataset.unit)] ?? [];
    this.#mark(source, row, start);
    const order = source.map((_, place) => place).sort((one, other) => row[other] - row[one]);
    const named = order.filter((place) => row[place] >= FAINT).slice(0, STRONGEST);
    const said = named.map((place) => `${sentence.source.slice(...source[place])} ${Math.round(100 * row[place])} %`);
    const { looked } = this.words();
    this.hint.textContent = said.length ? looked(unit.textContent ?? "", said.join(", ")) : this.#whatToDo();
  }

  /** How to see attention, or why there is none to see. */
  #whatToDo() {
    if (this.sentences.length === 0) return "";
    const { hint, noAttention, byTwo } = this.words();
    if (this.answer && this.answer.runs.length > 1) return byTwo;
    return this.pane.querySelector(".unit") ? hint : noAttention;
  }

  /**
   * Mark units of the source, the more the greater their weights.
   * @param {[number, number][]} units
   * @param {number[]} weights
   * @param {number} start Where their sentence stands
   */
  #mark(units, weights, start) {
    const { value } = this.text;
    /** @type {(string | Node)[]} */
    const nodes = [];
    let end = 0;
    units.forEach(([first, last], place) => {
      if (weights[place] < FAINT) return;
      const mark = document.createElement("mark");
      mark.textContent = value.slice(start + first, start + last);
      mark.style.setProperty("--weight", weights[place].toFixed(3));
      nodes.push(value.slice(end, start + first), mark);
      end = start + last;
    });
    this.mirror.replaceChildren(...nodes, value.slice(end) + "\n");
  }

  /**
   * List the translations of the sentence at a place.
   * @param {EventTarget | null} target
   */
  #pick(target) {
    const sentence = target instanceof Element ? target.closest(".sentence") : null;
    if (sentence instanceof HTMLElement) this.#turn(sentenceOf(sentence));
  }

  /** @param {number} number */
  #turn(number) {
    this.current = number;
    for (const one of this.pane.querySelectorAll(".sentence")) {
      one.classList.toggle("current", this.sentences.length > 1 && sentenceOf(one) === number);
    }
    this.#list();
  }

  /** @param {KeyboardEvent} event */
  #walk(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return; // The browser's.
    if (event.key === "Escape") this.choose(null);
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined || this.sentences.length === 0) return;
    event.preventDefault();
    const turned = getComputedStyle(this.pane).direction === "rtl" && Number.isFinite(step) ? -step : step;
    const units = /** @type {HTMLElement[]} */ ([...this.pane.querySelectorAll(".unit")]);
    // Where no word looked at anything, one walks from sentence to sentence.
    const stops = units.length > 0 ? units : [...this.pane.querySelectorAll(".sentence")];
    const place = units.length > 0 ? units.findIndex((one) => one.classList.contains("chosen")) : this.current;
    const next = place < 0 && turned === -1 ? stops.length - 1 : place + turned;
    const stop = stops[Math.max(0, Math.min(next, stops.length - 1))];
    if (units.length > 0) this.choose(/** @type {HTMLElement} */ (stop));
    this.#turn(sentenceOf(stop));
  }

  #list() {
    const sentence = this.sentences[this.current]?.sentence;
    const hypotheses = sentence?.hypotheses ?? [];
    this.more.hidden = hypotheses.length < 2;
    find("which", HTMLElement).textContent = this.sentences.length > 1 ? (sentence?.source ?? "") : "";
    find("alternatives", HTMLElement).replaceChildren(
      ...hypotheses.map((one, rank) => this.#choice(one, rank)),
    );
  }

  /**
   * A translation that one may have instead, or the one that is shown.
   * @param {Hypothesis} said
   * @param {number} rank
   */
  #choice(said, rank) {
    const entry = document.createElement("li");
    const button = document.createElement("button");
    const written = span("", said.text);
    written.dir = "auto";
    written.lang = this.pane.lang;
    const likely = this.words().probability(inPercent(Math.exp(said.log_prob)));
    button.type = "button";
    button.setAttribute("aria-pressed", String(rank === this.ranks[this.current]));
    button.append(written, span("quiet", likely));
    button.addEventListener("click", () => {
      this.ranks[this.current] = rank;
      this.write();
      this.pane.focus();
    });
    entry.append(button);
    return entry;
  }
}

/** @param {number} share */
function inPercent(share) {
  const percent = 100 * share;
  return percent < 0.01 ? "< 0.01" : String(Number(percent.toPrecision(2)));
}

/**
 * @param {Sentence[]} sentences
 * @param {string} text
 * @returns {Placed[]}
 */
function placed(sentences, text) {
  let place = 0;
  return sentences.map((sentence) => {
    const start = text.indexOf(sentence.source, place);
    const before = text.slice(place, start);
    place = start + sentence.source.length;
    return { sentence, start, before };
  });
}

/** @param {EventTarget | null} target */
function unitAt(target) {
  const unit = target instanceof Element ? target.closest(".unit") : null;
  return unit instanceof HTMLElement ? unit : null;
}

/** The number of the sentence that an element is in. @param {Element} element */
function sentenceOf(element) {
  const sentence = element.closest(".sentence");
  return Number(sentence instanceof HTMLElement ? sentence.dataset.sentence : 0);
}
