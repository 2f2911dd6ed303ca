/** What if: attention weights replaced while a model decodes. */

/** @typedef {import("seq2see/engine/interface").Watch} Watch */

/**
 * New attention weights over the source for the steps `from` to `to`, counted from 0 as the target
 * positions that they choose, the last one included; without `to` for that one and all after it.
 * `weights` are given, or "uniform", "argmax" (all on the strongest), or "none" (all 0, so that the
 * context is 0). In a Transformer they are cross-attention's, of one layer and head or of all.
 * @typedef {{from: number, to?: number, weights: Float32Array | "uniform" | "argmax" | "none",
 *   layer?: number | null, head?: number | null}} Override
 */

const WEIGHTS = /^decoder\.(?:layers\.(\d+)\.cross_)?attention\.weights$/;

/**
 * The observer that replaces them; null where nothing is to be replaced.
 * @param {Override | Override[] | null | undefined} overrides
 * @param {number} length Of the source, `</s>` included.
 * @returns {Watch | null}
 */
export function overriding(overrides, length) {
  const list = [overrides ?? []].flat();
  for (const { weights } of list) check(weights, length);
  if (!list.length) return null;
  return (name, value, step) => {
    const place = WEIGHTS.exec(name);
    if (!place) return value;
    const layer = place[1] === undefined ? null : Number(place[1]);
    return list.filter((one) => applies(one, layer, step)).reduce(replaced(length), value);
  };
}

/**
 * @param {Override["weights"]} weights
 * @param {number} length
 */
function check(weights, length) {
  if (typeof weights !== "string" && weights.length !== length) {
    throw new Error(
      `An override has ${weights.length} weights, but the source has ${length} tokens, </s> ` +
        "included; give one weight for each.",
    );
  }
}

/**
 * @param {Override} override
 * @param {number | null} layer Null where there is only one attention.
 * @param {number} step
 */
function applies({ from, to = Infinity, layer: wanted = null }, layer, step) {
  return from <= step && step <= to && (wanted === null || layer === null || wanted === layer);
}

/**
 * @param {number} length
 * @returns {(value: Float32Array, override: Override) => Float32Array}
 */
function replaced(length) {
  return (value, { weights, head = null }) => {
    const result = value.slice();
    for (let start = 0, number = 0; start < value.length; start += length, number++) {
      if (head !== null && head !== number && value.length > length) continue;
      result.set(weightsFrom(value.subarray(start, start + length), weights), start);
    }
    return result;
  };
}

/**
 * @param {Float32Array} before
 * @param {Override["weights"]} weights
 * @returns {Float32Array}
 */
function weightsFrom(before, weights) {
  if (typeof weights !== "string") return weights;
  if (weights === "none") return new Float32Array(before.length);
  if (weights === "uniform") return new Float32Array(before.length).fill(1 / before.length);
  const strongest = before.indexOf(Math.max(...before));
  return new Float32Array(before.length).map((_, i) => Number(i === strongest));
}
