/** What the blocks of the whole Transformer did at one step, in numbers and in beats. */

import { percent } from "seq2see/numbers";
import { largest, once, tellingHead } from "seq2see/scenes/blocks";
import { tellingStep } from "seq2see/scenes/steps";
import { isolated } from "seq2see/text";

/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/timeline").Beat} Beat */
/** @typedef {"encoder" | "decoder"} Side */

/**
 * What a block did, in a few words: where its attention went, how active it was. `name` is its tensor
 * and `index` the number that says so.
 * @typedef {{text: string, share: number, number: import("seq2see/timeline").NumberRef | null}} Did
 */

/**
 * The place that gets most attention in a layer: of a telling head of the encoder, of the mean of all
 * heads at a step of the decoder.
 * @param {Trace} trace
 * @param {import("seq2see/trace").AttentionKind} kind
 * @param {number} layer
 * @param {number} step
 * @returns {Did}
 */
export function looked(trace, kind, layer, step) {
  return once(trace, `looked ${[kind, layer, step]}`, () => {
    if (kind === "encoder") {
      const { head, row, most } = tellingHead(trace, kind, { layer, head: null, step: null });
      const { labels } = trace.source.axis;
      const number = { name: trace.layers(kind)[layer], index: [head, row, most] };
      const share = trace.at(number.name, ...number.index);
      return {
        text: `${isolated(labels[row])} → ${isolated(labels[most])} ${percent(share)}`,
        share,
        number,
      };
    }
    const { values, columns } = trace.attention(kind, layer, null);
    const width = columns.labels.length;
    const weights = values.subarray(step * width, (step + 1) * width);
    const most = largest(weights);
    return {
      text: `${isolated(columns.labels[most])} ${percent(weights[most])}`,
      share: weights[most],
      number: null,
    };
  });
}

/**
 * How many hidden units of a feed-forward block are active: at the step, or on average over the source.
 * @param {Trace} trace
 * @param {Side} side
 * @param {number} layer
 * @param {number} step
 * @returns {Did | null}
 */
export function activity(trace, side, layer, step) {
  const name = `${side}.layers.${layer}.feedforward.active`;
  if (!trace.has(name)) return null;
  const { data } = trace.tensor(name);
  const share =
    side === "decoder" ? data[step] : data.reduce((sum, value) => sum + value, 0) / data.length;
  return {
    text: percent(share),
    share,
    number: side === "decoder" ? { name, index: [step] } : null,
  };
}

/**
 * Every block in turn: all encoder layers, what crosses, all decoder layers, the word.
 * @param {Trace} trace
 * @param {import("seq2see/render").Choices} choices
 * @returns {Beat[]}
 */
export function beatsOf(trace, choices) {
  const step = tellingStep(trace, choices);
  const layers = {
    encoder: trace.layers("encoder").length,
    decoder: trace.layers("decoder").length,
  };
  const chosen = trace.steps[step].chosen;
  const general = {
    step: step + 1,
    count: trace.source.axis.labels.length,
    layers: layers.encoder,
    decoders: layers.decoder,
    width: trace.tensor("encoder.stream").shape[1],
    read: trace.axis("previous").labels[step],
    word: chosen.token,
    probability: percent(Math.exp(chosen.logProb)),
  };
  /** @type {(id: string, words: string, more?: Partial<Beat>, values?: Record<string, string | number>) => Beat} */
  const beat = (id, words, more = {}, values = {}) => ({
    id,
    words: `stack.${words}`,
    values: { ...general, ...values },
    step,
    ...more,
  });
  const at = (/** @type {string} */ name, /** @type {number[]} */ index) => ({
    number: { name, index },
  });
  const encoder = Array.from({ length: layers.encoder }, (_, layer) => {
    const did = looked(trace, "encoder", layer, step);
    const active = activity(trace, "encoder", layer, step)?.text ?? "";
    return beat(
      `encoder${layer}`,
      layer ? "encoder.next" : active ? "encoder" : "encoder.only",
      { number: did.number, ...(layer ? { hold: 1.1 } : { hold: 2 }) },
      { layer: layer + 1, looked: did.text, active },
    );
  });
  const decoder = Array.from({ length: layers.decoder }, (_, layer) => {
    const values = {
      layer: layer + 1,
      back: looked(trace, "decoder", layer, step).text,
      looked: looked(trace, "cross", layer, step).text,
      active: activity(trace, "decoder", layer, step)?.text ?? "",
    };
    const stream = at(`decoder.layers.${layer}.stream`, [step, 0]);
    if (layer) return [beat(`decoder${layer}`, "decoder.next", { ...stream, hold: 1.3 }, values)];
    const feedforward = activity(trace, "decoder", 0, step);
    return [
      beat(
        "decoder0.self",
        "decoder.self",
        at("decoder.layers.0.self_attention.stream", [step, 0]),
        values,
      ),
      beat(
        "decoder0.cross",
        "decoder.cross",
        { ...at("decoder.layers.0.cross_attention.stream", [step, 0]), hold: 1.6 },
        values,
      ),
      beat(
        "decoder0.feedforward",
        feedforward ? "decoder.feedforward" : "decoder.feedforward.only",
        { number: feedforward?.number ?? null },
        values,
      ),
    ];
  });
  return [
    beat("enters", "enters", { ...at("encoder.stream", [0, 0]), hold: 2 }),
    ...encoder,
    beat("crosses", "crosses", { ...at("encoder.outputs", [0, 0]), move: 0.7, hold: 2.1 }),
    beat("reads", "reads", at("decoder.stream", [step, 0])),
    ...decoder.flat(),
    beat("distribution", "distribution", { ...at("decoder.readout", [step, 0]), hold: 1.6 }),
    beat("word", step === trace.steps.length - 1 ? "word.last" : "word", { hold: 2 }),
  ];
}
