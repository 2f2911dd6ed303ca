/** Pace: long rows are told in a few beats, the first items one by one, the rest together. */

/** @typedef {import("seq2see/timeline").Beat} Beat */

/**
 * Items in portions: each of the first few alone, then the rest in at most `most` portions.
 * @param {number[]} items
 * @param {number} [alone]
 * @param {number} [most]
 * @returns {number[][]}
 */
export function portions(items, alone = 3, most = 3) {
  const first = items.slice(0, alone).map((item) => [item]);
  const rest = items.slice(alone);
  const size = Math.max(Math.ceil(rest.length / most), 1);
  const parts = [];
  for (let start = 0; start < rest.length; start += size) {
    parts.push(rest.slice(start, start + size));
  }
  return [...first, ...parts];
}

/**
 * How far one of several items has come that set out one after another within one move.
 * @param {number} share How far the move has come.
 * @param {number} place Of the item, from 0.
 * @param {number} count Of items.
 */
export function staggered(share, place, count) {
  if (count === 1 || share >= 1) return share;
  const span = 2 / (count + 1); // of the move, that one item takes
  const start = (place * (1 - span)) / (count - 1);
  return Math.min(Math.max((share - start) / span, 0), 1);
}

/**
 * Items that come one after another: a beat for each portion.
 * @typedef {{beats: Beat[], progress: (at: (id: string) => number) => Map<number, number>}}
 *   Procession
 */

/**
 * @param {string} id Beats are called by it and the number of their portion.
 * @param {number[][]} parts Portions of items.
 * @param {(part: number[], index: number) => Omit<Beat, "id">} tell What the beat of a portion says.
 * @returns {Procession}
 */
export function procession(id, parts, tell) {
  const told = parts.map((part, index) => ({ id: `${id}${index}`, ...tell(part, index) }));
  return {
    beats: told,
    progress(at) {
      const shares = parts.map((part, index) => {
        const share = at(`${id}${index}`);
        return part.map((item, place) => pair(item, staggered(share, place, part.length)));
      });
      return new Map(shares.flat());
    },
  };
}

/**
 * The words of a portion of tokens: `KEY.first` of the first, `KEY.one` of another, `KEY.many` of
 * several.
 * @param {number[]} part
 * @param {string[]} labels
 * @param {string} key
 * @param {number} index
 * @returns {{words: string, values: Record<string, string>}}
 */
export function toldOf(part, labels, key, index) {
  const [first, last] = [labels[part[0]], labels[part[part.length - 1]]];
  if (part.length > 1) return { words: `${key}.many`, values: { first, last } };
  return { words: `${key}.${index ? "one" : "first"}`, values: { word: first } };
}

/**
 * @param {number} item
 * @param {number} share
 * @returns {[number, number]}
 */
function pair(item, share) {
  return [item, share];
}

/**
 * The numbers from 0 up to a count.
 * @param {number} count
 */
export function upTo(count) {
  return Array.from({ length: count }, (_, i) => i);
}
