/**
 * Equations of copying, See et al. 2017, eqs. 8 and 9; those of `models/copying.py`. A token is
 * generated from the vocabulary or copied from the source.
 */

import { readBy } from "seq2see/equations/attention";
import {
  call,
  constant,
  difference,
  product,
  quotient,
  series,
  sum,
} from "seq2see/equations/expression";

/** @typedef {import("seq2see/equations/page").Page} Page */
/** @typedef {import("seq2see/equations/page").Entry} Entry */
/** @typedef {import("seq2see/equations/expression").Expression} Expression */

export const P_GEN = "output.p_gen";
export const GENERATED = "output.generated";
export const COPIED = "output.copied";
const WEIGHTS = "decoder.attention.weights";

/** @type {Entry[]} Before those of `output.js`, whose probabilities are generated ones. */
export const copyingEntries = [
  { pattern: /^output\.p_gen$/, axes: "target", symbol: "g", rule: generates },
  {
    pattern: /^output\.generated$/,
    axes: "target token",
    symbol: "P",
    tag: "V",
    rule: (page, [t, id]) =>
      quotient(call("exp", page.number("output.logits", t, id)), page.number("output.total", t)),
  },
  {
    pattern: /^output\.copied$/,
    axes: "target token",
    symbol: "P",
    tag: "C",
    rule: copied,
  },
  { pattern: /^output\.probs$/, axes: "target token", symbol: "P", rule: mixture },
  {
    pattern: /^output\.log_probs$/,
    axes: "target token",
    symbol: "ln P",
    rule: (page, [t, id]) => call("ln", page.number("output.probs", t, id)),
  },
];

/**
 * `σ(w · context + w' · state + w'' · embedding + b)`, one row over the three side by side.
 * @param {Page} page
 * @param {number[]} index
 * @returns {Expression}
 */
function generates(page, [t]) {
  const { state, embedded, context } = readBy(page, t);
  const parts = { ...(context ? { c: context } : {}), s: state, y: embedded };
  let start = 0;
  const terms = Object.entries(parts).map(([letter, { width, at }]) => {
    const before = start;
    start += width;
    return series("j", width, (j) => {
      const column = typeof j === "number" ? before + j : j;
      const weight = page.parameter("copying.combine.weight", [0, column], "w", [j], [letter]);
      return product(weight, at(/** @type {any} */ (j)));
    });
  });
  return call("σ", sum(...terms, page.parameter("copying.combine.bias", [0], "b", [])));
}

/**
 * `Σ a_i` over the places where the token stands in the source; 0 where it does not.
 * @param {Page} page
 * @param {number[]} index
 * @returns {Expression}
 */
function copied(page, [t, id]) {
  const places = Array.from(page.trace.source.ids.keys()).filter(
    (i) => page.trace.source.ids[i] === id,
  );
  if (!places.length) return constant(0);
  return sum(...places.map((i) => page.number(WEIGHTS, t, i)));
}

/**
 * `g P^V + (1 - g) P^C`.
 * @param {Page} page
 * @param {number[]} index
 * @returns {Expression}
 */
function mixture(page, [t, id]) {
  const share = page.number(P_GEN, t);
  return sum(
    product(share, page.number(GENERATED, t, id)),
    product(difference(constant(1), share), page.number(COPIED, t, id)),
  );
}
