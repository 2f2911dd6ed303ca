/**
 * Formulas as MathML, which browsers draw by themselves. A browser breaks no line within a formula,
 * so a long one becomes several, with room to break before each equals sign and each term.
 */

import { needsParentheses, numeral, written } from "seq2see/equations/tree";
import { short } from "seq2see/numbers";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/equations/tree").Formula} Formula */
/** @typedef {import("seq2see/equations/tree").Reference} Reference */
/** @typedef {import("seq2see/words/index").Language} Language */

const MINUS = "\u2212";

/**
 * MathML of a formula: one `<math>` or several, side by side. A number that stands for one of the
 * trace has the attribute `data-number="name[1,2]"`, one that is a weight `data-parameter`.
 * @param {Formula} formula
 * @param {Language} [language] Of the words in long sums.
 * @returns {string}
 */
export function mathml(formula, language = "en") {
  return pieces(formula, language)
    .map((piece) => `<math displaystyle="true">${row(piece)}</math>`)
    .join(" ");
}

/**
 * What may stand on lines of its own.
 * @param {Formula} formula
 * @param {Language} language
 * @returns {string[]}
 */
function pieces(formula, language) {
  switch (formula.kind) {
    case "equation":
      return formula.sides.flatMap((side, place) =>
        place ? prefixed("=", pieces(side, language)) : pieces(side, language),
      );
    case "continued":
      return prefixed("=", pieces(formula.inside, language));
    case "sum":
      return formula.terms.flatMap(({ sign, term }, place) => {
        if (term.kind === "sum") return [signed(sign, term, place, language)];
        const [first, ...others] = pieces(term, language);
        return [signOf(sign, place) + first, ...others];
      });
    case "call": {
      const [only, ...others] = formula.inside;
      if (others.length || only.kind !== "sum") return [element(formula, language)];
      return enclosed(identifier(formula.name), pieces(only, language));
    }
    case "product": {
      const factors = [...formula.factors];
      const last = factors.pop();
      if (last?.kind !== "sum" || !factors.length) return [element(formula, language)];
      const before = element({ kind: "product", factors }, language) + operator("·");
      return enclosed(before, pieces(last, language));
    }
    default:
      return [element(formula, language)];
  }
}

/**
 * Parentheses that open in one piece and close in another.
 * @param {string} before
 * @param {string[]} parts
 */
function enclosed(before, parts) {
  const [first, ...others] = parts;
  const inside = [`${before}<mo form="prefix" stretchy="false">(</mo>${first}`, ...others];
  inside.push(`${inside.pop()}<mo form="postfix" stretchy="false">)</mo>`);
  return inside;
}

/**
 * @param {string} sign
 * @param {string[]} parts
 */
function prefixed(sign, [first, ...others]) {
  return [operator(sign, "infix") + first, ...others];
}

/**
 * @param {Formula} formula
 * @param {Language} language
 * @returns {string}
 */
function element(formula, language) {
  /** @param {Formula} inner */
  const inside = (inner) => element(inner, language);
  switch (formula.kind) {
    case "symbol":
      return symbolElement(formula);
    case "value":
      return number(numeral(formula), attributes(formula.stands));
    case "sum":
      return formula.terms
        .map(({ sign, term }, place) => signed(sign, term, place, language))
        .join("");
    case "product":
      return formula.factors
        .map((factor, place) => fenced(factor, place, language))
        .join(operator("·"));
    case "fraction":
      return `<mfrac>${row(inside(formula.above))}${row(inside(formula.below))}</mfrac>`;
    case "call":
      return callElement(formula.name, formula.inside.map(inside));
    case "root":
      return rootElement(formula.inside, inside(formula.inside));
    case "power":
      return powerElement(fenced(formula.base, 1, language), inside(formula.exponent));
    case "series":
      return sumSign(formula.letter) + fencedSum(formula.term, language);
    case "more":
      return moreElement(formula.count, formula.value, language);
    case "equation":
    case "continued":
      return pieces(formula, language).join("");
  }
}

/**
 * @param {1 | -1} sign
 * @param {Formula} term
 * @param {number} place
 * @param {Language} language
 */
function signed(sign, term, place, language) {
  const inner =
    term.kind === "sum" ? parenthesised(element(term, language)) : element(term, language);
  return signOf(sign, place) + inner;
}

/**
 * @param {1 | -1} sign
 * @param {number} place Among the terms: the first one has no plus.
 */
function signOf(sign, place) {
  if (sign < 0) return operator(MINUS, place ? "infix" : "prefix");
  return place ? operator("+", "infix") : "";
}

/**
 * @param {Formula} factor
 * @param {number} place
 * @param {Language} language
 */
function fenced(factor, place, language) {
  const inner = element(factor, language);
  return needsParentheses(factor, place) ? parenthesised(inner) : inner;
}

/**
 * @param {Formula} term
 * @param {Language} language
 */
function fencedSum(term, language) {
  return term.kind === "sum" ? parenthesised(element(term, language)) : element(term, language);
}

/** @param {Extract<Formula, {kind: "symbol"}>} formula */
function symbolElement({ base, over, sub, sup, stands }) {
  const name = over ? `<mover>${identifier(base)}${operator(over)}</mover>` : identifier(base);
  const below = row(`<mtext>${escaped(sub.join(","))}</mtext>`);
  const above = row(`<mtext>${escaped(`(${sup.join(",")})`)}</mtext>`);
  const marks = attributes(stands);
  if (sub.length && sup.length) return `<msubsup${marks}>${name}${below}${above}</msubsup>`;
  if (sub.length) return `<msub${marks}>${name}${below}</msub>`;
  return sup.length ? `<msup${marks}>${name}${above}</msup>` : `<mrow${marks}>${name}</mrow>`;
}

/**
 * @param {string} base
 * @param {string} exponent
 */
function powerElement(base, exponent) {
  return `<msup>${row(base)}${row(exponent)}</msup>`;
}

/** @param {string} letter */
function sumSign(letter) {
  return `<munder>${operator("∑")}${identifier(letter)}</munder>`;
}

/**
 * Not `<msqrt>`: where there is no font for mathematics, browsers draw that without its sign.
 * @param {Formula} formula
 * @param {string} inside
 */
function rootElement(formula, inside) {
  const short = formula.kind === "value" || formula.kind === "symbol";
  return operator("√", "prefix") + (short ? inside : parenthesised(inside));
}

/**
 * @param {string} name
 * @param {string[]} inside
 */
function callElement(name, inside) {
  if (name === "positive")
    return `<mn>1</mn>` + parenthesised(inside[0] + operator("&gt;") + "<mn>0</mn>");
  return `<mi>${escaped(name)}</mi>` + parenthesised(inside.join(operator(",")));
}

/**
 * @param {number} count
 * @param {number | null} value
 * @param {Language} language
 */
function moreElement(count, value, language) {
  const told = `<mtext>${escaped(say(language, "equation.more", { count }))}</mtext>`;
  return value === null ? told : `<munder>${row(number(short(value), ""))}${told}</munder>`;
}

/**
 * @param {string} text
 * @param {string} marks
 */
function number(text, marks) {
  if (!text.startsWith(MINUS)) return `<mn${marks}>${escaped(text)}</mn>`;
  return `<mrow>${operator(MINUS, "prefix")}<mn${marks}>${escaped(text.slice(1))}</mn></mrow>`;
}

/** @param {Reference | null} stands */
function attributes(stands) {
  if (!stands) return "";
  if ("number" in stands) return ` data-number="${escaped(written(stands.number))}"`;
  return ` data-parameter="${escaped(written(stands.parameter))}"`;
}

/** @param {string} name */
function identifier(name) {
  return `<mi>${escaped(name)}</mi>`;
}

/**
 * @param {string} sign
 * @param {"infix" | "prefix"} [form] Where a browser could not tell from its place.
 */
function operator(sign, form) {
  return form ? `<mo form="${form}">${sign}</mo>` : `<mo>${sign}</mo>`;
}

/** @param {string} inner */
function parenthesised(inner) {
  return `<mrow><mo>(</mo>${inner}<mo>)</mo></mrow>`;
}

/** @param {string} inner */
function row(inner) {
  return `<mrow>${inner}</mrow>`;
}

/** @param {string} text */
function escaped(text) {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
