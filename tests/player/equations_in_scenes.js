/**
 * Finds every number that a picture of the player leads to, and explains it:
 *
 *   node equations_in_scenes.js TRACE.json ...
 *
 * Writes `{asked, failures}` as JSON: how many numbers there were, and what could not be explained.
 */

import { readFileSync } from "node:fs";

import { explainOn, pageOf } from "../../src/seq2see/views/static/equations/explain.js";
import { render, timelineFor, DEFAULTS } from "../../src/seq2see/views/static/render.js";
import { readTrace } from "../../src/seq2see/views/static/trace.js";

/** Numbers that marks lead to, and those within them. */
function* asked(marks) {
  for (const { action, children } of marks) {
    if (action && "explain" in action) yield action.explain;
    if (children) yield* asked(children);
  }
}

/** Numbers of all beats and of the pictures at which they have come to rest. */
function numbersOf(trace) {
  const found = new Map();
  const timeline = timelineFor(trace, DEFAULTS);
  for (const { scene, beats } of timeline.chapters) {
    for (const beat of beats) {
      const shown = [...asked(render(trace, beat.still, DEFAULTS, timeline).marks)];
      for (const number of beat.number ? [beat.number, ...shown] : shown) {
        found.set(JSON.stringify(number), { number, scene: `${scene}/${beat.id}` });
      }
    }
  }
  return [...found.values()];
}

const report = { asked: 0, failures: [] };
for (const file of process.argv.slice(2)) {
  const trace = readTrace(JSON.parse(readFileSync(file, "utf-8")));
  const page = pageOf(trace, () => null);
  for (const { number, scene } of numbersOf(trace)) {
    report.asked++;
    try {
      const { value, missing } = explainOn(page, number);
      if (Number.isNaN(value) && !missing.length) throw new Error(`${number.name} has no value.`);
    } catch (error) {
      report.failures.push(`${trace.model.arch} ${scene}: ${error.message}`);
    }
  }
}
process.stdout.write(JSON.stringify(report));
