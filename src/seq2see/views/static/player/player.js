/**
 * The player: its state, its clock, and who must know when either changes. Everything that is seen
 * follows from the state: the same state, the same page.
 */

import { Stage } from "seq2see/player/stage";
import { addressedTime, firstState, readAddress, sameMoment, SPEEDS, writeAddress } from "seq2see/player/state";
import { DEFAULTS, render, timelineFor } from "seq2see/render";
import { placeAt, stepFrom } from "seq2see/timeline";
import { readTrace } from "seq2see/trace";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/player/state").State} State */
/** @typedef {import("seq2see/render").Choices} Choices */
/** @typedef {import("seq2see/render").Frame} Frame */
/** @typedef {import("seq2see/timeline").Timeline} Timeline */
/** @typedef {import("seq2see/timeline").NumberRef} NumberRef */
/** @typedef {import("seq2see/trace").Trace} Trace */

/**
 * What a page holds. A model has weights (`packed`) where the page is live.
 * @typedef {{version: number, title: string, language: "en" | "zh",
 *   models: {name: string, info: any, packed: any}[],
 *   sentences: {text: string, traces: any[]}[]}} PageData
 */

/** @typedef {{text: string, traces: (Trace | null)[], changed?: {what: string, base: number}}} Sentence */

const PRESENTED = 1.5; // times the usual size
const LONGEST = 1; // seconds between two frames; a page that was out of sight does not leap ahead

/** One player in one element. */
export class Player {
  /**
   * @param {PageData} data
   * @param {{hash?: string, theme?: "light" | "dark", still?: boolean,
   *   traceOf?: (model: number, text: string) => Trace | null}} [surroundings] Of the page: its
   *   address, what its reader prefers (`still`: no motion), and what makes the traces that are left
   *   to the weights in the page.
   */
  constructor(data, { hash = "", theme = "light", still = false, traceOf = () => null } = {}) {
    this.data = data;
    this.still = still;
    /** @type {Sentence[]} */
    this.sentences = data.sentences.map(({ text, traces }) => ({
      text,
      traces: traces.map((trace) => (trace ? readTrace(trace) : null)),
    }));
    this.traceOf = traceOf;
    this.address = readAddress(hash);
    this.state = firstState({ language: data.language, theme, ...this.address.choices });
    /** @type {NumberRef[]} The numbers whose equations were opened, the last one in sight. */
    this.asked = [];
    /** @type {Map<string, number>} What the viewer predicted, by what was asked. */
    this.predictions = new Map();
    /** @type {(() => void)[]} */
    this.listeners = [];
    /** @type {Stage | null} */
    this.stage = null;
    this.timeline = /** @type {Timeline} */ ({ chapters: [], duration: 0 });
    this.frame = /** @type {Frame | null} */ (null);
    this.clock = 0;
    this.request = 0; // the next frame that was asked for
    this.ended = new AbortController(); // for what listens to more than this player
    this.begin();
  }

  /** Start where the address says. */
  begin() {
    const { text, model } = this.address;
    const known = this.sentences.findIndex((sentence) => sentence.text === text);
    if (known >= 0) this.state = { ...this.state, sentence: known };
    this.complete(this.sentence);
    if (model !== undefined && model < this.data.models.length) this.state = { ...this.state, model };
    this.state = this.fitting(this.state);
    this.timeline = timelineFor(this.trace, this.state.choices);
    this.state = { ...this.state, time: addressedTime(this.timeline, this.address) || this.timeline.chapters[0].beats[0].still };
  }

  /**
   * Go where another address leads, as when a link is pasted into the open page.
   * @param {string} hash
   */
  follow(hash) {
    this.address = readAddress(hash);
    const { text, model = this.state.model, choices } = this.address;
    const known = this.sentences.findIndex((one) => one.text === text && !one.changed);
    const sentence = known < 0 ? this.state.sentence : known;
    this.complete(this.sentences[sentence]);
    const { layer, head, step, units } = DEFAULTS;
    const shown = Math.min(model, this.data.models.length - 1);
    this.change({ sentence, model: shown }, { layer, head, step, units, ...choices });
    this.seek(addressedTime(this.timeline, this.address));
  }

  /** Leave nothing behind that listens or draws. */
  end() {
    cancelAnimationFrame(this.request);
    this.ended.abort();
  }

  /**
   * Make the traces of a sentence that are left to the weights in the page.
   * @param {Sentence} sentence
   */
  complete({ text, traces, changed }) {
    if (changed) return; // of one model only
    for (const [model, trace] of traces.entries()) traces[model] = trace ?? this.traceOf(model, text);
  }

  /** @returns {Sentence} */
  get sentence() {
    return this.sentences[this.state.sentence];
  }

  /** @returns {Trace} */
  get trace() {
    const { traces } = this.sentence;
    const trace = traces[this.state.model] ?? traces.find(Boolean);
    if (!trace) throw new Error(`There is no trace of “${this.sentence.text}”.`);
    return trace;
  }

  /** The beat that is running. */
  get beat() {
    return placeAt(this.timeline, this.state.time).beat;
  }

  /** The scene and the beat in words, for the slider. */
  placeText() {
    const { chapter, beat, beatIndex } = placeAt(this.timeline, this.state.time);
    const { language } = this.state.choices;
    const scene = say(language, `scene.${chapter.scene}`);
    const place = { scene, beat: beatIndex + 1, beats: chapter.beats.length };
    return beat.step === undefined || beat.step === null
      ? say(language, "place", place)
      : say(language, "place.step", { ...place, step: beat.step + 1 });
  }

  /**
   * The room in which to draw.
   * @param {HTMLElement} room
   */
  stand(room) {
    this.stage = new Stage(room, (action) => this.act(action));
    this.resized();
  }

  /** Call when the stage has another width. */
  resized() {
    if (this.stage) this.change({}, { width: this.stage.width });
  }

  /**
   * @param {Partial<State>} changes
   * @param {Partial<Choices>} [choices]
   */
  change(changes, choices = {}) {
    const before = this.timeline;
    const place = this.state.time;
    const trace = this.trace;
    this.state = this.fitting({ ...this.state, ...changes, choices: { ...this.state.choices, ...choices } });
    const fresh = Object.keys(choices).length > 0 || this.trace !== trace;
    if (fresh) {
      this.timeline = timelineFor(this.trace, this.state.choices);
      if (changes.time === undefined) this.state.time = sameMoment(before, place, this.timeline);
    }
    this.paint();
    for (const listener of this.listeners) listener();
  }

  /**
   * A state whose sentence its model has translated: a change was made of one model only, and of some
   * models there are no weights in the page.
   * @param {State} state
   * @returns {State}
   */
  fitting(state) {
    const { traces, changed } = this.sentences[state.sentence];
    if (traces[state.model]) return state;
    if (changed) return this.fitting({ ...state, sentence: changed.base });
    return { ...state, model: traces.findIndex(Boolean) };
  }

  /** Draw the present instant. */
  paint() {
    const { time, choices } = this.state;
    const shown = this.still ? placeAt(this.timeline, time).beat.still : time;
    this.frame = render(this.trace, Math.min(shown, this.timeline.duration - 1e-3), choices, this.timeline);
    this.stage?.show(this.frame, this.prose());
    this.painted?.();
  }

  /** Called after every frame, for what is drawn beside. @type {(() => void) | null} */
  painted = null;

  /** Have in sight what the beat is about. */
  reveal() {
    if (this.frame) this.stage?.reveal(this.frame);
  }

  /** What is said of the beat. */
  prose() {
    const { words, values } = this.beat;
    return say(this.state.choices.language, words, values);
  }

  /** The address of what is in sight. */
  get link() {
    const { chapter, beat } = placeAt(this.timeline, this.state.time);
    const { model, choices } = this.state;
    return writeAddress({ text: this.sentence.text, model, scene: chapter.scene, beat: beat.id, choices });
  }

  /** @param {number} time */
  seek(time) {
    this.asked = [];
    this.change({ time: Math.min(Math.max(time, 0), this.timeline.duration), playing: false });
  }

  /**
   * To the next or the previous beat, or decoder step.
   * @param {1 | -1} direction
   * @param {boolean} [bySteps]
   */
  step(direction, bySteps = false) {
    const stops = bySteps
      ? (/** @type {any} */ beat, /** @type {any} */ from) => (beat.step ?? null) !== (from.step ?? null)
      : undefined;
    this.seek(stepFrom(this.timeline, this.state.time, direction, stops));
    this.reveal();
  }

  /**
   * To where a decoder step is shown: in this scene if it goes through the steps, else by making it
   * the one that the scene is about.
   * @param {number} step
   */
  goToStep(step) {
    const { chapter } = placeAt(this.timeline, this.state.time);
    const steps = new Set(chapter.beats.map((beat) => beat.step ?? null));
    const beats = chapter.beats.filter((beat) => beat.step === step);
    if (steps.size > 2 && beats.length) return this.seek(beats[beats.length - 1].still);
    this.asked = [];
    this.change({ playing: false }, { step });
  }

  /** @param {number} direction 1 or -1. */
  faster(direction) {
    const place = SPEEDS.indexOf(this.state.speed) + direction;
    if (place >= 0 && place < SPEEDS.length) this.change({ speed: SPEEDS[place] });
  }

  /** Play or pause; at the end, from the beginning. */
  toggle() {
    const { playing, time } = this.state;
    if (playing) return this.change({ playing: false });
    this.asked = [];
    const atEnd = time >= this.timeline.duration - 0.01;
    this.change({ playing: true, time: atEnd ? 0 : time });
    this.clock = performance.now();
    cancelAnimationFrame(this.request);
    this.request = requestAnimationFrame((now) => this.tick(now));
  }

  /** @param {number} now Milliseconds. */
  tick(now) {
    if (!this.state.playing) return;
    const { time, speed, predicting } = this.state;
    const passed = Math.min(Math.max(now - this.clock, 0) / 1000, LONGEST);
    const next = time + passed * speed;
    this.clock = now;
    const asking = predicting ? this.questionBetween(time, next) : null;
    if (asking) return this.change({ time: asking.start, playing: false });
    if (next >= this.timeline.duration) {
      return this.change({ time: this.timeline.duration, playing: false });
    }
    const sameBeat = placeAt(this.timeline, next).beat === this.beat;
    this.state.time = next;
    this.paint();
    if (sameBeat) this.moved?.();
    else {
      for (const listener of this.listeners) listener();
      this.reveal();
    }
    this.request = requestAnimationFrame((later) => this.tick(later));
  }

  /** Called while time passes within a beat. @type {(() => void) | null} */
  moved = null;

  /**
   * The beat about to begin whose answer the viewer has not predicted yet.
   * @param {number} time
   * @param {number} next
   */
  questionBetween(time, next) {
    const beats = this.timeline.chapters.flatMap(({ scene, beats }) => beats.map((beat) => ({ scene, beat })));
    const found = beats.find(
      ({ scene, beat }) =>
        beat.asks && beat.start > time && beat.start <= next && !this.predictions.has(this.questionKey(scene, beat)),
    );
    return found?.beat ?? null;
  }

  /** The beat that the viewer is to predict now: the one that begins where time stands. */
  get question() {
    if (!this.state.predicting) return null;
    const { chapter, beatIndex, beat } = placeAt(this.timeline, this.state.time);
    const waiting = this.state.time <= beat.start + 1e-6 ? beat : chapter.beats[beatIndex + 1];
    return waiting?.asks && !this.state.playing ? { key: this.questionKey(chapter.scene, waiting), beat: waiting } : null;
  }

  /**
   * What is asked: the same beat of another sentence, step or head has another answer.
   * @param {string} scene
   * @param {import("seq2see/timeline").TimedBeat} beat
   */
  questionKey(scene, { id }) {
    const { sentence, model, choices } = this.state;
    return JSON.stringify([sentence, model, choices.step, choices.layer, choices.head, scene, id]);
  }

  /**
   * @param {import("seq2see/marks").Action} action
   */
  act(action) {
    if ("explain" in action) return this.explain(action.explain);
    if ("beat" in action) {
      const { chapter } = placeAt(this.timeline, this.state.time);
      const beat = chapter.beats.find((one) => one.id === action.beat);
      return beat && this.seek(beat.still);
    }
    if ("step" in action) return this.goToStep(action.step);
    if ("layer" in action) return this.change({}, { layer: action.layer, head: action.head });
  }

  /** @param {NumberRef} number */
  explain(number) {
    this.asked.push(number);
    this.change({ playing: false });
  }

  /** Back to the equation before. */
  unask() {
    this.asked.pop();
    this.change({});
  }

  /**
   * Large and alone, in front of a class; or as before.
   * @param {boolean} presenting
   */
  present(presenting) {
    this.change({ presenting });
    if (this.stage) this.stage.zoom = presenting ? PRESENTED : 1;
    this.resized();
  }

  /** Set by the page. @type {() => void} */
  help = () => {};

  /** Set by the page. @type {() => void} */
  print = () => {};

  /**
   * Show a new sentence, or one that is there.
   * @param {Sentence} sentence
   */
  show(sentence) {
    this.complete(sentence);
    const known = this.sentences.findIndex((one) => one === sentence);
    if (known < 0) this.sentences.push(sentence);
    this.asked = [];
    this.change({ sentence: known < 0 ? this.sentences.length - 1 : known, playing: false });
    // Nothing leads back to other changes, and traces are large.
    for (const one of this.sentences) if (one.changed && one !== sentence) one.traces = [];
  }
}
