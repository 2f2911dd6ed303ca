/** From what the decoder has read to probabilities, as in `models/output.py` and `copying.py`. */

import { observe } from "seq2see/engine/interface";
import { Linear } from "seq2see/engine/parameters";
import { logSoftmax } from "seq2see/engine/tensors";

/** @typedef {import("seq2see/engine/interface").Prediction} Prediction */
/** @typedef {import("seq2see/engine/interface").Watch} Watch */
/** @typedef {import("seq2see/engine/parameters").Parameters} Parameters */

/**
 * What a copying layer reads: the readout, the logit of generating instead of copying, and where
 * attention lies on which tokens of the source.
 * @typedef {{readout: Float32Array, gate: number, weights: Float32Array, ids: number[]}}
 *   CopyFeatures
 */

/** A linear layer and a softmax over the vocabulary. */
export class SoftmaxOutput {
  /**
   * @param {Parameters} parameters
   * @param {string} name
   */
  constructor(parameters, name) {
    this.linear = new Linear(parameters, name);
    this.readoutDim = this.linear.weight.shape[1];
  }

  /**
   * @param {Float32Array} readout
   * @param {Watch | null | undefined} watch
   * @param {number} step
   * @returns {Prediction}
   */
  predict(readout, watch, step) {
    const logits = observe(watch, "output.logits", this.linear.apply(readout), step);
    return { logits, logProbs: logSoftmax(logits), generated: null };
  }
}

/**
 * `P(y) = p_gen P_vocab(y) + (1 - p_gen) Σ_{i: x_i = y} a_i`: See et al. 2017, eq. 9
 * (arXiv 1704.04368).
 */
export class CopyOutput {
  /** @param {Parameters} parameters */
  constructor(parameters) {
    this.vocabulary = new SoftmaxOutput(parameters, "output.vocabulary");
    this.readoutDim = this.vocabulary.readoutDim;
  }

  /**
   * @param {CopyFeatures} features
   * @param {Watch | null | undefined} watch
   * @param {number} step
   * @returns {Prediction}
   */
  predict({ readout, gate, weights, ids }, watch, step) {
    const { logits, logProbs: generated } = this.vocabulary.predict(readout, watch, step);
    const [generates, copies] = logShares(gate, watch, step);
    const sums = new Float32Array(generated.length);
    ids.forEach((id, i) => (sums[id] += weights[i]));
    const copied = observe(watch, "output.copied", sums, step);
    const logProbs = generated.map((log, id) =>
      Math.min(logSum(generates + log, copies + Math.log(copied[id])), 0),
    );
    return { logits, logProbs, generated };
  }
}

/**
 * Logarithms of `p_gen` and of `1 - p_gen`, exact too where one of them is next to 1.
 * @param {number} gate
 * @param {Watch | null | undefined} watch
 * @param {number} step
 */
function logShares(gate, watch, step) {
  const share = Float32Array.of(1 / (1 + Math.exp(-gate)));
  const seen = observe(watch, "output.p_gen", share, step);
  if (seen !== share) return [Math.log(seen[0]), Math.log1p(-seen[0])];
  return [-Math.log1p(Math.exp(-gate)), -Math.log1p(Math.exp(gate))];
}

/**
 * `ln(exp a + exp b)`.
 * @param {number} a
 * @param {number} b
 */
function logSum(a, b) {
  const larger = Math.max(a, b);
  return larger === -Infinity ? larger : larger + Math.log1p(Math.exp(-Math.abs(a - b)));
}
