/** The lesson plan leads to places that exist. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { DEFAULTS, timelineFor } from "../../src/seq2see/views/static/render.js";
import { traceOf } from "./frames.js";

const PLAN = readFileSync(new URL("../../docs/teaching.md", import.meta.url), "utf8");
const ARCHITECTURES = ["sutskever2014", "cho2014", "bahdanau2015", "luong2015", "gnmt2016", "transformer2017"];

test("every scene and beat of docs/teaching.md is shown by some architecture", () => {
  const places = new Set();
  for (const name of ARCHITECTURES) {
    for (const { scene, beats } of timelineFor(traceOf(name), DEFAULTS).chapters) {
      for (const { id } of beats) places.add(`${scene}/${id}`);
    }
  }
  const named = [...PLAN.matchAll(/`([a-z]+\/[a-z]+\d?)`/g)].map(([, place]) => place);
  assert.ok(named.length >= 12, `only ${named.length} places are named`);
  for (const place of named) assert.ok(places.has(place), `there is no ${place}`);
});
