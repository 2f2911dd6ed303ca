/** The models of a page that can translate in it, and what viewers make them do. */

import { Translator } from "seq2see/engine/translator";

/** @typedef {import("seq2see/player/player").Player} Player */
/** @typedef {import("seq2see/player/player").Sentence} Sentence */

/** Translators, made when they are first needed. */
export class Live {
  /** @param {import("seq2see/player/player").PageData} data */
  constructor(data) {
    this.models = data.models;
    /** @type {(Translator | null)[]} */
    this.translators = data.models.map(() => null);
    /** What shows the translations; it may need some before it is there itself. */
    this.player = /** @type {Player} */ (/** @type {unknown} */ (null));
  }

  /** Whether some model's weights are in the page. */
  get can() {
    return this.models.some((model) => model.packed);
  }

  /**
   * @param {number} model
   * @returns {Translator | null} Null where its weights are not in the page.
   */
  translator(model) {
    const { packed } = this.models[model];
    if (!packed) return null;
    return (this.translators[model] ??= new Translator(packed));
  }

  /**
   * What a model computes for a text.
   * @param {number} model
   * @param {string} text
   * @returns {import("seq2see/trace").Trace | null} Null where its weights are not in the page.
   */
  traceOf(model, text) {
    return this.translator(model)?.translate(text).trace() ?? null;
  }

  /** The translator of the model that is shown. */
  get current() {
    return this.translator(this.player.state.model);
  }

  /**
   * Weights of a model by name; null for all where they are not in the page.
   * @param {number} model
   * @returns {(name: string) => any}
   */
  parameters(model) {
    const translator = this.translator(model);
    return (name) => translator?.parameter(name) ?? null;
  }

  /**
   * Translate a text with every model and show it, unless nothing of it is left to be read.
   * @param {string} text
   * @returns {string[]} Warnings.
   */
  translate(text) {
    const known = this.player.sentences.find((one) => one.text === text && !one.changed);
    if (known) {
      this.player.show(known);
      return [];
    }
    /** @type {string[]} */
    const warnings = [];
    /** @type {import("seq2see/player/player").Sentence["traces"]} */
    let traces;
    try {
      traces = this.models.map((_, model) => {
        const translation = this.translator(model)?.translate(text);
        if (translation) warnings.push(...translation.warnings);
        return translation ? translation.trace() : null;
      });
    } catch (error) {
      // A text of white space, or of what cleaning takes away: the message says so.
      if (!(error instanceof RangeError)) throw error;
      return [error.message];
    }
    this.player.show({ text, traces });
    return [...new Set(warnings)];
  }

  /**
   * Show what a change makes of the sentence: forced tokens, other attention.
   * @param {string} what The change in words.
   * @param {number} step Where it begins; that step stays in sight.
   * @param {object} options Of `Translator.translate`.
   */
  change(what, step, options) {
    const { player } = this;
    const { sentence, model } = player.state;
    const base = player.sentence.changed ? player.sentence.changed.base : sentence;
    const translator = this.translator(model);
    if (!translator) return;
    const trace = translator.translate(player.sentence.text, options).trace();
    const traces = player.sentence.traces.map((_, index) => (index === model ? trace : null));
    const { text } = player.sentence;
    player.change({}, { step });
    player.show({ text, traces, changed: { what, base } });
  }
}
