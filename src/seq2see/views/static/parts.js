/** Marks that every scene uses: tokens, vectors, bars, captions. */

import { FONT, SMALL, group, rect, round, text } from "seq2see/marks";
import { decimal, short } from "seq2see/numbers";
import { fitted, textWidth } from "seq2see/text";
import { readableOn, signedColour, weightColour } from "seq2see/theme";

/** @typedef {import("seq2see/marks").Mark} Mark */
/** @typedef {import("seq2see/marks").Extras} Extras */
/** @typedef {import("seq2see/theme").Theme} Theme */
/** @typedef {import("seq2see/theme").Role} Role */

export const TOKEN_HEIGHT = 28;
const PADDING = 9;
const LONGEST = 120;

/**
 * How wide the box of a token is.
 * @param {string} label
 */
export function tokenWidth(label) {
  return Math.ceil(Math.min(Math.max(textWidth(label, FONT), 14), LONGEST)) + 2 * PADDING;
}

/**
 * A token in a box of its role's colour; longer ones are shortened and say the rest on pointing.
 * @param {string} key
 * @param {string} label
 * @param {{x: number, y: number, width?: number, role: Role, theme: Theme, opacity?: number,
 *   strong?: boolean}} look Left and top; `strong` fills it with the strong colour.
 * @param {Extras} [extras]
 * @returns {Mark}
 */
export function token(key, label, look, extras = {}) {
  const { x, y, role, theme, opacity = 1, strong = false } = look;
  const width = look.width ?? tokenWidth(label);
  const hue = theme[role];
  const fill = strong ? hue.strong : hue.tint;
  return group(
    key,
    [
      rect("box", { x, y, width, height: TOKEN_HEIGHT }, { rx: 6, fill, stroke: hue.strong, "stroke-width": 1 }),
      text("label", { x: x + width / 2, y: y + TOKEN_HEIGHT / 2 + 5 }, fitted(label, FONT, width - 8), {
        "text-anchor": "middle",
        fill: strong ? readableOn(fill) : theme.ink,
      }),
    ],
    { opacity: round(opacity) },
    { title: label, ...extras },
  );
}

/** How many units of a vector are drawn. */
export const SHOWN = 6;

/**
 * Size of a drawn vector.
 * @param {{cell?: number, shown?: number, across?: boolean}} look
 */
export function vectorSize({ cell = 16, shown = SHOWN, across = false } = {}) {
  const long = cell * shown;
  return across ? { width: long, height: cell } : { width: cell, height: long };
}

/**
 * The first units of a vector as coloured cells, in a frame of its role's colour. Each cell leads to
 * its equation.
 * @param {string} key
 * @param {ArrayLike<number>} values
 * @param {{x: number, y: number, role: Role, theme: Theme, limit: number, cell?: number,
 *   shown?: number, across?: boolean, opacity?: number, scale?: number,
 *   number?: import("seq2see/timeline").NumberRef, more?: boolean,
 *   height?: number}} look `limit` is the size of value that gets the full colour; `scale` multiplies what is shown (a weighted vector); `number` is the
 *   tensor and the index of all axes but the last; `more` writes how many are not drawn; `height` is
 *   that of cells that are no squares, of a vector across.
 * @param {Extras} [extras]
 * @returns {Mark}
 */
export function vector(key, values, look, extras = {}) {
  const { x, y, role, theme, limit, cell = 16, shown = SHOWN, across = false } = look;
  const { opacity = 1, scale = 1, number, more = false, height = cell } = look;
  const count = Math.min(shown, values.length);
  const cells = Array.from({ length: count }, (_, unit) => {
    const value = values[unit] * scale;
    const place = { x: across ? x + unit * cell : x, y: across ? y : y + unit * cell };
    return rect(
      `unit${unit}`,
      { ...place, width: cell, height },
      { fill: signedColour(theme, value / limit), stroke: theme.grid, "stroke-width": 0.5 },
      number && {
        number: { name: number.name, index: [...number.index, unit] },
        action: { explain: { name: number.name, index: [...number.index, unit] } },
        title: short(value),
      },
    );
  });
  const size = { ...vectorSize({ cell, shown: count, across }), ...(across ? { height } : {}) };
  const frame = rect("frame", { x, y, ...size }, { fill: "none", stroke: theme[role].strong, "stroke-width": 1.5, rx: 2 });
  const rest = values.length - count;
  const note =
    more && rest > 0
      ? text("more", { x: across ? x + size.width + 4 : x + size.width / 2, y: across ? y + cell - 4 : y + size.height + 12 }, `+${rest}`, {
          "font-size": SMALL - 1,
          fill: theme.muted,
          "text-anchor": across ? "start" : "middle",
        })
      : null;
  return group(key, [...cells, frame, note], { opacity: round(opacity) }, extras);
}

/**
 * The first units of a vector, with their numbers written in the cells, from left to right.
 * @param {string} key
 * @param {ArrayLike<number>} values
 * @param {{x: number, y: number, role: Role, theme: Theme, limit: number, shown: number,
 *   cell?: number, height?: number, opacity?: number,
 *   number: import("seq2see/timeline").NumberRef | null}} look `cell` is the width of one; the rest
 *   as for `vector`. `number` is null for what is no number of the trace, as zeros to begin with.
 * @returns {Mark}
 */
export function writtenVector(key, values, look) {
  const { x, y, role, theme, limit, shown, cell = WRITTEN, height = 24, opacity = 1, number } = look;
  const count = Math.min(shown, values.length);
  const cells = Array.from({ length: count }, (_, unit) => {
    const fill = signedColour(theme, values[unit] / limit);
    const box = { x: x + unit * cell, y, width: cell, height };
    const ref = number && { name: number.name, index: [...number.index, unit] };
    return group(
      `unit${unit}`,
      [
        rect("cell", box, { fill, stroke: theme.grid, "stroke-width": 0.5 }),
        text("value", { x: box.x + cell / 2, y: y + height / 2 + 4 }, decimal(values[unit]), {
          "font-size": SMALL,
          "text-anchor": "middle",
          fill: readableOn(fill),
        }),
      ],
      {},
      ref ? { number: ref, action: { explain: ref }, title: short(values[unit], 5) } : {},
    );
  });
  const box = { x, y, width: count * cell, height };
  const frame = { fill: "none", stroke: theme[role].strong, "stroke-width": 1.5, rx: 2 };
  return group(key, [...cells, rect("frame", box, frame)], { opacity: round(opacity) });
}

/** How wide a cell is that has its number written in it. */
export const WRITTEN = 42;

/**
 * A large box of a role's colour with its name in the upper left corner: an encoder, a cell.
 * @param {string} key
 * @param {import("seq2see/marks").Box} box
 * @param {string} name
 * @param {{theme: Theme, role: Role, opacity?: number}} look
 * @returns {Mark}
 */
export function panel(key, box, name, { theme, role, opacity = 1 }) {
  const { strong, tint } = theme[role];
  return group(
    key,
    [
      rect("box", box, { rx: 12, fill: tint, stroke: strong, "stroke-width": 1.5 }),
      text("name", { x: box.x + 12, y: box.y + 21 }, name, {
        "font-size": FONT,
        "font-weight": 600,
        fill: strong,
      }),
    ],
    { opacity: round(opacity) },
  );
}

/**
 * The value at which vectors get their full colour: the same for all of a kind, so that they compare.
 * @param {import("seq2see/trace").Trace} trace
 * @param {...string} names Tensors; absent ones do not count.
 */
export function limitOf(trace, ...names) {
  const key = names.join(" ");
  const known = LIMITS.get(trace) ?? new Map();
  LIMITS.set(trace, known);
  const limit = known.get(key) ?? largestOf(trace, names);
  known.set(key, limit);
  return limit;
}

/** Limits of traces, which are asked for in every frame. @type {WeakMap<object, Map<string, number>>} */
const LIMITS = new WeakMap();

/**
 * @param {import("seq2see/trace").Trace} trace
 * @param {string[]} names
 */
function largestOf(trace, names) {
  let limit = 1e-6;
  for (const name of names) {
    if (!trace.has(name)) continue;
    for (const value of trace.tensor(name).data) {
      if (Number.isFinite(value)) limit = Math.max(limit, Math.abs(value));
    }
  }
  return limit;
}

/**
 * A weight as a filled square with its number, brighter where it is larger.
 * @param {string} key
 * @param {number} weight From 0 to 1.
 * @param {{x: number, y: number, width: number, height: number, theme: Theme, label: string,
 *   opacity?: number}} look
 * @param {Extras} [extras]
 * @returns {Mark}
 */
export function weightCell(key, weight, look, extras = {}) {
  const { x, y, width, height, theme, label, opacity = 1 } = look;
  const fill = weightColour(theme, weight);
  return group(
    key,
    [
      rect("cell", { x, y, width, height }, { fill, stroke: theme.grid, "stroke-width": 0.5 }),
      text("value", { x: x + width / 2, y: y + height / 2 + 4 }, label, {
        "font-size": SMALL,
        "text-anchor": "middle",
        fill: readableOn(fill),
      }),
    ],
    { opacity: round(opacity) },
    extras,
  );
}

/**
 * A line of small text.
 * @param {string} key
 * @param {{x: number, y: number}} at
 * @param {string} content
 * @param {{theme: Theme, role?: Role, anchor?: "start" | "middle" | "end", opacity?: number,
 *   bold?: boolean}} look
 * @returns {Mark}
 */
export function caption(key, at, content, { theme, role, anchor = "start", opacity = 1, bold = false }) {
  return text(key, at, content, {
    "font-size": SMALL,
    "text-anchor": anchor,
    fill: role ? theme[role].strong : theme.muted,
    opacity: round(opacity),
    ...(bold ? { "font-weight": 600 } : {}),
  });
}
