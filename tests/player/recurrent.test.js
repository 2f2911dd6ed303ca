/** Scenes of recurrent models show how these are built; checked against numbers of their traces. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { render, timelineFor } from "../../src/seq2see/views/static/render.js";
import {
  decoderState,
  directionsOf,
  queryOf,
  readingOrder,
  valuesOf,
} from "../../src/seq2see/views/static/scenes/anatomy.js";
import {
  inputParts,
  readoutParts,
  refOf,
  stationsOf,
} from "../../src/seq2see/views/static/scenes/choreography.js";
import { crossedBy } from "../../src/seq2see/views/static/scenes/crossing.js";
import { portions, staggered, upTo } from "../../src/seq2see/views/static/scenes/pace.js";
import { timeOf } from "../../src/seq2see/views/static/timeline.js";
import { NAMES, ROOMS, freshTrace, leavesOf, markAt } from "./pictures.js";

const RECURRENT = NAMES.filter((name) => freshTrace(name).has("decoder.layers.0.input"));

function joined(trace, parts, step) {
  return parts.flatMap((part) => {
    const ref = refOf(trace, part, step);
    const { shape } = trace.tensor("decoder.readout");
    return ref ? [...valuesOf(trace, ref)] : new Array(shape[1]).fill(0);
  });
}

test("what is drawn end to end is what the first layer reads", () => {
  assert.ok(RECURRENT.length >= 6);
  for (const name of RECURRENT) {
    const trace = freshTrace(name);
    trace.steps.forEach((_, step) => {
      const read = [...trace.row("decoder.layers.0.input", step)];
      assert.deepEqual(joined(trace, inputParts(trace), step), read, `${name}, step ${step}`);
    });
  }
});

test("what is drawn end to end is what the readout multiplies", () => {
  for (const name of RECURRENT) {
    const trace = freshTrace(name);
    if (!trace.has("decoder.concatenation")) {
      assert.deepEqual(readoutParts(trace), [], name);
      continue;
    }
    trace.steps.forEach((_, step) => {
      const multiplied = [...trace.row("decoder.concatenation", step)];
      assert.deepEqual(
        joined(trace, readoutParts(trace), step),
        multiplied,
        `${name}, step ${step}`,
      );
    });
  }
});

test("the state that asks is the query that attention computed with", () => {
  for (const name of RECURRENT) {
    const trace = freshTrace(name);
    if (!trace.attends) continue;
    trace.steps.forEach((_, step) => {
      const asked = [...trace.row("decoder.attention.query", step)];
      assert.deepEqual([...valuesOf(trace, queryOf(trace, step))], asked, `${name}, step ${step}`);
    });
  }
});

test("Bahdanau asks before the word comes in, Luong after the step", () => {
  const orderOf = (name) => stationsOf(freshTrace(name)).map((station) => station.name);
  const bahdanau = orderOf("bahdanau2015");
  assert.ok(bahdanau.indexOf("weights") < bahdanau.indexOf("input"));
  assert.ok(bahdanau.indexOf("context") < bahdanau.indexOf("after"));
  const luong = orderOf("luong2015");
  assert.ok(luong.indexOf("after") < luong.indexOf("weights"));
  assert.ok(luong.indexOf("context") < luong.indexOf("concatenation"));
  assert.ok(orderOf("cho2014").includes("context") && !orderOf("cho2014").includes("weights"));
  const sutskever = orderOf("sutskever2014");
  assert.ok(!sutskever.includes("context") && !sutskever.includes("concatenation"));
});

test("what crosses without attention does not grow with the sentence", () => {
  const countOf = (trace) =>
    crossedBy(trace).vectors.reduce((sum, { ref }) => sum + valuesOf(trace, ref).length, 0);
  const sutskever = freshTrace("sutskever2014");
  assert.equal(countOf(sutskever), 2 * 12); // hidden state and memory of width 12
  assert.equal(countOf(freshTrace("cho2014")), 12);
  const deep = freshTrace("deep-without-attention");
  assert.ok(deep.source.ids.length > 2 * sutskever.source.ids.length);
  assert.equal(countOf(deep), 2 * 2 * 12); // of two layers
  for (const name of ["bahdanau2015", "long", "one-token"]) {
    const trace = freshTrace(name);
    assert.equal(countOf(trace), trace.source.ids.length * 24, name);
  }
});

test("the final state that crosses is where the decoder starts", () => {
  const trace = freshTrace("sutskever2014");
  const [hidden] = crossedBy(trace).vectors;
  assert.deepEqual([...valuesOf(trace, hidden.ref)], [...valuesOf(trace, decoderState(trace, -1))]);
  assert.deepEqual(directionsOf(trace), ["backward"]);
  assert.equal(hidden.from, 0); // read last
  assert.deepEqual(readingOrder(trace, "backward").slice(0, 2), [6, 5]);
});

/** Numbers that are written in a row of a picture. */
function rowOf(marks, path) {
  return markAt(marks, path)
    .children.filter((cell) => cell.key.startsWith("unit"))
    .map((cell) => Number(cell.children[1].text.replace("\u2212", "-")));
}

/** Each column of the written numbers follows the cell's equation, as far as their rounding allows. */
function checkColumns(name, equation, rows) {
  const trace = freshTrace(name);
  const timeline = timelineFor(trace, ROOMS[0]);
  const time = timeOf(timeline, "recurrence", "again");
  const { marks } = render(trace, time, ROOMS[0], timeline);
  for (const step of ["step0", "step1"]) {
    const [after, ...before] = rows.map((row) => rowOf(marks, `${step}/${row}`));
    after.forEach((value, unit) => {
      const expected = equation(...before.map((row) => row[unit]));
      assert.ok(Math.abs(value - expected) < 0.03, `${name}, ${step}: ${value}, not ${expected}`);
    });
  }
}

test("columns of a GRU step add up by what is written in them", () => {
  const equation = (z, n, h) => (1 - z) * n + z * h;
  for (const name of ["cho2014", "bahdanau2015", "long"]) {
    checkColumns(name, equation, ["hidden", "update_gate", "candidate", "hidden.before"]);
  }
});

test("columns of an LSTM step add up by what is written in them", () => {
  for (const name of ["sutskever2014", "luong2015"]) {
    const memory = (f, c, i, n) => f * c + i * n;
    const gates = ["forget_gate", "cell.before", "input_gate", "candidate"];
    checkColumns(name, memory, ["cell", ...gates]);
    checkColumns(name, (o, c) => o * Math.tanh(c), ["hidden", "output_gate", "cell"]);
  }
});

test("rows break where the room ends", () => {
  for (const name of NAMES) {
    const trace = freshTrace(name);
    for (const choices of ROOMS) {
      const timeline = timelineFor(trace, choices);
      for (const scene of ["blackbox", "sides", "embedding", "recurrence", "attention"]) {
        const chapter = timeline.chapters.find((one) => one.scene === scene);
        if (!chapter || (scene === "attention" && choices.width > 1000)) continue;
        const { width } = render(trace, chapter.end - 1e-6, choices, timeline);
        assert.ok(width <= choices.width, `${name}, ${scene}: ${width} of ${choices.width} pixels`);
      }
    }
  }
});

test("lines are as opaque as the weights they stand for", () => {
  const trace = freshTrace("bahdanau2015");
  const timeline = timelineFor(trace, ROOMS[0]);
  const chapter = timeline.chapters.find((one) => one.scene === "lines");
  const { marks } = render(trace, chapter.end - 1e-6, ROOMS[0], timeline);
  const drawn = leavesOf(marks).filter(({ path }) => /\/step\d+\/line\d+$/.test(path));
  assert.ok(drawn.length >= trace.steps.length);
  for (const { mark, opacity } of drawn) {
    const weight = trace.at(mark.number.name, ...mark.number.index);
    assert.ok(Math.abs(opacity - Math.max(weight, 0.02)) <= 0.005 + 1e-6);
  }
});

test("portions hold every item once, in order", () => {
  for (const count of [1, 2, 3, 4, 7, 31, 100]) {
    const parts = portions(upTo(count), 3, 2);
    assert.deepEqual(parts.flat(), upTo(count));
    assert.ok(parts.length <= 5 && parts.every((part) => part.length > 0));
  }
});

test("items that follow one another start at 0 and are all there at 1", () => {
  for (const count of [1, 2, 5, 60]) {
    for (const place of upTo(count)) {
      assert.equal(staggered(0, place, count), 0);
      assert.ok(Math.abs(staggered(1, place, count) - 1) < 1e-9);
      if (place) assert.ok(staggered(0.5, place, count) <= staggered(0.5, place - 1, count));
    }
  }
});
