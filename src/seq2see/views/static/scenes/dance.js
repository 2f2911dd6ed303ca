/**
 * The tensor dance: all decoder steps side by side, each from top to bottom in the order in which it
 * is computed, down to the distribution and the word, which goes into the next step.
 */

import { limitOf } from "seq2see/parts";
import { isRecurrent, stateNames } from "seq2see/scenes/anatomy";
import { beatOf, danceBeats, stationsOf } from "seq2see/scenes/choreography";
import { COLUMN, GAP, HEIGHTS, LABEL, column } from "seq2see/scenes/dance_column";
import { MARGIN } from "seq2see/scenes/layout";
import { settled } from "seq2see/scenes/memory";
import { staggered } from "seq2see/scenes/pace";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/scenes/choreography").Station} Station */
/** @typedef {import("seq2see/scenes/choreography").StationName} StationName */
/** @typedef {import("seq2see/scenes/dance_column").Plan} Plan */

const HEAD = 30; // of a column, for its number
const JOINT = 20; // between two stations

/** @type {Scene} */
export const dance = {
  id: "dance",
  fits: (trace) => isRecurrent(trace) && trace.has("decoder.embeddings"),
  beats: danceBeats,
  draw(scenery) {
    const { trace, at, beat } = scenery;
    const stations = stationsOf(trace);
    const plan = layOut(stations);
    const limits = {
      encoder: limitOf(trace, ...stateNames(trace, "encoder")),
      decoder: limitOf(trace, ...stateNames(trace, "decoder")),
      output: limitOf(trace, "decoder.embeddings"),
      readout: limitOf(trace, "decoder.readout"),
    };
    const columns = [];
    for (let step = 0; step < trace.steps.length; step++) {
      const shares = sharesOf(stations, step, at);
      if (step === 0 || [...shares.values()].some((share) => share > 0)) {
        const make = () => column(scenery, { plan, step, shares, limits });
        columns.push(settled(scenery, `dance${step}`, [...shares.values()], make));
      }
    }
    const focus = { x: plan.left(beat.step ?? 0) - GAP, y: 0, width: COLUMN + GAP, height: 1 };
    return {
      width: plan.left(trace.steps.length) - GAP + MARGIN,
      height: plan.height,
      marks: columns,
      focus: { ...focus, height: plan.height },
    };
  },
};

/**
 * @param {Station[]} stations
 * @returns {Plan}
 */
function layOut(stations) {
  /** @type {Map<StationName, number>} */
  const tops = new Map();
  let y = MARGIN + HEAD;
  for (const { name } of stations) {
    y += LABEL;
    tops.set(name, y);
    y += HEIGHTS[name] + JOINT;
  }
  const left = (/** @type {number} */ step) => MARGIN + step * (COLUMN + GAP);
  return { left, tops, height: y - JOINT + 12 + MARGIN };
}

/**
 * How far each station of a step has come; those of one beat follow one another.
 * @param {Station[]} stations
 * @param {number} step
 * @param {(id: string) => number} at
 * @returns {Map<StationName, number>}
 */
function sharesOf(stations, step, at) {
  return new Map(
    stations.map((station) => {
      const id = beatOf(station, step);
      const together = stations.filter((other) => beatOf(other, step) === id);
      return [station.name, staggered(at(id), together.indexOf(station), together.length)];
    }),
  );
}
