/**
 * Expressions: how a number is worked out of others. Each knows its value, in double precision;
 * null where something that it needs is not in the page. From one expression come the formula, the
 * same with its numbers, the operands and the result.
 */

/** @typedef {import("seq2see/timeline").NumberRef} NumberRef */
/** @typedef {import("seq2see/equations/tree").SymbolFormula} SymbolFormula */
/** @typedef {import("seq2see/equations/tree").Formula} Formula */

/**
 * An index along an axis: a place counted from 0, or the letter of a series.
 * @typedef {number | string} Index
 */

/** @typedef {{kind: "number", name: string, index: Index[], value: number | null,
 *   symbol: () => SymbolFormula}} NumberLeaf */
/** @typedef {{kind: "parameter", name: string, index: Index[], value: number | null,
 *   symbol: () => SymbolFormula}} ParameterLeaf */

/**
 * `constant` is drawn as `symbol` in formulas where it has one, and always as a number in what is
 * filled in.
 * @typedef {NumberLeaf | ParameterLeaf |
 *   {kind: "constant", value: number, symbol: Formula | null} |
 *   {kind: "sum", terms: Expression[], signs: (1 | -1)[], value: number | null} |
 *   {kind: "product", factors: Expression[], value: number | null} |
 *   {kind: "quotient", above: Expression, below: Expression, value: number | null} |
 *   {kind: "call", name: string, inside: Expression[], value: number | null} |
 *   {kind: "root", inside: Expression, value: number | null} |
 *   {kind: "square", inside: Expression, value: number | null} |
 *   {kind: "series", letter: string, general: Expression, terms: Expression[],
 *     value: number | null}} Expression
 */

/** @type {Record<string, (...values: number[]) => number>} */
const FUNCTIONS = {
  exp: Math.exp,
  ln: Math.log,
  tanh: Math.tanh,
  sin: Math.sin,
  cos: Math.cos,
  σ: (x) => 1 / (1 + Math.exp(-x)),
  max: (...values) => values.reduce((most, value) => Math.max(most, value), -Infinity),
  min: (...values) => Math.min(...values),
  argmax: (...values) => values.indexOf(Math.max(...values)),
  positive: (x) => (x > 0 ? 1 : 0),
};

/**
 * @param {number} value
 * @param {Formula | null} [symbol]
 * @returns {Expression}
 */
export function constant(value, symbol = null) {
  return { kind: "constant", value, symbol };
}

/**
 * Whatever weights would give that the page does not hold.
 * @param {string} name Of the weights.
 * @param {SymbolFormula} symbol
 * @returns {Expression}
 */
export function unknown(name, symbol) {
  return { kind: "parameter", name, index: [], value: null, symbol: () => symbol };
}

/**
 * @param {...Expression} terms
 * @returns {Expression}
 */
export function sum(...terms) {
  return signed(
    terms,
    terms.map(() => 1),
  );
}

/**
 * `first - second`.
 * @param {Expression} first
 * @param {Expression} second
 * @returns {Expression}
 */
export function difference(first, second) {
  return signed([first, second], [1, -1]);
}

/**
 * @param {Expression[]} terms
 * @param {(1 | -1)[]} signs
 * @returns {Expression}
 */
function signed(terms, signs) {
  const value = combined(terms, (values) => total(values.map((one, i) => signs[i] * one)));
  return { kind: "sum", terms, signs, value };
}

/**
 * What is weighted comes last, after its weight or its gate: that is what is followed back.
 * @param {...Expression} factors
 * @returns {Expression}
 */
export function product(...factors) {
  const value = combined(factors, (values) => values.reduce((a, b) => a * b, 1));
  return { kind: "product", factors, value };
}

/**
 * @param {Expression} above
 * @param {Expression} below
 * @param {number | null} [value] Where it is worked out otherwise, so that nothing overflows.
 * @returns {Expression}
 */
export function quotient(above, below, value = combined([above, below], ([a, b]) => a / b)) {
  return { kind: "quotient", above, below, value };
}

/**
 * @param {string} name `exp`, `ln`, `tanh`, `sin`, `cos`, `σ`, `max`, `min` or `argmax`, a place
 *   from 0; `positive` is 1 above 0.
 * @param {...Expression} inside
 * @returns {Expression}
 */
export function call(name, ...inside) {
  return { kind: "call", name, inside, value: combined(inside, (all) => FUNCTIONS[name](...all)) };
}

/**
 * @param {Expression} inside
 * @returns {Expression}
 */
export function root(inside) {
  return { kind: "root", inside, value: combined([inside], ([x]) => Math.sqrt(x)) };
}

/**
 * @param {Expression} inside
 * @returns {Expression}
 */
export function square(inside) {
  return { kind: "square", inside, value: combined([inside], ([x]) => x * x) };
}

/**
 * A sum over a letter.
 * @param {string} letter
 * @param {number} count
 * @param {(place: Index) => Expression} term The general term for the letter, the terms for places
 *   from 0.
 * @returns {Expression}
 */
export function series(letter, count, term) {
  const terms = Array.from({ length: count }, (_, place) => term(place));
  return { kind: "series", letter, general: term(letter), terms, value: combined(terms, total) };
}

/**
 * The leaves of an expression, left to right; general terms of series left out.
 * @param {Expression} expression
 * @returns {Generator<NumberLeaf | ParameterLeaf>}
 */
export function* leaves(expression) {
  if (expression.kind === "number" || expression.kind === "parameter") yield expression;
  else for (const part of partsOf(expression)) yield* leaves(part);
}

/**
 * What an expression is directly made of.
 * @param {Expression} expression
 * @returns {Expression[]}
 */
export function partsOf(expression) {
  switch (expression.kind) {
    case "sum":
    case "series":
      return expression.terms;
    case "product":
      return expression.factors;
    case "quotient":
      return [expression.above, expression.below];
    case "call":
      return expression.inside;
    case "root":
    case "square":
      return [expression.inside];
    default:
      return [];
  }
}

/**
 * @param {Expression[]} parts
 * @param {(values: number[]) => number} rule
 * @returns {number | null}
 */
function combined(parts, rule) {
  const values = [];
  for (const { value } of parts) {
    if (value === null) return null;
    values.push(value);
  }
  return rule(values);
}

/** @param {number[]} values */
function total(values) {
  return values.reduce((a, b) => a + b, 0);
}
