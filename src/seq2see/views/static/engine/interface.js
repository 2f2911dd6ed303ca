/**
 * What every architecture is to the rest of the engine, as `models/interface.py` is to Python: a
 * source is encoded once, and then decoding takes one step at a time, one hypothesis at a time.
 *
 * `Encoded` and `State` are values that nobody changes, so hypotheses may share them. Every number
 * worth seeing passes through `watch`, by the names of `docs/lineage.md`, and what comes back is
 * used. Values have no axes of sentences and steps here: they are those of one source position or
 * of one decoding step, which `watch` is told; heads stand side by side.
 */

/**
 * Receives a value and returns the one to go on with, which is as long.
 * @typedef {(name: string, value: Float32Array, step: number) => Float32Array} Watch
 */

/**
 * An encoded source: a vector for each position, and what the architecture adds.
 * @typedef {{outputs: Float32Array[]}} Encoded
 */

/**
 * What the decoder remembers; `position` is the number of steps taken.
 * @typedef {{position: number}} State
 */

/**
 * What may come next: `logProbs` of every token, the `logits` that the softmax read, and, where a
 * model copies, the log-probabilities of a token that is `generated` (null elsewhere).
 * @typedef {{logits: Float32Array, logProbs: Float32Array, generated: Float32Array | null}}
 *   Prediction
 */

/**
 * `features` is what the output layer reads, and its own business; `attention` has one weight for each source position
 * (the mean of heads and layers), or is null in a model without attention.
 * @typedef {{features: any, attention: Float32Array | null, state: State}} StepOutput
 */

/**
 * `numHeads` is 1 in recurrent models; `embeddingNames` are the parameters that hold embeddings.
 * @typedef {{
 *   numHeads: number,
 *   embeddingNames: {source: string, target: string},
 *   encode(ids: number[], watch?: Watch | null): Encoded,
 *   start(encoded: Encoded): State,
 *   step(previous: number, encoded: Encoded, state: State, watch?: Watch | null): StepOutput,
 *   predict(features: any, watch?: Watch | null, step?: number): Prediction,
 * }} Seq2seq
 */

export const PAD_ID = 0;
export const UNK_ID = 1;
export const BOS_ID = 2;
export const EOS_ID = 3;

/**
 * Pass a value by the observer, if there is one.
 * @param {Watch | null | undefined} watch
 * @param {string} name
 * @param {Float32Array} value
 * @param {number} step
 * @returns {Float32Array}
 */
export function observe(watch, name, value, step) {
  return watch ? watch(name, value, step) : value;
}
