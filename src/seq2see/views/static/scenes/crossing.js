/** What goes from encoder to decoder, as vectors. */

import { cellOf, crossingOf, directionsOf, readingOrder } from "seq2see/scenes/anatomy";

/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/timeline").NumberRef} NumberRef */

/**
 * A vector that crosses: its tensor and the index of all axes but the last, the source position at
 * which it came about, and what it is called.
 * @typedef {{ref: NumberRef, from: number, title: string}} Crossed
 */

/**
 * All vectors that cross. Of stacked encoders without attention, final states of all layers and
 * directions do, hidden states and, of LSTMs, cell states.
 * @param {Trace} trace
 * @returns {{vectors: Crossed[], kind: import("seq2see/scenes/anatomy").Crossing}}
 */
export function crossedBy(trace) {
  const kind = crossingOf(trace);
  const { labels } = trace.source.axis;
  if (kind === "all") {
    const vectors = labels.map((label, i) => ({
      ref: { name: "encoder.outputs", index: [i] },
      from: i,
      title: label,
    }));
    return { vectors, kind };
  }
  if (kind === "summary") {
    const from = lastRead(trace, "forward");
    return { vectors: [{ ref: { name: "encoder.summary", index: [] }, from, title: "c" }], kind };
  }
  return { vectors: finalStates(trace), kind };
}

/**
 * @param {Trace} trace
 * @returns {Crossed[]}
 */
function finalStates(trace) {
  const states = cellOf(trace) === "lstm" ? ["hidden", "cell"] : ["hidden"];
  const vectors = [];
  for (let layer = 0; trace.has(`decoder.initial.${layer}.hidden`); layer++) {
    for (const direction of directionsOf(trace, layer)) {
      const from = lastRead(trace, direction);
      for (const state of states) {
        const name = `encoder.layers.${layer}.${direction}.${state}`;
        vectors.push({ ref: { name, index: [from] }, from, title: state === "cell" ? "c" : "h" });
      }
    }
  }
  return vectors;
}

/**
 * The source position that a direction reads last.
 * @param {Trace} trace
 * @param {import("seq2see/scenes/anatomy").Direction} direction
 */
export function lastRead(trace, direction) {
  const order = readingOrder(trace, direction);
  return order[order.length - 1];
}
