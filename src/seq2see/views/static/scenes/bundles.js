/** Long sentences go faster: the first rows one by one, later ones several at a time. */

/**
 * Rows `from` up to, but not with, `to`.
 * @typedef {{id: string, from: number, to: number}} Bundle
 */

/**
 * @param {number} count How many rows there are.
 * @param {{single?: number, most?: number}} [limits] How many come one by one where not all of them
 *   do, and how many bundles there may be.
 * @returns {Bundle[]}
 */
export function bundles(count, { single = 6, most = 16 } = {}) {
  const alone = count <= most ? count : single;
  const size = Math.ceil((count - alone) / (most - alone)) || 1;
  const made = [];
  for (let from = 0; from < count;) {
    const to = Math.min(from < alone ? from + 1 : from + size, count);
    made.push({ id: `row${from}`, from, to });
    from = to;
  }
  return made;
}

/**
 * How far each row has come.
 * @param {Bundle[]} made
 * @param {(id: string) => number} at
 * @returns {number[]}
 */
export function rowProgress(made, at) {
  return made.flatMap(({ id, from, to }) => {
    const progress = at(id);
    return Array.from({ length: to - from }, () => progress);
  });
}
