/**
 * Attention of recurrent decoders: a score for each source position, a softmax, a weighted sum.
 * Names and equations are those of `models/attention.py`.
 */

import { observe } from "seq2see/engine/interface";
import { Linear } from "seq2see/engine/parameters";
import { added, dot, softmax, tanh, weightedSum } from "seq2see/engine/tensors";

/** @typedef {import("seq2see/engine/interface").Watch} Watch */
/** @typedef {import("seq2see/engine/parameters").Parameters} Parameters */

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
 * `q . (W k)` (Luong et al. 2015).
 * @param {Parameters} parameters
 * @param {string} name
 * @returns {Score}
 */
export function generalScore(parameters, name) {
  const key = new Linear(parameters, `${name}.key`);
  return { projectKey: (output) => key.apply(output), scores: dotScore(false).scores };
}

/**
 * `v . tanh(W_q q + W_k k)` (Bahdanau et al. 2015), the same as `concat`.
 * @param {Parameters} parameters
 * @param {string} name
 * @returns {Score}
 */
export function additiveScore(parameters, name) {
  const queryLayer = new Linear(parameters, `${name}.query`);
  const keyLayer = new Linear(parameters, `${name}.key`);
  const energy = parameters.get(`${name}.energy.weight`).data;
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

/** A distribution over the whole source, and the context that it selects. */
export class Attention {
  /** @param {Score} score */
  constructor(score) {
    this.score = score;
  }

  /**
   * @param {Float32Array} query Decoder state.
   * @param {Float32Array[]} keys From `score.projectKey`.
   * @param {Float32Array[]} values Encoder outputs.
   * @param {Watch | null | undefined} watch
   * @param {number} step
   * @returns {{context: Float32Array, weights: Float32Array}}
   */
  attend(query, keys, values, watch, step) {
    const name = "decoder.attention";
    const asking = observe(watch, `${name}.query`, query, step);
    const scores = observe(watch, `${name}.scores`, this.score.scores(asking, keys), step);
    const weights = observe(watch, `${name}.weights`, softmax(scores), step);
    const context = observe(watch, `${name}.context`, weightedSum(weights, values), step);
    return { context, weights };
  }
}
