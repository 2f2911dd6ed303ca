/**
 * One step of a recurrent network: from a word and the state before to the state after, through the
 * gates of the cell, with their numbers written out. A second step shows that the state is handed on.
 */

import { arrow, between, group, rect, round } from "seq2see/marks";
import { decimal, percent } from "seq2see/numbers";
import { WRITTEN, caption, limitOf, token, tokenWidth, writtenVector } from "seq2see/parts";
import { cellOf, directionsOf, readingOrder } from "seq2see/scenes/anatomy";
import { MARGIN } from "seq2see/scenes/layout";
import { fitted } from "seq2see/text";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/trace").Trace} Trace */

/**
 * A row of a cell's picture: the beat that brings it, what comes after the layer's name in the name
 * of its tensor, and whether it is a gate, whose numbers are from 0 to 1.
 * @typedef {{beat: string, name: string, gate?: boolean}} Row
 */

/** @type {Record<import("seq2see/scenes/anatomy").Cell, {states: string[], inner: Row[], after: Row[]}>} */
const CELLS = {
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

const INPUT = "encoder.layers.0.input";
const LABELS = 116; // room for the names of the rows
const ROW = 31;
const HEIGHT = 25; // of a written vector
const PADDING = 12;
const WIDEST = 6; // units of a row
const APART = 54; // between the two steps

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
  draw({ trace, choices, theme, at }) {
    const { language } = choices;
    const cell = cellOf(trace);
    const { states, inner, after } = CELLS[cell];
    const layer = layerOf(trace);
    const steps = stepsOf(trace).filter((step) => step !== undefined);
    const room = choices.width - 2 * MARGIN;
    const wanted = (/** @type {number} */ units) => LABELS + units * WRITTEN + 2 * PADDING;
    const sideBySide = steps.length === 2 && room >= 2 * wanted(4) + APART;
    const each = sideBySide ? (room - APART) / 2 : room;
    const fitting = Math.floor((each - wanted(0)) / WRITTEN);
    const { shape } = trace.tensor(`${layer}.hidden`);
    const shown = Math.min(Math.max(fitting, 4), WIDEST, shape[1]);
    const width = wanted(shown);
    const before = states.length + 1;
    const boxTop = before * ROW + 26;
    const boxHeight = Math.max(inner.length, 1) * ROW + 32;
    const afterTop = boxTop + boxHeight + 26;
    const height = afterTop + after.length * ROW + (cell === "rnn" ? 0 : 20);
    const limits = {
      state: limitOf(trace, `${layer}.hidden`, `${layer}.cell`, `${layer}.candidate`),
      input: limitOf(trace, INPUT),
    };

    /** @param {number} panel */
    const origin = (panel) =>
      sideBySide
        ? { x: MARGIN + panel * (width + APART), y: MARGIN }
        : { x: MARGIN, y: MARGIN + panel * (height + APART) };

    /** @param {number} panel */
    const cells = (panel) => origin(panel).x + PADDING + LABELS;

    const panels = steps.map((step, panel) => {
      const { x, y } = origin(panel);
      const left = cells(panel);
      /** @param {string} beat */
      const shows = (beat) =>
        panel === 0
          ? beat === "inputs"
            ? 0.4 + 0.6 * at(beat)
            : at(beat)
          : at(beat === "inputs" ? "handed" : "again");
      /**
       * @param {string} key
       * @param {string} label
       * @param {number} top
       * @param {number} opacity
       */
      const name = (key, label, top, opacity) =>
        caption(`name.${key}`, { x: x + PADDING, y: top + 17 }, fitted(label, 12, LABELS - 6), {
          theme,
          role: "encoder",
          opacity,
          bold: key === "hidden" || key === "cell",
        });
      /**
       * A row of numbers of this step.
       * @param {Row} row
       * @param {number} top
       */
      const written = (row, top) => [
        name(row.name, say(language, `recurrence.row.${row.name}`), top, shows(row.beat)),
        writtenVector(row.name, trace.row(`${layer}.${row.name}`, step.position), {
          x: left,
          y: top,
          role: "encoder",
          theme,
          limit: row.gate ? 1 : limits.state,
          shown,
          height: HEIGHT,
          opacity: shows(row.beat),
          number: { name: `${layer}.${row.name}`, index: [step.position] },
        }),
      ];
      const earlier = states.flatMap((state, i) => {
        const home = { x: left, y: y + i * ROW };
        const row = after.findIndex((one) => one.name === state);
        const from = { x: cells(0), y: origin(0).y + afterTop + row * ROW };
        const place = panel === 0 ? home : between(from, home, at("handed"));
        const label = say(language, `recurrence.row.${state}.before`);
        return [
          name(`${state}.before`, label, home.y, shows("inputs")),
          step.previous === null
            ? writtenVector(`${state}.before`, new Float32Array(shown), {
                ...look(place, limits.state, shows("inputs")),
                number: null,
              })
            : writtenVector(`${state}.before`, trace.row(`${layer}.${state}`, step.previous), {
                ...look(place, limits.state, shows("inputs")),
                number: { name: `${layer}.${state}`, index: [step.previous] },
              }),
        ];
      });
      /**
       * @param {{x: number, y: number}} place
       * @param {number} limit
       * @param {number} opacity
       */
      function look(place, limit, opacity) {
        return {
          ...place,
          role: /** @type {const} */ ("encoder"),
          theme,
          limit,
          shown,
          height: HEIGHT,
          opacity,
        };
      }
      const wordTop = y + states.length * ROW;
      const label = trace.source.axis.labels[step.position];
      const tokenRoom = Math.min(tokenWidth(label), LABELS - 8);
      const box = { x, y: y + boxTop, width, height: boxHeight };
      const middle = left + (shown * WRITTEN) / 2;
      const begun = panel === 0 ? 1 : at("handed");
      const colour = theme.encoder.strong;
      const last = after[after.length - 1].beat;
      const firstInner = inner[0]?.beat ?? last;
      return group(`step${panel}`, [
        rect("box", box, {
          rx: 10,
          fill: theme.encoder.tint,
          stroke: colour,
          "stroke-width": 1.5,
          opacity: round(begun),
        }),
        caption(
          "gates",
          { x: x + PADDING, y: box.y + 19 },
          say(language, `recurrence.name.${cell}`),
          {
            theme,
            role: "encoder",
            bold: true,
            opacity: begun,
          },
        ),
        ...earlier,
        token(
          "word",
          label,
          {
            x: x + PADDING,
            y: wordTop - 2,
            width: tokenRoom,
            role: "encoder",
            theme,
            opacity: shows("inputs"),
          },
          { link: `source:${step.position}` },
        ),
        writtenVector("input", trace.row(INPUT, step.position), {
          ...look({ x: left, y: wordTop }, limits.input, shows("inputs")),
          number: { name: INPUT, index: [step.position] },
        }),
        arrow(
          "into",
          { x: middle, y: wordTop + ROW - 3 },
          { x: middle, y: box.y - 2 },
          {
            colour,
            grown: shows(firstInner),
          },
        ),
        ...inner.flatMap((row, i) => written(row, box.y + 26 + i * ROW)),
        arrow(
          "out",
          { x: middle, y: box.y + boxHeight + 2 },
          { x: middle, y: y + afterTop - 3 },
          {
            colour,
            grown: shows(after[0].beat),
          },
        ),
        ...after.flatMap((row, i) => written(row, y + afterTop + i * ROW)),
        cell !== "rnn" &&
          caption(
            "rule",
            { x: x + width - PADDING, y: y + afterTop + after.length * ROW + 10 },
            say(language, `recurrence.rule.${cell}`),
            { theme, anchor: "end", opacity: shows(last) },
          ),
      ]);
    });

    const one = origin(0);
    const two = origin(1);
    const end = { x: one.x + width - PADDING + 4, y: one.y + afterTop + after.length * ROW - 18 };
    const below = { x: cells(0) + (shown * WRITTEN) / 2, y: one.y + height + 2 };
    const handing = sideBySide
      ? arrow(
          "handing",
          end,
          { x: two.x + PADDING - 6, y: two.y + HEIGHT / 2 },
          {
            colour: theme.encoder.strong,
            grown: at("handed"),
            width: 3,
            bend: 0.1,
          },
        )
      : arrow(
          "handing",
          below,
          { x: below.x, y: two.y - 4 },
          {
            colour: theme.encoder.strong,
            grown: at("handed"),
            width: 3,
          },
        );
    const columns = sideBySide ? 2 : 1;
    const rows = sideBySide ? 1 : steps.length;
    return {
      width: 2 * MARGIN + columns * width + (columns - 1) * APART,
      height: 2 * MARGIN + rows * height + (rows - 1) * APART,
      marks: [...panels, ...(steps.length === 2 ? [handing] : [])],
      focus: null,
    };
  },
};

/**
 * The lowest encoder layer, in the direction that is shown.
 * @param {Trace} trace
 */
function layerOf(trace) {
  return `encoder.layers.0.${directionsOf(trace)[0]}`;
}

/**
 * The two steps that are shown: positions, and those read before them; null before the first.
 * @param {Trace} trace
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
