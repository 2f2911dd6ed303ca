/** Frames of the player as files: the same pictures as in a page, at times that are named. */

import { DEFAULTS, render, timelineFor } from "seq2see/render";
import { svgText } from "seq2see/svg";
import { THEMES } from "seq2see/theme";
import { timeOf } from "seq2see/timeline";
import { readTrace } from "seq2see/trace";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/timeline").Timeline} Timeline */

/**
 * A time is a number of seconds, `scene/beat`, `scene` (when it is complete), or `all`: every beat.
 * @typedef {{trace: any, times: string[],
 *   choices: Partial<import("seq2see/render").Choices>}} Job
 */

/**
 * @typedef {{scene: string, beat: string, time: number, svg: string}} Still
 */

/**
 * The frames of a trace, in the order of the times; or a time that means nothing, and those that do.
 * @param {Job} job
 * @returns {{frames: Still[]} | {unknown: string, known: string[], duration: number}}
 */
export function frames({ trace: json, times, choices: chosen }) {
  const trace = readTrace(json);
  const choices = { ...DEFAULTS, ...chosen };
  const timeline = timelineFor(trace, choices);
  const seconds = times.map((time) => secondsOf(timeline, time));
  const unknown = times.find((_, index) => seconds[index] === null);
  if (unknown !== undefined) return { unknown, known: names(timeline), duration: timeline.duration };
  const { paper } = THEMES[choices.theme];
  return {
    frames: /** @type {number[][]} */ (seconds).flat().map((time) => {
      const frame = render(trace, time, choices, timeline);
      const title = say(choices.language, frame.beat.words, frame.beat.values);
      return { scene: frame.scene, beat: frame.beat.id, time, svg: svgText(frame, { paper, title }) };
    }),
  };
}

/**
 * @param {Timeline} timeline
 * @param {string} time
 * @returns {number[] | null} Null where there is no such time.
 */
function secondsOf(timeline, time) {
  if (time === "all") return timeline.chapters.flatMap(({ beats }) => beats.map((beat) => beat.still));
  if (/^\d+(\.\d+)?$/.test(time)) return Number(time) <= timeline.duration ? [Number(time)] : null;
  const [scene, beat] = time.split("/");
  const chapter = timeline.chapters.find((one) => one.scene === scene);
  if (!chapter) return null;
  const found = beat === undefined ? chapter.beats[chapter.beats.length - 1].still : timeOf(timeline, scene, beat);
  return found === null ? null : [found];
}

/** @param {Timeline} timeline */
function names(timeline) {
  return timeline.chapters.flatMap(({ scene, beats }) => [scene, ...beats.map((beat) => `${scene}/${beat.id}`)]);
}
