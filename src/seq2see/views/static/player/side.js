/** Beside the stage: what happens in words, the equation of a number, and the question. */

import { explain } from "seq2see/equations/explain";
import { mathml } from "seq2see/equations/mathml";
import { element, fill } from "seq2see/player/dom";
import { short } from "seq2see/numbers";
import { say, spans } from "seq2see/words/index";

/** @typedef {import("seq2see/player/player").Player} Player */
/** @typedef {import("seq2see/timeline").NumberRef} NumberRef */

/**
 * @param {Player} player
 * @param {(model: number) => ((name: string) => any)} parametersOf Weights of a model, by name.
 * @returns {{side: HTMLElement, update: () => void}}
 */
export function sidePanel(player, parametersOf) {
  const prose = element("p", { class: "prose", "aria-live": "polite" });
  const question = element("div", { class: "question" });
  const equation = element("div", { class: "equation" });
  const side = element("aside", { class: "side" }, prose, question, equation);
  let shown = "";
  const update = () => {
    const { choices, model, playing } = player.state;
    prose.setAttribute("aria-live", playing ? "off" : "polite");
    prose.lang = choices.language === "zh" ? "zh-CN" : "en";
    fill(prose, ...proseNodes(player));
    fill(question, player.question && questionForm(player));
    const number = player.asked[player.asked.length - 1] ?? player.beat.number;
    const key = JSON.stringify([number, choices.language, player.asked.length, player.state.sentence, model]);
    if (key === shown) return;
    shown = key;
    fill(equation, number ? equationPanel(player, number, parametersOf(model)) : null);
  };
  return { side, update };
}

/** @param {Player} player */
function proseNodes(player) {
  const { words, values } = player.beat;
  return spans(player.state.choices.language, words, values).map(({ text, role }) =>
    role ? element("span", { class: `role ${role}` }, text) : text,
  );
}

/**
 * The question before a beat that can be predicted, and after the answer what was right.
 * @param {Player} player
 */
function questionForm(player) {
  const asked = player.question;
  if (!asked?.beat.asks) return null;
  const { language } = player.state.choices;
  const { answer } = asked.beat.asks;
  const given = player.predictions.get(asked.key);
  const { labels } = player.trace.source.axis;
  if (given !== undefined) {
    const right = given === answer;
    return element(
      "div",
      { role: "status" },
      element("p", { class: right ? "right" : "wrong" },
        say(language, right ? "predict.right" : "predict.wrong", { answer: labels[answer], given: labels[given] })),
      element("button", { type: "button", onclick: () => player.toggle() }, say(language, "predict.reveal")),
    );
  }
  const guess = (/** @type {number} */ index) => {
    player.predictions.set(asked.key, index);
    player.change({});
  };
  return element(
    "div",
    { role: "group", "aria-label": say(language, "predict.question") },
    element("p", {}, say(language, "predict.question")),
    element("div", { class: "chips" },
      ...labels.map((label, index) =>
        element("button", { type: "button", class: "chip", onclick: () => guess(index) }, element("bdi", {}, label)))),
  );
}

/**
 * @param {Player} player
 * @param {NumberRef} number
 * @param {(name: string) => any} parameters
 */
function equationPanel(player, number, parameters) {
  const { language } = player.state.choices;
  const told = explain(player.trace, number, parameters);
  const heading = element("h3", {}, say(language, told.title.key, told.title.values));
  const panel = element("div", {}, heading, math(told.symbol, told.formula));
  for (const line of told.filled) panel.append(math(null, line));
  panel.append(element("p", { class: "value" }, `= ${short(told.value, 4)}`));
  if (told.missing.length) {
    panel.append(element("p", { class: "note" }, say(language, "equation.missing", { names: told.missing.join(", ") })));
  }
  if (told.approximate) panel.append(element("p", { class: "note" }, say(language, "equation.approximate")));
  panel.append(operandList(player, told.operands));
  if (player.asked.length) {
    panel.append(element("button", { type: "button", onclick: () => player.unask() }, say(language, "equation.back")));
  }
  panel.addEventListener("click", (event) => {
    const at = event.target instanceof Element ? event.target.closest("[data-number]") : null;
    const asked = at && parsedNumber(at.getAttribute("data-number") ?? "");
    if (asked) player.explain(asked);
  });
  return panel;
}

/**
 * @param {any} symbol
 * @param {any} expression
 */
function math(symbol, expression) {
  const box = element("div", { class: "math" });
  box.innerHTML = mathml(symbol ? { kind: "equation", sides: [symbol, expression] } : expression);
  return box;
}

/**
 * @param {Player} player
 * @param {any[]} operands
 */
function operandList(player, operands) {
  const list = element("ul", { class: "operands" });
  for (const operand of operands.slice(0, 12)) {
    const symbol = element("span", { class: "math" });
    symbol.innerHTML = mathml(operand.symbol);
    const value = element("span", { class: "number" }, short(operand.value));
    list.append(
      element("li", {},
        operand.number
          ? element("button", { type: "button", class: "operand", onclick: () => player.explain(operand.number) }, symbol, " = ", value)
          : element("span", { class: "operand" }, symbol, " = ", value)),
    );
  }
  return list;
}

/**
 * @param {string} written As `name[1,2]`.
 * @returns {NumberRef | null}
 */
export function parsedNumber(written) {
  const [, name, index] = /^(.+)\[([\d,]*)\]$/.exec(written) ?? [];
  return name ? { name, index: index.split(",").filter(Boolean).map(Number) } : null;
}
