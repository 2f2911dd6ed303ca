/**
 * The scenes of Transformers and those of heads and the beam, on traces that `traces.py` wrote: what is
 * drawn is what the trace has, worked out again here.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { percent, short } from "../../src/seq2see/views/static/numbers.js";
import { DEFAULTS, render } from "../../src/seq2see/views/static/render.js";
import { bundles, rowProgress } from "../../src/seq2see/views/static/scenes/bundles.js";
import { habitOf } from "../../src/seq2see/views/static/scenes/heads.js";
import { positionsOf } from "../../src/seq2see/views/static/scenes/positions.js";
import {
  allMarks,
  frameOf,
  lastFrame,
  named,
  numberOf,
  timelineWith,
  traceOf,
  visible,
} from "./frames.js";

const SCENES = [
  "positions",
  "selfattention",
  "masked",
  "crossattention",
  "stack",
  "writing",
  "heads",
];
const TRACES = ["transformer2017", "transformer2017-all", "transformer2017-drawing", "subwords"];
const CHOICES = [
  {},
  { width: 360, theme: "dark", language: "zh" },
  { width: 1800, layer: 1, head: 3, step: 2, units: "words" },
  { layer: 99, head: 99, step: 99 },
];

for (const name of TRACES) {
  for (const choice of CHOICES) {
    test(`${name} at all times: ${JSON.stringify(choice)}`, () => {
      const trace = traceOf(name);
      const choices = { ...DEFAULTS, ...choice };
      const timeline = timelineWith(trace, [...SCENES, "matrix", "beam"], choices);
      assert.ok(timeline.chapters.length >= 5, `only ${timeline.chapters.length} scenes fit`);
      for (const chapter of timeline.chapters) {
        for (let i = 0; i < 40; i++) {
          const time = chapter.start + ((chapter.end - chapter.start) * i) / 40;
          const frame = render(trace, time, choices, timeline);
          assert.deepEqual(render(trace, time, choices, timeline), frame);
          assert.ok(frame.width > 0 && frame.height > 0);
          checkSiblings(frame.marks, `${chapter.scene} at ${time}`);
          for (const mark of allMarks(frame.marks)) {
            for (const value of Object.values(mark.attrs)) {
              assert.doesNotMatch(
                String(value),
                /NaN|undefined|Infinity/,
                `${chapter.scene} ${mark.key}`,
              );
            }
          }
        }
        let before = new Set();
        for (const beat of chapter.beats) {
          const seen = visible(render(trace, beat.end - 1e-6, choices, timeline).marks);
          for (const path of before)
            assert.ok(seen.has(path), `${path} is gone after ${chapter.scene} ${beat.id}`);
          before = seen;
        }
      }
    });
  }
}

function checkSiblings(marks, where) {
  const keys = marks.map(({ key }) => key);
  assert.equal(
    new Set(keys).size,
    keys.length,
    `${where}: ${keys.filter((key, i) => keys.indexOf(key) < i)}`,
  );
  for (const mark of marks) if (mark.children) checkSiblings(mark.children, where);
}

test("every number that a mark leads to is there", () => {
  for (const name of TRACES) {
    const trace = traceOf(name);
    for (const scene of [...SCENES, "matrix"]) {
      const frame = lastFrame(trace, scene);
      for (const { number } of allMarks(frame?.marks ?? [])) {
        if (number)
          assert.ok(
            Number.isFinite(numberOf(trace, number)),
            `${scene}: ${number.name}[${number.index}]`,
          );
      }
      for (const { number } of frame?.beats ?? []) {
        if (number)
          assert.ok(
            Number.isFinite(numberOf(trace, number)),
            `${scene}: ${number.name}[${number.index}]`,
          );
      }
    }
  }
});

test("positions are the paper's sines and cosines", () => {
  const trace = traceOf("transformer2017");
  const { shape } = trace.tensor("encoder.stream");
  positionsOf(trace).forEach((row, place) => {
    row.forEach((value, unit) => {
      const angle = place / 10000 ** ((2 * Math.floor(unit / 2)) / shape[1]);
      const expected = unit % 2 ? Math.cos(angle) : Math.sin(angle);
      assert.ok(Math.abs(value - expected) < 1e-5, `${place} ${unit}: ${value}, not ${expected}`);
    });
  });
});

for (const [scene, side] of [
  ["selfattention", "encoder"],
  ["crossattention", "decoder"],
]) {
  test(`${scene} shows q · k / √d, its softmax, and the sum of weighted values`, () => {
    const trace = traceOf("transformer2017-all");
    const frame = lastFrame(trace, scene);
    const query = named(frame.marks, "query").find(({ children }) => children?.[0].number);
    const { name, index } = query.children[0].number;
    const [block, [head, row]] = [name.replace(".query", ""), index];
    assert.ok(block.startsWith(side));
    const asked = trace.row(`${block}.query`, head, row);
    const width = asked.length;
    const scores = trace.source.axis.labels.map((_, i) => {
      const key = trace.row(`${block}.keys`, head, i);
      return asked.reduce((sum, value, unit) => sum + value * key[unit], 0) / Math.sqrt(width);
    });
    const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
    scores.forEach((score, i) => {
      const [token] = named(frame.marks, `token${i}`);
      const text = (part) => named(named(token.children, part)[0].children, "value")[0].text;
      assert.equal(text("scores"), short(Math.fround(score)));
      assert.equal(text("weights"), percent(Math.exp(score) / total));
    });
    const [context] = named(frame.marks, "context");
    named(context.children, "unit0").forEach((mark) => {
      const expected = scores.reduce(
        (sum, score, i) =>
          sum + (Math.exp(score) / total) * trace.at(`${block}.values`, head, i, 0),
        0,
      );
      assert.ok(Math.abs(numberOf(trace, mark.number) - expected) < 1e-5);
    });
  });
}

test("without its vectors, a head still has scores and weights", () => {
  const frame = lastFrame(traceOf("transformer2017"), "selfattention");
  assert.equal(named(frame.marks, "keys").length, 0);
  assert.ok(named(frame.marks, "scores").length > 0);
});

test("no step sees what comes later", () => {
  const trace = traceOf("transformer2017");
  const frame = lastFrame(trace, "masked");
  trace.steps.forEach((_, row) => {
    const [mark] = named(frame.marks, `row${row}`);
    const cells = mark.children.filter(({ key }) => key.startsWith("cell"));
    assert.deepEqual(
      cells.map(({ number }) => number.index.slice(1)),
      Array.from({ length: row + 1 }, (_, i) => [row, i]),
    );
    const sum = cells.reduce((total, { number }) => total + numberOf(trace, number), 0);
    assert.ok(Math.abs(sum - 1) < 1e-3);
  });
});

test("a vector for each source token crosses, to every decoder layer", () => {
  const trace = traceOf("transformer2017");
  const frame = lastFrame(trace, "stack");
  const [crossing] = named(frame.marks, "crossing");
  const arrows = crossing.children.filter(({ key }) => key.startsWith("layer"));
  assert.equal(arrows.length, trace.layers("cross").length);
  assert.match(
    named(crossing.children, "count")[0].text,
    new RegExp(`^${trace.source.axis.labels.length} `),
  );
});

test("word by word, each step reads what the one before wrote", () => {
  const trace = traceOf("transformer2017");
  const frame = lastFrame(trace, "writing");
  const words = (part) =>
    trace.steps.map((_, step) => {
      const [mark] = named(named(frame.marks, `step${step}`)[0].children, part);
      return mark.title;
    });
  assert.deepEqual(words("writes"), trace.target.axis.labels);
  assert.deepEqual(words("reads"), ["<s>", ...trace.target.axis.labels.slice(0, -1)]);
});

test("all layers and heads of three kinds, each chosen by a click", () => {
  const trace = traceOf("transformer2017");
  const frame = lastFrame(trace, "heads");
  const thumbs = allMarks(frame.marks).filter(({ key }) => key.startsWith("thumb"));
  const layers = trace.layers("cross").length;
  assert.equal(thumbs.length, 3 * layers * trace.numHeads);
  const asked = new Set(thumbs.map(({ action }) => `${action.layer} ${action.head}`));
  assert.equal(asked.size, layers * trace.numHeads);
});

test("habits of heads", () => {
  const axis = (count) => ({
    labels: Array.from({ length: count }, (_, i) => `t${i}`),
    words: Array.from({ length: count }, (_, i) => i),
    texts: [],
  });
  const shifted = (by) =>
    Float32Array.from({ length: 16 }, (_, i) => (i % 4 === Math.floor(i / 4) + by ? 1 : 0));
  const habit = (values, kind) => habitOf({ rows: axis(4), columns: axis(4), values }, kind);
  assert.deepEqual(habit(shifted(0), "encoder"), { id: "itself", share: 1 });
  assert.deepEqual(habit(shifted(-1), "encoder"), { id: "before", share: 0.75 });
  assert.deepEqual(habit(shifted(1), "encoder"), { id: "after", share: 0.75 });
  const first = Float32Array.from({ length: 16 }, (_, i) => (i % 4 === 0 ? 1 : 0));
  assert.deepEqual(habit(first, "decoder"), { id: "first", share: 1 });
  assert.deepEqual(
    habit(
      Float32Array.from({ length: 16 }, () => 0.25),
      "cross",
    ),
    { id: "one", share: 0.25 },
  );
});

test("the tree of the search has every candidate, in its place below its parent", () => {
  const trace = traceOf("transformer2017");
  const frame = lastFrame(trace, "beam");
  trace.beam.steps.forEach((candidates, step) => {
    candidates.forEach((candidate, index) => {
      const [node] = named(frame.marks, `node${step}-${index}`);
      assert.equal(named(node.children, "score")[0].text, short(candidate.score));
      const [edge] = named(frame.marks, `edge${step}-${index}`);
      const [, x, y] = /^M([\d.]+) ([\d.]+)/.exec(edge.attrs.d);
      const parent = step
        ? named(frame.marks, `node${step - 1}-${candidate.parent}`)[0]
        : named(frame.marks, "root")[0];
      const box = named(parent.children, "box")[0].attrs;
      assert.deepEqual([Number(x), Number(y)], [box.x + box.width, box.y + box.height / 2]);
      assert.equal(node.link === `target:${step}`, candidate.onPath);
    });
  });
});

test("a greedy translation has no tree", () => {
  const trace = traceOf("transformer2017");
  const greedy = Object.assign(Object.create(Object.getPrototypeOf(trace)), trace, {
    beam: { ...trace.beam, search: { ...trace.beam.search, beam_size: 1 } },
  });
  assert.equal(lastFrame(greedy, "beam"), null);
  assert.notEqual(lastFrame(trace, "beam"), null);
});

test("rows come once each, singly at first, and in few bundles", () => {
  for (const count of [0, 1, 5, 16, 17, 40, 100]) {
    const made = bundles(count);
    assert.deepEqual(
      made.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)),
      Array.from({ length: count }, (_, i) => i),
    );
    assert.ok(made.length <= 16);
    assert.equal(rowProgress(made, () => 0.5).length, count);
  }
});

test("a frame in the middle of a move shows part of it", () => {
  const trace = traceOf("transformer2017");
  const early = frameOf(trace, "selfattention", "softmax", 0.3);
  const late = frameOf(trace, "selfattention", "softmax", 1);
  const opacity = (frame) =>
    named(named(frame.marks, "token0")[0].children, "weights")[0].attrs.opacity;
  assert.ok(opacity(early) > 0 && opacity(early) < 1);
  assert.equal(opacity(late), 1);
});
