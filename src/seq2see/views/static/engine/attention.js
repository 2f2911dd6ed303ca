/**
 * Attention of recurrent decoders: a score for each source position, a softmax, a weighted sum.
 * Names and equations are those of `models/attention.py`.
 */

import { observe } from "seq2see/engine/interface";
import { Linear } from "seq2see/engine/parameters";
import { mostProbable, windowAround } from "seq2see/engine/scopes";
import { added, dot, scaled, softmax, tanh, weightedSum } from "seq2see/engine/tensors";

/** @typedef {import("seq2see/engine/interface").Watch} Watch */
/** @typedef {import("seq2see/engine/parameters").Parameters} Parameters */
/** @typedef {import("seq2see/engine/scopes").Window} Window */

/**
 * How well each source position fits a query. `projectKey` is done once for each position.
 * @typedef {{
 *   projectKey: (output: Float32Array) => Float32Array,
 *   scores: (query: Float32Array, keys: Float32Array[]) => Float32Array,
 * }} Score
 */

/**
 * `q . k`, divided by the root of the width where scaled (Luong et al. 2015; Vaswani et al. 2017).
 * @param {boolean} isScaled
 * @returns {Score}
 */
export function dotScore(isScaled) {
  return {
    projectKey: (output) => output,
    scores: (query, keys) => {
      const divisor = isScaled ? Math.sqrt(query.length) : 1;
      return Float32Array.from(keys, (key) => dot(query, key) / divisor);
    },
  };
}

/**
 * `q . (W k)` (Luong et al. 2015), times a learnt number where there is one.
 * @param {Parameters} parameters
 * @param {string} name
 * @returns {Score}
 */
export function generalScore(parameters, name) {
  const key = new Linear(parameters, `${name}.key`);
  const gain = gainOf(parameters, name);
  const plain = dotScore(false).scores;
  return {
    projectKey: (output) => key.apply(output),
    scores: (query, keys) => scaled(plain(query, keys), gain),
  };
}

/**
 * @param {Parameters} parameters
 * @param {string} name
 * @returns {number}
 */
function gainOf(parameters, name) {
  return parameters.has(`${name}.gain`) ? parameters.get(`${name}.gain`).data[0] : 1;
}

/**
 * `v . tanh(W_q q + W_k k)` (Bahdanau et al. 2015), the same as `concat`. With a learnt length `g`,
 * it is `g v / |v|` in place of `v`, and keys have a bias.
 * @param {Parameters} parameters
 * @param {string} name
 * @returns {Score}
 */
export function additiveScore(parameters, name) {
  const queryLayer = new Linear(parameters, `${name}.query`);
  const keyLayer = new Linear(parameters, `${name}.key`);
  const stored = parameters.get(`${name}.energy.weight`).data;
  const length = parameters.has(`${name}.gain`) ? Math.sqrt(dot(stored, stored)) : 1;
  const energy = scaled(stored, gainOf(parameters, name) / length);
  return {
    projectKey: (output) => keyLayer.apply(output),
    scores: (query, keys) => {
      const asked = queryLayer.apply(query);
      return Float32Array.from(keys, (key) => dot(energy, tanh(added(asked, key))));
    },
  };
}

/**
 * `W q`, an entry for each position, whatever stands there (Luong et al. 2015, eq. 8). Positions
 * beyond the rows of `W` get no attention.
 * @param {Parameters} parameters
 * @param {string} name
 * @returns {Score}
 */
export function locationScore(parameters, name) {
  const position = new Linear(parameters, `${name}.position`);
  return {
    projectKey: (output) => output,
    scores: (query, keys) => {
      const all = position.apply(query);
      return Float32Array.from(keys, (_, place) => (place < all.length ? all[place] : -Infinity));
    },
  };
}

/** A distribution over the source, and the context that it selects. */
export class Attention {
  /**
   * @param {Score} score
   * @param {{window?: Window | null, hard?: boolean}} [scope] What it looks through, if not at
   *   everything; whether it takes the most probable state alone.
   * @param {Float32Array | null} [coverage] What the coverage of a position is multiplied with,
   *   within an additive score (Tu et al. 2016; See et al. 2017); null: nothing is told of it.
   */
  constructor(score, { window = null, hard = false } = {}, coverage = null) {
    this.score = score;
    this.window = window;
    this.hard = hard;
    this.coverage = coverage;
  }

  /**
   * @param {Float32Array} query Decoder state.
   * @param {Float32Array[]} keys From `score.projectKey`.
   * @param {Float32Array[]} values Encoder outputs.
   * @param {Watch | null | undefined} watch
   * @param {number} step
   * @param {Float32Array | null} covered Attention of all steps before; null without coverage.
   * @returns {{context: Float32Array, weights: Float32Array, covered: Float32Array | null}}
   *   `covered` is that after the step.
   */
  attend(query, keys, values, watch, step, covered) {
    const name = "decoder.attention";
    const asking = observe(watch, `${name}.query`, query, step);
    const window = this.look(asking, values.length, watch, step);
    const before = covered && observe(watch, `${name}.coverage`, covered, step);
    const compared = this.score.scores(asking, before ? this.told(keys, before) : keys);
    const seen = compared.map((score, place) => (window[place] > 0 ? score : -Infinity));
    const scores = observe(watch, `${name}.scores`, seen, step);
    const shares = softmax(scores).map((share, place) => share * window[place]);
    const weights = observe(watch, `${name}.weights`, shares, step);
    const found = this.hard
      ? values[this.choose(weights, watch, step)]
      : weightedSum(weights, values);
    return {
      context: observe(watch, `${name}.context`, found, step),
      weights,
      covered: before && added(before, weights),
    };
  }

  /**
   * Keys with the coverage of their positions in them.
   * @param {Float32Array[]} keys
   * @param {Float32Array} covered
   * @returns {Float32Array[]}
   */
  told(keys, covered) {
    const weight = /** @type {Float32Array} */ (this.coverage);
    return keys.map((key, place) => added(key, scaled(weight, covered[place])));
  }

  /**
   * What is let through at each position: everything, or what lies in the window.
   * @param {Float32Array} query
   * @param {number} length Of the source.
   * @param {Watch | null | undefined} watch
   * @param {number} step
   * @returns {Float32Array}
   */
  look(query, length, watch, step) {
    if (!this.window) return new Float32Array(length).fill(1);
    const name = "decoder.attention";
    const predicted = Float32Array.of(this.window.centre(query, length, step));
    const [centre] = observe(watch, `${name}.centre`, predicted, step);
    return observe(watch, `${name}.window`, windowAround(this.window, centre, length), step);
  }

  /**
   * The position that hard attention takes.
   * @param {Float32Array} weights
   * @param {Watch | null | undefined} watch
   * @param {number} step
   * @returns {number}
   */
  choose(weights, watch, step) {
    const most = Float32Array.of(mostProbable(weights));
    const [choice] = observe(watch, "decoder.attention.choice", most, step);
    return Math.min(Math.max(Math.round(choice), 0), weights.length - 1);
  }
}
