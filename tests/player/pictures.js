/** What tests of scenes need: the traces of `traces.py`, and all marks of a frame. */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { DEFAULTS } from "../../src/seq2see/views/static/render.js";
import { readTrace } from "../../src/seq2see/views/static/trace.js";

const FOLDER = process.env.SEQ2SEE_TRACES;
if (!FOLDER) throw new Error("SEQ2SEE_TRACES must name a folder that traces.py has written.");

/** Names of all traces. */
export const NAMES = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.slice(0, -".json".length))
  .sort();

/** A trace that nothing else has used. */
export function freshTrace(name) {
  return readTrace(JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8")));
}

/** Rooms that pictures are drawn for. */
export const ROOMS = [
  { ...DEFAULTS, width: 1200 },
  { ...DEFAULTS, width: 345, theme: "dark", language: "zh" },
];

/** All marks that are no groups, with their path of keys and what they and their groups let through. */
export function leavesOf(marks, path = "", opacity = 1) {
  return marks.flatMap((mark) => {
    const here = `${path}/${mark.key}`;
    const through = opacity * Number(mark.attrs.opacity ?? 1);
    if (mark.tag === "g") return leavesOf(mark.children ?? [], here, through);
    return [{ mark, path: here, opacity: through }];
  });
}

/** All marks, groups among them. */
export function everyMark(marks) {
  return marks.flatMap((mark) => [mark, ...everyMark(mark.children ?? [])]);
}

/** A mark by its path of keys, as `step0/hidden/unit2`. */
export function markAt(marks, path) {
  const [key, ...rest] = path.split("/");
  const found = marks.find((mark) => mark.key === key);
  if (!found) throw new Error(`There is no mark ${path}.`);
  return rest.length ? markAt(found.children, rest.join("/")) : found;
}
