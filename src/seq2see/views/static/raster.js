/**
 * Large matrices as pictures: a PNG with a palette, one pixel for each cell, made without a canvas.
 * The format is that of the PNG specification (third edition) with stored blocks of RFC 1951.
 */

import { signedColour, weightColour } from "seq2see/theme";

/** @typedef {import("seq2see/theme").Theme} Theme */

/** How many colours a raster of weights has. */
export const LEVELS = 64;
/** Colours of weights, the same for all rasters of a theme. @type {WeakMap<Theme, string[]>} */
const PALETTES = new WeakMap();
const STORED = 65535; // the most bytes of a stored block
const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];

/**
 * A matrix of weights as the address of a picture.
 * @param {ArrayLike<number>} values Row-major, from 0 to 1.
 * @param {number} width Number of columns.
 * @param {Theme} theme
 * @returns {string}
 */
export function weightsRaster(values, width, theme) {
  let palette = PALETTES.get(theme);
  if (!palette) {
    palette = Array.from({ length: LEVELS }, (_, level) =>
      weightColour(theme, level / (LEVELS - 1)),
    );
    PALETTES.set(theme, palette);
  }
  const pixels = Uint8Array.from(values, (value) =>
    Math.round(Math.min(Math.max(value, 0), 1) * (LEVELS - 1)),
  );
  return dataUrl(png(pixels, width, palette));
}

/**
 * A matrix of values as the address of a picture.
 * @param {ArrayLike<number>} values Row-major.
 * @param {number} width Number of columns.
 * @param {Theme} theme
 * @param {number} limit The size of value that gets the full colour.
 * @returns {string}
 */
export function signedRaster(values, width, theme, limit) {
  const palette = Array.from({ length: 2 * LEVELS + 1 }, (_, level) =>
    signedColour(theme, level / LEVELS - 1),
  );
  const pixels = Uint8Array.from(values, (value) =>
    Math.round((Math.min(Math.max(value / limit, -1), 1) + 1) * LEVELS),
  );
  return dataUrl(png(pixels, width, palette));
}

/**
 * The largest weight of each tile, where a picture needs no more than so many pixels a side.
 * @param {ArrayLike<number>} values
 * @param {number} width
 * @param {number} most
 * @returns {{values: Float32Array, width: number}}
 */
export function pooled(values, width, most) {
  const height = values.length / width;
  const [columns, rows] = [Math.min(width, most), Math.min(height, most)];
  const result = new Float32Array(columns * rows);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * rows) / height) * columns;
    for (let x = 0; x < width; x++) {
      const place = row + Math.floor((x * columns) / width);
      result[place] = Math.max(result[place], values[y * width + x]);
    }
  }
  return { values: result, width: columns };
}

/**
 * An indexed PNG of 8 bits a pixel.
 * @param {Uint8Array} pixels Row-major places in the palette.
 * @param {number} width
 * @param {string[]} palette Colours as `#rrggbb`, 256 at the most.
 * @returns {Uint8Array}
 */
export function png(pixels, width, palette) {
  const height = pixels.length / width;
  if (!Number.isInteger(height) || height === 0) {
    throw new Error(`${pixels.length} pixels are no picture ${width} wide; give whole rows.`);
  }
  const lines = new Uint8Array(height * (width + 1)); // each begins with its filter: 0, none
  for (let y = 0; y < height; y++)
    lines.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const colours = palette.flatMap((colour) =>
    [1, 3, 5].map((from) => parseInt(colour.slice(from, from + 2), 16)),
  );
  return joined([
    SIGNATURE,
    chunk("IHDR", [...bytes32(width), ...bytes32(height), 8, 3, 0, 0, 0]),
    chunk("PLTE", colours),
    chunk("IDAT", stored(lines)),
    chunk("IEND", []),
  ]);
}

/**
 * A chunk: length, name, content, checksum of name and content.
 * @param {string} name
 * @param {ArrayLike<number>} content
 */
function chunk(name, content) {
  const named = joined([Array.from(name, (letter) => letter.charCodeAt(0)), content]);
  return joined([bytes32(content.length), named, bytes32(crc32(named))]);
}

/**
 * Bytes as a zlib stream that does not compress.
 * @param {Uint8Array} bytes
 */
function stored(bytes) {
  /** @type {ArrayLike<number>[]} */
  const parts = [[0x78, 0x01]];
  for (let from = 0; from < bytes.length; from += STORED) {
    const block = bytes.subarray(from, from + STORED);
    const { length } = block;
    const last = from + length >= bytes.length ? 1 : 0;
    parts.push([last, length & 255, length >> 8, ~length & 255, (~length >> 8) & 255], block);
  }
  return joined([...parts, bytes32(adler32(bytes))]);
}

/** @type {Uint32Array} */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** @param {Uint8Array} bytes */
function crc32(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = REMAINDERS[(rest ^ byte) & 255] ^ (rest >>> 8);
  return ~rest >>> 0;
}

/** @param {Uint8Array} bytes */
function adler32(bytes) {
  let [sum, sums] = [1, 0];
  for (const byte of bytes) {
    sum = (sum + byte) % 65521;
    sums = (sums + sum) % 65521;
  }
  return sums * 65536 + sum;
}

/** @param {number} value */
function bytes32(value) {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].map(
    (byte) => byte & 255,
  );
}

/** @param {ArrayLike<number>[]} parts */
function joined(parts) {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    bytes.set(part, place);
    place += part.length;
  }
  return bytes;
}

/** @param {Uint8Array} bytes */
function dataUrl(bytes) {
  let binary = "";
  const piece = 8192; // as many arguments as any engine takes
  for (let from = 0; from < bytes.length; from += piece) {
    binary += String.fromCharCode(...bytes.subarray(from, from + piece));
  }
  return `data:image/png;base64,${btoa(binary)}`;
}
