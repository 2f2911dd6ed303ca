/**
 * Marks: what a picture is made of, as plain values. A scene returns marks, `svg.js` makes elements or
 * text of them. A mark's key is unique among its siblings and stays the same from instant to instant.
 */

/** @typedef {import("seq2see/timeline").NumberRef} NumberRef */
/** @typedef {import("seq2see/theme").Theme} Theme */
/** @typedef {import("seq2see/theme").Role} Role */

/**
 * What a click on a mark asks of the player: the equation of a number, another step, head or time.
 * @typedef {{explain: NumberRef} | {step: number} | {layer: number | null, head: number | null} |
 *   {beat: string}} Action
 */

/**
 * `number` says which number of the trace the mark shows, `link` what it belongs to (`source:3`,
 * `target:0`): pointing at one mark lights up all with the same link. `title` is its text
 * equivalent; `lang` and `dir` are those of its text.
 * @typedef {{key: string, tag: "rect" | "line" | "path" | "circle" | "text" | "g" | "image",
 *   attrs: Record<string, string | number>, text?: string, children?: Mark[], number?: NumberRef,
 *   link?: string, title?: string, action?: Action}} Mark
 */

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{x: number, y: number, width: number, height: number}} Box */

/** Anything a mark may be given besides its geometry. */
/** @typedef {Partial<Pick<Mark, "number" | "link" | "title" | "action">>} Extras */

export const FONT = 15;
export const SMALL = 12;

/**
 * @param {string} key
 * @param {(Mark | null | false)[]} children Absent ones are left out.
 * @param {Record<string, string | number>} [attrs]
 * @param {Extras} [extras]
 * @returns {Mark}
 */
export function group(key, children, attrs = {}, extras = {}) {
  const kept = /** @type {Mark[]} */ (children.filter(Boolean));
  return { key, tag: "g", attrs, children: kept, ...extras };
}

/**
 * @param {string} key
 * @param {Box} box
 * @param {Record<string, string | number>} [attrs]
 * @param {Extras} [extras]
 * @returns {Mark}
 */
export function rect(key, box, attrs = {}, extras = {}) {
  return { key, tag: "rect", attrs: { ...box, ...attrs }, ...extras };
}

/**
 * @param {string} key
 * @param {Point} from
 * @param {Point} to
 * @param {Record<string, string | number>} [attrs]
 * @param {Extras} [extras]
 * @returns {Mark}
 */
export function line(key, from, to, attrs = {}, extras = {}) {
  return { key, tag: "line", attrs: { x1: from.x, y1: from.y, x2: to.x, y2: to.y, ...attrs }, ...extras };
}

/**
 * @param {string} key
 * @param {Point} at Where its anchor stands: the base line, at the start unless `text-anchor` says so.
 * @param {string} content
 * @param {Record<string, string | number>} [attrs]
 * @param {Extras} [extras]
 * @returns {Mark}
 */
export function text(key, at, content, attrs = {}, extras = {}) {
  return { key, tag: "text", attrs: { x: at.x, y: at.y, "font-size": FONT, ...attrs }, text: content, ...extras };
}

/**
 * An arrow that grows from its beginning; the head stands at the growing end.
 * @param {string} key
 * @param {Point} from
 * @param {Point} to
 * @param {{colour: string, grown?: number, width?: number, opacity?: number, bend?: number,
 *   dashed?: boolean}} look `bend` bows it sideways, as a share of its length.
 * @param {Extras} [extras]
 * @returns {Mark}
 */
export function arrow(key, from, to, look, extras = {}) {
  const { colour, grown = 1, width = 2, opacity = 1, bend = 0, dashed = false } = look;
  const middle = {
    x: (from.x + to.x) / 2 - (to.y - from.y) * bend,
    y: (from.y + to.y) / 2 + (to.x - from.x) * bend,
  };
  // The part of a quadratic curve up to `grown` (de Casteljau).
  const control = between(from, middle, grown);
  const tip = between(control, between(middle, to, grown), grown);
  const angle = Math.atan2(tip.y - control.y, tip.x - control.x);
  const size = 4 + width;
  /** @param {number} turn */
  const barb = (turn) =>
    `${round(tip.x - size * Math.cos(angle + turn))} ${round(tip.y - size * Math.sin(angle + turn))}`;
  const curve = `M${round(from.x)} ${round(from.y)}Q${round(control.x)} ${round(control.y)} ${round(tip.x)} ${round(tip.y)}`;
  const head = `M${barb(0.45)}L${round(tip.x)} ${round(tip.y)}L${barb(-0.45)}Z`;
  const shaft = { d: curve, fill: "none", stroke: colour, "stroke-width": width };
  return group(
    key,
    grown > 0.02
      ? [
          { key: "shaft", tag: "path", attrs: dashed ? { ...shaft, "stroke-dasharray": "4 4" } : shaft },
          { key: "head", tag: "path", attrs: { d: head, fill: colour } },
        ]
      : [],
    { opacity: round(opacity) },
    extras,
  );
}

/**
 * A point on the way from one to another.
 * @param {Point} from
 * @param {Point} to
 * @param {number} share
 * @returns {Point}
 */
export function between(from, to, share) {
  return { x: mixed(from.x, to.x, share), y: mixed(from.y, to.y, share) };
}

/**
 * A number on the way from one to another.
 * @param {number} from
 * @param {number} to
 * @param {number} share
 */
export function mixed(from, to, share) {
  return from + (to - from) * share;
}

/**
 * Coordinates need no more than hundredths of a pixel.
 * @param {number} value
 */
export function round(value) {
  return Math.round(value * 100) / 100;
}
