/** Traces and frames for tests of scenes. The folder of traces is named by SEQ2SEE_TRACES. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { DEFAULTS, render } from "../../src/seq2see/views/static/render.js";
import { SCENES } from "../../src/seq2see/views/static/scenes/index.js";
import { timelineOf } from "../../src/seq2see/views/static/timeline.js";
import { readTrace } from "../../src/seq2see/views/static/trace.js";

const read = new Map();

/** A trace that `traces.py` wrote, by its name. */
export function traceOf(name) {
  const folder = process.env.SEQ2SEE_TRACES;
  if (!folder)
    throw new Error("SEQ2SEE_TRACES must name a folder that tests/player/traces.py wrote.");
  if (!read.has(name))
    read.set(name, readTrace(JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"))));
  return read.get(name);
}

/** Some scenes of a trace on a timeline of their own. */
export function timelineWith(trace, scenes, choices) {
  const fitting = SCENES.filter(({ id, fits }) => scenes.includes(id) && fits(trace));
  return timelineOf(fitting.map(({ id, beats }) => ({ id, beats: beats(trace, choices) })));
}

/** A scene's picture, a share of the way into the move of a beat; null where the scene does not fit. */
export function frameOf(trace, scene, beat, share, choices = {}) {
  const chosen = { ...DEFAULTS, ...choices };
  const timeline = timelineWith(trace, [scene], chosen);
  const [chapter] = timeline.chapters;
  if (!chapter) return null;
  const found = beat === null ? chapter.beats.at(-1) : chapter.beats.find(({ id }) => id === beat);
  const time = found.start + (found.still - found.start) * share;
  return { ...render(trace, time, chosen, timeline), beats: chapter.beats };
}

/** The complete picture of a scene. */
export function lastFrame(trace, scene, choices = {}) {
  return frameOf(trace, scene, null, 1, choices);
}

/** All marks, those within groups too. */
export function allMarks(marks) {
  return marks.flatMap((mark) => [mark, ...allMarks(mark.children ?? [])]);
}

/** Marks of a key, wherever they are. */
export function named(marks, key) {
  return allMarks(marks).filter((mark) => mark.key === key);
}

/** Paths of the marks that can be seen; groups count by what is in them. */
export function visible(marks, above = "", found = new Set()) {
  for (const mark of marks) {
    if (Number(mark.attrs.opacity ?? 1) === 0) continue;
    const path = `${above}/${mark.key}`;
    if (mark.tag === "g") visible(mark.children ?? [], path, found);
    else found.add(path);
  }
  return found;
}

/** A number of a trace. */
export function numberOf(trace, { name, index }) {
  return trace.at(name, ...index);
}
