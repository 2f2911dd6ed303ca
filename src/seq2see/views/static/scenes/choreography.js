/**
 * The order of what happens in a decoder step, which is what architectures differ in: whether the
 * state before the step asks (Bahdanau) or the one after it (Luong), whether one context serves all
 * steps (Cho) or there is none (Sutskever), and what is put end to end on the way.
 */

import {
  CONTEXT,
  WEIGHTS,
  crossingOf,
  decoderState,
  feedsReadout,
  firstResidual,
  tellingLayer,
  timingOf,
  topLayer,
} from "seq2see/scenes/anatomy";
import { percent } from "seq2see/numbers";

/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/timeline").Beat} Beat */
/** @typedef {import("seq2see/timeline").NumberRef} NumberRef */

/**
 * @typedef {"state" | "weights" | "context" | "previous" | "input" | "after" | "concatenation" |
 *   "features" | "distribution" | "word"} StationName
 */

/** A vector that is put end to end with others. @typedef {"previous" | "context" | "fed" | "after"} Part */

/**
 * A place that a step passes, the beat that brings it, and how it is joined to the one above.
 * @typedef {{name: StationName, beat: string, joint: "arrow" | "and" | null}} Station
 */

export const DETAILED = 2; // steps that are told at length

/**
 * What stands end to end in the input of the first layer.
 * @param {Trace} trace
 * @returns {Part[]}
 */
export function inputParts(trace) {
  const enters = crossingOf(trace) === "summary" || asksBefore(trace);
  /** @type {Part[]} */
  const parts = ["previous"];
  if (enters) parts.push("context");
  if (feedsReadout(trace)) parts.push("fed");
  return parts;
}

/**
 * What stands end to end in what the readout multiplies; nothing where it is the state itself.
 * @param {Trace} trace
 * @returns {Part[]}
 */
export function readoutParts(trace) {
  const readout = trace.model.settings["model.readout"];
  const hasContext = crossingOf(trace) !== "last";
  if (readout === "attentional") return hasContext ? ["context", "after"] : ["after"];
  if (readout === "maxout")
    return hasContext ? ["after", "previous", "context"] : ["after", "previous"];
  return [];
}

/** @param {Trace} trace */
export function asksBefore(trace) {
  return trace.attends && timingOf(trace) === "previous";
}

/**
 * The stations of every step, in the order of computation.
 * @param {Trace} trace
 * @returns {Station[]}
 */
export function stationsOf(trace) {
  const joined = inputParts(trace).length > 1;
  const read = readoutParts(trace);
  /** @type {Station} */
  const state = { name: "state", beat: "join", joint: "and" };
  /** @type {Station[]} */
  const asking = [
    { name: "weights", beat: "ask", joint: "arrow" },
    { name: "context", beat: "context", joint: "arrow" },
  ];
  /** @type {Station} */
  const previous = { name: "previous", beat: "join", joint: null };
  /** @type {Station[]} */
  const input = joined ? [{ name: "input", beat: "join", joint: "arrow" }] : [];
  /** @type {Station} */
  const after = { name: "after", beat: "step", joint: "arrow" };
  /** @type {Station[]} */
  const begins = asksBefore(trace)
    ? [
        { ...state, beat: "ask", joint: null },
        ...asking,
        { ...previous, joint: "and" },
        ...input,
        after,
      ]
    : crossingOf(trace) === "summary"
      ? [
          { name: "context", beat: "join", joint: null },
          { ...previous, joint: "and" },
          ...input,
          state,
          after,
        ]
      : [previous, ...input, state, after, ...(trace.attends ? asking : [])];
  /** @type {Station[]} */
  const readout =
    read.length > 1 ? [{ name: "concatenation", beat: "readout", joint: "arrow" }] : [];
  if (read.length || firstResidual(trace) !== null || tellingLayer(trace) < topLayer(trace))
    readout.push({ name: "features", beat: "readout", joint: "arrow" });
  return [
    ...begins,
    ...readout,
    { name: "distribution", beat: "distribution", joint: "arrow" },
    { name: "word", beat: "word", joint: "arrow" },
  ];
}

/**
 * The vector of a part in a step; null where there is none yet.
 * @param {Trace} trace
 * @param {Part | "state" | "features"} part
 * @param {number} step
 * @returns {NumberRef | null} Name, and index of all axes but the last.
 */
export function refOf(trace, part, step) {
  switch (part) {
    case "previous":
      return { name: "decoder.embeddings", index: [step] };
    case "context":
      return trace.attends
        ? { name: CONTEXT, index: [step] }
        : { name: "encoder.summary", index: [] };
    case "fed":
      return step ? { name: "decoder.readout", index: [step - 1] } : null;
    case "after":
      return decoderState(trace, step);
    case "state":
      return decoderState(trace, step - 1);
    case "features":
      return { name: "decoder.readout", index: [step] };
  }
}

/**
 * How many numbers a part has.
 * @param {Trace} trace
 * @param {Part} part
 */
export function widthOf(trace, part) {
  const name = part === "fed" ? "decoder.readout" : (refOf(trace, part, 0)?.name ?? "");
  const { shape } = trace.tensor(name);
  return shape[shape.length - 1];
}

/**
 * The beat of a station in a step: later steps are told in two beats, all up to the distribution in
 * the first.
 * @param {Station} station
 * @param {number} step
 */
export function beatOf({ beat }, step) {
  const brief = beat === "distribution" || beat === "word" ? "word" : "brief";
  return `${step < DETAILED ? beat : brief}${step}`;
}

/**
 * All beats, step by step.
 * @param {Trace} trace
 * @returns {Beat[]}
 */
export function danceBeats(trace) {
  const stations = stationsOf(trace);
  return trace.steps.flatMap((_, step) => {
    const ids = [...new Set(stations.map((station) => beatOf(station, step)))];
    return ids.map((id) => danceBeat(trace, id.slice(0, -String(step).length), step));
  });
}

/**
 * @param {Trace} trace
 * @param {string} beat
 * @param {number} step
 * @returns {Beat}
 */
function danceBeat(trace, beat, step) {
  const brief = step >= DETAILED;
  const chosen = trace.steps[step].chosen;
  const probability = { name: "output.probs", index: [step, chosen.id] };
  /** @type {Record<string, NumberRef | null>} */
  const numbers = {
    ask: trace.attends ? { name: WEIGHTS, index: [step, mostAttended(trace, step)] } : null,
    context: first(refOf(trace, "context", step)),
    join: { name: "decoder.layers.0.input", index: [step, 0] },
    step: first(refOf(trace, "after", step)),
    readout: { name: "decoder.readout", index: [step, 0] },
    brief: first(refOf(trace, "after", step)),
    distribution: probability,
    word: probability,
  };
  const predicts = beat === "ask" && step === 1 && looks(trace, step);
  return {
    id: `${beat}${step}`,
    words: wordsOf(trace, beat, step),
    values: danceValues(trace, step),
    step,
    number: numbers[beat],
    move: 0.7,
    hold: brief ? (beat === "brief" ? 1 : 0.8) : step ? 1.4 : 2,
    ...(predicts ? { asks: { answer: mostAttended(trace, step) } } : {}),
  };
}

/**
 * @param {Trace} trace
 * @param {string} beat
 * @param {number} step
 */
function wordsOf(trace, beat, step) {
  const last = step === trace.steps.length - 1;
  switch (beat) {
    case "join": {
      const parts = inputParts(trace);
      const fed = parts.includes("fed") && parts.length === 2;
      if (parts.length === 1) return trace.attends ? "dance.join.first" : "dance.join.alone";
      if (fed) return step ? "dance.join.fed" : "dance.join.fed.first";
      if (parts.length === 3) return "dance.join.all";
      return trace.attends ? "dance.join.attends" : "dance.join.summary";
    }
    case "ask":
      return looks(trace, step) ? `dance.ask.${timingOf(trace)}` : "attention.nothing";
    case "step":
      return "dance.step";
    case "readout": {
      const parts = readoutParts(trace);
      if (parts.length === 0) return "dance.readout.layers";
      if (parts.length === 1) return "dance.readout.alone";
      return parts.includes("context")
        ? `dance.readout.${trace.model.settings["model.readout"]}`
        : "dance.readout.maxout.plain";
    }
    case "brief":
      return looks(trace, step) ? "dance.brief.attends" : "dance.brief";
    case "word":
      return last ? "dance.word.last" : step < DETAILED ? "dance.word" : "dance.word.brief";
    default:
      return `dance.${beat}`;
  }
}

/**
 * @param {Trace} trace
 * @param {number} step
 */
function danceValues(trace, step) {
  const { chosen, top } = trace.steps[step];
  const second = top.find((other) => other.id !== chosen.id);
  const input = inputParts(trace).map((part) => widthOf(trace, part));
  const read = readoutParts(trace).map((part) => widthOf(trace, part));
  const most = trace.attends ? mostAttended(trace, step) : 0;
  return {
    step: step + 1,
    previous: trace.axis("previous").labels[step],
    word: chosen.token,
    probability: percent(Math.exp(chosen.logProb)),
    second: second?.token ?? "",
    secondProbability: percent(Math.exp(second?.logProb ?? -Infinity)),
    inputSum: sumOf(input),
    readoutSum: sumOf(read),
    most: trace.source.axis.labels[most],
    weight: trace.attends ? percent(trace.at(WEIGHTS, step, most)) : "",
  };
}

/**
 * Widths that are put end to end: `128 + 256`.
 * @param {number[]} widths
 */
export function sumOf(widths) {
  return widths.join(" + ");
}

/**
 * The source token that a step attends to most.
 * @param {Trace} trace
 * @param {number} step
 */
export function mostAttended(trace, step) {
  const weights = trace.row(WEIGHTS, step);
  return weights.indexOf(Math.max(...weights));
}

/**
 * Whether a step attends to anything: a viewer may have taken its attention away.
 * @param {Trace} trace
 * @param {number} step
 */
function looks(trace, step) {
  return trace.attends && Math.max(...trace.row(WEIGHTS, step)) > 0;
}

/**
 * The first number of a vector.
 * @param {NumberRef | null} ref
 */
function first(ref) {
  return ref && { name: ref.name, index: [...ref.index, 0] };
}
