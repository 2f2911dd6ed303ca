/** The equation of a number, with its operands; each leads to its own. */

import { chainToEmbeddings } from "seq2see/equations/chain";
import { explain } from "seq2see/equations/explain";
import { mathml } from "seq2see/equations/mathml";
import { short } from "seq2see/numbers";
import { element } from "seq2see/player/dom";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/player/player").Player} Player */
/** @typedef {import("seq2see/timeline").NumberRef} NumberRef */
/** @typedef {import("seq2see/equations/page").Parameters} Parameters */
/** @typedef {import("seq2see/equations/tree").Formula} Formula */
/** @typedef {import("seq2see/equations/operands").Operand} Operand */
/** @typedef {import("seq2see/equations/explain").Explanation} Explanation */

const LISTED = 8; // operands shown; the largest come first

/**
 * @param {Player} player
 * @param {NumberRef} number
 * @param {Parameters} parameters
 * @returns {HTMLElement}
 */
export function equationPanel(player, number, parameters) {
  const { language } = player.state.choices;
  const told = explain(player.trace, number, parameters);
  const panel = element(
    "div",
    {},
    element("h3", {}, say(language, told.title.key, told.title.values)),
    told.about && element("p", { class: "note" }, say(language, told.about.key, told.about.values)),
    math({ kind: "equation", sides: [told.symbol, told.formula] }, language),
    ...told.filled.map((line) => math(line, language)),
    element("p", { class: "value" }, `= ${short(told.value, 4)}`),
    ...remarks(told, Boolean(player.sentence.changed)).map((remark) => element("p", { class: "note" }, say(language, remark, { names: told.missing.join(", ") }))),
    operandList(player, told.operands),
    element(
      "div",
      { class: "buttons" },
      player.asked.length > 0 &&
        element("button", { type: "button", onclick: () => player.unask() }, say(language, "equation.back")),
      told.operands.some((operand) => operand.number) &&
        element("button", { type: "button", onclick: () => traceBack(player, panel, number, parameters) },
          say(language, "equation.chain")),
    ),
  );
  panel.addEventListener("click", (event) => {
    const at = event.target instanceof Element ? event.target.closest("[data-number]") : null;
    const asked = at && parsedNumber(at.getAttribute("data-number") ?? "");
    if (asked) player.explain(asked);
  });
  return panel;
}

/**
 * @param {Explanation} told
 * @param {boolean} changed Whether a viewer has changed what the model does.
 */
function remarks(told, changed) {
  if (told.missing.length) return ["equation.missing"];
  if (!told.approximate) return [];
  return [changed ? "equation.replaced" : "equation.approximate"];
}

/**
 * @param {Formula} formula
 * @param {import("seq2see/words/index").Language} language
 */
function math(formula, language) {
  const box = element("div", { class: "math" });
  box.innerHTML = mathml(formula, language);
  return box;
}

/**
 * @param {Player} player
 * @param {Operand[]} operands
 */
function operandList(player, operands) {
  return element("ul", { class: "operands" }, ...operands.slice(0, LISTED).map((operand) => element("li", {}, operandMark(player, operand))));
}

/**
 * @param {Player} player
 * @param {{symbol: Formula, value: number, number: NumberRef | null}} operand
 */
function operandMark(player, { symbol, value, number }) {
  const sign = element("span", { class: "math" });
  sign.innerHTML = mathml(symbol);
  const content = [sign, " = ", element("span", { class: "number" }, short(value))];
  return number
    ? element("button", { type: "button", class: "operand", onclick: () => player.explain(number) }, ...content)
    : element("span", { class: "operand" }, ...content);
}

/**
 * Below the equation, the way back to an embedding along the largest contributions.
 * @param {Player} player
 * @param {HTMLElement} panel
 * @param {NumberRef} number
 * @param {Parameters} parameters
 */
function traceBack(player, panel, number, parameters) {
  const { language } = player.state.choices;
  const chain = chainToEmbeddings(player.trace, number, parameters);
  panel.querySelector(".chain")?.remove();
  panel.append(
    element("ol", { class: "chain" },
      ...chain.map((told) => element("li", {}, operandMark(player, told), " ", element("span", { class: "note" }, say(language, told.title.key, told.title.values))))),
  );
}

/**
 * @param {string} written As `name[1,2]`.
 * @returns {NumberRef | null}
 */
function parsedNumber(written) {
  const [, name, index] = /^(.+)\[([\d,]*)\]$/.exec(written) ?? [];
  return name ? { name, index: index.split(",").filter(Boolean).map(Number) } : null;
}
