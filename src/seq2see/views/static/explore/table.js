/** The numbers of the sentence as tables: the text equivalent of the pictures. */

import { percent } from "seq2see/numbers";
import { element, fill } from "seq2see/player/dom";
import { fittingChoices } from "seq2see/render";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/player/player").Player} Player */

/**
 * @param {Player} player
 * @returns {{panel: HTMLElement, update: () => void}}
 */
export function dataTable(player) {
  const panel = element("div", { class: "tables" });
  let shown = "";
  const update = () => {
    const { choices, sentence, model } = player.state;
    const key = JSON.stringify([sentence, model, choices.layer, choices.head]);
    if (key === shown) return;
    shown = key;
    fill(panel, player.trace.attends ? attentionTable(player) : null, stepTable(player));
  };
  return { panel, update };
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
 * @param {string[][]} rows The first entry of each is its heading.
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
