/** Where the layers of a deep recurrent model stand: side by side or, on a phone, below each other. */

import { LABEL } from "seq2see/scenes/grid";
import { textWidth } from "seq2see/text";

/** @typedef {import("seq2see/marks").Box} Box */
/** @typedef {import("seq2see/scenes/deep_facts").Side} Side */

const MARGIN = 16;
const NARROW = 760;
const AISLE = 190; // between the two sides: attention
const LANE = 30; // beside the layers: their residual paths
const NAME = 74; // within a layer
const PITCH = 30; // at most, from one vector to the next
const LEAST_PITCH = 9;
const GAP = 34; // from layer to layer: room for a sum
export const STRIP = 28; // height of vectors
const PADDING = 5;

/**
 * @param {{sources: string[], layers: number, rows: number, room: number, tall: number}} about
 *   `rows` are the directions of the first encoder layer, `tall` is the height of the distribution.
 */
export function deepPlaces({ sources, layers, rows, room, tall }) {
  const narrow = room < NARROW;
  const free = narrow ? room - 2 * MARGIN - LANE : (room - 2 * MARGIN - 2 * LANE - AISLE) / 2;
  const width = Math.max(Math.min(free, 420), 270);
  const wide = Math.max(width, NAME + 2 * PADDING + LEAST_PITCH * sources.length);
  const lean = Math.max(...sources.map((label) => Math.min(textWidth(label, LABEL), 120)));
  const encoder = sidePlace({
    x: MARGIN + LANE,
    first: Math.max(48 + lean * 0.78, narrow ? 0 : 84), // below the words of either side
    width: wide,
    heights: [rows * (STRIP + 4) - 4, ...Array(layers - 1).fill(STRIP)],
  });
  const asking = narrow
    ? { x: MARGIN + LANE, y: encoder.bottom + 70, width: width - 20, height: 86 }
    : { x: encoder.x + wide + 18, y: 70, width: AISLE - 56, height: 86 };
  const decoder = sidePlace({
    x: narrow ? MARGIN + LANE : encoder.x + wide + AISLE,
    first: narrow ? asking.y + asking.height + 92 : encoder.first,
    width: narrow ? width - LANE : width,
    heights: Array(layers).fill(STRIP),
  });
  const word = Math.min(120, width * 0.32);
  const out = {
    x: decoder.x,
    y: decoder.bottom + 48,
    width: width - word - 24,
    word: { x: decoder.x + width - word, y: decoder.bottom + 44, width: word },
  };
  return {
    narrow,
    encoder,
    decoder,
    asking,
    out,
    pitch: Math.max(Math.min((wide - NAME - 2 * PADDING) / sources.length, PITCH), LEAST_PITCH),
    vectors: NAME + PADDING,
    width: Math.max(decoder.x + width + (narrow ? 0 : LANE), encoder.x + wide) + MARGIN,
    height: Math.max(encoder.bottom + 62, out.y + tall) + MARGIN,
    focus,
  };

  /**
   * What a beat is about.
   * @param {string} id
   * @returns {Box}
   */
  function focus(id) {
    if (id === "word") return { x: out.x, y: out.y - 20, width, height: tall + 20 };
    if (id === "asks" || id === "context" || id === "crosses") return asking;
    const side = id.startsWith("decoder") ? decoder : encoder;
    return side.layer(Number(/\d+/.exec(id)?.[0] ?? 0));
  }
}

/**
 * @param {{x: number, first: number, width: number, heights: number[]}} about
 */
function sidePlace({ x, first, width, heights }) {
  const tops = heights.map((_, layer) =>
    heights.slice(0, layer).reduce((top, height) => top + height + 2 * PADDING + GAP, first),
  );
  const box = (/** @type {number} */ layer) => ({
    x,
    y: tops[layer],
    width,
    height: heights[layer] + 2 * PADDING,
  });
  const last = box(heights.length - 1);
  return {
    x,
    first,
    width,
    middle: x + width / 2,
    bottom: last.y + last.height,
    layer: box,
    padding: PADDING,
    sum: (/** @type {number} */ layer) => box(layer).y + box(layer).height + GAP / 2 - 3,
  };
}
