/** What the layers of a deep recurrent model did in one step, in numbers and in beats. */

import { decimal, percent } from "seq2see/numbers";
import { CONTEXT, WEIGHTS, firstResidual, queryOf, topLayer } from "seq2see/scenes/anatomy";
import { largest, once } from "seq2see/scenes/blocks";
import { tellingStep } from "seq2see/scenes/steps";

/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/timeline").Beat} Beat */
/** @typedef {"encoder" | "decoder"} Side */

/**
 * The tensor of what a layer hands on.
 * @param {Trace} trace
 * @param {Side} side
 * @param {number} layer
 * @returns {string}
 */
export function handedOn(trace, side, layer) {
  const adds = addsTo(trace, layer);
  const state = side === "encoder" ? "forward.hidden" : "hidden";
  return `${side}.layers.${layer}.${adds ? "residual" : state}`;
}

/**
 * Whether a layer adds to what it was handed.
 * @param {Trace} trace
 * @param {number} layer
 */
export function addsTo(trace, layer) {
  const first = firstResidual(trace);
  return first !== null && layer >= first;
}

/**
 * How far a vector reaches.
 * @param {Trace} trace
 * @param {string} name
 * @param {number} at
 */
function lengthOf(trace, name, at) {
  return decimal(Math.hypot(...trace.row(name, at)));
}

/**
 * What enters with the word: the source token that gets most attention, and how much.
 * @param {Trace} trace
 * @param {number} step
 */
export function mostOf(trace, step) {
  const weights = trace.row(WEIGHTS, step);
  const place = largest(weights);
  return { token: trace.source.axis.labels[place], weight: percent(weights[place]), place };
}

/**
 * Every layer in turn: the encoder, who asks, what is found, the decoder, the word.
 * @param {Trace} trace
 * @param {import("seq2see/render").Choices} choices
 * @returns {Beat[]}
 */
export function beatsOf(trace, choices) {
  return once(trace, `deep beats ${choices.step}`, () => allBeats(trace, choices));
}

/**
 * @param {Trace} trace
 * @param {import("seq2see/render").Choices} choices
 * @returns {Beat[]}
 */
function allBeats(trace, choices) {
  const step = tellingStep(trace, choices);
  const top = topLayer(trace);
  const { settings } = trace.model;
  const { chosen } = trace.steps[step];
  const most = mostOf(trace, step);
  const general = {
    step: step + 1,
    count: trace.source.axis.labels.length,
    layers: top + 1,
    read: trace.axis("previous").labels[step],
    word: chosen.token,
    probability: percent(Math.exp(chosen.logProb)),
    most: most.token,
    weight: most.weight,
  };
  /** @type {(id: string, words: string, ref: [string, number[]], hold?: number, values?: Record<string, string | number>) => Beat} */
  const beat = (id, words, [name, index], hold = 1.6, values = {}) => ({
    id,
    words: `deep.${words}`,
    values: { ...general, ...values },
    step,
    number: { name, index },
    hold,
  });
  const query = queryOf(trace, step);
  const both = settings["model.bidirectional"];
  const bottom = settings["model.attention.query"] === "bottom";
  const all = settings["model.context_to"] === "all";
  return [
    ...layerBeats("encoder", 0),
    beat("crosses", "crosses", ["encoder.outputs", [0, 0]], 2.1),
    beat("asks", bottom ? "asks.bottom" : "asks.top", [query.name, [...query.index, 0]], 2.1),
    beat("context", all ? "context.all" : "context.first", [CONTEXT, [step, 0]], 2.1),
    ...layerBeats("decoder", step),
    beat("word", step === trace.steps.length - 1 ? "word.last" : "word", ["decoder.readout", [step, 0]], 2),
  ];

  /**
   * @param {Side} side
   * @param {number} at Token of the source, or step.
   */
  function layerBeats(side, at) {
    return Array.from({ length: top + 1 }, (_, layer) => {
      const name = handedOn(trace, side, layer);
      const state = `${side}.layers.${layer}.${side === "encoder" ? "forward.hidden" : "hidden"}`;
      const values = {
        layer: layer + 1,
        word: side === "encoder" ? trace.source.axis.labels[at] : general.word,
        added: lengthOf(trace, state, at),
        handed: layer ? lengthOf(trace, handedOn(trace, side, layer - 1), at) : "",
        sum: lengthOf(trace, name, at),
      };
      return beat(`${side}${layer}`, wordsOf(side, layer), [name, [at, 0]], layer ? 1.3 : 2, values);
    });
  }

  /**
   * @param {Side} side
   * @param {number} layer
   */
  function wordsOf(side, layer) {
    if (layer === firstResidual(trace)) return `${side}.adds`;
    if (addsTo(trace, layer)) return `${side}.adds.next`;
    if (layer) return `${side}.next`;
    return side === "encoder" && both ? "encoder.both" : side;
  }
}
