/**
 * Two translations of one sentence, one below the other: of two models, or before and after a change.
 * They keep to the same output word.
 */

import { stepInSight } from "seq2see/explore/step";
import { element, fill } from "seq2see/player/dom";
import { sameMoment } from "seq2see/player/state";
import { Stage } from "seq2see/player/stage";
import { render, timelineFor } from "seq2see/render";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/player/player").Player} Player */
/** @typedef {import("seq2see/trace").Trace} Trace */

/**
 * @param {Player} player
 * @returns {{panel: HTMLElement, update: () => void}}
 */
export function comparison(player) {
  const { language } = player.state.choices;
  const heading = element("div", { class: "versus" });
  const room = element("div", { class: "stage", tabindex: 0, role: "region", "aria-label": say(language, "compare.stage") });
  const panel = element("section", { class: "comparison", hidden: true }, heading, room);
  const stage = new Stage(room, (action) => player.act(action));
  let on = true;
  let shown = "";
  const update = () => {
    const other = beside(player);
    panel.hidden = !other;
    if (!other) return;
    const key = JSON.stringify([player.state.sentence, player.state.model, on]);
    if (key !== shown) {
      shown = key;
      fill(heading, ...headingOf(player, other, on, () => {
        on = !on;
        update();
      }));
    }
    room.hidden = !on;
    if (on) paint(other.trace);
  };
  /** @param {Trace} trace */
  const paint = (trace) => {
    const choices = { ...player.state.choices, step: stepInSight(player), width: stage.width };
    const timeline = timelineFor(trace, choices);
    const time = sameMoment(player.timeline, player.state.time, timeline);
    const frame = render(trace, Math.min(time, timeline.duration - 1e-3), choices, timeline);
    stage.show(frame, say(language, frame.beat.words, frame.beat.values));
  };
  player.painted = () => {
    const other = !panel.hidden && on && beside(player);
    if (other) paint(other.trace);
  };
  return { panel, update };
}

/**
 * What stands beside the present translation: what it was before a change, or another model's.
 * @param {Player} player
 * @returns {{trace: Trace, name: string, own: string, back: (() => void) | null} | null}
 */
function beside(player) {
  const { language } = player.state.choices;
  const { sentence, state, data } = player;
  if (sentence.changed) {
    const base = player.sentences[sentence.changed.base];
    const trace = base.traces[state.model];
    return trace && { trace, name: say(language, "compare.before"), own: sentence.changed.what, back: () => player.show(base) };
  }
  const other = sentence.traces.findIndex((trace, model) => trace && model !== state.model);
  const trace = sentence.traces[other];
  return trace ? { trace, name: data.models[other].name, own: data.models[state.model].name, back: null } : null;
}

/**
 * The two outputs, the words that differ marked.
 * @param {Player} player
 * @param {{trace: Trace, name: string, own: string, back: (() => void) | null}} other
 * @param {boolean} on
 * @param {() => void} toggle
 */
function headingOf(player, other, on, toggle) {
  const { language } = player.state.choices;
  /**
   * @param {string} name
   * @param {Trace} trace
   * @param {Trace} than
   */
  const output = (name, trace, than) =>
    element("p", {}, element("span", { class: "note" }, `${name}: `),
      ...sharedTokens(trace.target.axis.labels, than.target.axis.labels).flatMap((shared, index) => [
        element("bdi", { class: shared ? null : "differs" }, trace.target.axis.labels[index]), " "]));
  return [
    output(other.own, player.trace, other.trace),
    output(other.name, other.trace, player.trace),
    element("div", { class: "buttons" },
      element("button", { type: "button", "aria-pressed": String(on), onclick: toggle }, say(language, "compare.show")),
      other.back && element("button", { type: "button", onclick: other.back }, say(language, "compare.back"))),
  ];
}

/**
 * Which of some tokens belong to a longest sequence that others have too, in the same order.
 * @param {string[]} tokens
 * @param {string[]} others
 * @returns {boolean[]}
 */
function sharedTokens(tokens, others) {
  // longest[i][j]: how many tokens[i:] and others[j:] share.
  const longest = Array.from({ length: tokens.length + 1 }, () => new Uint16Array(others.length + 1));
  for (let i = tokens.length - 1; i >= 0; i--) {
    for (let j = others.length - 1; j >= 0; j--) {
      const same = tokens[i] === others[j];
      longest[i][j] = same ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
    }
  }
  let j = 0;
  return tokens.map((token, i) => {
    while (j < others.length && token !== others[j] && longest[i][j + 1] >= longest[i][j]) j++;
    if (token !== others[j]) return false;
    j++;
    return true;
  });
}
