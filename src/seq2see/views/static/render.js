/**
 * `render(trace, time)`: the picture at a time, as plain values. It depends on its arguments alone, so
 * playing, stepping, tests and files of single frames all show the same picture for the same time.
 */

import { SCENES } from "seq2see/scenes/index";
import { THEMES } from "seq2see/theme";
import { placeAt, progressOf, timelineOf } from "seq2see/timeline";

/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/timeline").Timeline} Timeline */
/** @typedef {import("seq2see/timeline").TimedBeat} TimedBeat */

/**
 * What a viewer may choose. `width` is the room there is, in pixels; `layer` and `head` are null for
 * the mean of all; `step` is the decoder step that scenes about a single one show, null for one that
 * they choose; `units` merges subwords into words where a scene can.
 * @typedef {{width: number, theme: "light" | "dark", language: "en" | "zh", layer: number | null,
 *   head: number | null, step: number | null, units: "tokens" | "words"}} Choices
 */

/** @type {Choices} */
export const DEFAULTS = {
  width: 900,
  theme: "light",
  language: "en",
  layer: null,
  head: null,
  step: null,
  units: "tokens",
};

/**
 * `focus` is what should be in sight where the picture is wider than its room.
 * @typedef {{width: number, height: number, marks: import("seq2see/marks").Mark[],
 *   focus: import("seq2see/marks").Box | null}} Picture
 */

/** @typedef {Picture & {scene: string, beat: TimedBeat}} Frame */

/**
 * The choices that a trace has: a layer or a head that it lacks counts as none.
 * @param {Trace} trace
 * @param {Choices} choices
 * @returns {Choices}
 */
export function fittingChoices(trace, choices) {
  /**
   * @param {number | null} chosen
   * @param {number} count
   */
  const within = (chosen, count) => (chosen !== null && chosen < count ? chosen : null);
  const layer = within(choices.layer, trace.layers("cross").length);
  return { ...choices, layer, head: within(choices.head, trace.numHeads) };
}

/**
 * All scenes of a trace on one timeline.
 * @param {Trace} trace
 * @param {Choices} [choices]
 * @returns {Timeline}
 */
export function timelineFor(trace, choices = DEFAULTS) {
  const chosen = fittingChoices(trace, choices);
  const shown = SCENES.filter((scene) => scene.fits(trace));
  return timelineOf(shown.map((scene) => ({ id: scene.id, beats: scene.beats(trace, chosen) })));
}

/**
 * The picture at a time.
 * @param {Trace} trace
 * @param {number} time Seconds from the beginning of the first scene.
 * @param {Choices} [choices]
 * @param {Timeline} [timeline] Where it is known already.
 * @returns {Frame}
 */
export function render(trace, time, choices = DEFAULTS, timeline = timelineFor(trace, choices)) {
  const { chapter, beat } = placeAt(timeline, time);
  const scene = SCENES.find((one) => one.id === chapter.scene);
  if (!scene) throw new Error(`There is no scene ${chapter.scene}.`);
  const theme = THEMES[choices.theme];
  const at = progressOf(chapter, time);
  const chosen = fittingChoices(trace, choices);
  return { ...scene.draw({ trace, choices: chosen, theme, at, beat }), scene: scene.id, beat };
}
