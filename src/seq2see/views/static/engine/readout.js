/** What the output layer reads, as in `models/readout.py`. */

import { observe } from "seq2see/engine/interface";
import { Linear } from "seq2see/engine/parameters";
import { joined, tanh } from "seq2see/engine/tensors";

/** @typedef {import("seq2see/engine/interface").Watch} Watch */
/** @typedef {import("seq2see/engine/parameters").Parameters} Parameters */

/**
 * @callback Readout
 * @param {Float32Array} hidden Top state of the decoder.
 * @param {Float32Array} embedded The previous token.
 * @param {Float32Array | null} context
 * @param {Watch | null | undefined} watch
 * @param {number} step
 * @returns {Float32Array}
 */

/**
 * The hidden state as it is (Sutskever et al. 2014).
 * @type {Readout}
 */
export function hiddenReadout(hidden) {
  return hidden;
}

/**
 * The attentional vector `tanh(W [context; hidden])` (Luong et al. 2015, eq. 5).
 * @param {Parameters} parameters
 * @returns {Readout}
 */
export function attentionalReadout(parameters) {
  const combine = new Linear(parameters, "readout.combine");
  return (hidden, _, context, watch, step) => {
    const parts = context ? joined([context, hidden]) : hidden;
    return tanh(combine.apply(observe(watch, "decoder.concatenation", parts, step)));
  };
}

/**
 * Pairwise maxima of a linear layer over `[hidden; embedded; context]` (Bahdanau et al. 2015).
 * @param {Parameters} parameters
 * @returns {Readout}
 */
export function maxoutReadout(parameters) {
  const combine = new Linear(parameters, "readout.combine");
  return (hidden, embedded, context, watch, step) => {
    const parts = joined(context ? [hidden, embedded, context] : [hidden, embedded]);
    const read = observe(watch, "decoder.concatenation", parts, step);
    const pieces = observe(watch, "decoder.pieces", combine.apply(read), step);
    const pairs = new Float32Array(pieces.length / 2);
    return pairs.map((_, i) => Math.max(pieces[2 * i], pieces[2 * i + 1]));
  };
}
