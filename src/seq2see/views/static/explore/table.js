/** The numbers of the sentence as tables: the text equivalent of the pictures. */

import { percent, short } from "seq2see/numbers";
import { element, fill } from "seq2see/player/dom";
import { fittingChoices } from "seq2see/render";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/player/player").Player} Player */

const MOST = 200; // numbers of one picture that are listed

/**
 * @param {Player} player
 * @returns {{panel: HTMLElement, update: () => void}}
 */
export function dataTable(player) {
  const picture = element("div");
  const whole = element("div");
  const panel = element("div", { class: "tables" }, picture, whole);
  let shown = "";
  const update = () => {
    const { choices, sentence, model, playing } = player.state;
    if (!playing) fill(picture, pictureTable(player));
    const key = JSON.stringify([sentence, model, choices.layer, choices.head]);
    if (key === shown) return;
    shown = key;
    fill(
      whole,
      player.trace.attends ? attentionTable(player) : null,
      stepTable(player),
      player.trace.beam && beamTable(player, player.trace.beam),
    );
  };
  return { panel, update };
}

/**
 * Every number that the picture shows now; a press on one shows its equation.
 * @param {Player} player
 */
function pictureTable(player) {
  const { language } = player.state.choices;
  const { trace, frame } = player;
  const numbers = new Map();
  for (const { name, index } of frame ? numbersOf(frame.marks) : []) {
    if (trace.has(name)) numbers.set(`${name}[${index}]`, { name, index });
  }
  if (!numbers.size) return null;
  const rows = [...numbers.values()].slice(0, MOST).map((number) => [
    number.name,
    placeOf(trace, number),
    element("button", { type: "button", class: "operand", onclick: () => player.explain(number) },
      short(trace.at(number.name, ...number.index))),
  ]);
  const title = say(language, "table.picture", { shown: rows.length, count: numbers.size });
  return scrolling(title, ["what", "where", "value"].map((name) => say(language, `table.${name}`)), rows);
}

/**
 * @param {import("seq2see/marks").Mark[]} marks
 * @returns {import("seq2see/timeline").NumberRef[]}
 */
function numbersOf(marks) {
  return marks
    .filter(({ attrs }) => attrs.opacity !== 0)
    .flatMap(({ number, children }) => [...(number ? [number] : []), ...numbersOf(children ?? [])]);
}

/**
 * An index in words: the tokens that it stands for, and the unit, counted from 1.
 * @param {import("seq2see/trace").Trace} trace
 * @param {import("seq2see/timeline").NumberRef} number
 */
function placeOf(trace, { name, index }) {
  const { axes } = trace.tensor(name);
  return index
    .map((entry, place) =>
      ["head", "width"].includes(axes[place]) ? String(entry + 1) : trace.axis(axes[place]).labels[entry])
    .join(" · ");
}

/**
 * @param {Player} player
 * @param {import("seq2see/trace").Beam} beam
 */
function beamTable(player, beam) {
  const { language } = player.state.choices;
  return scrolling(
    say(language, "table.beam"),
    ["step", "token", "score", "status"].map((name) => say(language, `table.${name}`)),
    beam.steps.flatMap((candidates, step) =>
      candidates.map(({ token, score, status }) => [
        String(step + 1), token, short(score), say(language, `table.${status}`)])),
  );
}

/** @param {Player} player */
function attentionTable(player) {
  const { language, layer, head } = fittingChoices(player.trace, player.state.choices);
  const { rows, columns, values } = player.trace.attention("cross", layer, head);
  const width = columns.labels.length;
  return scrolling(
    say(language, "table.attention"),
    ["", ...columns.labels],
    rows.labels.map((label, row) => [label, ...Array.from(values.subarray(row * width, (row + 1) * width), percent)]),
  );
}

/** @param {Player} player */
function stepTable(player) {
  const { language } = player.state.choices;
  const heads = ["step", "token", "prob", "rank", "others"].map((name) => say(language, `table.${name}`));
  return scrolling(
    say(language, "table.steps"),
    heads,
    player.trace.steps.map(({ chosen, rank, top }, index) => [
      String(index + 1),
      chosen.token,
      percent(Math.exp(chosen.logProb)),
      String(rank),
      top.filter(({ id }) => id !== chosen.id).slice(0, 3).map(({ token, logProb }) => `${token} ${percent(Math.exp(logProb))}`).join(", "),
    ]),
  );
}

/**
 * @param {string} title
 * @param {string[]} heads
 * @param {(string | HTMLElement)[][]} rows The first entry of each is its heading.
 */
function scrolling(title, heads, rows) {
  return element("div", { class: "scrolling", tabindex: 0, role: "region", "aria-label": title },
    element("table", {},
      element("caption", {}, title),
      element("thead", {}, element("tr", {}, ...heads.map((name) => element("th", { scope: "col" }, element("bdi", {}, name))))),
      element("tbody", {}, ...rows.map(([first, ...rest]) =>
        element("tr", {}, element("th", { scope: "row" }, element("bdi", {}, first)),
          ...rest.map((value) => element("td", {}, element("bdi", {}, value))))))));
}
