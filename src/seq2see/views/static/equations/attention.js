/** Equations of a recurrent decoder's attention and readout; those of `models/attention.py`. */

import { linear, partOf, rowTimes, softmax } from "seq2see/equations/common";
import { call, constant, product, quotient, root, series, sum } from "seq2see/equations/expression";
import { contextOf } from "seq2see/equations/recurrent";

/** @typedef {import("seq2see/equations/page").Page} Page */
/** @typedef {import("seq2see/equations/page").Entry} Entry */
/** @typedef {import("seq2see/equations/expression").Expression} Expression */

const OUTPUTS = "encoder.outputs";
const KEYS = "encoder.keys";
const QUERY = "decoder.attention.query";
const ASKED = "decoder.attention.projected_query";
const SCORES = "decoder.attention.scores";
const WEIGHTS = "decoder.attention.weights";

/** @type {Entry[]} */
export const attentionEntries = [
  { pattern: /^encoder\.keys$/, axes: "source width", symbol: "key", rule: key },
  { pattern: /^decoder\.attention\.query$/, axes: "target width", symbol: "q", rule: query },
  {
    pattern: /^decoder\.attention\.projected_query$/, // within the additive score
    axes: "target width",
    symbol: "q′",
    rule: (page, [t, k]) =>
      rowTimes(page, "attention.score.query.weight", k, widthOf(page, QUERY), (j) =>
        page.number(QUERY, t, j),
      ),
  },
  { pattern: /^decoder\.attention\.scores$/, axes: "target source", symbol: "e", rule: score },
  {
    pattern: /^decoder\.attention\.weights$/,
    axes: "target source",
    symbol: "a",
    rule: (page, [t, i]) => softmax(page.sourceLength, i, (j) => page.number(SCORES, t, j)),
  },
  {
    pattern: /^decoder\.attention\.context$/,
    axes: "target width",
    symbol: "c",
    rule: (page, [t, k]) =>
      series("i", page.sourceLength, (i) =>
        product(page.number(WEIGHTS, t, i), page.number(OUTPUTS, i, k)),
      ),
  },
  {
    pattern: /^decoder\.concatenation$/,
    axes: "target width",
    symbol: "all",
    rule: (page, [t, k]) => partOf(joinedParts(page, t), k),
  },
  {
    pattern: /^decoder\.pieces$/,
    axes: "target width",
    symbol: "p",
    rule: (page, [t, k]) =>
      linear(page, "readout.combine", k, joinedWidth(page), (j) =>
        page.number("decoder.concatenation", t, j),
      ),
  },
];

/**
 * What a decoder reads out for the output layer.
 * @param {Page} page
 * @param {number[]} index
 * @returns {Expression}
 */
export function recurrentReadout(page, [t, k]) {
  switch (page.setting("readout")) {
    case "hidden":
      return topState(page, t, k);
    case "maxout":
      return call(
        "max",
        page.number("decoder.pieces", t, 2 * k),
        page.number("decoder.pieces", t, 2 * k + 1),
      );
    default:
      return call(
        "tanh",
        rowTimes(page, "readout.combine.weight", k, joinedWidth(page), (j) =>
          page.number("decoder.concatenation", t, j),
        ),
      );
  }
}

/**
 * @param {Page} page
 * @param {number[]} index
 * @returns {Expression}
 */
function key(page, [i, k]) {
  const kind = page.setting("attention.score");
  if (!["general", "additive", "concat"].includes(kind)) return page.number(OUTPUTS, i, k);
  return rowTimes(
    page,
    "attention.score.key.weight",
    k,
    widthOf(page, OUTPUTS),
    (j) => page.number(OUTPUTS, i, j),
    {
      base: kind === "general" ? "W" : "U",
    },
  );
}

/**
 * The state that asks: of the step before, or of this one.
 * @param {Page} page
 * @param {number[]} index
 * @returns {Expression}
 */
function query(page, [t, k]) {
  if (page.setting("attention.timing") === "current") return topState(page, t, k);
  const top = Number(page.setting("num_layers")) - 1;
  return t ? topState(page, t - 1, k) : page.number(`decoder.initial.${top}.hidden`, k);
}

/**
 * @param {Page} page
 * @param {number[]} index
 * @returns {Expression}
 */
function score(page, [t, i]) {
  const kind = page.setting("attention.score");
  const width = widthOf(page, QUERY);
  if (kind === "location") {
    const rows = page.matrix("attention.score.position.weight")?.shape[0];
    if (rows !== undefined && i >= rows) return constant(-Infinity); // no row, no attention
    return rowTimes(page, "attention.score.position.weight", i, width, (j) =>
      page.number(QUERY, t, j),
    );
  }
  if (kind === "additive" || kind === "concat") {
    return series("k", width, (k) =>
      product(
        page.parameter("attention.score.energy.weight", [0, k], "v", [k]),
        call("tanh", sum(page.number(ASKED, t, k), page.number(KEYS, i, k))),
      ),
    );
  }
  const dot = series("k", width, (k) => product(page.number(QUERY, t, k), page.number(KEYS, i, k)));
  return kind === "scaled-dot" ? quotient(dot, root(constant(width))) : dot;
}

/**
 * @param {Page} page
 * @param {number} t
 * @param {number} k
 * @returns {Expression}
 */
function topState(page, t, k) {
  return page.number(`decoder.layers.${Number(page.setting("num_layers")) - 1}.hidden`, t, k);
}

/**
 * What the readout's matrix multiplies: `[context; state]`, or `[state; embedding; context]` before
 * a maxout.
 * @param {Page} page
 * @param {number} t
 */
function joinedParts(page, t) {
  const state = {
    width: Number(page.setting("hidden_dim")),
    at: (/** @type {number} */ unit) => topState(page, t, unit),
  };
  const context = contextOf(page, t);
  const around = context ? [context] : [];
  if (page.setting("readout") !== "maxout") return [...around, state];
  const embedded = {
    width: Number(page.setting("embed_dim")),
    at: (/** @type {number} */ unit) => page.number("decoder.embeddings", t, unit),
  };
  return [state, embedded, ...around];
}

/** @param {Page} page */
function joinedWidth(page) {
  return joinedParts(page, 0).reduce((sum, { width }) => sum + width, 0);
}

/**
 * Width of states, also where the trace leaves them out.
 * @param {Page} page
 * @param {string} name
 * @returns {number}
 */
function widthOf(page, name) {
  if (page.trace.has(name)) return page.trace.tensor(name).shape[1];
  const both = name === OUTPUTS && page.setting("bidirectional");
  return Number(page.setting("hidden_dim")) * (both ? 2 : 1);
}
