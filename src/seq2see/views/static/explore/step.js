/** One decoder step: what else might have come next, and where it looked; both can be changed. */

import { drag } from "seq2see/engine/drag";
import { BOS_ID, PAD_ID } from "seq2see/engine/interface";
import { percent } from "seq2see/numbers";
import { element, fill } from "seq2see/player/dom";
import { fittingChoices } from "seq2see/render";
import { tellingStep } from "seq2see/scenes/steps";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/player/player").Player} Player */
/** @typedef {import("seq2see/player/live").Live} Live */

const NEVER_SAID = new Set([PAD_ID, BOS_ID]); // no translation may contain them

/**
 * @param {Player} player
 * @param {Live} live
 * @returns {{panel: HTMLElement, update: () => void}}
 */
export function stepPanel(player, live) {
  const panel = element("div", { class: "step" });
  let shown = "";
  /** @type {{place: string, weights: Float32Array} | null} What the viewer has dragged the weights to. */
  let dragged = null;
  const update = () => {
    const { choices, sentence, model } = player.state;
    const step = stepInSight(player);
    const { layer, head } = choices;
    const place = JSON.stringify([sentence, model, step, layer, head]);
    if (place === shown) return;
    shown = place;
    if (dragged?.place !== place) dragged = null;
    fill(panel, chooser(player, step), alternatives(player, live, step), player.trace.attends ? weights(step, place) : null);
  };

  /**
   * @param {number} step
   * @param {string} place What these weights belong to.
   */
  function weights(step, place) {
    const { language } = player.state.choices;
    const own = weightsOf(player, step);
    const state = { values: dragged ? dragged.weights : own };
    const rows = element("div", { class: "weights" });
    const paint = () => fill(rows, ...player.trace.source.axis.labels.map((label, index) => row(label, index)));
    /** @param {string} label @param {number} index */
    const row = (label, index) => {
      const slider = /** @type {HTMLInputElement} */ (
        element("input", {
          type: "range", min: 0, max: 1, step: 0.01, value: state.values[index], disabled: !live.current,
          "aria-label": say(language, "weight.of", { token: label }),
          "aria-valuetext": percent(state.values[index]),
          oninput: () => {
            state.values = drag(state.values, index, Number(slider.value));
            dragged = { place, weights: state.values };
            refresh();
          },
        })
      );
      return element("label", { class: "weight" }, element("bdi", { class: "token" }, label), slider,
        element("span", { class: "number" }, percent(state.values[index])));
    };
    const refresh = () => {
      for (const [index, one] of [...rows.children].entries()) {
        const input = /** @type {HTMLInputElement} */ (one.querySelector("input"));
        input.value = String(state.values[index]);
        input.setAttribute("aria-valuetext", percent(state.values[index]));
        /** @type {HTMLElement} */ (one.lastElementChild).textContent = percent(state.values[index]);
      }
    };
    paint();
    const onward = /** @type {HTMLInputElement} */ (element("input", { type: "checkbox" }));
    /** @param {Float32Array | "uniform" | "argmax" | "none"} replacement @param {string} what */
    const decode = (replacement, what) => {
      const when = say(language, onward.checked ? "changed.from" : "changed.at", { step: step + 1 });
      live.change(say(language, what, { when }), step, {
        override: {
          from: step, ...(onward.checked ? {} : { to: step }), weights: replacement,
          ...headOf(player),
        },
        prefix: player.trace.target.ids.slice(0, step),
      });
    };
    return element("section", { class: "card" },
      element("h3", {}, say(language, "weights.title", { step: step + 1 })),
      rows,
      live.current
        ? element("div", { class: "buttons" },
            element("button", { type: "button", class: "main", onclick: () => decode(state.values, "changed.dragged") }, say(language, "weights.decode")),
            ...(/** @type {const} */ (["uniform", "argmax", "none"])).map((kind) =>
              element("button", { type: "button", onclick: () => decode(kind, `changed.${kind}`) }, say(language, `weights.${kind}`))),
            element("label", { class: "check" }, onward, say(language, "weights.onward")))
        : element("p", { class: "note" }, say(language, "needs.weights")));
  }
  return { panel, update };
}

/**
 * The decoder step that the panel is about: the one on the stage.
 * @param {Player} player
 */
export function stepInSight(player) {
  const { step } = player.beat;
  const last = player.trace.steps.length - 1;
  return Math.min(step ?? tellingStep(player.trace, player.state.choices), last);
}

/**
 * @param {Player} player
 * @param {number} step
 */
function weightsOf(player, step) {
  const { layer, head } = fittingChoices(player.trace, player.state.choices);
  const { values, columns } = player.trace.attention("cross", layer, head);
  const width = columns.labels.length;
  return values.slice(step * width, (step + 1) * width);
}

/** Which layer and head a change of attention is meant for. @param {Player} player */
function headOf(player) {
  const { layer, head } = fittingChoices(player.trace, player.state.choices);
  return { ...(layer === null ? {} : { layer }), ...(head === null ? {} : { head }) };
}

/**
 * The target tokens, to jump to the step of any.
 * @param {Player} player
 * @param {number} step
 */
function chooser(player, step) {
  const { language } = player.state.choices;
  return element("div", { class: "chips", role: "group", "aria-label": say(language, "choose.step") },
    ...player.trace.target.axis.labels.map((label, index) =>
      element("button", {
        type: "button", class: "chip", "aria-pressed": String(index === step),
        onclick: () => player.goToStep(index),
      }, element("bdi", {}, label))));
}

/**
 * @param {Player} player
 * @param {Live} live
 * @param {number} step
 */
function alternatives(player, live, step) {
  const { language } = player.state.choices;
  const { top, chosen, rank } = player.trace.steps[step];
  const prefix = player.trace.target.ids.slice(0, step);
  const listed = top.some(({ id }) => id === chosen.id) ? top : [...top, chosen];
  return element("section", { class: "card" },
    element("h3", {}, say(language, "alternatives.title", { step: step + 1 })),
    element("ol", { class: "alternatives" },
      ...listed.map(({ id, token, logProb }) => {
        const prob = Math.exp(logProb);
        const bar = element("span", { class: "bar" });
        bar.style.setProperty("--share", String(prob));
        const inside = [element("bdi", { class: "token" }, token), bar, element("span", { class: "number" }, percent(prob))];
        const isChosen = id === chosen.id;
        return element("li", { class: isChosen ? "chosen" : null },
          live.current && !isChosen && !NEVER_SAID.has(id)
            ? element("button", {
                type: "button", class: "alternative", title: say(language, "alternatives.force", { token }),
                onclick: () => live.change(say(language, "changed.forced", { step: step + 1, token }), step, { prefix: [...prefix, id] }),
              }, ...inside)
            : element("span", { class: "alternative" }, ...inside));
      })),
    rank > 1 ? element("p", { class: "note" }, say(language, "alternatives.rank", { token: chosen.token, rank })) : null,
    element("p", { class: "note" }, say(language, live.current ? "alternatives.try" : "needs.weights")));
}
