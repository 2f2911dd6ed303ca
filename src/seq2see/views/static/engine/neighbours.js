/** Which tokens have similar embeddings. */

import { added, dot, scaled } from "seq2see/engine/tensors";

/** @typedef {import("seq2see/engine/tensors").Parameter} Parameter */

/** @typedef {{id: number, similarity: number}} Similar */

/**
 * The rows of a table that point most nearly where a vector points, best first.
 * @param {Parameter} table
 * @param {Float32Array} vector
 * @param {(id: number) => boolean} isLeftOut
 * @param {number} count
 * @returns {Similar[]} Cosines, from -1 to 1.
 */
export function nearest(table, vector, isLeftOut, count) {
  const wanted = unit(vector);
  /** @type {Similar[]} */
  const found = [];
  for (let id = 0; id < table.shape[0]; id++) {
    if (!isLeftOut(id)) found.push({ id, similarity: dot(wanted, unit(rowOf(table, id))) });
  }
  found.sort((one, other) => other.similarity - one.similarity || one.id - other.id);
  return found.slice(0, count);
}

/**
 * What stands to `c` as `a` to `b`: `a - b + c`, each of length 1 before (Mikolov et al. 2013).
 * @param {Parameter} table
 * @param {number} a
 * @param {number} b
 * @param {number} c
 * @returns {Float32Array}
 */
export function analogous(table, a, b, c) {
  const [first, second, third] = [a, b, c].map((id) => unit(rowOf(table, id)));
  return added(added(first, scaled(second, -1)), third);
}

/**
 * @param {Parameter} table
 * @param {number} id
 */
function rowOf({ shape, data }, id) {
  return data.subarray(id * shape[1], (id + 1) * shape[1]);
}

/** @param {Float32Array} vector */
function unit(vector) {
  const length = Math.sqrt(dot(vector, vector));
  return length ? scaled(vector, 1 / length) : vector;
}
