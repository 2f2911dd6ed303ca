/**
 * The Transformer's blocks, as in `models/multihead.py`: multi-head attention, feed-forward, and
 * the residual connection around either. Vectors hold the heads one after the other.
 */

import { observe } from "seq2see/engine/interface";
import { Linear } from "seq2see/engine/parameters";
import { added, affine, dotAt, layerNorm, relu, softmax } from "seq2see/engine/tensors";

/** @typedef {import("seq2see/engine/interface").Watch} Watch */
/** @typedef {import("seq2see/engine/parameters").Parameters} Parameters */
/** @typedef {import("seq2see/engine/tensors").Parameter} Parameter */

/** @typedef {{keys: Float32Array[], values: Float32Array[]}} KeysValues A vector a position. */

/** Scaled dot-product attention in several heads (Vaswani et al. 2017, eq. 1). */
export class MultiHeadAttention {
  /**
   * @param {Parameters} parameters
   * @param {string} name
   * @param {number} numHeads
   */
  constructor(parameters, name, numHeads) {
    this.numHeads = numHeads;
    const { weight, bias } = new Linear(parameters, `${name}.project_in`);
    this.projections = [0, 1, 2].map((third) => thirdOf(weight, bias, third));
    this.projectOut = new Linear(parameters, `${name}.project_out`);
  }

  /**
   * @param {Float32Array} input
   * @param {Watch | null | undefined} watch
   * @param {string} name
   * @param {number} step
   * @returns {Float32Array}
   */
  query(input, watch, name, step) {
    return this.project(0, input, watch, `${name}.query`, step);
  }

  /**
   * The key and the value of one position.
   * @param {Float32Array} input
   * @param {Watch | null | undefined} watch
   * @param {string} name
   * @param {number} step
   * @returns {{key: Float32Array, value: Float32Array}}
   */
  keyValue(input, watch, name, step) {
    return {
      key: this.project(1, input, watch, `${name}.keys`, step),
      value: this.project(2, input, watch, `${name}.values`, step),
    };
  }

  /**
   * @param {number} third
   * @param {Float32Array} input
   * @param {Watch | null | undefined} watch
   * @param {string} name
   * @param {number} step
   */
  project(third, input, watch, name, step) {
    const { weight, bias } = this.projections[third];
    return observe(watch, name, affine(weight, bias, input), step);
  }

  /**
   * @param {Float32Array} query
   * @param {KeysValues} positions Where it may look.
   * @param {Watch | null | undefined} watch
   * @param {string} name
   * @param {number} step
   * @returns {{output: Float32Array, weights: Float32Array}} `weights` are (heads, positions).
   */
  attend(query, { keys, values }, watch, name, step) {
    const scores = observe(watch, `${name}.scores`, this.scores(query, keys), step);
    const weights = observe(watch, `${name}.weights`, this.distributions(scores), step);
    const context = observe(watch, `${name}.context`, this.contexts(weights, values), step);
    return { output: this.projectOut.apply(context), weights };
  }

  /**
   * @param {Float32Array} query
   * @param {Float32Array[]} keys
   */
  scores(query, keys) {
    const width = query.length / this.numHeads;
    const scores = new Float32Array(this.numHeads * keys.length);
    for (let head = 0; head < this.numHeads; head++) {
      const start = head * width;
      for (let place = 0; place < keys.length; place++) {
        const product = dotAt(query, start, keys[place], start, width);
        scores[head * keys.length + place] = product / Math.sqrt(width);
      }
    }
    return scores;
  }

  /** @param {Float32Array} scores */
  distributions(scores) {
    const length = scores.length / this.numHeads;
    const weights = new Float32Array(scores.length);
    for (let start = 0; start < scores.length; start += length) {
      weights.set(softmax(scores.subarray(start, start + length)), start);
    }
    return weights;
  }

  /**
   * @param {Float32Array} weights
   * @param {Float32Array[]} values
   */
  contexts(weights, values) {
    const sums = new Float64Array(values[0].length);
    const width = sums.length / this.numHeads;
    for (let head = 0, at = 0; head < this.numHeads; head++) {
      for (const value of values) {
        const weight = weights[at++];
        for (let i = head * width; i < (head + 1) * width; i++) sums[i] += weight * value[i];
      }
    }
    return Float32Array.from(sums);
  }
}

/**
 * One of the three matrices that are stored as one: of queries, keys and values.
 * @param {Parameter} weight
 * @param {Float32Array | null} bias
 * @param {number} third
 * @returns {{weight: Parameter, bias: Float32Array | null}}
 */
function thirdOf({ shape, data }, bias, third) {
  const [rows, columns] = [shape[0] / 3, shape[1]];
  const [from, to] = [third * rows, (third + 1) * rows];
  return {
    weight: { shape: [rows, columns], data: data.subarray(from * columns, to * columns) },
    bias: bias && bias.subarray(from, to),
  };
}

/** `W2 relu(W1 x)` (Vaswani et al. 2017, eq. 2). */
export class FeedForward {
  /**
   * @param {Parameters} parameters
   * @param {string} name
   */
  constructor(parameters, name) {
    this.expand = new Linear(parameters, `${name}.expand`);
    this.contract = new Linear(parameters, `${name}.contract`);
  }

  /**
   * @param {Float32Array} input
   * @param {Watch | null | undefined} watch
   * @param {string} name
   * @param {number} step
   * @returns {Float32Array}
   */
  apply(input, watch, name, step) {
    const hidden = relu(this.expand.apply(input));
    return this.contract.apply(observe(watch, `${name}.activations`, hidden, step));
  }
}

/** Layer normalisation with its parameters. */
export class Norm {
  /**
   * @param {Parameters} parameters
   * @param {string} name
   */
  constructor(parameters, name) {
    this.gain = parameters.get(`${name}.weight`).data;
    this.bias = parameters.get(`${name}.bias`).data;
  }

  /**
   * @param {Float32Array} vector
   * @returns {Float32Array}
   */
  apply(vector) {
    return layerNorm(vector, this.gain, this.bias);
  }
}

/**
 * A block's place in the residual stream; `pre`: `x + block(norm(x))`, else the paper's
 * `norm(x + block(x))`.
 */
export class Residual {
  /**
   * @param {Parameters} parameters
   * @param {string} name
   * @param {boolean} pre
   */
  constructor(parameters, name, pre) {
    this.norm = new Norm(parameters, `${name}.norm`);
    this.pre = pre;
  }

  /**
   * What the block reads.
   * @param {Float32Array} stream
   * @returns {Float32Array}
   */
  enter(stream) {
    return this.pre ? this.norm.apply(stream) : stream;
  }

  /**
   * The stream with what the block wrote.
   * @param {Float32Array} stream
   * @param {Float32Array} output
   * @returns {Float32Array}
   */
  leave(stream, output) {
    const sum = added(stream, output);
    return this.pre ? sum : this.norm.apply(sum);
  }
}
