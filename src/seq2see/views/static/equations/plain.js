/** Formulas as text, for narration and tables. */

import { needsParentheses, numeral } from "seq2see/equations/tree";
import { short } from "seq2see/numbers";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/equations/tree").Formula} Formula */
/** @typedef {import("seq2see/words/index").Language} Language */

const MINUS = "\u2212";

/**
 * A formula on one line: `a(3,5) = exp(e(3,5)) / Σ_j exp(e(3,j))`.
 * @param {Formula} formula
 * @param {Language} [language] Of the words in long sums.
 * @returns {string}
 */
export function plain(formula, language = "en") {
  /** @param {Formula} inner */
  const inside = (inner) => plain(inner, language);
  /** @param {Formula} inner */
  const grouped = (inner) =>
    inner.kind === "sum" || inner.kind === "product" || inner.kind === "series"
      ? `(${inside(inner)})`
      : inside(inner);
  /**
   * @param {Formula} inner
   * @param {number} place
   */
  const factorOf = (inner, place) =>
    needsParentheses(inner, place) ? `(${inside(inner)})` : inside(inner);
  switch (formula.kind) {
    case "symbol": {
      const { base, over, sub, sup } = formula;
      return (
        base +
        (over ?? "") +
        (sup.length ? `^${sup.join(",")}` : "") +
        (sub.length ? `(${sub.join(",")})` : "")
      );
    }
    case "value":
      return numeral(formula);
    case "sum":
      return formula.terms
        .map(({ sign, term }, place) => signed(sign, term, place, language))
        .join(" ");
    case "product":
      return formula.factors.map(factorOf).join(" · ");
    case "fraction":
      return `${grouped(formula.above)} / ${grouped(formula.below)}`;
    case "call":
      return formula.name === "positive"
        ? `1(${inside(formula.inside[0])} > 0)`
        : `${formula.name}(${formula.inside.map(inside).join(", ")})`;
    case "root":
      return formula.inside.kind === "value" || formula.inside.kind === "symbol"
        ? `√${inside(formula.inside)}`
        : `√(${inside(formula.inside)})`;
    case "power":
      return `${factorOf(formula.base, 1)}^${exponent(inside(formula.exponent))}`;
    case "series":
      return `Σ_${formula.letter} ${factorOf(formula.term, 0)}`;
    case "more": {
      const told = say(language, "equation.more", { count: formula.count });
      return formula.value === null ? told : `${short(formula.value)} (${told})`;
    }
    case "equation":
      return formula.sides.map(inside).join(" = ");
    case "continued":
      return `= ${inside(formula.inside)}`;
  }
}

/** @param {string} text */
function exponent(text) {
  return text.includes(" ") ? `(${text})` : text;
}

/**
 * @param {1 | -1} sign
 * @param {Formula} term
 * @param {number} place
 * @param {Language} language
 */
function signed(sign, term, place, language) {
  const text = term.kind === "sum" ? `(${plain(term, language)})` : plain(term, language);
  if (sign < 0) return place ? `${MINUS} ${text}` : MINUS + text;
  return place ? `+ ${text}` : text;
}
