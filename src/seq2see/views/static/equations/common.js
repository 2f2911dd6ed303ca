/** Pieces of equations that several architectures share. */

import { call, product, quotient, series, sum } from "seq2see/equations/expression";

/** @typedef {import("seq2see/equations/page").Page} Page */
/** @typedef {import("seq2see/equations/expression").Expression} Expression */
/** @typedef {import("seq2see/equations/expression").Index} Index */

/** @typedef {{width: number, at: (place: number) => Expression}} Part Of a concatenation. */

/**
 * `Σ_j W_kj x_j`: one row of a matrix times a vector.
 * @param {Page} page
 * @param {string} weight Name of the matrix.
 * @param {number} row Of the stored matrix.
 * @param {number} count Length of the vector.
 * @param {(place: Index) => Expression} vector
 * @param {{base?: string, shown?: number, sup?: string[]}} [look] How the matrix is written: its
 *   letter, the row that is shown, what it is for.
 * @returns {Expression}
 */
export function rowTimes(page, weight, row, count, vector, look = {}) {
  const { base = "W", shown = row, sup = [] } = look;
  return series("j", count, (j) =>
    product(page.parameter(weight, [row, j], base, [shown, j], sup), vector(j)),
  );
}

/**
 * `Σ_j W_kj x_j + b_k`.
 * @param {Page} page
 * @param {string} name Of a linear layer, without `.weight`.
 * @param {number} row
 * @param {number} count
 * @param {(place: Index) => Expression} vector
 * @param {{base?: string, shown?: number, sup?: string[]}} [look]
 * @returns {Expression}
 */
export function linear(page, name, row, count, vector, look = {}) {
  const { shown = row, sup = [] } = look;
  return sum(
    rowTimes(page, `${name}.weight`, row, count, vector, look),
    page.parameter(`${name}.bias`, [row], "b", [shown], sup),
  );
}

/**
 * `exp(e_i) / Σ_j exp(e_j)`, worked out so that no score is too large for it.
 * @param {number} count
 * @param {Index} place
 * @param {(place: Index) => Expression} score
 * @returns {Expression}
 */
export function softmax(count, place, score) {
  const below = series("j", count, (j) => call("exp", score(j)));
  const values = Array.from({ length: count }, (_, j) => score(j).value);
  const own = score(place);
  const most = Math.max(...values.map((one) => one ?? NaN));
  const shares = values.map((one) => Math.exp((one ?? NaN) - most));
  const value = Math.exp((own.value ?? NaN) - most) / shares.reduce((a, b) => a + b, 0);
  return quotient(call("exp", own), below, Number.isNaN(value) ? null : value);
}

/**
 * The part of a concatenation that a place falls into.
 * @param {Part[]} parts
 * @param {number} place
 * @returns {Expression}
 */
export function partOf(parts, place) {
  let start = 0;
  for (const { width, at } of parts) {
    if (place < start + width) return at(place - start);
    start += width;
  }
  throw new Error(`A concatenation of ${start} units has no unit ${place}; they count from 0.`);
}
