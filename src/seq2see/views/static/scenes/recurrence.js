/**
 * One step of a recurrent network: from a word and the state before to the state after, through the
 * gates of the cell, with their numbers written out. A second step shows that the state is handed on.
 */

import { arrow } from "seq2see/marks";
import { decimal, percent } from "seq2see/numbers";
import { WRITTEN } from "seq2see/parts";
import { cellOf, directionsOf, readingOrder } from "seq2see/scenes/anatomy";
import { MARGIN } from "seq2see/scenes/layout";
import {
  APART,
  CELLS,
  INPUT,
  PADDING,
  TALL,
  drawStep,
  layOut,
  layerOf,
} from "seq2see/scenes/recurrence_step";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/scenes/recurrence_step").Step} Step */
/** @typedef {import("seq2see/trace").Trace} Trace */

/** @type {Scene} */
export const recurrence = {
  id: "recurrence",
  fits: (trace) => trace.has(INPUT) && directionsOf(trace).length > 0,
  beats(trace) {
    const cell = cellOf(trace);
    const [one, other] = stepsOf(trace);
    const layer = layerOf(trace);
    const values = valuesOf(trace);
    const innerBeats = [...new Set(CELLS[cell].inner.map((row) => row.beat))];
    const ids =
      cell === "lstm" ? ["forget", "input", "cell", "output", "new"] : [...innerBeats, "new"];
    const rows = [...CELLS[cell].inner, ...CELLS[cell].after];
    const beats = ids.map((id) => {
      const row = rows.find((candidate) => candidate.beat === id);
      const name = `${layer}.${row?.name ?? "hidden"}`;
      const number = { name, index: [one.position, 0] };
      return { id, words: `recurrence.${cell}.${id}`, values, number, hold: 1.8 };
    });
    const start = one.previous === null ? "recurrence.inputs.first" : "recurrence.inputs";
    const first = { name: INPUT, index: [one.position, 0] };
    const inputs = { id: "inputs", words: start, values, number: first, hold: 1.8 };
    if (!other) return [inputs, ...beats];
    return [
      inputs,
      ...beats,
      { id: "handed", words: "recurrence.handed", values, move: 0.7, hold: 1.6 },
      { id: "again", words: "recurrence.again", values, move: 0.7, hold: 1.8 },
    ];
  },
  draw(scenery) {
    const { trace, choices, at } = scenery;
    const steps = stepsOf(trace);
    const plan = layOut(trace, choices.width, steps.length);
    const columns = plan.beside ? 2 : 1;
    const rows = steps.length / columns;
    return {
      width: 2 * MARGIN + columns * (plan.width + APART) - APART,
      height: 2 * MARGIN + rows * (plan.height + APART) - APART,
      marks: [
        ...steps.map((step, place) => drawStep(scenery, { step, place, plan })),
        ...(steps.length === 2 ? [handing(plan, scenery.theme.encoder.strong, at("handed"))] : []),
      ],
      focus: null,
    };
  },
};

/**
 * The way of the new state to the next step.
 * @param {ReturnType<typeof layOut>} plan
 * @param {string} colour
 * @param {number} grown
 */
function handing(plan, colour, grown) {
  const [one, two] = [plan.origin(0), plan.origin(1)];
  if (plan.beside) {
    const from = { x: one.x + plan.width - PADDING + 4, y: one.y + plan.leaves };
    const to = { x: two.x + PADDING - 6, y: two.y + TALL / 2 };
    return arrow("handing", from, to, { colour, grown, width: 3, bend: 0.04 });
  }
  const x = one.x + plan.numbers + (plan.shown * WRITTEN) / 2;
  const from = { x, y: one.y + plan.height + 2 };
  return arrow("handing", from, { x, y: two.y - 4 }, { colour, grown, width: 3 });
}

/**
 * The two steps that are shown; one where there is nothing else to read.
 * @param {Trace} trace
 * @returns {Step[]}
 */
function stepsOf(trace) {
  const order = readingOrder(trace, directionsOf(trace)[0]);
  const start = Math.min(1, Math.max(order.length - 2, 0));
  const steps = [start, start + 1].map((place) => ({
    position: order[place],
    previous: place === 0 ? null : order[place - 1],
  }));
  return order.length > 1 ? steps : steps.slice(0, 1);
}

/**
 * What the prose speaks of: words, and the numbers of the first unit.
 * @param {Trace} trace
 */
function valuesOf(trace) {
  const [one, other] = stepsOf(trace);
  const { labels } = trace.source.axis;
  const layer = layerOf(trace);
  /** @type {Record<string, string>} */
  const values = { word: labels[one.position], next: other ? labels[other.position] : "" };
  const { inner, after, states } = CELLS[cellOf(trace)];
  for (const { name } of [...inner, ...after]) {
    values[name] = decimal(trace.at(`${layer}.${name}`, one.position, 0));
  }
  for (const name of states) {
    const { previous } = one;
    values[`${name}Before`] =
      previous === null ? "0" : decimal(trace.at(`${layer}.${name}`, previous, 0));
  }
  for (const { name, gate } of inner) {
    if (gate) values[`${name}Share`] = percent(trace.at(`${layer}.${name}`, one.position, 0));
  }
  return values;
}
