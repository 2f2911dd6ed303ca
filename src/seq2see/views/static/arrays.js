/**
 * Arrays of numbers as traces and packed models store them: little-endian base64.
 */

/**
 * Numbers and what their axes mean; row-major.
 * @typedef {{axes: string[], shape: number[], data: Float32Array}} Tensor
 */

/**
 * @typedef {{shape: number[], dtype: string, data: string, lower?: boolean}} StoredArray
 */

/**
 * The bytes of a base64 text.
 * @param {string} text
 * @returns {Uint8Array}
 */
export function bytesOf(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/**
 * One IEEE half-precision number from its 16 bits.
 * @param {number} bits
 * @returns {number}
 */
export function fromHalf(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * The numbers of a stored array; of triangles, with the zeros above the diagonal.
 * @param {StoredArray} stored
 * @returns {Float32Array}
 */
export function numbersOf(stored) {
  const flat = flatNumbers(bytesOf(stored.data), stored.dtype);
  return stored.lower ? untriangled(flat, stored.shape) : flat;
}

/**
 * @param {Uint8Array} bytes
 * @param {string} dtype
 * @returns {Float32Array}
 */
function flatNumbers(bytes, dtype) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = { float16: 2, float32: 4, int32: 4, uint8: 1 }[dtype];
  if (!size) throw new Error(`An array has the type ${dtype}, which is not known here.`);
  const numbers = new Float32Array(bytes.length / size);
  for (let i = 0; i < numbers.length; i++) {
    if (dtype === "float16") numbers[i] = fromHalf(view.getUint16(2 * i, true));
    else if (dtype === "float32") numbers[i] = view.getFloat32(4 * i, true);
    else if (dtype === "int32") numbers[i] = view.getInt32(4 * i, true);
    else numbers[i] = bytes[i];
  }
  return numbers;
}

/**
 * @param {Float32Array} flat
 * @param {number[]} shape
 * @returns {Float32Array}
 */
function untriangled(flat, shape) {
  const width = shape[shape.length - 1];
  const numbers = new Float32Array(shape.reduce((a, b) => a * b, 1));
  let from = 0;
  for (let start = 0; start < numbers.length; start += width * width) {
    for (let row = 0; row < width; row++) {
      numbers.set(flat.subarray(from, from + row + 1), start + row * width);
      from += row + 1;
    }
  }
  return numbers;
}
