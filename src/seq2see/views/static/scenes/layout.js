/** Where things stand: columns of tokens, and rows that break where the room ends. */

import { tokenWidth } from "seq2see/parts";

/** @typedef {{x: number, width: number, centre: number}} Column */

export const MARGIN = 16;

/**
 * A column for each token, as wide as it needs; from the right where the sentence runs that way.
 * @param {string[]} labels
 * @param {{left?: number, gap?: number, least?: number, reversed?: boolean}} [look] `least` is the
 *   least width.
 * @returns {{columns: Column[], right: number}} `right` is where the last one ends.
 */
export function columnsOf(labels, look = {}) {
  const { left = MARGIN, gap = 8, least = 44, reversed = false } = look;
  const order = labels.map((_, i) => (reversed ? labels.length - 1 - i : i));
  /** @type {Column[]} */
  const columns = [];
  let x = left;
  for (const i of order) {
    const width = Math.max(tokenWidth(labels[i]), least);
    columns[i] = { x, width, centre: x + width / 2 };
    x += width + gap;
  }
  return { columns, right: x - gap };
}

/**
 * Boxes one after another in centred lines; a new line begins where the room ends.
 * @param {number[]} widths
 * @param {{left: number, top: number, room: number, height: number, gap?: number,
 *   reversed?: boolean}} look `height` is that of a box.
 * @returns {{places: {x: number, y: number}[], height: number}}
 */
export function flowOf(widths, { left, top, room, height, gap = 8, reversed = false }) {
  /** @type {{from: number, to: number, width: number}[]} */
  const lines = [];
  for (const [i, width] of widths.entries()) {
    const line = lines[lines.length - 1];
    if (line && line.width + gap + width <= room) {
      line.to = i + 1;
      line.width += gap + width;
    } else lines.push({ from: i, to: i + 1, width });
  }
  const places = lines.flatMap(({ from, to, width }, row) => {
    let x = left + (room - width) / 2;
    return widths.slice(from, to).map((one) => {
      const place = { x: reversed ? 2 * left + room - x - one : x, y: top + row * (height + gap) };
      x += one + gap;
      return place;
    });
  });
  return { places, height: lines.length * (height + gap) - gap };
}

/**
 * Where the middle of a box's top and bottom are.
 * @param {import("seq2see/marks").Box} box
 */
export function middlesOf({ x, y, width, height }) {
  return { top: { x: x + width / 2, y }, bottom: { x: x + width / 2, y: y + height } };
}
