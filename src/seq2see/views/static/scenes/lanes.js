/**
 * Layout of tokens with lanes of numbers: side by side with the lanes below them or, where the room is
 * narrow as on a phone, one below the other with the lanes beside them.
 */

import { SMALL } from "seq2see/marks";
import { SHOWN, TOKEN_HEIGHT, tokenWidth, vector, vectorSize } from "seq2see/parts";
import { fitted, textWidth } from "seq2see/text";

/** @typedef {import("seq2see/marks").Box} Box */
/** @typedef {import("seq2see/marks").Point} Point */

/**
 * A lane, and how much room it takes below tokens (`tall`) or beside them (`wide`; 0: there is no
 * such lane beside them).
 * @typedef {{id: string, name: string, tall: number, wide: number}} Lane
 */

/**
 * `box` is the room of a token in a lane, `name` where the lane's name stands. `upright` tokens
 * stand side by side. `height` is where the last lane or token ends.
 * @typedef {{upright: boolean, width: number, height: number, top: number,
 *   box: (token: number, lane: string) => Box,
 *   name: (lane: string) => Point & {anchor: "start" | "middle", text: string}}} Lanes
 */

export const MARGIN = 16;
const NAMES = 96; // room for the names of lanes, at the left
const NARROW = 640; // rooms below this put tokens one below the other, if they do not fit
const GAP = 8;
const ROW = TOKEN_HEIGHT + 8;
const LEAST = 48; // a score such as −0.987 is this wide

/**
 * @param {string[]} labels
 * @param {Lane[]} lanes From the tokens outwards; the tokens' own lane, `tokens`, is before them.
 * @param {{room: number, fromRight?: boolean, top?: number, topBeside?: number, gap?: number,
 *   widest?: number}} look `fromRight` puts the first token at the right, `gap` is between lanes,
 *   `widest` is the most that a token takes where the room is narrow, `topBeside` the top there.
 * @returns {Lanes}
 */
export function lanesOf(labels, lanes, look) {
  const { room, fromRight = false, top = MARGIN, gap = GAP } = look;
  const widths = labels.map((label) => Math.max(tokenWidth(label), LEAST));
  const across =
    MARGIN + NAMES + widths.reduce((sum, width) => sum + width + GAP, 0) - GAP + MARGIN;
  if (across <= room || room >= NARROW) {
    return upright(widths, lanes, { width: across, fromRight, top, gap });
  }
  const beside = lanes.filter((lane) => lane.wide > 0);
  return lying(labels, beside, { room, top: look.topBeside ?? top, widest: look.widest ?? 84 });
}

/**
 * @param {number[]} widths
 * @param {Lane[]} lanes
 * @param {{width: number, fromRight: boolean, top: number, gap: number}} look
 * @returns {Lanes}
 */
function upright(widths, lanes, { width, fromRight, top, gap }) {
  /** @type {number[]} */
  const lefts = [];
  let left = MARGIN + NAMES;
  for (const own of widths) {
    lefts.push(fromRight ? width + NAMES - left - own : left);
    left += own + GAP;
  }
  const tops = new Map([["tokens", { y: top, tall: TOKEN_HEIGHT }]]);
  let y = top + TOKEN_HEIGHT + gap;
  for (const { id, tall } of lanes) {
    tops.set(id, { y, tall });
    y += tall + gap;
  }
  const names = new Map(lanes.map(({ id, name }) => [id, name]));
  const lane = (/** @type {string} */ id) => known(tops, id);
  return {
    upright: true,
    width,
    top,
    height: y - gap,
    box: (token, id) => ({
      x: lefts[token],
      y: lane(id).y,
      width: widths[token],
      height: lane(id).tall,
    }),
    name: (id) => ({
      x: MARGIN,
      y: lane(id).y + lane(id).tall / 2 + 4,
      anchor: "start",
      text: fitted(names.get(id) ?? "", SMALL, NAMES - 8),
    }),
  };
}

/**
 * @param {string[]} labels
 * @param {Lane[]} lanes
 * @param {{room: number, top: number, widest: number}} look
 * @returns {Lanes}
 */
function lying(labels, lanes, { room, top, widest }) {
  const first = top + 2 * SMALL;
  const tokens = Math.min(Math.max(...labels.map(tokenWidth)), widest);
  const taken = tokens + lanes.reduce((sum, lane) => sum + Math.max(lane.wide, named(lane)), 0);
  const between = Math.min(Math.max((room - 16 - taken) / lanes.length, 4), 20);
  const lefts = new Map([["tokens", { x: 8, wide: tokens }]]);
  let x = 8 + tokens + between;
  for (const lane of lanes) {
    const wide = Math.max(lane.wide, named(lane));
    lefts.set(lane.id, { x, wide });
    x += wide + between;
  }
  const names = new Map(lanes.map(({ id, name }) => [id, name]));
  const lane = (/** @type {string} */ id) => known(lefts, id);
  return {
    upright: false,
    width: Math.max(x - between + 8, room),
    top,
    height: first + labels.length * ROW - 8,
    box: (token, id) => ({
      x: lane(id).x,
      y: first + token * ROW,
      width: lane(id).wide,
      height: TOKEN_HEIGHT,
    }),
    name: (id) => ({
      x: lane(id).x + lane(id).wide / 2,
      y: top + SMALL,
      anchor: "middle",
      text: names.get(id) ?? "",
    }),
  };
}

/** @param {Lane} lane */
function named({ name }) {
  return Math.ceil(textWidth(name, SMALL) * 1.06);
}

/**
 * @template T
 * @param {Map<string, T>} places
 * @param {string} id
 * @returns {T}
 */
function known(places, id) {
  const place = places.get(id);
  if (!place) throw new Error(`There is no lane ${id}.`);
  return place;
}

/**
 * The middle of a box.
 * @param {Box} box
 * @returns {Point}
 */
export function middleOf({ x, y, width, height }) {
  return { x: x + width / 2, y: y + height / 2 };
}

/**
 * A vector in the middle of its token's box: a column of cells below a token, a row beside it.
 * @param {string} key
 * @param {ArrayLike<number>} values
 * @param {Lanes} lanes
 * @param {Box} box
 * @param {Omit<Parameters<typeof vector>[2], "x" | "y" | "across">} look
 * @param {import("seq2see/marks").Extras} [extras]
 * @returns {import("seq2see/marks").Mark}
 */
export function vectorIn(key, values, lanes, box, look, extras = {}) {
  const across = !lanes.upright;
  const shown = Math.min(look.shown ?? SHOWN, values.length);
  const size = vectorSize({ cell: look.cell, shown, across });
  const place = {
    x: box.x + (box.width - size.width) / 2,
    y: box.y + (box.height - size.height) / 2,
  };
  return vector(key, values, { ...look, ...place, across }, extras);
}
