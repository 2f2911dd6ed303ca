/**
 * Tokens to words, as `docs/formats.md` merges them: sums over columns, means over rows, so that rows
 * still sum to 1; `<s>` and `</s>` stay apart.
 */

/** @typedef {import("seq2see/trace").Axis} Axis */
/** @typedef {import("seq2see/trace").Matrix} Matrix */

/**
 * Attention between words.
 * @param {Matrix} matrix
 * @returns {Matrix}
 */
export function mergedIntoWords({ rows, columns, values }) {
  const columnOwners = ownersOf(columns);
  const kept = sortedSet(columnOwners);
  const place = new Map(kept.map((owner, index) => [owner, index]));
  const rowOwners = ownersOf(rows);
  const groups = sortedSet(rowOwners.filter((_, row) => !isBlank(rows, row)));
  const merged = new Float32Array(groups.length * kept.length);
  groups.forEach((owner, group) => {
    const members = rowOwners.flatMap((one, row) =>
      one === owner && !isBlank(rows, row) ? [row] : [],
    );
    for (const row of members) {
      columnOwners.forEach((columnOwner, column) => {
        const target = group * kept.length + /** @type {number} */ (place.get(columnOwner));
        merged[target] += values[row * columnOwners.length + column] / members.length;
      });
    }
  });
  return { rows: wordAxis(rows, groups), columns: wordAxis(columns, kept), values: merged };
}

/**
 * The word that each token's weight counts to: `<s>` has a place of its own before the words, -1, and
 * `</s>` one behind them. White space counts to the word before it; at the start, after it.
 * @param {Axis} axis
 * @returns {number[]}
 */
function ownersOf(axis) {
  const [start, end] = [-1, axis.texts.length];
  /** @type {number | null} */
  let before = null;
  const owners = axis.words.map((word, index) => {
    if (isEnd(axis, index)) before = end;
    else if (word !== null) before = word;
    return isStart(axis, index) ? start : before;
  });
  const first = owners.find((owner) => owner !== null && owner !== start) ?? end;
  return owners.map((owner) => owner ?? first);
}

/**
 * @param {Axis} axis
 * @param {number} index
 */
export function isEnd({ words, labels }, index) {
  return words[index] === null && labels[index] === "</s>";
}

/**
 * @param {Axis} axis
 * @param {number} index
 */
function isStart({ words, labels }, index) {
  return words[index] === null && labels[index] === "<s>";
}

/**
 * White space and nothing else.
 * @param {Axis} axis
 * @param {number} index
 */
export function isBlank(axis, index) {
  return axis.words[index] === null && !isStart(axis, index) && !isEnd(axis, index);
}

/**
 * @param {Axis} axis
 * @param {number[]} owners
 * @returns {Axis}
 */
function wordAxis({ texts }, owners) {
  const words = owners.map((owner) => (owner >= 0 && owner < texts.length ? owner : null));
  const labels = words.map((word, place) =>
    word !== null ? texts[word] : owners[place] < 0 ? "<s>" : "</s>",
  );
  return { labels, words, texts };
}

/** @param {number[]} numbers */
function sortedSet(numbers) {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
