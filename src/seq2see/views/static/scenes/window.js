/** Local attention: a window of the source around a centre, and how it travels. */

import { group, mixed, rect, round } from "seq2see/marks";
import { percent, short } from "seq2see/numbers";
import { caption, token, weightCell } from "seq2see/parts";
import { CENTRE, SCORES, WEIGHTS, WINDOW } from "seq2see/scenes/anatomy";
import { MARGIN, lanesOf, middleOf } from "seq2see/scenes/lanes";
import { mapColumns, mapHeight, stepMap } from "seq2see/scenes/step_map";
import { tellingStep } from "seq2see/scenes/steps";
import { isRightToLeft } from "seq2see/text";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/marks").Box} Box */

const BELL = 52; // of a window's bars, below tokens
const BESIDE = 44; // and beside them
const CELL = 26;

/** @param {Trace} trace */
function predicts(trace) {
  return trace.model.settings["model.attention.scope"] === "local-p";
}

/**
 * What softmax gives within the window, before the window takes its part.
 * @param {Trace} trace
 * @param {number} step
 */
function sharesOf(trace, step) {
  const scores = trace.row(SCORES, step);
  const most = Math.max(...scores);
  const powers = Array.from(scores, (score) => Math.exp(score - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** @type {Scene} */
export const localWindow = {
  id: "window",
  fits: (trace) => trace.has(CENTRE) && trace.has(WINDOW) && trace.has(SCORES),
  beats(trace, choices) {
    const step = tellingStep(trace, choices);
    const weights = trace.row(WEIGHTS, step);
    const most = weights.indexOf(Math.max(...weights));
    const kind = predicts(trace) ? "predicted" : "given";
    const values = {
      step: step + 1,
      word: trace.target.axis.labels[step],
      count: weights.length,
      centre: short(trace.at(CENTRE, step)),
      reach: trace.model.settings["model.attention.window"],
      most: trace.source.axis.labels[most],
      weight: percent(weights[most]),
      total: percent(weights.reduce((sum, weight) => sum + weight, 0)),
    };
    const centre = { name: CENTRE, index: [step] };
    const edge = { name: WINDOW, index: [step, most] };
    const weight = { name: WEIGHTS, index: [step, most] };
    const common = { values, step, move: 0.6, hold: 2 };
    const left = weights[most] > 0 ? `window.left.${kind}` : "window.nothing";
    return [
      { id: "places", words: "window.places", ...common },
      { id: "centre", words: `window.centre.${kind}`, ...common, number: centre },
      { id: "window", words: `window.window.${kind}`, ...common, number: edge },
      ...(predicts(trace) ? [{ id: "shares", words: "window.shares", ...common }] : []),
      { id: "left", words: left, ...common, number: weight },
      { id: "travel", words: `window.travel.${kind}`, ...common, move: 0.7, hold: 2.5 },
    ];
  },
  draw(scenery) {
    const { trace, choices, theme, at } = scenery;
    const step = tellingStep(trace, choices);
    const { labels } = trace.source.axis;
    const fromRight = isRightToLeft(trace.source.text);
    const name = (/** @type {string} */ id) => say(choices.language, `window.lane.${id}`);
    const lane = (/** @type {string} */ id, /** @type {number} */ tall, /** @type {number} */ wide) => ({
      id,
      name: name(id),
      tall,
      wide,
    });
    const told = predicts(trace) ? ["window", "shares", "left"] : ["window", "left"];
    const rows = { window: lane("window", BELL, BESIDE), shares: lane("shares", CELL, 50), left: lane("left", CELL, 50) };
    const lanes = lanesOf(
      labels,
      [lane("places", 14, 24), ...told.map((id) => rows[/** @type {keyof typeof rows} */ (id)])],
      { room: choices.width, fromRight, topBeside: 8 },
    );
    const shares = sharesOf(trace, step);
    const through = trace.row(WINDOW, step);
    const weights = trace.row(WEIGHTS, step);
    const along = scaleOf(labels.length, lanes.upright, (i) => lanes.box(i, "window"));
    const centre = trace.at(CENTRE, step);

    const columns = labels.map((label, i) => {
      const box = lanes.box(i, "window");
      const outside = through[i] === 0;
      const number = (/** @type {string} */ of) => ({ name: of, index: [step, i] });
      const cell = (/** @type {string} */ id, /** @type {number} */ weight, /** @type {object} */ extras) => {
        const place = lanes.box(i, id);
        const inset = lanes.upright ? place : { ...place, y: place.y + 2, height: place.height - 4 };
        const look = { ...inset, theme, label: percent(weight), opacity: at(id) };
        return weightCell(id, weight, look, extras);
      };
      const bar = barOf(box, through[i], lanes.upright);
      return group(
        `column${i}`,
        [
          token("token", label, {
            ...lanes.box(i, "tokens"),
            role: "encoder",
            theme,
            opacity: outside ? mixed(1, 0.45, at("window")) : 1,
          }),
          caption("place", under(middleOf(lanes.box(i, "places"))), String(i), {
            theme,
            anchor: "middle",
            opacity: at("places"),
          }),
          rect(
            "bar",
            bar,
            { fill: theme.attention.strong, "fill-opacity": 0.55, opacity: round(at("window")) },
            { number: number(WINDOW), title: short(through[i]), action: { explain: number(WINDOW) } },
          ),
          predicts(trace) && cell("shares", shares[i], { title: percent(shares[i]) }),
          cell("left", weights[i], { number: number(WEIGHTS), action: { explain: number(WEIGHTS) } }),
        ],
        {},
        { link: `source:${i}` },
      );
    });

    const top = lanes.height + 24;
    const mapped = mapColumns(lanes, labels.length, fromRight);
    const across = scaleOf(labels.length, true, (i) => ({
      x: mapped[i].left,
      width: mapped[i].width,
      y: top,
      height: 0,
    }));
    const map = stepMap(scenery, { columns: mapped, top, share: at("travel") }, (other, row) => {
      const middle = trace.at(CENTRE, other);
      const { x, width } = covered(trace.row(WINDOW, other), (i) => ({
        x: mapped[i].left,
        y: row.y,
        width: mapped[i].width,
        height: row.height,
      }));
      const band = { x, y: row.y - 1.5, width, height: row.height + 3 };
      const outline = { fill: "none", stroke: theme.attention.strong, "stroke-width": 1.5, rx: 3 };
      const dot = { cx: round(across(middle)), cy: row.y + row.height / 2, r: 4 };
      return [
        rect("window", band, outline),
        {
          key: "centre",
          tag: "circle",
          attrs: { ...dot, fill: theme.decoder.strong, stroke: theme.paper, "stroke-width": 1 },
          number: { name: CENTRE, index: [other] },
          title: short(middle),
          action: { explain: { name: CENTRE, index: [other] } },
        },
      ];
    });

    const names = ["places", ...told].map((id) => {
      const { text, anchor, ...where } = lanes.name(id);
      const role = id === "places" ? undefined : /** @type {const} */ ("attention");
      return caption(`name.${id}`, where, text, { theme, role, anchor, opacity: at(id), bold: true });
    });
    const band = covered(through, (i) => lanes.box(i, "window"));
    const place = mixed(along(0), along(centre), at("centre"));
    return {
      width: lanes.width,
      height: top + mapHeight(trace.target.axis.labels.length) + MARGIN,
      marks: [
        rect("band", band, {
          fill: theme.attention.tint,
          stroke: theme.attention.strong,
          "stroke-width": 1,
          rx: 6,
          opacity: round(at("window")),
        }),
        ...columns,
        marker(place, lanes, theme, at("centre"), { step, centre }),
        ...names,
        map,
      ],
      focus: null,
    };
  },
};

/**
 * From a position, which may lie between two tokens, to a coordinate.
 * @param {number} count
 * @param {boolean} across Along x, or along y.
 * @param {(token: number) => Box} box
 * @returns {(position: number) => number}
 */
function scaleOf(count, across, box) {
  const middle = (/** @type {number} */ i) => middleOf(box(i))[across ? "x" : "y"];
  const half = (/** @type {number} */ i) => box(i)[across ? "width" : "height"] / 2;
  const turned = count > 1 && middle(1) < middle(0) ? -1 : 1;
  return (position) => {
    const last = count - 1;
    if (position <= 0) return middle(0) + turned * 2 * Math.max(position, -0.5) * half(0);
    if (position >= last) {
      return middle(last) + turned * 2 * Math.min(position - last, 0.5) * half(last);
    }
    const before = Math.floor(position);
    return mixed(middle(before), middle(before + 1), position - before);
  };
}

/**
 * The area of all positions that a window lets something through of.
 * @param {Float32Array} through
 * @param {(token: number) => Box} box
 * @returns {Box}
 */
function covered(through, box) {
  const boxes = Array.from(through.keys())
    .filter((i) => through[i] > 0)
    .map(box);
  const x = Math.min(...boxes.map((one) => one.x));
  const y = Math.min(...boxes.map((one) => one.y));
  const right = Math.max(...boxes.map((one) => one.x + one.width));
  const bottom = Math.max(...boxes.map((one) => one.y + one.height));
  return { x: x - 2, y: y - 2, width: right - x + 4, height: bottom - y + 4 };
}

/**
 * The bar of a position: as tall below a token, as long beside it, as what the window lets through.
 * @param {Box} box
 * @param {number} share
 * @param {boolean} upright
 * @returns {Box}
 */
function barOf({ x, y, width, height }, share, upright) {
  if (!upright) return { x, y: y + 6, width: Math.max(share * width, 0.5), height: height - 12 };
  const tall = Math.max(share * height, 0.5);
  return { x: x + width / 2 - 12, y: y + height - tall, width: 24, height: tall };
}

/**
 * The line through the centre, with a head that points at it.
 * @param {number} place
 * @param {import("seq2see/scenes/lanes").Lanes} lanes
 * @param {import("seq2see/theme").Theme} theme
 * @param {number} opacity
 * @param {{step: number, centre: number}} told
 * @returns {import("seq2see/marks").Mark}
 */
function marker(place, lanes, theme, opacity, { step, centre }) {
  const { x, y, width, height } = lanes.box(0, "window");
  const p = round(place);
  const colour = theme.decoder.strong;
  const [begin, end] = lanes.upright ? [y - 4, y + height + 2] : [x - 4, x + width + 2];
  const head = lanes.upright
    ? `M${p - 6} ${begin - 5}L${p + 6} ${begin - 5}L${p} ${begin + 5}Z`
    : `M${end + 5} ${p - 6}L${end + 5} ${p + 6}L${end - 5} ${p}Z`;
  const shaft = lanes.upright ? `M${p} ${begin}L${p} ${end}` : `M${begin} ${p}L${end} ${p}`;
  const number = { name: CENTRE, index: [step] };
  return group(
    "centre",
    [
      { key: "line", tag: "path", attrs: { d: shaft, stroke: colour, "stroke-width": 2, fill: "none" } },
      { key: "head", tag: "path", attrs: { d: head, fill: colour } },
    ],
    { opacity: round(opacity) },
    { number, title: short(centre), action: { explain: number } },
  );
}

/**
 * The base line of small text around a point.
 * @param {import("seq2see/marks").Point} point
 */
function under({ x, y }) {
  return { x, y: y + 4 };
}
