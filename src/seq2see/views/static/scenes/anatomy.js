/** What a trace tells about how its model is built, as far as pictures differ by it. */

/** @typedef {import("seq2see/trace").Trace} Trace */

/** @typedef {"lstm" | "gru" | "rnn"} Cell */
/** @typedef {"forward" | "backward"} Direction */

/**
 * What goes from encoder to decoder: the final state, one summary that every decoder step reads, or
 * one state for each source token, for attention to choose from.
 * @typedef {"last" | "summary" | "all"} Crossing
 */

/** What attention computes from and makes. */
export const STATES = "encoder.outputs";
export const SCORES = "decoder.attention.scores";
export const WEIGHTS = "decoder.attention.weights";
export const CONTEXT = "decoder.attention.context";

/** Of copying: the probability of generating a token instead. */
export const P_GEN = "output.p_gen";

/** Of local attention: where its window is, and what it lets through; of hard attention: what it takes. */
export const CENTRE = "decoder.attention.centre";
export const WINDOW = "decoder.attention.window";
export const CHOICE = "decoder.attention.choice";

/** What each source token has had of attention before a step. */
export const COVERAGE = "decoder.attention.coverage";

const ENCODER_STATES =
  /^encoder\.(layers\..*\.hidden|outputs|summary)$|^decoder\.attention\.context$/;
const DECODER_STATES = /^decoder\.(layers|initial)\..*hidden$/;

/**
 * Whether there are states that are handed on from step to step.
 * @param {Trace} trace
 */
export function isRecurrent(trace) {
  return trace.has("decoder.layers.0.hidden");
}

/**
 * @param {Trace} trace
 * @returns {Crossing}
 */
export function crossingOf(trace) {
  if (trace.attends) return "all";
  return trace.has("encoder.summary") ? "summary" : "last";
}

/**
 * @param {Trace} trace
 * @returns {Cell}
 */
export function cellOf(trace) {
  return trace.model.settings["model.cell"];
}

/**
 * The highest layer, from 0, of the decoder and so of the encoder.
 * @param {Trace} trace
 */
export function topLayer(trace) {
  let layer = 0;
  while (trace.has(`decoder.layers.${layer + 1}.hidden`)) layer++;
  return layer;
}

/**
 * The decoder layer whose states stand for the decoder where one is shown: the one that asks, which
 * is the highest, or in GNMT the lowest.
 * @param {Trace} trace
 */
export function tellingLayer(trace) {
  const bottom = trace.attends && trace.model.settings["model.attention.query"] === "bottom";
  return bottom ? 0 : topLayer(trace);
}

/**
 * The first layer, from 0, that adds to what it was handed; null where none does.
 * @param {Trace} trace
 * @returns {number | null}
 */
export function firstResidual(trace) {
  const first = (trace.model.settings["model.residual_from"] ?? 0) - 1;
  return first >= 0 && first <= topLayer(trace) ? first : null;
}

/**
 * In which directions an encoder layer reads.
 * @param {Trace} trace
 * @param {number} [layer]
 * @returns {Direction[]}
 */
export function directionsOf(trace, layer = 0) {
  /** @type {Direction[]} */
  const both = ["forward", "backward"];
  return both.filter((direction) => trace.has(`encoder.layers.${layer}.${direction}.hidden`));
}

/**
 * Source positions in the order in which a direction reads them.
 * @param {Trace} trace
 * @param {Direction} direction
 * @returns {number[]}
 */
export function readingOrder(trace, direction) {
  const positions = trace.source.axis.labels.map((_, i) => i);
  return direction === "backward" ? positions.reverse() : positions;
}

/**
 * Whether attention is asked for by the state before the step (Bahdanau) or after it (Luong).
 * @param {Trace} trace
 * @returns {"previous" | "current"}
 */
export function timingOf(trace) {
  return trace.model.settings["model.attention.timing"];
}

/**
 * Whether the readout of a step goes into the next one.
 * @param {Trace} trace
 */
export function feedsReadout(trace) {
  return trace.model.settings["model.input_feeding"] === true;
}

/**
 * The state of the decoder's telling layer after a step; -1 is the initial one.
 * @param {Trace} trace
 * @param {number} step
 * @returns {import("seq2see/timeline").NumberRef} Name, and index of all axes but the last.
 */
export function decoderState(trace, step) {
  const layer = tellingLayer(trace);
  if (step < 0) return { name: `decoder.initial.${layer}.hidden`, index: [] };
  return { name: `decoder.layers.${layer}.hidden`, index: [step] };
}

/**
 * The numbers of a vector.
 * @param {Trace} trace
 * @param {import("seq2see/timeline").NumberRef} ref Name, and index of all axes but the last.
 */
export function valuesOf(trace, { name, index }) {
  return trace.row(name, ...index);
}

/**
 * The decoder state that asks in a step.
 * @param {Trace} trace
 * @param {number} step
 */
export function queryOf(trace, step) {
  return decoderState(trace, timingOf(trace) === "current" ? step : step - 1);
}

/**
 * What the states are multiplied by in a step: the weights; in hard attention, 1 at what is taken.
 * @param {Trace} trace
 * @param {number} step
 * @returns {Float32Array}
 */
export function mixtureOf(trace, step) {
  const weights = trace.row(WEIGHTS, step);
  if (!trace.has(CHOICE)) return weights;
  const chosen = Math.round(trace.at(CHOICE, step));
  return weights.map((_, place) => (place === chosen ? 1 : 0));
}

/**
 * Which of three kinds of attention a trace shows, for what is said of it.
 * @param {Trace} trace
 * @returns {"global" | "local" | "hard"}
 */
export function scopeOf(trace) {
  if (trace.has(CHOICE)) return "hard";
  return trace.has(WINDOW) ? "local" : "global";
}

/**
 * The tensors of states of one side, for one scale of colours. Contexts are sums of encoder states, so
 * they are of that side.
 * @param {Trace} trace
 * @param {"encoder" | "decoder"} side
 * @returns {string[]}
 */
export function stateNames(trace, side) {
  const pattern = { encoder: ENCODER_STATES, decoder: DECODER_STATES }[side];
  return [...trace.tensors.keys()].filter((name) => pattern.test(name));
}
