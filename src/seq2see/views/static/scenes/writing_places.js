/** Where the parts of every step stand: in one line or, on a phone, below each other. */

import { TOKEN_HEIGHT, tokenWidth } from "seq2see/parts";
import { distributionHeight } from "seq2see/scenes/distribution";

/** @typedef {"reads" | "back" | "cross" | "feedforward" | "top" | "writes"} Part */

/** @type {Part[]} */
export const PARTS = ["reads", "back", "cross", "feedforward", "top", "writes"];
export const DETAILED = 2; // steps that are shown part by part
export const BAR = 34; // height of the bars of feed-forward layers
const MARGIN = 16;
const GAP = 18;
const NARROW = 760; // rooms below this put the parts of a step below each other

/**
 * Where the parts of every step stand: in one line or, where the room is narrow, below each other.
 * @param {import("seq2see/trace").Trace} trace
 * @param {import("seq2see/render").Choices} choices
 * @param {number} layers
 */
export function layoutOf(trace, choices, layers) {
  const count = trace.steps.length;
  const sources = trace.source.axis.labels.length;
  const words = Math.min(
    Math.max(...trace.steps.map(({ chosen }) => tokenWidth(chosen.token)), tokenWidth("<s>")),
    112,
  );
  const bars = (/** @type {number} */ step) =>
    Math.min(step < DETAILED ? 5 : 2, trace.steps[step].top.length);
  const active = Math.max(layers * 12, 64);
  const room = choices.width;
  if (room < NARROW) {
    const cell = Math.max(Math.min((room - 2 * MARGIN) / Math.max(count, sources), 18), 5);
    const width = Math.max(room, 2 * MARGIN + cell * Math.max(count, sources));
    const height = (/** @type {number} */ step) =>
      TOKEN_HEIGHT + 2 * 54 + Math.max(BAR + 8, distributionHeight(bars(step))) + 26;
    const tops = stacked(count, height, 12);
    /** @type {(step: number, part: Part) => {x: number, y: number, width: number, room: number}} */
    const box = (step, part) => {
      const inside = { x: MARGIN, width: room - 2 * MARGIN, room: room - 2 * MARGIN };
      const y = tops[step] + 8;
      if (part === "reads") return { ...inside, y, width: words };
      if (part === "writes") return { ...inside, x: room - MARGIN - words, y, width: words };
      if (part === "back") return { ...inside, y: y + TOKEN_HEIGHT + 10 };
      if (part === "cross") return { ...inside, y: y + TOKEN_HEIGHT + 58 };
      const low = y + TOKEN_HEIGHT + 106;
      return part === "feedforward"
        ? { ...inside, y: low }
        : { ...inside, x: MARGIN + active + 4, y: low, width: room - 2 * MARGIN - active - 4 };
    };
    return {
      narrow: true,
      cell,
      width,
      height: tops[count] + MARGIN,
      bars,
      box,
      band: (/** @type {number} */ step) => ({
        x: 8,
        y: tops[step],
        width: width - 16,
        height: height(step) - 8,
      }),
      flow: (/** @type {number} */ step) =>
        ends(MARGIN + words + 6, room - MARGIN - words - 6, tops[step] + 8 + TOKEN_HEIGHT / 2),
      head: (/** @type {Part} */ _part) => null,
    };
  }
  const fixed = 2 * words + active + 200 + 5 * GAP + 2 * MARGIN;
  const cell = Math.max(Math.min((room - fixed) / (count + sources), 16), 7);
  const widths = {
    reads: words,
    back: Math.max(cell * count, 112),
    cross: Math.max(cell * sources, 112),
    feedforward: active,
    top: 200,
    writes: words,
  };
  const head = 40;
  const height = (/** @type {number} */ step) => Math.max(distributionHeight(bars(step)), 36) + 14;
  const tops = stacked(count, height, head);
  /** @type {Record<string, number>} */
  const lefts = {};
  let x = MARGIN;
  for (const part of PARTS) {
    lefts[part] = x;
    x += widths[part] + GAP;
  }
  const width = x - GAP + MARGIN;
  const middle = (/** @type {number} */ step) => tops[step] + (height(step) - 6) / 2;
  return {
    narrow: false,
    cell,
    width,
    height: tops[count] + MARGIN,
    bars,
    box: (/** @type {number} */ step, /** @type {Part} */ part) => {
      const half =
        part === "top"
          ? distributionHeight(bars(step)) / 2
          : part === "reads" || part === "writes"
            ? TOKEN_HEIGHT / 2
            : 18;
      return { x: lefts[part], y: middle(step) - half, width: widths[part], room: widths[part] };
    },
    band: (/** @type {number} */ step) => ({
      x: 8,
      y: tops[step],
      width: width - 16,
      height: height(step) - 6,
    }),
    flow: (/** @type {number} */ step) =>
      ends(lefts.top + widths.top - 4, lefts.writes - 2, middle(step)),
    head: (/** @type {Part} */ part) => ({ x: lefts[part], y: 24 }),
  };
}

/**
 * @param {number} from
 * @param {number} to
 * @param {number} y
 */
function ends(from, to, y) {
  return [
    { x: from, y },
    { x: to, y },
  ];
}

/**
 * Tops of things below each other, and where the last one ends.
 * @param {number} count
 * @param {(index: number) => number} height
 * @param {number} first
 */
function stacked(count, height, first) {
  const tops = [first];
  for (let index = 0; index < count; index++) tops.push(tops[index] + height(index));
  return tops;
}
