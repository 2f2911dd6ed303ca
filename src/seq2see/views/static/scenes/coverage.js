/** Coverage: what attention has looked at so far, source token by source token, and what is left. */

import { group, line, mixed, rect, round } from "seq2see/marks";
import { decimal, percent, short } from "seq2see/numbers";
import { caption, token, weightCell } from "seq2see/parts";
import { COVERAGE, WEIGHTS } from "seq2see/scenes/anatomy";
import { MARGIN, lanesOf } from "seq2see/scenes/lanes";
import { mapColumns, mapHeight, stepMap } from "seq2see/scenes/step_map";
import { isRightToLeft } from "seq2see/text";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/marks").Box} Box */

const CELL = { tall: 26, wide: 46 };
const GAUGE = { tall: 66, wide: 60 };
const LANES = ["before", "weights", "after", "left"];
const FULL = 1.5; // where a gauge ends; its line stands at 1
const TRACK = 4; // height of the line of what is covered, in the map

/**
 * What is covered after a step.
 * @param {Trace} trace
 * @param {number} step
 * @returns {number[]}
 */
function coveredAfter(trace, step) {
  const weights = trace.row(WEIGHTS, step);
  return Array.from(trace.row(COVERAGE, step), (sum, i) => sum + weights[i]);
}

/**
 * The step that was chosen; else one half-way, when some is covered and some is left.
 * @param {Trace} trace
 * @param {{step: number | null}} choices
 */
function stepOf(trace, { step }) {
  const last = trace.steps.length - 1;
  return Math.min(step ?? Math.floor(last / 2), last);
}

/** @param {number} covered */
function leftOf(covered) {
  return Math.max(1 - covered, 0);
}

/** @type {Scene} */
export const coverage = {
  id: "coverage",
  fits: (trace) => trace.has(COVERAGE) && trace.has(WEIGHTS),
  beats(trace, choices) {
    const step = stepOf(trace, choices);
    const { labels } = trace.source.axis;
    const [before, weights] = [trace.row(COVERAGE, step), trace.row(WEIGHTS, step)];
    const [most, now] = [before, weights].map((row) => row.indexOf(Math.max(...row)));
    const total = (/** @type {number[]} */ values) => values.reduce((sum, value) => sum + value, 0);
    const values = {
      step: step + 1,
      word: trace.target.axis.labels[step],
      most: labels[most],
      had: short(before[most]),
      now: labels[now],
      weight: percent(weights[now]),
      left: short(total(coveredAfter(trace, step).map(leftOf))),
      count: labels.length,
      again: percent(total(Array.from(weights, (weight, i) => Math.min(weight, before[i])))),
    };
    const common = { values, step, move: 0.6, hold: 2 };
    const sum = { name: COVERAGE, index: [step, most] };
    const weight = { name: WEIGHTS, index: [step, now] };
    const start = step ? "coverage.before" : "coverage.start";
    return [
      { id: "before", words: start, ...common, number: sum },
      { id: "weights", words: "coverage.weights", ...common, number: weight },
      { id: "after", words: "coverage.after", ...common, move: 0.7 },
      { id: "left", words: "coverage.left", ...common, hold: 2.5 },
      { id: "all", words: "coverage.all", ...common, move: 0.7, hold: 2.5 },
    ];
  },
  draw(scenery) {
    const { trace, choices, theme, at } = scenery;
    const step = stepOf(trace, choices);
    const { labels } = trace.source.axis;
    const fromRight = isRightToLeft(trace.source.text);
    const lanes = lanesOf(
      labels,
      LANES.map((id) => ({
        id,
        name: say(choices.language, `coverage.lane.${id}`),
        ...(id === "after" ? GAUGE : CELL),
      })),
      { room: choices.width, fromRight, topBeside: 8 },
    );
    const [before, weights] = [trace.row(COVERAGE, step), trace.row(WEIGHTS, step)];
    const after = coveredAfter(trace, step);

    const columns = labels.map((label, i) => {
      const cell = (/** @type {string} */ id, /** @type {number} */ share, /** @type {string} */ written, /** @type {object} */ extras) => {
        const place = lanes.box(i, id);
        const inset = lanes.upright ? place : { ...place, y: place.y + 2, height: place.height - 4 };
        return weightCell(id, share, { ...inset, theme, label: written, opacity: at(id) }, extras);
      };
      const told = (/** @type {string} */ name) => {
        const number = { name, index: [step, i] };
        return { number, action: { explain: number } };
      };
      const gauge = lanes.box(i, "after");
      const grown = mixed(before[i], after[i], at("after"));
      const fill = theme.attention.strong;
      return group(
        `column${i}`,
        [
          token("token", label, { ...lanes.box(i, "tokens"), role: "encoder", theme }),
          cell("before", before[i], decimal(before[i]), told(COVERAGE)),
          cell("weights", weights[i], percent(weights[i]), told(WEIGHTS)),
          group(
            "gauge",
            [
              rect("tank", gauge, { fill: "none", stroke: theme.grid, rx: 3 }),
              rect("earlier", partOf(gauge, 0, before[i], lanes.upright), { fill, "fill-opacity": 0.45 }),
              rect("now", partOf(gauge, before[i], grown, lanes.upright), { fill }),
              markOf(gauge, lanes.upright, theme.decoder.strong),
            ],
            { opacity: round(at("after")) },
            { title: short(after[i]) },
          ),
          leftCell(leftOf(after[i]), lanes.box(i, "left"), theme, at("left")),
        ],
        {},
        { link: `source:${i}` },
      );
    });

    const top = lanes.height + 24;
    const mapped = mapColumns(lanes, labels.length, fromRight);
    const map = stepMap(scenery, { columns: mapped, top, share: at("all") }, (other, row) => {
      const covered = coveredAfter(trace, other);
      return mapped.map(({ left, width }, i) => {
        const long = width * Math.min(covered[i], 1);
        const x = fromRight ? left + width - long : left;
        const track = { x, y: row.y + row.height - TRACK, width: long, height: TRACK };
        return rect(`covered${i}`, track, { fill: theme.decoder.strong }, { title: short(covered[i]) });
      });
    });

    const names = LANES.map((id) => {
      const { text, anchor, ...where } = lanes.name(id);
      const role = id === "left" ? "encoder" : "attention";
      return caption(`name.${id}`, where, text, { theme, role, anchor, opacity: at(id), bold: true });
    });
    return {
      width: lanes.width,
      height: top + mapHeight(trace.target.axis.labels.length) + MARGIN,
      marks: [...columns, ...names, map],
      focus: null,
    };
  },
};

/**
 * What is left of a token: in the colour of the source, and paler the less it is.
 * @param {number} share
 * @param {Box} box
 * @param {import("seq2see/theme").Theme} theme
 * @param {number} opacity
 */
function leftCell(share, { x, y, width, height }, theme, opacity) {
  const role = /** @type {const} */ ("encoder");
  const fill = { fill: theme.encoder.tint, "fill-opacity": round(share), stroke: theme.grid, rx: 6 };
  const middle = { x: x + width / 2, y: y + height / 2 + 4 };
  return group(
    "left",
    [
      rect("cell", { x, y, width, height }, fill),
      caption("share", middle, percent(share), { theme, role, anchor: "middle" }),
    ],
    { opacity: round(opacity) },
    { title: percent(share) },
  );
}

/**
 * The part of a gauge between two amounts: it fills upwards below a token, to the right beside it.
 * @param {Box} box
 * @param {number} from
 * @param {number} to
 * @param {boolean} upright
 * @returns {Box}
 */
function partOf({ x, y, width, height }, from, to, upright) {
  const [low, high] = [from, to].map((amount) => Math.min(amount, FULL) / FULL);
  if (!upright) return { x: x + low * width, y: y + 6, width: (high - low) * width, height: height - 12 };
  return { x: x + 6, y: y + (1 - high) * height, width: width - 12, height: (high - low) * height };
}

/**
 * The line at 1.
 * @param {Box} box
 * @param {boolean} upright
 * @param {string} stroke
 */
function markOf({ x, y, width, height }, upright, stroke) {
  const look = { stroke, "stroke-width": 2 };
  if (!upright) {
    const across = x + width / FULL;
    return line("one", { x: across, y: y + 2 }, { x: across, y: y + height - 2 }, look);
  }
  const level = y + height * (1 - 1 / FULL);
  return line("one", { x, y: level }, { x: x + width, y: level }, look);
}
