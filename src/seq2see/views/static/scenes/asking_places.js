/** Where the parts of a head at work stand: lanes of numbers, the one that asks, its query. */

import { TOKEN_HEIGHT, tokenWidth } from "seq2see/parts";
import { lanesOf } from "seq2see/scenes/lanes";
import { say } from "seq2see/words/index";

export const SHOWN = 6; // units of a vector
const HEADING = 34;
const VECTOR = { tall: SHOWN * 12, wide: SHOWN * 5 };
const NUMBER = { tall: 26, wide: 46 };

/**
 * The lanes; `role` null is that of what asks; `beat` is when a lane appears. Beside tokens there is no
 * lane for the query, which then stands above.
 * @type {{id: string, role: import("seq2see/theme").Role | null, beat: string, vector: boolean,
 *   tall: number, wide: number}[]}
 */
const LANES = [
  { id: "values", role: "encoder", beat: "tokens", vector: true, ...VECTOR },
  { id: "keys", role: "encoder", beat: "tokens", vector: true, ...VECTOR },
  { id: "query", role: null, beat: "tokens", vector: false, tall: TOKEN_HEIGHT, wide: 0 },
  { id: "scores", role: "attention", beat: "scores", vector: false, ...NUMBER },
  { id: "weights", role: "attention", beat: "softmax", vector: false, ...NUMBER },
  { id: "weighted", role: "attention", beat: "multiply", vector: true, ...VECTOR },
];

/**
 * @param {boolean} full
 * @param {boolean} upright
 */
export function lanesShown(full, upright) {
  return LANES.filter(({ vector, wide }) => (full || !vector) && (upright || wide > 0));
}

/**
 * @param {string[]} labels
 * @param {boolean} full
 * @param {import("seq2see/render").Choices} choices
 * @param {boolean} fromRight
 */
export function lanesFor(labels, full, choices, fromRight) {
  const lanes = lanesShown(full, true).map(({ id, tall, wide }) => ({
    id,
    name: say(choices.language, `asking.lane.${id}`),
    tall: id === "query" && full ? tall + 42 : id === "query" ? tall + 24 : tall,
    wide,
  }));
  const widest = full ? 64 : 120;
  return lanesOf(labels, lanes, {
    room: choices.width,
    fromRight,
    top: HEADING,
    topBeside: HEADING + 44,
    gap: 12,
    widest,
  });
}

/**
 * Where the word that asks stands, its query, and where its question leaves.
 * @param {string} label
 * @param {import("seq2see/scenes/lanes").Lanes} lanes
 * @param {number} seat
 * @param {boolean} full
 */
export function questionPlaces(label, lanes, seat, full) {
  const width = tokenWidth(label);
  if (!lanes.upright) {
    const y = HEADING;
    return {
      token: { x: 8, y, width },
      vector: { x: 8 + width + 10, y: y + 8 },
      leaves: { x: 8, y },
    };
  }
  const { x, y, width: room } = lanes.box(seat, "query");
  const middle = x + room / 2;
  const bottom = y + TOKEN_HEIGHT + (full ? 18 : 0);
  return {
    token: { x: middle - width / 2, y, width },
    vector: { x: middle - (SHOWN * 12) / 2, y: y + TOKEN_HEIGHT + 4 },
    leaves: { x: middle, y: bottom },
  };
}
