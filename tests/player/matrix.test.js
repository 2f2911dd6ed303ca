/** The alignment matrix: its cells, its hard alignment, words, direction, and rasters of large ones. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { mergedIntoWords } from "../../src/seq2see/views/static/merging.js";
import { percent } from "../../src/seq2see/views/static/numbers.js";
import { DEFAULTS } from "../../src/seq2see/views/static/render.js";
import { Trace } from "../../src/seq2see/views/static/trace.js";
import { allMarks, lastFrame, named, numberOf, timelineWith, traceOf } from "./frames.js";

const RECURRENT = ["bahdanau2015", "luong2015", "two-layers", "one-token", "long"];

/** A trace of nothing but attention, of so many tokens; the source is of these letters. */
function traceWith(weights, letters = (i) => `s${i}`) {
  const [rows, columns] = [weights.length, weights[0].length];
  const axis = (count, label) => {
    const texts = Array.from({ length: count - 1 }, (_, i) => label(i));
    return { labels: [...texts, "</s>"], words: [...texts.keys(), null], texts };
  };
  const side = (made) => ({
    text: made.texts.join(" "),
    language: null,
    ids: made.labels.map((_, i) => i),
    axis: made,
  });
  const target = side(axis(rows, (i) => `t${i}`));
  const steps = target.axis.labels.map((token, id) => ({
    chosen: { id, token, logProb: -0.1, logit: 1 },
    rank: 1,
    top: [{ id, token, logProb: -0.1, logit: 1 }],
  }));
  const tensors = new Map([
    [
      "decoder.attention.weights",
      {
        axes: ["target", "source"],
        shape: [rows, columns],
        data: Float32Array.from(weights.flat()),
      },
    ],
  ]);
  const model = { arch: "bahdanau2015", size: "tiny", parameters: 1, settings: {} };
  return new Trace({
    model,
    source: side(axis(columns, letters)),
    target,
    finished: true,
    score: -1,
    logProb: -1,
    tensors,
    steps,
    beam: null,
  });
}

// Rows: t0 -> s0, t1 -> s2, t2 -> s1 (goes back), </s> -> </s>.
const SWAP = [
  [0.7, 0.1, 0.1, 0.1],
  [0.1, 0.2, 0.6, 0.1],
  [0.0, 0.9, 0.1, 0.0],
  [0.0, 0.1, 0.1, 0.8],
];

for (const name of RECURRENT) {
  test(`every cell of ${name} is the trace's`, () => {
    const trace = traceOf(name);
    const frame = lastFrame(trace, "matrix");
    const { values, rows, columns } = trace.attention("cross");
    const width = columns.labels.length;
    rows.labels.forEach((label, row) => {
      const [band] = named(frame.marks, `row${row}`);
      const cells = band.children.filter(({ key }) => key.startsWith("cell"));
      assert.equal(cells.length, width);
      cells.forEach((cell, column) => {
        assert.deepEqual(cell.number, { name: "decoder.attention.weights", index: [row, column] });
        assert.equal(numberOf(trace, cell.number), values[row * width + column]);
        assert.equal(
          cell.title,
          `${label} → ${columns.labels[column]}: ${percent(values[row * width + column])}`,
        );
      });
    });
  });
}

test("the alignment follows the largest weights and says where it goes back", () => {
  const frame = lastFrame(traceWith(SWAP), "matrix");
  const [path] = named(frame.marks, "path");
  const [grid] = frame.marks.filter(({ key }) => key === "frame");
  const size = grid.attrs.width / 4;
  const columns = [0, 1, 2].map(
    (row) => (named(path.children, `frame${row}`)[0].attrs.x - grid.attrs.x) / size,
  );
  assert.deepEqual(columns, [0, 2, 1]);
  assert.equal(named(path.children, "frame3").length, 0, "</s> is not aligned");
  assert.deepEqual(
    path.children.filter(({ key }) => key.startsWith("back")).map(({ key }) => key),
    ["back2"],
  );
  const beat = frame.beats.find(({ id }) => id === "path");
  assert.deepEqual([beat.values.links, beat.values.back], [3, 1]);
});

test("the share of </s> leaves its own row out", () => {
  const beat = lastFrame(traceWith(SWAP), "matrix").beats.find(({ id }) => id === "end");
  assert.equal(beat.values.share, percent((0.1 + 0.1 + 0.0) / 3));
});

test("what can be predicted is where order changes, and the answer is the largest weight", () => {
  const beats = timelineWith(traceWith(SWAP), ["matrix"], DEFAULTS).chapters[0].beats;
  assert.deepEqual(
    beats.filter(({ asks }) => asks).map(({ id, asks }) => [id, asks.answer]),
    [["row1", 2]],
  );
});

test("a sentence from right to left has its first column at the right", () => {
  const arabic = ["أنا", "طالب", "جيد"];
  const frame = lastFrame(
    traceWith(SWAP, (i) => arabic[i]),
    "matrix",
  );
  const left = [0, 1, 2, 3].map(
    (column) =>
      named(named(frame.marks, "row0")[0].children, `cell${column}`)[0].children[0].attrs.x,
  );
  assert.deepEqual(
    left,
    [...left].sort((a, b) => b - a),
  );
});

test("words: sums over columns, means over rows", () => {
  const axis = (labels, words, texts) => ({ labels, words, texts });
  const merged = mergedIntoWords({
    rows: axis(["a", "b", "c", "</s>"], [0, 0, 1, null], ["ab", "c"]),
    columns: axis(["x", "y", "▁", "z", "</s>"], [0, 0, null, 1, null], ["xy", "z"]),
    values: Float32Array.from([
      0.2, 0.2, 0.1, 0.5, 0, 0.4, 0.2, 0.2, 0.1, 0.1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1,
    ]),
  });
  assert.deepEqual(merged.rows.labels, ["ab", "c", "</s>"]);
  assert.deepEqual(merged.columns.labels, ["xy", "z", "</s>"]);
  const expected = [0.65, 0.3, 0.05, 0, 1, 0, 0, 0, 1];
  merged.values.forEach((value, i) =>
    assert.ok(Math.abs(value - expected[i]) < 1e-6, `${i}: ${value}`),
  );
});

test("the picture of words has the words, and no numbers of the trace", () => {
  const trace = traceOf("subwords");
  const frame = lastFrame(trace, "matrix", { units: "words" });
  const expected = mergedIntoWords(trace.attention("cross"));
  const titles = expected.columns.labels.map(
    (_, column) => named(frame.marks, `column${column}`)[0].title,
  );
  assert.deepEqual(titles, expected.columns.labels);
  assert.ok(expected.columns.labels.length < trace.source.axis.labels.length, "nothing was merged");
  assert.ok(!allMarks(frame.marks).some(({ number }) => number));
});

test("a large matrix is one picture", () => {
  const count = 80;
  const weights = Array.from({ length: count }, (_, row) =>
    Array.from({ length: count }, (_, column) => (row === column ? 0.9 : 0.1 / (count - 1))),
  );
  const frame = lastFrame(traceWith(weights), "matrix");
  const images = allMarks(frame.marks).filter(({ tag }) => tag === "image");
  assert.equal(images.length, 1);
  assert.ok(allMarks(frame.marks).length < 1000);
  assert.equal(named(frame.marks, `row${count - 1}`)[0].children.length, 1, "labels stay");
});

test("a layer and a head are named", () => {
  const trace = traceOf("transformer2017");
  const heading = (choices) => named(lastFrame(trace, "matrix", choices).marks, "heading")[0].text;
  assert.match(heading({}), /mean of all layers and heads/);
  assert.match(heading({ layer: 1, head: 2 }), /layer 2, head 3/);
  assert.match(heading({ layer: 1 }), /layer 2, mean of its heads/);
  assert.match(heading({ head: 0 }), /head 1, mean of all layers/);
});
