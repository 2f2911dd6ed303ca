/**
 * Where attention may look: through a window around a centre (Luong et al. 2015, section 3.2), or at
 * one position (Xu et al. 2015). Names and equations are those of `models/scopes.py` and
 * `models/hard.py`.
 */

import { Linear } from "seq2see/engine/parameters";
import { dot, tanh } from "seq2see/engine/tensors";

/** @typedef {import("seq2see/engine/parameters").Parameters} Parameters */

/**
 * A window: its centre, a position counted from 0, and what stands at a distance from the centre; 0
 * means that nothing is looked at there.
 * @typedef {{
 *   centre: (query: Float32Array, length: number, step: number) => number,
 *   at: (away: number) => number,
 * }} Window
 */

/**
 * Around the position of the step (`local-m`).
 * @param {number} reach Positions on either side.
 * @returns {Window}
 */
export function monotonicWindow(reach) {
  return {
    centre: (_, length, step) => Math.min(step, length - 1),
    at: (away) => (Math.abs(away) <= reach ? 1 : 0),
  };
}

/**
 * A Gaussian around `S sigmoid(v . tanh(W q))`, cut off (`local-p`).
 * @param {Parameters} parameters
 * @param {string} name
 * @param {number} reach Positions on either side; twice the Gaussian's standard deviation.
 * @returns {Window}
 */
export function predictedWindow(parameters, name, reach) {
  const hidden = new Linear(parameters, `${name}.hidden`);
  const position = parameters.get(`${name}.position.weight`).data;
  return {
    centre: (query, length) => length / (1 + Math.exp(-dot(position, tanh(hidden.apply(query))))),
    at: (away) => (Math.abs(away) <= reach ? Math.exp(-2 * (away / reach) ** 2) : 0),
  };
}

/**
 * What a window lets through at each position.
 * @param {Window} window
 * @param {number} centre
 * @param {number} length Of the source.
 * @returns {Float32Array}
 */
export function windowAround(window, centre, length) {
  const held = Math.min(Math.max(centre, 0), length); // so that some token is always inside
  return Float32Array.from({ length }, (_, place) => window.at(place - held));
}

/**
 * The place of the largest weight, the first of equal ones.
 * @param {Float32Array} weights
 * @returns {number}
 */
export function mostProbable(weights) {
  return weights.indexOf(weights.reduce((most, weight) => Math.max(most, weight)));
}
