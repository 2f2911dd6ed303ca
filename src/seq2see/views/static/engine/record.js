/**
 * Recording: a watched pass over a source and a target, as the tensors and steps of a trace. The
 * same as `decoding/recording.py` makes.
 */

import { BOS_ID } from "seq2see/engine/interface";
import { GROUPS, meaningOf } from "seq2see/engine/names";

/** @typedef {import("seq2see/arrays").Tensor} Tensor */
/** @typedef {import("seq2see/engine/interface").Seq2seq} Seq2seq */
/** @typedef {import("seq2see/engine/interface").Watch} Watch */
/** @typedef {import("seq2see/engine/names").Detail} Detail */
/** @typedef {import("seq2see/trace").Choice} Choice */
/** @typedef {import("seq2see/trace").Step} Step */

const NUM_TOP = 10;
/** Values as wide as the vocabulary, of which only a few are kept. */
const WIDE = ["output.logits", "output.copied"];

/**
 * Make a model say a target while everything is recorded.
 * @param {Seq2seq} model
 * @param {number[]} sourceIds `</s>` included.
 * @param {number[]} targetIds `</s>` included where it stands.
 * @param {(id: number) => string} label Display label of a target token.
 * @param {{watch?: Watch | null, detail?: Detail}} [options] What else is watched, and may replace
 *   values before they are recorded.
 * @returns {{tensors: Map<string, Tensor>, steps: Step[], logProb: number}}
 */
export function record(model, sourceIds, targetIds, label, { watch, detail = "all" } = {}) {
  const recorder = new Recorder();
  /** @type {Watch} */
  const watching = (name, value, step) => {
    const used = watch ? watch(name, value, step) : value;
    if (!WIDE.includes(name)) recorder.keep(name, used, step);
    return used;
  };
  const encoded = model.encode(sourceIds, watching);
  let state = model.start(encoded);
  let previous = BOS_ID;
  const steps = targetIds.map((id, step) => {
    const output = model.step(previous, encoded, state, watching);
    const prediction = model.predict(output.features, watching, step);
    ({ state } = output);
    previous = id;
    return stepOf(id, prediction, label);
  });
  const tensors = recorder.tensors(model.numHeads);
  for (const [name, tensor] of summaries(tensors)) tensors.set(name, tensor);
  for (const name of tensors.keys()) {
    if (!GROUPS[detail].has(meaningOf(name).group)) tensors.delete(name);
  }
  return { tensors, steps, logProb: steps.reduce((sum, { chosen }) => sum + chosen.logProb, 0) };
}

/**
 * @param {number} id The chosen token.
 * @param {import("seq2see/engine/interface").Prediction} prediction
 * @param {(id: number) => string} label
 * @returns {Step}
 */
function stepOf(id, { logits, logProbs, generated }, label) {
  /**
   * @param {number} other
   * @returns {Choice}
   */
  const choice = (other) => ({
    id: other,
    token: label(other),
    logProb: logProbs[other],
    logit: logits[other],
    generated: generated && generated[other],
  });
  const order = Array.from(logProbs.keys()).sort((a, b) => logProbs[b] - logProbs[a] || a - b);
  const rank = logProbs.filter((logProb) => logProb > logProbs[id]).length + 1;
  return { chosen: choice(id), rank, top: order.slice(0, NUM_TOP).map(choice) };
}

/** Keeps the values that are passed to it, one for each name and step. */
class Recorder {
  constructor() {
    /** @type {Map<string, Float32Array[]>} */
    this.rows = new Map();
  }

  /**
   * @param {string} name
   * @param {Float32Array} value
   * @param {number} step
   */
  keep(name, value, step) {
    const rows = this.rows.get(name) ?? [];
    rows[step] = value;
    this.rows.set(name, rows);
  }

  /**
   * Everything that was kept, with the axes that it has in traces.
   * @param {number} numHeads
   * @returns {Map<string, Tensor>}
   */
  tensors(numHeads) {
    const made = new Map();
    for (const [name, rows] of this.rows) {
      const { axes } = meaningOf(name);
      if (axes[0] === "head") made.set(name, stackedHeads(axes, rows, numHeads, filling(name)));
      else made.set(name, stacked(axes, rows));
    }
    return made;
  }
}

/**
 * @param {string[]} axes
 * @param {Float32Array[]} rows
 * @returns {Tensor}
 */
function stacked(axes, rows) {
  const width = rows[0].length;
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, step) => data.set(row, step * width));
  return { axes, shape: axes.length === 1 ? [data.length] : [rows.length, width], data };
}

/**
 * Rows that hold one head after the other, as one matrix for each head. Rows of masked attention
 * grow step by step: what they lack is filled in.
 * @param {string[]} axes
 * @param {Float32Array[]} rows
 * @param {number} numHeads
 * @param {number} fill
 * @returns {Tensor}
 */
function stackedHeads(axes, rows, numHeads, fill) {
  const width = rows[rows.length - 1].length / numHeads;
  const data = new Float32Array(numHeads * rows.length * width).fill(fill);
  rows.forEach((row, step) => {
    const length = row.length / numHeads;
    for (let head = 0; head < numHeads; head++) {
      const values = row.subarray(head * length, (head + 1) * length);
      data.set(values, (head * rows.length + step) * width);
    }
  });
  return { axes, shape: [numHeads, rows.length, width], data };
}

/**
 * What stands where a step may not look.
 * @param {string} name
 */
function filling(name) {
  return name.endsWith(".scores") ? -Infinity : 0;
}

/**
 * One number for each token instead of a wide vector; see `trace/summaries.py`.
 * @param {Map<string, Tensor>} tensors
 * @returns {Map<string, Tensor>}
 */
function summaries(tensors) {
  const made = new Map();
  for (const [name, tensor] of tensors) {
    if (name.endsWith("stream")) {
      made.set(`${name}.norm`, summarised(tensor, (row) => Math.hypot(...row)));
    } else if (name.endsWith("feedforward.activations")) {
      const block = name.slice(0, -"activations".length);
      const active = (/** @type {Float32Array} */ row) => row.filter((x) => x > 0).length;
      made.set(`${block}active`, summarised(tensor, (row) => active(row) / row.length));
      made.set(`${block}largest`, summarised(tensor, (row) => Math.max(...row)));
    }
  }
  return made;
}

/**
 * @param {Tensor} tensor
 * @param {(row: Float32Array) => number} summary
 * @returns {Tensor}
 */
function summarised({ axes, shape: [length, width], data }, summary) {
  const rows = Array.from({ length }, (_, i) => data.subarray(i * width, (i + 1) * width));
  return { axes: [axes[0]], shape: [length], data: Float32Array.from(rows, summary) };
}
