/**
 * White space as Python has it: JavaScript's own counts U+FEFF and not U+0085 or the separators
 * U+001C to U+001F.
 */

const SPACES = "[\\p{White_Space}\\x1c-\\x1f]";
const RUNS = new RegExp(`${SPACES}+`, "gu");
const ENDS = new RegExp(`^${SPACES}+|${SPACES}+$`, "gu");

/**
 * A text without white space at its ends.
 * @param {string} text
 * @returns {string}
 */
export function trimmed(text) {
  return text.replace(ENDS, "");
}

/**
 * A text with every run of white space made one space.
 * @param {string} text
 * @returns {string}
 */
export function squeezed(text) {
  return text.replace(RUNS, " ");
}

/**
 * What stands between white space.
 * @param {string} text
 * @returns {string[]}
 */
export function wordsOf(text) {
  return text.split(RUNS).filter((word) => word);
}

/**
 * Where each of these words begins.
 * @param {string} text
 * @returns {number[]}
 */
export function wordStarts(text) {
  const starts = [];
  let start = 0;
  for (const { 0: gap, index } of text.matchAll(RUNS)) {
    if (index > start) starts.push(start);
    start = index + gap.length;
  }
  if (start < text.length) starts.push(start);
  return starts;
}
