/**
 * One weight set by hand; the others keep their proportions and make the sum 1 again. Where all
 * others are zero they share what is left evenly.
 * @param {Float32Array} weights
 * @param {number} index
 * @param {number} value From 0 to 1.
 * @returns {Float32Array}
 */
export function drag(weights, index, value) {
  const rest = weights.reduce((sum, weight, i) => (i === index ? sum : sum + weight), 0);
  const left = weights.length > 1 ? 1 - Math.min(Math.max(value, 0), 1) : 0;
  return weights.map((weight, i) => {
    if (i === index) return 1 - left;
    return rest > 0 ? (weight / rest) * left : left / (weights.length - 1);
  });
}
