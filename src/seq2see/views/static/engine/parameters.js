/** The weights of a packed model, by the names that PyTorch gives them. */

import { numbersOf } from "seq2see/arrays";
import { affine } from "seq2see/engine/tensors";

/** @typedef {import("seq2see/arrays").StoredArray} StoredArray */
/** @typedef {import("seq2see/engine/tensors").Parameter} Parameter */

/** All parameters; each is decoded when it is first asked for. */
export class Parameters {
  /**
   * @param {Record<string, StoredArray | {tied: string}>} stored A tied one names the parameter
   *   that it is.
   */
  constructor(stored) {
    this.stored = stored;
    /** @type {Map<string, Parameter>} */
    this.decoded = new Map();
  }

  /**
   * @param {string} name
   * @returns {boolean}
   */
  has(name) {
    return Object.hasOwn(this.stored, name);
  }

  /**
   * @param {string} name
   * @returns {Parameter}
   */
  get(name) {
    const known = this.decoded.get(name);
    if (known) return known;
    if (!this.has(name)) throw new Error(`The model has no parameter \`${name}\`.`);
    const entry = this.stored[name];
    const found =
      "tied" in entry ? this.get(entry.tied) : { shape: entry.shape, data: numbersOf(entry) };
    this.decoded.set(name, found);
    return found;
  }

  /**
   * One row of a matrix, such as an embedding.
   * @param {string} name
   * @param {number} index
   * @returns {Float32Array}
   */
  row(name, index) {
    const { shape, data } = this.get(name);
    if (!(index >= 0 && index < shape[0])) {
      throw new Error(`\`${name}\` has the rows 0 to ${shape[0] - 1}, but not ${index}.`);
    }
    return data.subarray(index * shape[1], (index + 1) * shape[1]);
  }
}

/** A linear layer, with a bias where the parameters hold one. */
export class Linear {
  /**
   * @param {Parameters} parameters
   * @param {string} name
   */
  constructor(parameters, name) {
    this.weight = parameters.get(`${name}.weight`);
    this.bias = parameters.has(`${name}.bias`) ? parameters.get(`${name}.bias`).data : null;
  }

  /**
   * @param {Float32Array} vector
   * @returns {Float32Array}
   */
  apply(vector) {
    return affine(this.weight, this.bias, vector);
  }
}
