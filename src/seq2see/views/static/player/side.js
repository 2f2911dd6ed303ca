/** Beside the stage: what happens in words, the equation of a number, and the question. */

import { element, fill } from "seq2see/player/dom";
import { equationPanel } from "seq2see/player/equation";
import { say, spans } from "seq2see/words/index";

/** @typedef {import("seq2see/player/player").Player} Player */
/** @typedef {import("seq2see/equations/page").Parameters} Parameters */

/**
 * @param {Player} player
 * @param {(model: number) => Parameters} parametersOf Weights of a model, by name.
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
