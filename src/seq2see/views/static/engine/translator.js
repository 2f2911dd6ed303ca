/**
 * The translator of a page: text in, text out, and everything between to be looked at. It does what
 * `decoding/translator.py` does, with the weights of a packed model (`docs/formats.md`).
 */

import { cleaned } from "seq2see/engine/cleaning";
import { EOS_ID, UNK_ID } from "seq2see/engine/interface";
import { buildModel } from "seq2see/engine/model";
import { analogous, nearest } from "seq2see/engine/neighbours";
import { completed, recorded } from "seq2see/engine/options";
import { overriding } from "seq2see/engine/override";
import { Parameters } from "seq2see/engine/parameters";
import { record } from "seq2see/engine/record";
import { search } from "seq2see/engine/search";
import { trimmed, wordsOf } from "seq2see/engine/spaces";
import { Tokenizer } from "seq2see/engine/tokenizer";
import { Trace } from "seq2see/trace";

/** @typedef {import("seq2see/engine/cleaning").SideName} SideName */
/** @typedef {import("seq2see/engine/interface").Watch} Watch */
/** @typedef {import("seq2see/engine/names").Detail} Detail */
/** @typedef {import("seq2see/engine/options").SearchOptions} SearchOptions */
/** @typedef {import("seq2see/engine/override").Override} Override */
/** @typedef {import("seq2see/engine/search").Found} Found */
/** @typedef {import("seq2see/engine/search").Tree} Tree */
/** @typedef {import("seq2see/engine/tokenizer").Tokens} Tokens */
/** @typedef {import("seq2see/trace").Axis} Axis */
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

/** @typedef {{token: string, id: number, similarity: number}} Neighbour */

const OPTIONS = [
  "beamSize",
  "numBest",
  "lengthPenalty",
  "coveragePenalty",
  "minLength",
  "maxLength",
  "prefix",
  "allowUnknown",
  "override",
];

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
  translate(text, options = {}) {
    checkNames(options);
    const searching = completed(options, this.defaults);
    const source = this.source(text);
    if (!source.ids.length) return this.translationOfNothing(text, source);
    const watch = overriding(options.override, source.ids.length);
    const { hypotheses: found, tree } = search(this.model, source.ids, searching, watch);
    const hypotheses = found.map((one) => this.hypothesis(one));
    const unknownWords = this.tokenizers.source.unknownWords(source.text);
    return {
      given: text,
      source,
      unknownWords,
      tooLong: source.ids.length - 1 > this.longestSource,
      warnings: this.warnings(source, hypotheses[0], unknownWords),
      hypotheses,
      trace: (rank = 0, detail = "all") => {
        if (!found[rank]) {
          throw new Error(
            `There is no hypothesis ${rank}; there are ${found.length}, counted from 0.`,
          );
        }
        const { ids, finished, score, columns } = found[rank];
        const beam = this.beam(tree, columns, recorded(searching));
        return this.trace(source, { ids, finished, score, beam }, watch, detail);
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
    return this.trace(source, { ids, finished: true, score: null, beam: null }, watch, detail);
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
   * @returns {{shape: number[], data: Float32Array}}
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
    const id = this.idOf(word, side);
    return this.nearest(this.embedding(side, id), [id], side, count);
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
    const table = this.parameter(this.model.embeddingNames[side]);
    const wanted = analogous(table, first, second, third);
    return this.nearest(wanted, [first, second, third], side, count);
  }

  /**
   * @param {Float32Array} vector
   * @param {number[]} leftOut
   * @param {SideName} side
   * @param {number} count
   * @returns {Neighbour[]}
   */
  nearest(vector, leftOut, side, count) {
    const tokenizer = this.tokenizers[side];
    const table = this.parameter(this.model.embeddingNames[side]);
    /** @param {number} id */
    const skips = (id) =>
      leftOut.includes(id) || tokenizer.isSpecial(id) || tokenizer.isByte(id);
    return nearest(table, vector, skips, count).map(({ id, similarity }) => ({
      token: tokenizer.label(id),
      id,
      similarity,
    }));
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
    const what = ids.length === 1 ? "unknown to the model" : `${ids.length} tokens`;
    const seen = ids.length > 1 ? ` (${labels.join(" ")})` : "";
    throw new Error(`\`${word}\` is ${what}${seen}; give one token that it knows.`);
  }

  /**
   * @param {string} text
   * @returns {Side} Without ids where there is nothing to translate.
   */
  source(text) {
    const clean = cleaned(text, this.clean, "source");
    const { ids, labels, words, texts } = this.tokenizers.source.encode(clean);
    const axis = { labels: [...labels, "</s>"], words: [...words, null], texts };
    const language = this.languages.source;
    return { text: clean, language, ids: trimmed(clean) ? [...ids, EOS_ID] : [], axis };
  }

  /**
   * @param {string} given
   * @param {Side} source
   * @returns {Translation}
   */
  translationOfNothing(given, source) {
    const nothing = { ids: [], text: "", tokens: [], score: 0, logProb: 0, tokenLogProbs: [] };
    return {
      given,
      source,
      unknownWords: [],
      tooLong: false,
      warnings: [],
      hypotheses: [{ ...nothing, finished: true }],
      trace: () => {
        throw nothingToTrace();
      },
    };
  }

  /**
   * @param {Found} found
   * @returns {Hypothesis}
   */
  hypothesis({ ids, score, logProb, tokenLogProbs, finished }) {
    const tokens = ids.map((id) => this.tokenizers.target.label(id));
    return { ids, text: this.textOf(ids), tokens, score, logProb, tokenLogProbs, finished };
  }

  /**
   * @param {Side} source
   * @param {Hypothesis} best
   * @param {string[]} unknownWords
   * @returns {string[]}
   */
  warnings(source, best, unknownWords) {
    const warnings = [];
    const length = source.ids.length - 1;
    if (length > this.longestSource) {
      warnings.push(
        `The source has ${length} tokens, but the model was trained on at most ` +
          `${this.longestSource} (\`data.max_length\`); it was translated whole, perhaps badly.`,
      );
      if (this.info.settings["model.attention.score"] === "location") {
        warnings.push(
          `The model attends by position and has only ${this.longestSource + 1} of them; what ` +
            "stands beyond got no attention.",
        );
      }
    }
    if (unknownWords.length) {
      const words = unknownWords.map((word) => `\`${word}\``).join(", ");
      warnings.push(`The model does not know ${words}.`);
    }
    if (!best.finished) {
      warnings.push(
        `The translation was stopped at ${best.ids.length} tokens, the most allowed, before the ` +
          "model had ended it.",
      );
    }
    return warnings;
  }

  /**
   * @param {Side} source
   * @param {{ids: number[], finished: boolean, score: number | null, beam: Beam | null}} target
   *   Without a score it is the log-probability.
   * @param {Watch | null} watch
   * @param {Detail} detail
   * @returns {Trace}
   */
  trace(source, { ids, finished, score, beam }, watch, detail) {
    const said = finished ? [...ids, EOS_ID] : ids;
    const label = (/** @type {number} */ id) => this.tokenizers.target.label(id);
    const { tensors, steps, logProb } = record(this.model, source.ids, said, label, {
      watch,
      detail,
    });
    return new Trace({
      model: this.info,
      source,
      target: {
        text: this.textOf(ids),
        language: this.languages.target,
        ids: said,
        axis: this.targetAxis(ids, finished),
      },
      finished,
      score: score ?? logProb,
      logProb,
      tensors,
      steps,
      beam,
    });
  }

  /**
   * Labels of a target. Which word a token belongs to shows in the text that it adds: a model may
   * split a text otherwise than the tokenizer would.
   * @param {number[]} ids
   * @param {boolean} finished
   * @returns {Axis}
   */
  targetAxis(ids, finished) {
    const labels = ids.map((id) => this.tokenizers.target.label(id));
    /** @type {(number | null)[]} */
    const words = [];
    let before = "";
    for (let end = 1; end <= ids.length; end++) {
      const after = this.textOf(ids.slice(0, end));
      words.push(wordAdded(before, after));
      before = after;
    }
    return {
      labels: finished ? [...labels, "</s>"] : labels,
      words: finished ? [...words, null] : words,
      texts: wordsOf(before),
    };
  }

  /**
   * @param {Tree} tree
   * @param {number[]} path Column of the traced hypothesis at each step.
   * @param {Record<string, number | boolean | number[]>} searched
   * @returns {Beam}
   */
  beam(tree, path, searched) {
    const steps = tree.map((candidates, step) =>
      candidates.map((candidate, column) => ({
        id: candidate.token,
        token: this.tokenizers.target.label(candidate.token),
        parent: candidate.parent,
        tokenLogProb: candidate.tokenLogProb,
        logProb: candidate.logProb,
        score: candidate.score,
        status: candidate.status,
        onPath: path[step] === column,
      })),
    );
    return { steps, search: searched };
  }
}

/** @param {object} options */
function checkNames(options) {
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) {
      throw new Error(
        `\`${name}\` is not a setting of a translation; known are ${OPTIONS.join(", ")}.`,
      );
    }
  }
}

function nothingToTrace() {
  return new Error(
    "There is no trace of an empty text, since no model read it; give a text.",
  );
}

/**
 * The word in which a text goes on; null where only white space is new.
 * @param {string} before
 * @param {string} after
 * @returns {number | null}
 */
function wordAdded(before, after) {
  const [old, current] = [Array.from(before), Array.from(after)];
  let shared = 0;
  while (shared < old.length && old[shared] === current[shared]) shared++;
  const added = current.slice(shared);
  const first = added.findIndex((character) => trimmed(character));
  if (first < 0) return null;
  return wordsOf(current.slice(0, shared + first + 1).join("")).length - 1;
}
