/** Sizes and places of labelled matrices. */

import { round, text } from "seq2see/marks";
import { fitted, textWidth } from "seq2see/text";

/**
 * `left` and `top` are those of the first cell, `labels` the room for labels of rows. Labels of columns
 * are `upright` where they fit above their cells, else they lean, and reach `overhang` beyond the last
 * one.
 * @typedef {ReturnType<typeof gridLayout>} Grid
 */

export const LABEL = 14; // font size of the words
const LONGEST = 120;
const MARGIN = 16;

/**
 * @param {string[]} rows
 * @param {string[]} columns
 * @param {number} room
 * @param {boolean} [fromRight] Whether the first column stands at the right.
 */
export function gridLayout(rows, columns, room, fromRight = false) {
  const width = columns.length;
  const widths = columns.map((label) => Math.min(textWidth(label, LABEL), LONGEST));
  const labels = Math.min(
    Math.max(...rows.map((label) => textWidth(label, LABEL))) + 2,
    room < 500 ? 84 : LONGEST,
  );
  const left = MARGIN + labels + 8;
  const free = (room - left - MARGIN) / width;
  const upright = Math.max(...widths) + 8 <= Math.min(free, 96);
  const lean = Math.max(...widths);
  // Leaning labels reach beyond the last column.
  const overhang = upright
    ? 0
    : Math.max(
        0,
        Math.round(Math.max(...widths.map((own, i) => own * 0.65 + 8 - (width - 1 - i) * free))),
      );
  const side = Math.max(
    Math.min(upright ? free : (room - left - MARGIN - overhang) / width, upright ? 96 : 46),
    18,
  );
  const cell = { width: Math.floor(side), height: Math.floor(Math.max(Math.min(side, 28), 18)) };
  const top = 34 + (upright ? 24 : Math.round(lean * 0.78) + 18);
  return {
    left,
    top,
    labels,
    cell,
    upright,
    overhang,
    fromRight,
    columnX: (/** @type {number} */ column) =>
      left + (fromRight ? width - 1 - column : column) * cell.width,
  };
}

/**
 * The labels of columns.
 * @param {string[]} labels
 * @param {Pick<Grid, "columnX" | "top" | "cell" | "upright">} place
 * @param {string} colour
 * @param {(column: number) => import("seq2see/marks").Extras} extras
 */
export function columnHeads(labels, { columnX, top, cell, upright }, colour, extras) {
  return labels.map((label, column) => {
    const x = round(columnX(column) + cell.width / 2 + (upright ? 0 : 4));
    const written = fitted(label, LABEL, upright ? cell.width - 4 : LONGEST);
    /** @type {Record<string, string>} */
    const turned = upright
      ? { "text-anchor": "middle" }
      : { transform: `rotate(-50 ${x} ${top - 8})` };
    const attrs = { "font-size": LABEL, fill: colour, ...turned };
    return text(`column${column}`, { x, y: top - 8 }, written, attrs, {
      title: label,
      ...extras(column),
    });
  });
}
