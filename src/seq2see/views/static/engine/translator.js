/**
 * The translator of a page: text in, text out, and everything between to be looked at. It does what
 * `decoding/translator.py` does, with the weights of a packed model (`docs/formats.md`).
 */

import { cleaned } from "seq2see/engine/cleaning";
import { EOS_ID, UNK_ID } from "seq2see/engine/interface";
import { beamOf, sourceAxis, targetAxis } from "seq2see/engine/labels";
import { buildModel } from "seq2see/engine/model";
import { Embeddings } from "seq2see/engine/neighbours";
import { completed, recorded } from "seq2see/engine/options";
import { overriding } from "seq2see/engine/override";
import { Parameters } from "seq2see/engine/parameters";
import { record } from "seq2see/engine/record";
import { search } from "seq2see/engine/search";
import { trimmed } from "seq2see/engine/spaces";
import { Tokenizer } from "seq2see/engine/tokenizer";
import { warningsOf } from "seq2see/engine/warnings";
import { Trace } from "seq2see/trace";

/** @typedef {import("seq2see/engine/cleaning").SideName} SideName */
/** @typedef {import("seq2see/engine/interface").Watch} Watch */
/** @typedef {import("seq2see/engine/names").Detail} Detail */
/** @typedef {import("seq2see/engine/neighbours").Neighbour} Neighbour */
/** @typedef {import("seq2see/engine/options").SearchOptions} SearchOptions */
/** @typedef {import("seq2see/engine/override").Override} Override */
/** @typedef {import("seq2see/engine/tensors").Parameter} Parameter */
/** @typedef {import("seq2see/engine/tokenizer").Tokens} Tokens */
/** @typedef {import("seq2see/trace").Beam} Beam */
/** @typedef {import("seq2see/trace").Side} Side */

/** @typedef {{override?: Override | Override[]}} WhatIf */

/**
 * One translation. `tokens` are display labels; `ids` are without `</s>`; `score` is what
 * hypotheses are ranked by.
 * @typedef {{ids: number[], text: string, tokens: string[], score: number, logProb: number,
 *   tokenLogProbs: number[], finished: boolean}} Hypothesis
 */

/**
 * A source and its translations, best first. `source` is the text as the model reads it, `given` as
 * it was typed; `warnings` say what makes the translation doubtful; `trace` makes the record of one
 * hypothesis.
 * @typedef {{given: string, source: Side, unknownWords: string[], tooLong: boolean,
 *   warnings: string[], hypotheses: Hypothesis[],
 *   trace: (rank?: number, detail?: Detail) => Trace}} Translation
 */

/** A target to be recorded; without a score it has its log-probability. */
/** @typedef {{ids: number[], finished: boolean, score?: number, beam?: Beam}} Said */

/** A model, its tokenizers and its configuration, ready to translate. */
export class Translator {
  /** @param {any} packed What `views/packed.py` made, parsed. */
  constructor(packed) {
    if (packed?.format !== "seq2see-model" || packed.version !== 1) {
      throw new Error("This is not a packed model of version 1; save the page again.");
    }
    const { source, target } = packed.tokenizers;
    this.info = packed.model;
    this.clean = packed.clean;
    this.defaults = packed.decode;
    this.longestSource = packed.longest_source;
    this.parameters = new Parameters(packed.parameters);
    this.model = buildModel(packed.model.settings, this.parameters);
    const tokenizer = new Tokenizer(source);
    /** @type {Record<SideName, Tokenizer>} */
    this.tokenizers = {
      source: tokenizer,
      target: target.shared ? tokenizer : new Tokenizer(target),
    };
    /** @type {Record<SideName, string | null>} */
    this.languages = {
      source: packed.languages?.[0] ?? null,
      target: packed.languages?.[1] ?? null,
    };
  }

  /**
   * Translate a text. Nothing is ever cut; an empty text has an empty translation.
   * @param {string} text
   * @param {Partial<SearchOptions> & WhatIf} [options] What is left out is as the run has it.
   * @returns {Translation}
   */
  translate(text, { override, ...given } = {}) {
    const options = completed(given, this.defaults);
    const source = this.source(text);
    if (!source.ids.length) return emptyTranslation(text, source);
    const watch = overriding(override, source.ids.length);
    const { hypotheses: found, tree } = search(this.model, source.ids, options, watch);
    const unknownWords = this.tokenizers.source.unknownWords(source.text);
    const length = source.ids.length - 1;
    const byPosition = this.info.settings["model.attention.score"] === "location";
    return {
      given: text,
      source,
      unknownWords,
      tooLong: length > this.longestSource,
      warnings: warningsOf({
        length,
        longest: this.longestSource,
        byPosition,
        unknownWords,
        best: found[0],
      }),
      hypotheses: found.map(({ ids, score, logProb, tokenLogProbs, finished }) => ({
        ids,
        text: this.textOf(ids),
        tokens: ids.map((id) => this.tokenizers.target.label(id)),
        score,
        logProb,
        tokenLogProbs,
        finished,
      })),
      trace: (rank = 0, detail = "all") => {
        if (!found[rank]) {
          const count = found.length;
          throw new RangeError(`There is no hypothesis ${rank}; there are ${count}, from 0 on.`);
        }
        const { ids, finished, score, columns } = found[rank];
        const label = (/** @type {number} */ id) => this.tokenizers.target.label(id);
        const beam = beamOf(tree, columns, recorded(options), label);
        return this.traceOf(source, { ids, finished, score, beam }, watch, detail);
      },
    };
  }

  /**
   * Make the model say a target and end there, to see how probable it finds that.
   * @param {string} text
   * @param {number[] | string} target Ids without `</s>`, or a text.
   * @param {WhatIf & {detail?: Detail}} [options]
   * @returns {Trace}
   */
  force(text, target, { override, detail = "all" } = {}) {
    const source = this.source(text);
    if (!source.ids.length) throw nothingToTrace();
    const ids = typeof target === "string" ? this.tokens(target, "target").ids : target;
    const watch = overriding(override, source.ids.length);
    return this.traceOf(source, { ids, finished: true }, watch, detail);
  }

  /**
   * A text as the model reads or writes it: cleaned and tokenised.
   * @param {string} text
   * @param {SideName} side
   * @returns {Tokens}
   */
  tokens(text, side) {
    return this.tokenizers[side].encode(cleaned(text, this.clean, side));
  }

  /**
   * Target tokens as a text.
   * @param {number[]} ids
   * @returns {string}
   */
  textOf(ids) {
    return this.tokenizers.target.decode(ids);
  }

  /**
   * The numbers of a parameter, by PyTorch's name.
   * @param {string} name
   * @returns {Parameter}
   */
  parameter(name) {
    return this.parameters.get(name);
  }

  /**
   * The embedding of a token, as the table holds it.
   * @param {SideName} side
   * @param {number} id
   * @returns {Float32Array}
   */
  embedding(side, id) {
    return this.parameters.row(this.model.embeddingNames[side], id);
  }

  /**
   * The tokens whose embeddings point most nearly where that of a word does; special tokens and
   * bytes are left out.
   * @param {string | number} word One token, or its id.
   * @param {{side?: SideName, count?: number}} [options]
   * @returns {Neighbour[]}
   */
  neighbours(word, { side = "source", count = 10 } = {}) {
    return this.embeddings(side).neighbours(this.idOf(word, side), count);
  }

  /**
   * What is nearest to `a - b + c`, as in king - man + woman; the three are left out.
   * @param {string | number} a
   * @param {string | number} b
   * @param {string | number} c
   * @param {{side?: SideName, count?: number}} [options]
   * @returns {Neighbour[]}
   */
  analogy(a, b, c, { side = "source", count = 10 } = {}) {
    const [first, second, third] = [a, b, c].map((word) => this.idOf(word, side));
    return this.embeddings(side).analogy(first, second, third, count);
  }

  /**
   * @param {SideName} side
   * @returns {Embeddings}
   */
  embeddings(side) {
    const table = this.parameter(this.model.embeddingNames[side]);
    return new Embeddings(this.tokenizers[side], table);
  }

  /**
   * @param {string | number} word
   * @param {SideName} side
   * @returns {number}
   */
  idOf(word, side) {
    if (typeof word === "number") return word;
    const { ids, labels } = this.tokens(word, side);
    if (ids.length === 1 && ids[0] !== UNK_ID) return ids[0];
    const what =
      ids.length === 1 ? "not in the vocabulary" : `${ids.length} tokens (${labels.join(" ")})`;
    throw new RangeError(`\`${word}\` is ${what}; give one token of the vocabulary.`);
  }

  /**
   * A source with `</s>`; without ids where there is nothing to translate.
   * @param {string} text
   * @returns {Side}
   */
  source(text) {
    const clean = cleaned(text, this.clean, "source");
    const tokens = this.tokenizers.source.encode(clean);
    const ids = trimmed(clean) ? [...tokens.ids, EOS_ID] : [];
    return { text: clean, language: this.languages.source, ids, axis: sourceAxis(tokens) };
  }

  /**
   * @param {Side} source
   * @param {Said} said
   * @param {Watch | null} watch
   * @param {Detail} detail
   * @returns {Trace}
   */
  traceOf(source, { ids, finished, score, beam }, watch, detail) {
    const tokenizer = this.tokenizers.target;
    const said = finished ? [...ids, EOS_ID] : ids;
    const label = (/** @type {number} */ id) => tokenizer.label(id);
    const seen = record(this.model, source.ids, said, label, { watch, detail });
    const axis = targetAxis(tokenizer, ids, finished);
    return new Trace({
      model: this.info,
      source,
      target: { text: this.textOf(ids), language: this.languages.target, ids: said, axis },
      finished,
      score: score ?? seen.logProb,
      logProb: seen.logProb,
      tensors: seen.tensors,
      steps: seen.steps,
      beam: beam ?? null,
    });
  }
}

/**
 * @param {string} given
 * @param {Side} source
 * @returns {Translation}
 */
function emptyTranslation(given, source) {
  const scores = { score: 0, logProb: 0, tokenLogProbs: [] };
  return {
    given,
    source,
    unknownWords: [],
    tooLong: false,
    warnings: [],
    hypotheses: [{ ids: [], text: "", tokens: [], ...scores, finished: true }],
    trace: () => {
      throw nothingToTrace();
    },
  };
}

function nothingToTrace() {
  return new RangeError(
    "There is no trace of an empty text, since no model read it; give a text.",
  );
}
