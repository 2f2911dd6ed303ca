/**
 * Equations of local and hard attention; those of `models/scopes.py` and `models/hard.py`. Positions
 * and steps inside these equations count from 0, as there.
 */

import { rowTimes } from "seq2see/equations/common";
import {
  call,
  constant,
  difference,
  product,
  quotient,
  series,
  square,
} from "seq2see/equations/expression";
import { symbol } from "seq2see/equations/tree";

/** @typedef {import("seq2see/equations/page").Page} Page */
/** @typedef {import("seq2see/equations/page").Entry} Entry */
/** @typedef {import("seq2see/equations/expression").Expression} Expression */

const QUERY = "decoder.attention.query";
const WEIGHTS = "decoder.attention.weights";
const CENTRE = "decoder.attention.centre";
const HIDDEN = "decoder.attention.centre_hidden";
export const WINDOW = "decoder.attention.window";
export const CHOICE = "decoder.attention.choice";

/** @type {Entry[]} */
export const scopeEntries = [
  { pattern: /^decoder\.attention\.centre$/, axes: "target", symbol: "p", rule: centre },
  {
    pattern: /^decoder\.attention\.centre_hidden$/, // within the prediction of the centre
    axes: "target width",
    symbol: "u",
    rule: (page, [t, k]) => {
      const width = Number(page.setting("hidden_dim"));
      const asked = (/** @type {number | string} */ j) => page.number(QUERY, t, j);
      return call("tanh", rowTimes(page, "attention.scope.hidden.weight", k, width, asked));
    },
  },
  {
    pattern: /^decoder\.attention\.window$/,
    axes: "target source",
    symbol: "g",
    rule: (page, [t, i]) => windowAt(page, t, i),
  },
  { pattern: /^decoder\.attention\.choice$/, axes: "target", symbol: "z", rule: choice },
];

/** @param {Page} page */
export function isLocal(page) {
  return ["local-m", "local-p"].includes(page.setting("attention.scope"));
}

/** @param {Page} page */
export function isHard(page) {
  return page.setting("attention.scope") === "hard";
}

/**
 * Whether a step looks at a position at all.
 * @param {Page} page
 * @param {number} t
 * @param {number} i
 */
export function looksAt(page, t, i) {
  return !isLocal(page) || page.value(WINDOW, [t, i]) !== 0;
}

/**
 * The position of the step, or a share of the source that the asking state predicts.
 * @param {Page} page
 * @param {number[]} index
 * @returns {Expression}
 */
function centre(page, [t]) {
  const length = page.sourceLength;
  if (page.setting("attention.scope") === "local-m") {
    return call("min", constant(t, symbol("t")), constant(length - 1));
  }
  const predicted = series("k", Number(page.setting("hidden_dim")), (k) =>
    product(
      page.parameter("attention.scope.position.weight", [0, k], "v", [k]),
      page.number(HIDDEN, t, k),
    ),
  );
  return product(constant(length, symbol("S")), call("σ", predicted));
}

/**
 * 0 outside the window; inside it 1, or a Gaussian with half the window as its deviation.
 * @param {Page} page
 * @param {number} t
 * @param {number} i
 * @returns {Expression}
 */
function windowAt(page, t, i) {
  const reach = Number(page.setting("attention.window"));
  const middle = page.value(CENTRE, [t]);
  if (middle !== null && Math.abs(i - middle) > reach) return constant(0);
  if (page.setting("attention.scope") === "local-m") return constant(1);
  const away = difference(constant(i, symbol("i")), page.number(CENTRE, t));
  const share = quotient(away, constant(reach, symbol("D")));
  return call("exp", product(constant(-2), square(share)));
}

/**
 * The place of the largest weight.
 * @param {Page} page
 * @param {number[]} index
 * @returns {Expression}
 */
function choice(page, [t]) {
  const weights = Array.from({ length: page.sourceLength }, (_, i) => page.number(WEIGHTS, t, i));
  return call("argmax", ...weights);
}
