/** Expressions as formulas: in symbols, and with the actual numbers. */

import { sizeOf } from "seq2see/equations/operands";
import { partsOf } from "seq2see/equations/expression";
import { symbol, value } from "seq2see/equations/tree";

/** @typedef {import("seq2see/equations/tree").Formula} Formula */
/** @typedef {import("seq2see/equations/expression").Expression} Expression */
/** @typedef {import("seq2see/equations/expression").NumberLeaf} NumberLeaf */
/** @typedef {import("seq2see/equations/expression").ParameterLeaf} ParameterLeaf */
/** @typedef {(expression: Expression) => Formula} Draw */

const LONGEST = 4; // a sum of more terms shows the largest
const SHOWN = 3;
const TINY = 0.0005; // a constant whose digits would not be seen keeps its symbol

/**
 * In symbols; a series by its general term.
 * @param {Expression} expression
 * @returns {Formula}
 */
export function inSymbols(expression) {
  switch (expression.kind) {
    case "number":
    case "parameter":
      return expression.symbol();
    case "constant":
      return expression.symbol ?? value(expression.value);
    case "series":
      return { kind: "series", letter: expression.letter, term: inSymbols(expression.general) };
    default:
      return composed(expression, inSymbols);
  }
}

/**
 * With the actual numbers, line by line: the whole; one step on, where that helps; and the long
 * sums that would make the first line too long.
 * @param {Expression} expression
 * @returns {Formula[]}
 */
export function inNumbers(expression) {
  const sums = seriesOf(expression);
  const apart = sums.length > 0 && !isSimple(expression, sums.length);
  const lines = [continued(apart ? withTotals(expression) : expanded(expression))];
  const parts = partsOf(expression);
  const nested = parts.some((part) => part.kind !== "series" && partsOf(part).length > 0);
  if (nested && expression.kind !== "series" && parts.every(isKnown)) {
    lines.push(continued(composed(expression, total)));
  }
  if (!apart) return lines;
  const inFull = sums.map((one) => ({
    kind: /** @type {const} */ ("equation"),
    sides: [inSymbols(one), expanded(one), ...known(one)],
  }));
  return [...lines, ...inFull];
}

/**
 * Whether its only long sum is nowhere deep inside: such a line is short, or can be broken. The sum
 * below a softmax stays in sight too.
 * @param {Expression} expression
 * @param {number} numSums
 */
function isSimple(expression, numSums) {
  if (numSums > 1) return false;
  if (expression.kind === "quotient") return expression.below.kind === "series";
  return (
    expression.kind === "series" || (expression.kind === "sum" && expression.terms.every(isFlat))
  );
}

/**
 * Whether a long sum is a term, if there is one.
 * @param {Expression} term
 * @returns {boolean}
 */
function isFlat(term) {
  if (term.kind === "sum") return term.terms.every(isFlat);
  return term.kind === "series" || seriesOf(term).length === 0;
}

/**
 * Long sums by their largest terms.
 * @type {Draw}
 */
function expanded(expression) {
  if (expression.kind === "series") return composed(expression, expanded);
  return drawn(expression, expanded);
}

/**
 * Long sums by their results.
 * @type {Draw}
 */
function withTotals(expression) {
  if (expression.kind === "series") return total(expression);
  return drawn(expression, withTotals);
}

/** @type {Draw} */
function total(expression) {
  if (expression.kind === "number" || expression.kind === "parameter") return leafValue(expression);
  return expression.value === null ? inSymbols(expression) : value(expression.value);
}

/**
 * @param {Expression} expression
 * @param {Draw} draw
 * @returns {Formula}
 */
function drawn(expression, draw) {
  if (expression.kind === "number" || expression.kind === "parameter") return leafValue(expression);
  if (expression.kind === "constant") {
    const tiny = expression.value !== 0 && Math.abs(expression.value) < TINY;
    return tiny ? inSymbols(expression) : value(expression.value);
  }
  return composed(expression, draw);
}

/**
 * A number that leads to its own equation; its symbol where the page does not hold it.
 * @param {NumberLeaf | ParameterLeaf} leaf
 * @returns {Formula}
 */
function leafValue(leaf) {
  return leaf.value === null ? leaf.symbol() : value(leaf.value, leaf.symbol().stands);
}

/**
 * @param {Expression} expression
 * @param {Draw} draw How its parts are drawn.
 * @returns {Formula}
 */
function composed(expression, draw) {
  switch (expression.kind) {
    case "sum":
      return joined(
        expression.terms.map((term, i) => ({ sign: expression.signs[i], term: draw(term) })),
      );
    case "series":
      return largest(expression.terms, draw);
    case "product":
      return { kind: "product", factors: expression.factors.map(draw) };
    case "quotient":
      return { kind: "fraction", above: draw(expression.above), below: draw(expression.below) };
    case "call":
      return called(expression.name, expression.inside, draw);
    case "root":
      return { kind: "root", inside: draw(expression.inside) };
    case "square":
      return { kind: "power", base: draw(expression.inside), exponent: value(2) };
    default:
      return draw(expression);
  }
}

/**
 * @param {string} name
 * @param {Expression[]} inside
 * @param {Draw} draw
 * @returns {Formula}
 */
function called(name, inside, draw) {
  if (inside.length <= LONGEST) return { kind: "call", name, inside: inside.map(draw) };
  const ordered = [...inside].sort((one, other) => (other.value ?? 0) - (one.value ?? 0));
  const arguments_ = ordered.slice(0, SHOWN).map(draw);
  return { kind: "call", name, inside: [...arguments_, symbol("…")] };
}

/**
 * The largest of many terms, and what the others come to.
 * @param {Expression[]} terms
 * @param {Draw} draw
 * @returns {Formula}
 */
function largest(terms, draw) {
  if (terms.length <= LONGEST) return joined(terms.map((term) => ({ sign: 1, term: draw(term) })));
  const ordered = [...terms].sort((one, other) => sizeOf(other) - sizeOf(one));
  const left = ordered.slice(SHOWN);
  const known = left.every(isKnown);
  const rest = known ? left.reduce((sum, term) => sum + Number(term.value), 0) : null;
  /** @type {{sign: 1 | -1, term: Formula}[]} */
  const shown = ordered.slice(0, SHOWN).map((term) => ({ sign: 1, term: draw(term) }));
  return joined([...shown, { sign: 1, term: { kind: "more", count: left.length, value: rest } }]);
}

/**
 * A sum whose terms show their signs: `a - 2`, not `a + -2`. Sums within it are dissolved.
 * @param {{sign: 1 | -1, term: Formula}[]} terms
 * @returns {Formula}
 */
function joined(terms) {
  const flat = terms.flatMap(({ sign, term }) => {
    if (term.kind !== "sum" || sign < 0) return [positive(sign, term)];
    return term.terms;
  });
  if (flat.length === 0) return value(0);
  return flat.length === 1 && flat[0].sign === 1 ? flat[0].term : { kind: "sum", terms: flat };
}

/**
 * @param {1 | -1} sign
 * @param {Formula} term
 * @returns {{sign: 1 | -1, term: Formula}}
 */
function positive(sign, term) {
  const other = sign === 1 ? -1 : 1;
  if (term.kind === "value" && term.value < 0) {
    return { sign: other, term: { ...term, value: -term.value } };
  }
  if (term.kind === "more" && term.value !== null && term.value < 0) {
    return { sign: other, term: { ...term, value: -term.value } };
  }
  if (term.kind === "product") {
    const [first, ...others] = term.factors;
    const turned = positive(sign, first);
    return { sign: turned.sign, term: { kind: "product", factors: [turned.term, ...others] } };
  }
  return { sign, term };
}

/**
 * The long sums of an expression that are not within another.
 * @param {Expression} expression
 * @returns {Expression[]}
 */
function seriesOf(expression) {
  return expression.kind === "series" ? [expression] : partsOf(expression).flatMap(seriesOf);
}

/** @param {Expression} expression */
function isKnown(expression) {
  return expression.value !== null;
}

/**
 * @param {Expression} expression
 * @returns {Formula[]}
 */
function known({ value: result }) {
  return result === null ? [] : [value(result)];
}

/**
 * @param {Formula} inside
 * @returns {Formula}
 */
function continued(inside) {
  return { kind: "continued", inside };
}
