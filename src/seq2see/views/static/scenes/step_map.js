/** All steps of a translation over the source: what each looks at, one row for each step. */

import { group, rect, round } from "seq2see/marks";
import { percent } from "seq2see/numbers";
import { caption } from "seq2see/parts";
import { WEIGHTS } from "seq2see/scenes/anatomy";
import { staggered } from "seq2see/scenes/pace";
import { fitted } from "seq2see/text";
import { weightColour } from "seq2see/theme";

/** @typedef {import("seq2see/scenes/index").Scenery} Scenery */
/** @typedef {import("seq2see/marks").Mark} Mark */
/** @typedef {import("seq2see/marks").Box} Box */

const ROW = 18;
const LABELS = 88;
const SMALL = 12;

/**
 * Where the columns of a map stand: below the tokens, or in the room of a narrow screen.
 * @param {import("seq2see/scenes/lanes").Lanes} lanes
 * @param {number} count Of source tokens.
 * @param {boolean} fromRight
 * @returns {{left: number, width: number}[]}
 */
export function mapColumns(lanes, count, fromRight) {
  if (lanes.upright) {
    return Array.from({ length: count }, (_, i) => {
      const { x, width } = lanes.box(i, "tokens");
      return { left: x, width };
    });
  }
  const width = (lanes.width - LABELS - 16) / count;
  return Array.from({ length: count }, (_, i) => ({
    left: 8 + LABELS + width * (fromRight ? count - 1 - i : i),
    width,
  }));
}

/**
 * @param {number} steps
 * @returns {number}
 */
export function mapHeight(steps) {
  return steps * ROW;
}

/**
 * @param {Scenery} scenery
 * @param {{columns: {left: number, width: number}[], top: number, share: number}} look `share` is
 *   how far the rows have come.
 * @param {(step: number, row: Box) => Mark[]} over What is drawn over the weights of a step.
 * @returns {Mark}
 */
export function stepMap({ trace, theme }, { columns, top, share }, over) {
  const { labels } = trace.target.axis;
  const left = Math.min(...columns.map((column) => column.left));
  const right = Math.max(...columns.map((column) => column.left + column.width));
  const rows = labels.map((label, step) => {
    const row = { x: left, y: top + step * ROW, width: right - left, height: ROW - 4 };
    const cells = columns.map((column, i) => {
      const weight = trace.at(WEIGHTS, step, i);
      const number = { name: WEIGHTS, index: [step, i] };
      return rect(
        `cell${i}`,
        { x: column.left, y: row.y, width: column.width, height: row.height },
        { fill: weightColour(theme, weight), stroke: theme.grid, "stroke-width": 0.5 },
        { number, action: { explain: number }, title: percent(weight), link: `source:${i}` },
      );
    });
    return group(
      `step${step}`,
      [
        caption("label", { x: left - 8, y: row.y + 11 }, fitted(label, SMALL, LABELS - 10), {
          theme,
          role: "output",
          anchor: "end",
        }),
        ...cells,
        ...over(step, row),
      ],
      { opacity: round(staggered(share, step, labels.length)) },
      { link: `target:${step}` },
    );
  });
  return group("map", rows);
}
