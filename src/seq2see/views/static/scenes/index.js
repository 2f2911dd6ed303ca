/**
 * The ladder of scenes, in the order in which they are shown. A new scene is a module like the others
 * and one line here.
 */

import { crossattention, selfattention } from "seq2see/scenes/asking";
import { attention } from "seq2see/scenes/attention";
import { deep } from "seq2see/scenes/deep";
import { beam } from "seq2see/scenes/beam";
import { blackbox } from "seq2see/scenes/blackbox";
import { choice } from "seq2see/scenes/choice";
import { copying } from "seq2see/scenes/copying";
import { coverage } from "seq2see/scenes/coverage";
import { heads } from "seq2see/scenes/heads";
import { masked } from "seq2see/scenes/masked";
import { lines } from "seq2see/scenes/lines";
import { matrix } from "seq2see/scenes/matrix";
import { positions } from "seq2see/scenes/positions";
import { dance } from "seq2see/scenes/dance";
import { embedding } from "seq2see/scenes/embedding";
import { recurrence } from "seq2see/scenes/recurrence";
import { sides } from "seq2see/scenes/sides";
import { travel } from "seq2see/scenes/travel";
import { unrolled } from "seq2see/scenes/unrolled";
import { stack } from "seq2see/scenes/stack";
import { localWindow } from "seq2see/scenes/window";
import { writing } from "seq2see/scenes/writing";

/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/render").Choices} Choices */
/** @typedef {import("seq2see/render").Picture} Picture */

/**
 * What a scene draws from. `at(id)` says how far a beat has come, from 0 to 1; `beat` is the one that
 * is running.
 * @typedef {{trace: Trace, choices: Choices, theme: import("seq2see/theme").Theme,
 *   at: (id: string) => number, beat: import("seq2see/timeline").TimedBeat}} Scenery
 */

/**
 * `fits` says whether a model has anything to show here; `beats` is what happens, `draw` is the picture
 * at any instant of it. Its title is `scene.ID` in the tables of words. Nothing that has appeared
 * disappears again within a scene.
 * @typedef {{id: string, fits: (trace: Trace) => boolean,
 *   beats: (trace: Trace, choices: Choices) => import("seq2see/timeline").Beat[],
 *   draw: (scenery: Scenery) => Picture}} Scene
 */

/** @type {Scene[]} */
export const SCENES = [blackbox, sides, embedding, positions, recurrence, travel, unrolled, attention, localWindow, choice, coverage, dance, copying, deep, selfattention, masked, crossattention, stack, writing, lines, matrix, heads, beam];
