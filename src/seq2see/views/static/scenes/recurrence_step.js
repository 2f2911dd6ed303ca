/** The picture of one recurrent step: what comes in, the gates of its cell, and the state after. */

import { arrow, between, group, rect, round } from "seq2see/marks";
import { WRITTEN, caption, limitOf, token, tokenWidth, writtenVector } from "seq2see/parts";
import { cellOf, directionsOf } from "seq2see/scenes/anatomy";
import { MARGIN } from "seq2see/scenes/layout";
import { fitted } from "seq2see/text";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scenery} Scenery */
/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/marks").Point} Point */

/**
 * A row of a cell's picture: the beat that brings it, what comes after the layer's name in the name
 * of its tensor, and whether it is a gate, whose numbers are from 0 to 1.
 * @typedef {{beat: string, name: string, gate?: boolean}} Row
 */

/** A source position, and the one read before it; null before the first. */
/** @typedef {{position: number, previous: number | null}} Step */

/** Rows of each kind of cell: states that it is handed, what it computes, what it hands on. */
/** @type {Record<import("seq2see/scenes/anatomy").Cell, {states: string[], inner: Row[], after: Row[]}>} */
export const CELLS = {
  rnn: { states: ["hidden"], inner: [], after: [{ beat: "new", name: "hidden" }] },
  gru: {
    states: ["hidden"],
    inner: [
      { beat: "reset", name: "reset_gate", gate: true },
      { beat: "candidate", name: "candidate" },
      { beat: "update", name: "update_gate", gate: true },
    ],
    after: [{ beat: "new", name: "hidden" }],
  },
  lstm: {
    states: ["hidden", "cell"],
    inner: [
      { beat: "forget", name: "forget_gate", gate: true },
      { beat: "input", name: "input_gate", gate: true },
      { beat: "input", name: "candidate" },
      { beat: "output", name: "output_gate", gate: true },
    ],
    after: [
      { beat: "cell", name: "cell" },
      { beat: "new", name: "hidden" },
    ],
  },
};

export const INPUT = "encoder.layers.0.input";
export const PADDING = 12;
export const APART = 54; // between the two steps
const ROW = 31;
export const TALL = 25; // of a row's numbers
const LABELS = 116; // room for the names of the rows
const MOST = 6; // units of a row
const LEAST = 4;

/**
 * The lowest encoder layer, in the direction that is shown.
 * @param {Trace} trace
 */
export function layerOf(trace) {
  return `encoder.layers.0.${directionsOf(trace)[0]}`;
}

/**
 * Where everything stands: steps beside each other where there is room, else one below the other.
 * Heights are those within a step.
 * @param {Trace} trace
 * @param {number} room
 * @param {number} count Of steps.
 */
export function layOut(trace, room, count) {
  const { states, inner, after } = CELLS[cellOf(trace)];
  const full = room - 2 * MARGIN;
  const widthOf = (/** @type {number} */ units) => LABELS + units * WRITTEN + 2 * PADDING;
  const beside = count === 2 && full >= 2 * widthOf(LEAST) + APART;
  const each = beside ? (full - APART) / 2 : full;
  const fitting = Math.floor((each - widthOf(0)) / WRITTEN);
  const units = trace.tensor(`${layerOf(trace)}.hidden`).shape[1];
  const shown = Math.min(Math.max(fitting, LEAST), MOST, units);
  const width = widthOf(shown);
  const box = { top: (states.length + 1) * ROW + 26, height: Math.max(inner.length, 1) * ROW + 32 };
  const afterTop = box.top + box.height + 26;
  const height = afterTop + after.length * ROW + (inner.length ? 20 : 0);
  /** @param {number} place */
  const origin = (place) =>
    beside
      ? { x: MARGIN + place * (width + APART), y: MARGIN }
      : { x: MARGIN, y: MARGIN + place * (height + APART) };
  const leaves = afterTop + (after.length - 1) * ROW + TALL / 2; // the new state
  return { beside, shown, width, height, box, afterTop, leaves, origin, numbers: PADDING + LABELS };
}

/**
 * @param {Scenery} scenery
 * @param {{step: Step, place: number, plan: ReturnType<typeof layOut>}} here `place` is that of the
 *   step in the picture: 0, or 1 for the one that the first hands its state to.
 */
export function drawStep({ trace, choices, theme, at }, { step, place, plan }) {
  const { language } = choices;
  const cell = cellOf(trace);
  const { states, inner, after } = CELLS[cell];
  const layer = layerOf(trace);
  const { shown, width, afterTop } = plan;
  const { x, y } = plan.origin(place);
  const left = x + plan.numbers;
  const middle = left + (shown * WRITTEN) / 2;
  const box = { x, y: y + plan.box.top, width, height: plan.box.height };
  const limit = limitOf(trace, `${layer}.hidden`, `${layer}.cell`, `${layer}.candidate`);
  const colour = theme.encoder.strong;
  const role = /** @type {const} */ ("encoder");
  const arrives = place ? at("handed") : 0.4 + 0.6 * at("inputs");
  const shows = (/** @type {string} */ beat) => at(place ? "again" : beat);

  /**
   * Numbers in a row.
   * @param {string} key
   * @param {string} name Of a tensor.
   * @param {number | null} position Null: nothing has been read yet, and all is zero.
   * @param {Point & {limit: number, opacity: number}} look
   */
  const written = (key, name, position, look) =>
    writtenVector(key, position === null ? new Float32Array(shown) : trace.row(name, position), {
      ...look,
      role,
      theme,
      shown,
      height: TALL,
      number: position === null ? null : { name, index: [position] },
    });

  /**
   * @param {string} key
   * @param {number} top
   * @param {number} opacity
   */
  const named = (key, top, opacity) => {
    const label = fitted(say(language, `recurrence.row.${key}`), 12, LABELS - 6);
    const bold = key === "hidden" || key === "cell";
    return caption(`name.${key}`, { x: x + PADDING, y: top + 17 }, label, {
      theme,
      role,
      opacity,
      bold,
    });
  };

  /**
   * A row that this step computes.
   * @param {Row} row
   * @param {number} top
   */
  const computed = ({ name, beat, gate }, top) => [
    named(name, top, shows(beat)),
    written(name, `${layer}.${name}`, step.position, {
      x: left,
      y: top,
      limit: gate ? 1 : limit,
      opacity: shows(beat),
    }),
  ];

  // States that the step before has left; the second step's come from the first one's new ones.
  const before = states.flatMap((state, i) => {
    const home = { x: left, y: y + i * ROW };
    const first = plan.origin(0);
    const row = after.findIndex(({ name }) => name === state);
    const from = { x: first.x + plan.numbers, y: first.y + afterTop + row * ROW };
    const stands = place ? between(from, home, arrives) : home;
    const key = `${state}.before`;
    return [
      named(key, home.y, arrives),
      written(key, `${layer}.${state}`, step.previous, { ...stands, limit, opacity: arrives }),
    ];
  });

  const wordTop = y + states.length * ROW;
  const label = trace.source.axis.labels[step.position];
  const word = { x: x + PADDING, y: wordTop - 2, width: Math.min(tokenWidth(label), LABELS - 8) };
  const last = after[after.length - 1].beat;
  const frame = { rx: 10, fill: theme.encoder.tint, stroke: colour, "stroke-width": 1.5 };
  const begun = place ? arrives : 1;
  return group(`step${place}`, [
    rect("box", box, { ...frame, opacity: round(begun) }),
    caption("gates", { x: x + PADDING, y: box.y + 19 }, say(language, `recurrence.name.${cell}`), {
      theme,
      role,
      bold: true,
      opacity: begun,
    }),
    ...before,
    token(
      "word",
      label,
      { ...word, role, theme, opacity: arrives },
      { link: `source:${step.position}` },
    ),
    written("input", INPUT, step.position, {
      x: left,
      y: wordTop,
      limit: limitOf(trace, INPUT),
      opacity: arrives,
    }),
    arrow(
      "into",
      { x: middle, y: wordTop + ROW - 3 },
      { x: middle, y: box.y - 2 },
      { colour, grown: shows(inner[0]?.beat ?? last) },
    ),
    ...inner.flatMap((row, i) => computed(row, box.y + 26 + i * ROW)),
    arrow(
      "out",
      { x: middle, y: box.y + box.height + 2 },
      { x: middle, y: y + afterTop - 3 },
      { colour, grown: shows(after[0].beat) },
    ),
    ...after.flatMap((row, i) => computed(row, y + afterTop + i * ROW)),
    cell !== "rnn" &&
      caption(
        "rule",
        { x: x + width - PADDING, y: y + afterTop + after.length * ROW + 10 },
        say(language, `recurrence.rule.${cell}`),
        { theme, anchor: "end", opacity: shows(last) },
      ),
  ]);
}
