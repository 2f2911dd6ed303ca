/**
 * What stands still need not be made anew for every frame. Marks are values that nobody changes, so
 * those of a part whose beats have all ended, or not begun, serve as long as the trace is shown.
 */

/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/render").Choices} Choices */
/** @typedef {import("seq2see/marks").Mark} Mark */

/** @type {WeakMap<Trace, Map<string, Mark>>} */
const MEMORY = new WeakMap();

/**
 * A part of a picture: made, or remembered if nothing in it moves.
 * @param {{trace: Trace, choices: Choices}} scenery
 * @param {string} name What part of which scene it is.
 * @param {number[]} shares How far everything in it has come, from 0 to 1.
 * @param {() => Mark} make It depends on these arguments, and on width, theme and language of the
 *   choices.
 * @returns {Mark}
 */
export function settled({ trace, choices }, name, shares, make) {
  if (!shares.every((share) => share === 0 || share === 1)) return make();
  const { width, theme, language } = choices;
  const key = [name, width, theme, language, ...shares].join(" ");
  const known = MEMORY.get(trace) ?? new Map();
  MEMORY.set(trace, known);
  const mark = known.get(key) ?? make();
  known.set(key, mark);
  return mark;
}
