/** Texts in pictures: how wide they are about, and how they are shortened. */

/** Widths in em of a system sans-serif, by kind of character; good enough to lay out by. */
const NARROW = /[ijl.,:;'!|()[\]/ftr\-I’·]/u;
const WIDE = /[mwMW@%…—]/u;
const FULL = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uff60]/u;
const MARK = /\p{Mark}|\u200c|\u200d/u;

/**
 * About how wide a text is, in pixels.
 * @param {string} content
 * @param {number} size Font size in pixels.
 */
export function textWidth(content, size) {
  let em = 0;
  for (const character of content) em += characterWidth(character);
  return em * size;
}

/** Widths by character: texts are measured in every frame. @type {Map<string, number>} */
const WIDTHS = new Map();

/** @param {string} character */
function characterWidth(character) {
  const width = WIDTHS.get(character) ?? measured(character);
  WIDTHS.set(character, width);
  return width;
}

/** @param {string} character */
function measured(character) {
  if (MARK.test(character)) return 0;
  if (FULL.test(character)) return 1;
  if (NARROW.test(character)) return 0.34;
  if (WIDE.test(character)) return 0.86;
  return /\p{Lu}/u.test(character) ? 0.67 : 0.56;
}

/**
 * The text, or its beginning and an ellipsis where it is wider than allowed.
 * @param {string} content
 * @param {number} size Font size in pixels.
 * @param {number} width The most it may take.
 */
export function fitted(content, size, width) {
  if (textWidth(content, size) <= width) return content;
  const characters = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(content)];
  let kept = "";
  for (const { segment } of characters) {
    if (textWidth(kept + segment + "…", size) > width) break;
    kept += segment;
  }
  return kept + "…";
}

const RTL = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const LETTER = /\p{Letter}/u;

/**
 * Whether a text runs from right to left: its first letter decides.
 * @param {string} content
 */
export function isRightToLeft(content) {
  for (const character of content) if (LETTER.test(character)) return RTL.test(character);
  return false;
}

/**
 * A word that keeps its direction to itself among words and numbers of the other direction.
 * @param {string} word
 */
export function isolated(word) {
  return isRightToLeft(word) ? `\u2068${word}\u2069` : word;
}
