/**
 * Formulas as plain values, to be written as MathML (`mathml.js`) or as text (`plain.js`).
 */

import { short } from "seq2see/numbers";

/** @typedef {import("seq2see/timeline").NumberRef} NumberRef */

/**
 * What a part of a formula stands for: a number of the trace, or a weight of the model.
 * @typedef {{number: NumberRef} | {parameter: NumberRef}} Reference
 */

/**
 * A name with indices. `over` is written above it: the direction of an encoder, or a tilde.
 * @typedef {{kind: "symbol", base: string, over: string | null, sub: string[], sup: string[],
 *   stands: Reference | null}} SymbolFormula
 */

/**
 * `series` is a sum over a letter, of which `term` is the general term. `more` is what a long sum
 * leaves out: so many terms, whose sum is `value`, or null where that is not known. `equation` is
 * written with equals signs between its sides, `continued` begins with one.
 * @typedef {SymbolFormula |
 *   {kind: "value", value: number, stands: Reference | null} |
 *   {kind: "sum", terms: {sign: 1 | -1, term: Formula}[]} |
 *   {kind: "product", factors: Formula[]} |
 *   {kind: "fraction", above: Formula, below: Formula} |
 *   {kind: "call", name: string, inside: Formula[]} |
 *   {kind: "root", inside: Formula} |
 *   {kind: "power", base: Formula, exponent: Formula} |
 *   {kind: "series", letter: string, term: Formula} |
 *   {kind: "more", count: number, value: number | null} |
 *   {kind: "equation", sides: Formula[]} |
 *   {kind: "continued", inside: Formula}} Formula
 */

/**
 * A symbol.
 * @param {string} base
 * @param {(string | number)[]} [sub]
 * @param {{sup?: (string | number)[], over?: string | null, stands?: Reference | null}} [more]
 * @returns {SymbolFormula}
 */
export function symbol(base, sub = [], { sup = [], over = null, stands = null } = {}) {
  return { kind: "symbol", base, over, sub: sub.map(String), sup: sup.map(String), stands };
}

/**
 * An actual number.
 * @param {number} value
 * @param {Reference | null} [stands]
 * @returns {Formula}
 */
export function value(value, stands = null) {
  return { kind: "value", value, stands };
}

/**
 * Whether a factor needs parentheses, so that it is read as one.
 * @param {Formula} factor
 * @param {number} place Among the factors.
 */
export function needsParentheses(factor, place) {
  if (factor.kind === "sum" || factor.kind === "series" || factor.kind === "equation") return true;
  return place > 0 && factor.kind === "value" && factor.value < 0;
}

/**
 * How a value is written: with few digits; a whole number that belongs to the formula itself as it
 * is.
 * @param {Extract<Formula, {kind: "value"}>} formula
 */
export function numeral({ value, stands }) {
  return short(value, !stands && Number.isInteger(value) ? 0 : 3);
}

/**
 * `name[1,2]`, as attributes carry it.
 * @param {NumberRef} reference
 */
export function written({ name, index }) {
  return `${name}[${index.join(",")}]`;
}
