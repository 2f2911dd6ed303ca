/**
 * The record of one translation, as `docs/formats.md` describes it: every number that the model
 * computed, by its watch name, with labels. Scenes draw from this and from nothing else.
 */

import { numbersOf } from "seq2see/arrays";

/** @typedef {import("seq2see/arrays").Tensor} Tensor */

/**
 * Labels along an axis of tokens. `words` has the white-space-separated word of each token, counted
 * from 0; null for white space, `<s>` and `</s>`. `texts` are the words.
 * @typedef {{labels: string[], words: (number | null)[], texts: string[]}} Axis
 */

/**
 * @typedef {{text: string, language: string | null, ids: number[], axis: Axis}} Side
 */

/**
 * A token that might have come next; natural logarithms. `generated` is that of its probability
 * where a token is generated, not copied; null where nothing is copied.
 * @typedef {{id: number, token: string, logProb: number, logit: number | null,
 *   generated: number | null}} Choice
 */

/**
 * `rank` is the place of the chosen token among all, from 1; `top` is best first.
 * @typedef {{chosen: Choice, rank: number, top: Choice[]}} Step
 */

/**
 * A candidate of the search. `parent` is an index into the step before; `status` is pruned, kept or
 * finished; `onPath` says whether the traced hypothesis goes through it.
 * @typedef {{id: number, token: string, parent: number, tokenLogProb: number, logProb: number,
 *   score: number, status: "pruned" | "kept" | "finished", onPath: boolean}} Candidate
 */

/**
 * Candidates of each step, best first, and how it was searched (`beam_size`, `length_penalty` ...).
 * @typedef {{steps: Candidate[][], search: Record<string, any>}} Beam
 */

/**
 * @typedef {{arch: string, size: string, parameters: number, settings: Record<string, any>}}
 *   ModelInfo
 */

/**
 * An attention matrix; row-major values, rows sum to 1.
 * @typedef {{rows: Axis, columns: Axis, values: Float32Array}} Matrix
 */

/** @typedef {"cross" | "encoder" | "decoder"} AttentionKind */

const STATUS = /** @type {const} */ ([null, "pruned", "kept", "finished"]);

/** Everything that one hypothesis made the model compute. */
export class Trace {
  /**
   * @param {{model: ModelInfo, source: Side, target: Side, finished: boolean, score: number,
   *   logProb: number, tensors: Map<string, Tensor>, steps: Step[], beam: Beam | null}} parts
   */
  constructor(parts) {
    this.model = parts.model;
    this.source = parts.source;
    this.target = parts.target;
    this.finished = parts.finished;
    this.score = parts.score;
    this.logProb = parts.logProb;
    this.tensors = parts.tensors;
    this.steps = parts.steps;
    this.beam = parts.beam;
  }

  /** @param {string} name */
  has(name) {
    return this.tensors.has(name);
  }

  /**
   * @param {string} name
   * @returns {Tensor}
   */
  tensor(name) {
    const found = this.tensors.get(name);
    if (!found) throw new Error(`The trace has no ${name}.`);
    return found;
  }

  /**
   * One number.
   * @param {string} name
   * @param {...number} index
   * @returns {number}
   */
  at(name, ...index) {
    const { shape, data } = this.tensor(name);
    return data[index.reduce((place, entry, axis) => place * shape[axis] + entry, 0)];
  }

  /**
   * The numbers along the last axis: one state, one row of attention.
   * @param {string} name
   * @param {...number} index Of all axes but the last.
   * @returns {Float32Array}
   */
  row(name, ...index) {
    const { shape, data } = this.tensor(name);
    const width = shape[shape.length - 1];
    const place = index.reduce((sum, entry, axis) => sum * shape[axis] + entry, 0);
    return data.subarray(place * width, (place + 1) * width);
  }

  /**
   * Labels along an axis of tokens.
   * @param {string} name `source`, `target` or `previous`.
   * @returns {Axis}
   */
  axis(name) {
    if (name === "source") return this.source.axis;
    if (name === "target") return this.target.axis;
    if (name !== "previous") throw new Error(`${name} is no axis of tokens.`);
    const { labels, words, texts } = this.target.axis;
    return { labels: ["<s>", ...labels.slice(0, -1)], words: [null, ...words.slice(0, -1)], texts };
  }

  /**
   * Names of the weights of one kind of attention, layer by layer.
   * @param {AttentionKind} kind
   * @returns {string[]}
   */
  layers(kind) {
    if (kind === "cross" && this.has("decoder.attention.weights")) {
      return ["decoder.attention.weights"];
    }
    const [side, block] = kind === "cross" ? ["decoder", "cross"] : [kind, "self"];
    const names = [];
    for (let layer = 0; ; layer++) {
      const name = `${side}.layers.${layer}.${block}_attention.weights`;
      if (!this.has(name)) return names;
      names.push(name);
    }
  }

  /** Whether there is attention from target to source. */
  get attends() {
    return this.layers("cross").length > 0;
  }

  /** Heads of each layer: 1 for recurrent models, 0 without attention. */
  get numHeads() {
    const [name] = this.layers("cross");
    if (!name) return 0;
    const { axes, shape } = this.tensor(name);
    return axes[0] === "head" ? shape[0] : 1;
  }

  /**
   * Attention weights as a matrix.
   * @param {AttentionKind} kind
   * @param {number | null} layer Counted from 0; null: the mean of all.
   * @param {number | null} head Counted from 0; null: the mean of all.
   * @returns {Matrix}
   */
  attention(kind, layer = null, head = null) {
    const all = this.layers(kind);
    const names = layer === null ? all : [all[layer]];
    const { axes, shape } = this.tensor(names[0]);
    const [rows, columns] = axes.slice(-2);
    const size = shape[shape.length - 2] * shape[shape.length - 1];
    const values = new Float32Array(size);
    let count = 0;
    for (const name of names) {
      const { data } = this.tensor(name);
      for (let start = 0, number = 0; start < data.length; start += size, number++) {
        if (head !== null && axes[0] === "head" && number !== head) continue;
        for (let i = 0; i < size; i++) values[i] += data[start + i];
        count++;
      }
    }
    for (let i = 0; i < size; i++) values[i] /= count;
    return { rows: this.axis(rows), columns: this.axis(columns), values };
  }
}

/**
 * The trace that a parsed JSON file holds.
 * @param {any} json
 * @returns {Trace}
 */
export function readTrace(json) {
  if (json?.format !== "seq2see-trace" || json.version !== 1) {
    throw new Error("This is not a trace of version 1.");
  }
  /** @param {number} id */
  const label = (id) => json.labels[String(id)];
  const tensors = new Map();
  for (const [name, stored] of Object.entries(json.tensors)) {
    const { axes, shape } = /** @type {any} */ (stored);
    tensors.set(name, { axes, shape, data: numbersOf(/** @type {any} */ (stored)) });
  }
  return new Trace({
    model: json.model,
    source: readSide(json.source),
    target: readSide(json.target),
    finished: json.target.finished,
    score: json.target.score,
    logProb: json.target.log_prob,
    tensors,
    steps: json.steps.map((/** @type {any} */ step) => readStep(step, label)),
    beam: json.beam ? readBeam(json.beam, label) : null,
  });
}

/**
 * @param {any} side
 * @returns {Side}
 */
function readSide(side) {
  const axis = { labels: side.tokens, words: side.words, texts: side.texts };
  return { text: side.text, language: side.language ?? null, ids: side.ids, axis };
}

/**
 * @param {any} step
 * @param {(id: number) => string} label
 * @returns {Step}
 */
function readStep({ id, log_prob: logProb, logit = null, generated = null, rank, top }, label) {
  return {
    chosen: { id, token: label(id), logProb, logit, generated },
    rank,
    top: top.ids.map((/** @type {number} */ other, /** @type {number} */ place) => ({
      id: other,
      token: label(other),
      logProb: top.log_probs[place],
      logit: top.logits?.[place] ?? null,
      generated: top.generated?.[place] ?? null,
    })),
  };
}

/**
 * @param {any} beam
 * @param {(id: number) => string} label
 * @returns {Beam}
 */
function readBeam(beam, label) {
  const [count, considered] = beam.tokens.shape;
  const tokens = numbersOf(beam.tokens);
  const parents = numbersOf(beam.parents);
  const tokenLogProbs = numbersOf(beam.token_log_probs);
  const logProbs = numbersOf(beam.log_probs);
  const scores = numbersOf(beam.scores);
  const statuses = numbersOf(beam.status);
  const steps = [];
  /** @type {Map<number, number>} */
  let above = new Map(); // column of the step before -> index there, absent candidates left out
  for (let step = 0; step < count; step++) {
    const candidates = [];
    const places = new Map();
    for (let column = 0; column < considered; column++) {
      const place = step * considered + column;
      const status = STATUS[statuses[place]];
      if (!status) continue;
      places.set(column, candidates.length);
      candidates.push({
        id: tokens[place],
        token: label(tokens[place]),
        parent: step ? (above.get(parents[place]) ?? 0) : 0,
        tokenLogProb: tokenLogProbs[place],
        logProb: logProbs[place],
        score: scores[place],
        status,
        onPath: beam.path[step] === column,
      });
    }
    steps.push(candidates);
    above = places;
  }
  return { steps, search: beam.search };
}
