/** Equations of a recurrent decoder's attention and readout; those of `models/attention.py`. */

import { linear, partOf, rowTimes, softmax } from "seq2see/equations/common";
import {
  call,
  constant,
  product,
  quotient,
  root,
  series,
  square,
  sum,
} from "seq2see/equations/expression";
import { contextOf, encoderWidth, handedOn } from "seq2see/equations/recurrent";
import { CHOICE, WINDOW, isHard, isLocal, looksAt } from "seq2see/equations/scopes";

/** @typedef {import("seq2see/equations/page").Page} Page */
/** @typedef {import("seq2see/equations/page").Entry} Entry */
/** @typedef {import("seq2see/equations/expression").Expression} Expression */

const OUTPUTS = "encoder.outputs";
const KEYS = "encoder.keys";
const QUERY = "decoder.attention.query";
const ASKED = "decoder.attention.projected_query";
const SCORES = "decoder.attention.scores";
const WEIGHTS = "decoder.attention.weights";
const COVERAGE = "decoder.attention.coverage";

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
  {
    pattern: /^decoder\.attention\.coverage$/,
    axes: "target source",
    symbol: "r",
    rule: coverage,
  },
  { pattern: /^decoder\.attention\.scores$/, axes: "target source", symbol: "e", rule: score },
  {
    pattern: /^decoder\.attention\.weights$/,
    axes: "target source",
    symbol: "a",
    rule: weight,
  },
  {
    pattern: /^decoder\.attention\.context$/,
    axes: "target width",
    symbol: "c",
    rule: context,
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
      return topOutput(page, t, k);
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
  if (["dot", "scaled-dot", "location"].includes(kind)) return page.number(OUTPUTS, i, k);
  const width = widthOf(page, OUTPUTS);
  const output = (/** @type {import("seq2see/equations/expression").Index} */ j) =>
    page.number(OUTPUTS, i, j);
  if (kind === "normed-additive") {
    return linear(page, "attention.score.key", k, width, output, { base: "U" });
  }
  const base = kind.endsWith("general") ? "W" : "U";
  return rowTimes(page, "attention.score.key.weight", k, width, output, { base });
}

/**
 * The attention that a position has had from all steps before.
 * @param {Page} page
 * @param {number[]} index
 * @returns {Expression}
 */
function coverage(page, [t, i]) {
  return t ? series("s", t, (s) => page.number(WEIGHTS, s, i)) : constant(0);
}

/**
 * A share of the softmax; in local attention, times what the window lets through.
 * @param {Page} page
 * @param {number[]} index
 * @returns {Expression}
 */
function weight(page, [t, i]) {
  const share = softmax(page.sourceLength, i, (j) => page.number(SCORES, t, j));
  if (!isLocal(page)) return share;
  return looksAt(page, t, i) ? product(share, page.number(WINDOW, t, i)) : constant(0);
}

/**
 * The weighted sum of states; in hard attention, the state that is chosen.
 * @param {Page} page
 * @param {number[]} index
 * @returns {Expression}
 */
function context(page, [t, k]) {
  const chosen = isHard(page) ? page.value(CHOICE, [t]) : null;
  if (chosen !== null) return page.number(OUTPUTS, Math.round(chosen), k);
  return series("i", page.sourceLength, (i) =>
    product(page.number(WEIGHTS, t, i), page.number(OUTPUTS, i, k)),
  );
}

/**
 * The state that asks: of the step before, or of this one.
 * @param {Page} page
 * @param {number[]} index
 * @returns {Expression}
 */
function query(page, [t, k]) {
  const bottom = page.setting("attention.query") === "bottom";
  const layer = bottom ? 0 : Number(page.setting("num_layers")) - 1;
  const step = page.setting("attention.timing") === "current" ? t : t - 1;
  if (step < 0) return page.number(`decoder.initial.${layer}.hidden`, k);
  return page.number(`decoder.layers.${layer}.hidden`, step, k);
}

/**
 * @param {Page} page
 * @param {number[]} index
 * @returns {Expression}
 */
function score(page, [t, i]) {
  const kind = page.setting("attention.score");
  const width = widthOf(page, QUERY);
  if (!looksAt(page, t, i)) return constant(-Infinity); // outside the window
  if (kind === "location") {
    const rows = page.matrix("attention.score.position.weight")?.shape[0];
    if (rows !== undefined && i >= rows) return constant(-Infinity); // no row, no attention
    return rowTimes(page, "attention.score.position.weight", i, width, (j) =>
      page.number(QUERY, t, j),
    );
  }
  if (["additive", "concat", "normed-additive"].includes(kind)) {
    const energy = (/** @type {import("seq2see/equations/expression").Index} */ k) =>
      page.parameter("attention.score.energy.weight", [0, k], "v", [k]);
    /** @param {import("seq2see/equations/expression").Index} k */
    const told = (k) =>
      page.setting("attention.coverage")
        ? [product(page.parameter("attention.coverage.weight", [k], "w", [k]), page.number(COVERAGE, t, i))]
        : [];
    const raw = series("k", width, (k) =>
      product(
        energy(k),
        call("tanh", sum(page.number(ASKED, t, k), page.number(KEYS, i, k), ...told(k))),
      ),
    );
    if (kind !== "normed-additive") return raw;
    return quotient(product(gain(page), raw), root(series("k", width, (k) => square(energy(k)))));
  }
  const dot = series("k", width, (k) => product(page.number(QUERY, t, k), page.number(KEYS, i, k)));
  if (kind === "scaled-general") return product(gain(page), dot);
  return kind === "scaled-dot" ? quotient(dot, root(constant(width))) : dot;
}

/**
 * The learnt scale of a score.
 * @param {Page} page
 */
function gain(page) {
  return page.parameter("attention.score.gain", [0], "g", []);
}

/**
 * What the top layer hands on.
 * @param {Page} page
 * @param {number} t
 * @param {number} k
 * @returns {Expression}
 */
function topOutput(page, t, k) {
  return handedOn(page, "decoder", Number(page.setting("num_layers")) - 1, t, k);
}

/**
 * All that is known at the end of a step: the state, the previous token and, if there is one, the
 * context.
 * @param {Page} page
 * @param {number} t
 */
export function readBy(page, t) {
  const state = {
    width: Number(page.setting("hidden_dim")),
    at: (/** @type {any} */ unit) => topOutput(page, t, unit),
  };
  const embedded = {
    width: Number(page.setting("embed_dim")),
    at: (/** @type {any} */ unit) => page.number("decoder.embeddings", t, unit),
  };
  return { state, embedded, context: contextOf(page, t) };
}

/**
 * What the readout's matrix multiplies: `[context; state]`, or `[state; embedding; context]` before
 * a maxout.
 * @param {Page} page
 * @param {number} t
 */
function joinedParts(page, t) {
  const { state, embedded, context } = readBy(page, t);
  const around = context ? [context] : [];
  return page.setting("readout") === "maxout" ? [state, embedded, ...around] : [...around, state];
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
  return name === OUTPUTS ? encoderWidth(page) : Number(page.setting("hidden_dim"));
}
