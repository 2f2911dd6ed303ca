/** What an expression is made of, and how much each part matters. */

import { partsOf } from "seq2see/equations/expression";

/** @typedef {import("seq2see/timeline").NumberRef} NumberRef */
/** @typedef {import("seq2see/equations/tree").SymbolFormula} SymbolFormula */
/** @typedef {import("seq2see/equations/expression").Expression} Expression */
/** @typedef {import("seq2see/equations/expression").NumberLeaf} NumberLeaf */
/** @typedef {import("seq2see/equations/expression").ParameterLeaf} ParameterLeaf */

/**
 * Either a number of the trace or a weight. `value` is NaN where the page does not hold it.
 * `share`, from 0 to 1, is how much of the result goes through this operand: each term of a sum has
 * a share of its size, the factors of a product share the product's. Null where sizes are not
 * known.
 * @typedef {{number: NumberRef | null, parameter: NumberRef | null, symbol: SymbolFormula,
 *   value: number, share: number | null}} Operand
 */

/** @typedef {{leaf: NumberLeaf | ParameterLeaf, share: number, sure: boolean}} Weighed */

/**
 * The operands, largest share first; of equal share what is weighted stands before its weight. One
 * that occurs twice is there once, with its larger share.
 * @param {Expression} expression
 * @returns {Operand[]}
 */
export function operandsOf(expression) {
  /** @type {Map<string, Weighed>} */
  const found = new Map();
  weigh(expression, 1, true, found);
  return [...found.values()]
    .sort((one, other) => other.share - one.share)
    .map(({ leaf, share, sure }) => {
      const reference = { name: leaf.name, index: /** @type {number[]} */ (leaf.index) };
      return {
        number: leaf.kind === "number" ? reference : null,
        parameter: leaf.kind === "parameter" ? reference : null,
        symbol: leaf.symbol(),
        value: leaf.value ?? NaN,
        share: sure ? share : null,
      };
    });
}

/**
 * The number that most of an expression comes from: the largest term of each sum, the winner of a
 * maximum, and of a product what is weighted, which stands last. Null where it is made of no
 * numbers of the trace.
 * @param {Expression} expression
 * @returns {NumberLeaf | null}
 */
export function mainNumber(expression) {
  if (expression.kind === "number") return expression;
  const parts = [...partsOf(expression)];
  if (expression.kind === "sum" || expression.kind === "series") {
    parts.sort((one, other) => sizeOf(other) - sizeOf(one));
  } else if (expression.kind === "call" && expression.name === "max") {
    parts.sort((one, other) => (other.value ?? 0) - (one.value ?? 0));
  } else if (expression.kind === "product") {
    parts.reverse();
  }
  for (const part of parts) {
    const found = mainNumber(part);
    if (found) return found;
  }
  return null;
}

/**
 * How large an expression is; where it is not known, as large as what is known of it.
 * @param {Expression} expression
 * @returns {number}
 */
export function sizeOf(expression) {
  if (expression.value !== null) return Math.abs(expression.value);
  if (expression.kind !== "product") return 1;
  return expression.factors.reduce((size, factor) => size * sizeOf(factor), 1);
}

/**
 * @param {Expression} expression
 * @param {number} share
 * @param {boolean} sure
 * @param {Map<string, Weighed>} found
 */
function weigh(expression, share, sure, found) {
  if (expression.kind === "number" || expression.kind === "parameter") {
    const key = `${expression.kind} ${expression.name} ${expression.index}`;
    const before = found.get(key);
    if (!before) found.set(key, { leaf: expression, share, sure });
    else if (share > before.share) Object.assign(before, { share, sure });
    return;
  }
  const parts = partsOf(expression);
  if (expression.kind === "sum" || expression.kind === "series") {
    const sizes = parts.map(sizeOf);
    const all = sizes.reduce((a, b) => a + b, 0);
    const known = sure && expression.value !== null;
    parts.forEach((part, i) => weigh(part, all ? (share * sizes[i]) / all : 0, known, found));
  } else if (expression.kind === "call" && expression.name === "max") {
    for (const part of parts) weigh(part, part.value === expression.value ? share : 0, sure, found);
  } else if (expression.kind === "product") {
    for (const part of [...parts].reverse()) weigh(part, share, sure, found);
  } else {
    for (const part of parts) weigh(part, share, sure, found);
  }
}
