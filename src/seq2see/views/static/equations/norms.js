/** Equations of layer normalisation, and of what a trace sums up of a Transformer's layers. */

import {
  call,
  constant,
  difference,
  product,
  quotient,
  root,
  series,
  square,
  sum,
} from "seq2see/equations/expression";
import { symbol } from "seq2see/equations/tree";

/** @typedef {import("seq2see/equations/page").Page} Page */
/** @typedef {import("seq2see/equations/page").Entry} Entry */
/** @typedef {import("seq2see/equations/expression").Expression} Expression */
/** @typedef {import("seq2see/equations/expression").Index} Index */

/** @typedef {Record<string, string>} Groups */

const EPSILON = 1e-5; // of PyTorch's layer norm

/** @type {Entry[]} */
export const normEntries = [
  {
    pattern: /^(?<vector>.+)\.(?<statistic>mean)$/,
    axes: "place",
    symbol: "μ",
    words: "mean",
    rule: (page, [i], { vector }) =>
      quotient(
        overUnits(page, (j) => page.number(vector, i, j)),
        width(page),
      ),
  },
  {
    pattern: /^(?<vector>.+)\.(?<statistic>deviation)$/,
    axes: "place",
    symbol: "σ",
    words: "deviation",
    rule: deviation,
  },
  {
    pattern: /^(?<vector>.+stream)\.norm$/,
    axes: "place",
    symbol: "|u|",
    words: "norm",
    rule: (page, [i], { vector }) =>
      root(overUnits(page, (j) => square(page.number(vector, i, j)))),
  },
  {
    pattern: /^(?<block>.+\.feedforward)\.active$/,
    axes: "place",
    symbol: "active",
    words: "active",
    rule: (page, [i], { block }) => {
      const units = activations(page, block, i);
      const positive = series("j", units.length, (j) =>
        call("positive", page.number(`${block}.activations`, i, j)),
      );
      return quotient(positive, constant(units.length));
    },
  },
  {
    pattern: /^(?<block>.+\.feedforward)\.largest$/,
    axes: "place",
    symbol: "largest",
    words: "largest",
    rule: (page, [i], { block }) => call("max", ...activations(page, block, i)),
  },
];

/**
 * `d`, by its letter.
 * @param {Page} page
 * @returns {Expression}
 */
export function width(page) {
  return constant(Number(page.setting("embed_dim")), symbol("d"));
}

/**
 * A sum over the units of a stream.
 * @param {Page} page
 * @param {(place: Index) => Expression} term
 * @returns {Expression}
 */
function overUnits(page, term) {
  return series("j", Number(page.setting("embed_dim")), term);
}

/**
 * @param {Page} page
 * @param {string} block
 * @param {number} i
 * @returns {Expression[]}
 */
function activations(page, block, i) {
  const count = Number(page.setting("feedforward_dim"));
  return Array.from({ length: count }, (_, j) => page.number(`${block}.activations`, i, j));
}

/**
 * Layer normalisation written out: `gain * (u - mean) / deviation + bias`.
 * @param {Page} page
 * @param {string} vector Name of what is normalised.
 * @param {number[]} index
 * @param {string} weights
 * @returns {Expression}
 */
export function normalised(page, vector, [i, k], weights) {
  const centred = difference(page.number(vector, i, k), page.number(`${vector}.mean`, i));
  return sum(
    product(
      page.parameter(`${weights}.weight`, [k], "g"),
      quotient(centred, page.number(`${vector}.deviation`, i)),
    ),
    page.parameter(`${weights}.bias`, [k], "b"),
  );
}

/**
 * `sqrt(Σ_j (u_j - mean)² / d + ε)`.
 * @param {Page} page
 * @param {number[]} index
 * @param {Groups} groups
 * @returns {Expression}
 */
function deviation(page, [i], { vector }) {
  const mean = page.number(`${vector}.mean`, i);
  const squares = overUnits(page, (j) => square(difference(page.number(vector, i, j), mean)));
  return root(sum(quotient(squares, width(page)), constant(EPSILON, symbol("ε"))));
}
