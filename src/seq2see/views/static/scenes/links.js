/** Attention as lines between two rows or columns of tokens: the fainter, the smaller the weight. */

import { between, group, round } from "seq2see/marks";
import { percent } from "seq2see/numbers";

/** @typedef {import("seq2see/marks").Point} Point */
/** @typedef {import("seq2see/marks").Mark} Mark */

const LEAST = 0.02; // thinner ones would not be seen
const SINGLE = 1500; // more lines than this are drawn as few paths, unless told otherwise
const LEVELS = [0.02, 0.05, 0.15, 0.35, 0.65];

/**
 * Lines from what asks to what is asked.
 * @param {string} key
 * @param {{asking: Point[], asked: Point[], weights: Float32Array, colour: string, grown: number,
 *   opacity?: number, width?: number, dashed?: boolean, single?: number,
 *   number?: (row: number, column: number) => import("seq2see/timeline").NumberRef}} look `weights`
 *   is row-major, one row for each that asks; `grown` is how far the lines have come; `number` says
 *   which number of the trace a line shows; more than `single` lines are drawn as few paths.
 * @returns {Mark}
 */
export function links(key, look) {
  const { grown, opacity = 1, weights, single: most = SINGLE } = look;
  const drawn = weights.reduce((count, weight) => count + (weight >= LEAST ? 1 : 0), 0);
  const marks = grown <= 0 ? [] : drawn > most ? merged(look) : separate(look);
  return group(key, marks, { opacity: round(opacity) });
}

/**
 * @param {Parameters<typeof links>[1]} look
 * @returns {Mark[]}
 */
function separate({ asking, asked, weights, colour, grown, width = 2.5, dashed, number }) {
  /** @type {Mark[]} */
  const marks = [];
  asking.forEach((from, row) => {
    asked.forEach((to, column) => {
      const weight = weights[row * asked.length + column];
      if (!(weight >= LEAST)) return;
      const shown = number?.(row, column);
      marks.push({
        key: `${row}-${column}`,
        tag: "path",
        attrs: { d: stroke(from, to, grown), ...strokeOf(colour, weight, width, dashed) },
        title: percent(weight),
        ...(shown ? { number: shown, action: { explain: shown } } : {}),
      });
    });
  });
  return marks;
}

/**
 * Lines of about the same weight as one path.
 * @param {Parameters<typeof links>[1]} look
 * @returns {Mark[]}
 */
function merged({ asking, asked, weights, colour, grown, width = 2.5, dashed }) {
  const paths = LEVELS.map(() => /** @type {string[]} */ ([]));
  for (let i = 0; i < weights.length; i++) {
    if (!(weights[i] >= LEAST)) continue;
    const level = LEVELS.findLastIndex((least) => weights[i] >= least);
    const [row, column] = [Math.floor(i / asked.length), i % asked.length];
    paths[level].push(stroke(asking[row], asked[column], grown));
  }
  return paths.map((lines, level) => ({
    key: `level${level}`,
    tag: "path",
    attrs: { d: lines.join(""), ...strokeOf(colour, LEVELS[level], width, dashed) },
  }));
}

/**
 * @param {string} colour
 * @param {number} weight
 * @param {number} width
 * @param {boolean} [dashed]
 * @returns {Record<string, string | number>}
 */
function strokeOf(colour, weight, width, dashed) {
  return {
    fill: "none",
    stroke: colour,
    "stroke-width": round(0.75 + width * weight),
    "stroke-opacity": round(Math.min(0.08 + weight, 1)),
    ...(dashed ? { "stroke-dasharray": "5 3" } : {}),
  };
}

/**
 * The beginning of a line.
 * @param {Point} from
 * @param {Point} to
 * @param {number} grown
 */
function stroke(from, to, grown) {
  const tip = between(from, to, grown);
  return `M${round(from.x)} ${round(from.y)}L${round(tip.x)} ${round(tip.y)}`;
}
