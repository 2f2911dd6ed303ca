/**
 * The arithmetic of models in plain loops: sums in double precision, results in single. Functions
 * return new arrays and change none.
 */

/**
 * Numbers of a model, row-major.
 * @typedef {{shape: number[], data: Float32Array}} Parameter
 */

/**
 * A matrix times a vector, plus a bias. Four rows at a time, so that each entry of the vector is
 * read once for them.
 * @param {Parameter} weight (rows, columns)
 * @param {Float32Array | null} bias (rows)
 * @param {Float32Array} vector (columns)
 * @returns {Float32Array} (rows)
 */
export function affine({ shape: [rows, columns], data }, bias, vector) {
  const result = bias ? bias.slice() : new Float32Array(rows);
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    let [a, b, c, d] = [0, 0, 0, 0];
    const first = row * columns;
    const second = first + columns;
    const third = second + columns;
    const fourth = third + columns;
    for (let i = 0; i < columns; i++) {
      const value = vector[i];
      a += data[first + i] * value;
      b += data[second + i] * value;
      c += data[third + i] * value;
      d += data[fourth + i] * value;
    }
    result[row] += a;
    result[row + 1] += b;
    result[row + 2] += c;
    result[row + 3] += d;
  }
  for (; row < rows; row++) result[row] += dotAt(data, row * columns, vector, 0, columns);
  return result;
}

/**
 * The inner product of two stretches of numbers. Four sums at a time, so that none waits for the
 * one before it.
 * @param {Float32Array} left
 * @param {number} leftStart
 * @param {Float32Array} right
 * @param {number} rightStart
 * @param {number} count
 * @returns {number}
 */
export function dotAt(left, leftStart, right, rightStart, count) {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = leftStart;
  let j = rightStart;
  for (const end = i + count - 3; i < end; i += 4, j += 4) {
    a += left[i] * right[j];
    b += left[i + 1] * right[j + 1];
    c += left[i + 2] * right[j + 2];
    d += left[i + 3] * right[j + 3];
  }
  for (const end = leftStart + count; i < end; i++, j++) a += left[i] * right[j];
  return a + b + (c + d);
}

/**
 * @param {Float32Array} left
 * @param {Float32Array} right As long.
 * @returns {number}
 */
export function dot(left, right) {
  return dotAt(left, 0, right, 0, left.length);
}

/**
 * @param {Float32Array} left
 * @param {Float32Array} right As long.
 * @returns {Float32Array}
 */
export function added(left, right) {
  return left.map((value, i) => value + right[i]);
}

/**
 * @param {Float32Array} vector
 * @param {number} factor
 * @returns {Float32Array}
 */
export function scaled(vector, factor) {
  return vector.map((value) => value * factor);
}

/**
 * Vectors one after the other.
 * @param {Float32Array[]} parts
 * @returns {Float32Array}
 */
export function joined(parts) {
  const result = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    result.set(part, start);
    start += part.length;
  }
  return result;
}

/**
 * @param {Float32Array} vector
 * @returns {Float32Array}
 */
export function tanh(vector) {
  return vector.map(Math.tanh);
}

/**
 * @param {Float32Array} vector
 * @returns {Float32Array}
 */
export function sigmoid(vector) {
  return vector.map((value) => 1 / (1 + Math.exp(-value)));
}

/**
 * @param {Float32Array} vector
 * @returns {Float32Array}
 */
export function relu(vector) {
  return vector.map((value) => Math.max(value, 0));
}

/**
 * Scores as a distribution.
 * @param {Float32Array} scores
 * @returns {Float32Array}
 */
export function softmax(scores) {
  const logSum = logSumExp(scores);
  return scores.map((score) => Math.exp(score - logSum));
}

/**
 * The logarithms of `softmax`.
 * @param {Float32Array} scores
 * @returns {Float32Array}
 */
export function logSoftmax(scores) {
  const logSum = logSumExp(scores);
  return scores.map((score) => score - logSum);
}

/** @param {Float32Array} scores */
function logSumExp(scores) {
  let largest = -Infinity;
  for (const score of scores) if (score > largest) largest = score;
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - largest);
  return largest + Math.log(sum);
}

/**
 * The sum of vectors, each times its weight.
 * @param {Float32Array} weights
 * @param {Float32Array[]} vectors As many.
 * @returns {Float32Array}
 */
export function weightedSum(weights, vectors) {
  const sums = new Float64Array(vectors[0].length);
  vectors.forEach((vector, place) => {
    const weight = weights[place];
    for (let i = 0; i < sums.length; i++) sums[i] += weight * vector[i];
  });
  return Float32Array.from(sums);
}

const EPSILON = 1e-5; // PyTorch's

/**
 * Layer normalisation: mean 0 and variance 1, times a gain, plus a bias.
 * @param {Float32Array} vector
 * @param {Float32Array} gain As long.
 * @param {Float32Array} bias As long.
 * @returns {Float32Array}
 */
export function layerNorm(vector, gain, bias) {
  let mean = 0;
  for (const value of vector) mean += value / vector.length;
  let squares = 0;
  for (const value of vector) squares += (value - mean) * (value - mean);
  const scale = 1 / Math.sqrt(squares / vector.length + EPSILON);
  return vector.map((value, i) => (value - mean) * scale * gain[i] + bias[i]);
}
