/** Which tokens have similar embeddings. */

import { added, dot, scaled } from "seq2see/engine/tensors";

/** @typedef {import("seq2see/engine/tensors").Parameter} Parameter */
/** @typedef {import("seq2see/engine/tokenizer").Tokenizer} Tokenizer */

/**
 * `similarity` is the cosine, from -1 to 1.
 * @typedef {{token: string, id: number, similarity: number}} Neighbour
 */

/** An embedding table and the names of its rows. */
export class Embeddings {
  /**
   * @param {Tokenizer} tokenizer
   * @param {Parameter} table (vocabulary, width)
   */
  constructor(tokenizer, table) {
    this.tokenizer = tokenizer;
    this.table = table;
  }

  /**
   * The tokens that point most nearly where a token points.
   * @param {number} id
   * @param {number} count
   * @returns {Neighbour[]} Best first, without the token itself.
   */
  neighbours(id, count) {
    return this.nearest(this.unit(id), [id], count);
  }

  /**
   * The tokens nearest to `a - b + c`, each of length 1 before (Mikolov et al. 2013).
   * @param {number} a
   * @param {number} b
   * @param {number} c
   * @param {number} count
   * @returns {Neighbour[]} Best first, without the three.
   */
  analogy(a, b, c, count) {
    const wanted = added(added(this.unit(a), scaled(this.unit(b), -1)), this.unit(c));
    return this.nearest(wanted, [a, b, c], count);
  }

  /**
   * Special tokens and bytes are left out too.
   * @param {Float32Array} vector
   * @param {number[]} leftOut
   * @param {number} count
   * @returns {Neighbour[]}
   */
  nearest(vector, leftOut, count) {
    const { tokenizer, table } = this;
    const wanted = shortened(vector);
    /** @type {Neighbour[]} */
    const found = [];
    for (let id = 0; id < table.shape[0]; id++) {
      if (leftOut.includes(id) || tokenizer.isSpecial(id) || tokenizer.isByte(id)) continue;
      const similarity = dot(wanted, this.unit(id));
      found.push({ token: tokenizer.label(id), id, similarity });
    }
    found.sort((one, other) => other.similarity - one.similarity || one.id - other.id);
    return found.slice(0, count);
  }

  /**
   * The embedding of a token, of length 1.
   * @param {number} id
   */
  unit(id) {
    const { shape, data } = this.table;
    return shortened(data.subarray(id * shape[1], (id + 1) * shape[1]));
  }
}

/** @param {Float32Array} vector */
function shortened(vector) {
  const length = Math.sqrt(dot(vector, vector));
  return length ? scaled(vector, 1 / length) : vector;
}
