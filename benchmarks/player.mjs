/**
 * How long a frame of the player takes, on sentences of several lengths: node benchmarks/player.mjs
 *
 * Traces are made up here (random attention, no model), so nothing but Node is needed. Prints a table:
 * for each scene the first frame, which computes what does not change with time, means over
 * frames of the whole scene and of its last second, and the number of marks. Milliseconds are processor time.
 */

import { execSync } from "node:child_process";
import { cpus } from "node:os";

import { DEFAULTS, render } from "../src/seq2see/views/static/render.js";
import { SCENES } from "../src/seq2see/views/static/scenes/index.js";
import { timelineOf } from "../src/seq2see/views/static/timeline.js";
import { Trace } from "../src/seq2see/views/static/trace.js";

const SEED = 1;
const [LAYERS, HEADS, WIDTH] = [6, 8, 512];
const LENGTHS = [13, 30, 100];
const SCENE_IDS = [
  "positions",
  "selfattention",
  "masked",
  "crossattention",
  "stack",
  "writing",
  "matrix",
  "heads",
  "beam",
];
const FRAMES = 40;

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A trace of a Transformer of so many tokens on each side, with a beam of 5. */
function traceOf(length) {
  const random = generator(SEED);
  const tensors = new Map();
  const add = (name, axes, shape, make) => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    make(data, shape);
    tensors.set(name, { axes, shape, data });
  };
  const normal = (data) =>
    data.forEach((_, i) => (data[i] = (random() + random() + random() - 1.5) * 2));
  const attention =
    (causal) =>
    (data, [, rows, columns]) => {
      for (let from = 0, row = 0; from < data.length; from += columns, row = (row + 1) % rows) {
        const reach = causal ? row + 1 : columns;
        let sum = 0;
        for (let i = 0; i < reach; i++) sum += data[from + i] = Math.exp(6 * random());
        for (let i = 0; i < reach; i++) data[from + i] /= sum;
      }
    };
  const block = (prefix, rows, columns, causal) => {
    add(`${prefix}.weights`, ["head", rows, columns], [HEADS, length, length], attention(causal));
    add(`${prefix}.scores`, ["head", rows, columns], [HEADS, length, length], normal);
    add(`${prefix}.stream`, [rows, "width"], [length, WIDTH], normal);
  };
  for (const [side, axis] of [
    ["encoder", "source"],
    ["decoder", "target"],
  ]) {
    add(`${side}.embeddings`, [axis, "width"], [length, WIDTH], normal);
    add(`${side}.stream`, [axis, "width"], [length, WIDTH], normal);
    for (let layer = 0; layer < LAYERS; layer++) {
      block(
        `${side}.layers.${layer}.self_attention`,
        axis,
        side === "encoder" ? axis : "previous",
        side === "decoder",
      );
      if (side === "decoder")
        block(`decoder.layers.${layer}.cross_attention`, axis, "source", false);
      add(`${side}.layers.${layer}.stream`, [axis, "width"], [length, WIDTH], normal);
      add(`${side}.layers.${layer}.feedforward.active`, [axis], [length], (data) =>
        data.forEach((_, i) => (data[i] = random())),
      );
    }
    add(
      side === "encoder" ? "encoder.outputs" : "decoder.readout",
      [axis, "width"],
      [length, WIDTH],
      normal,
    );
  }
  const side = (letter) => {
    const texts = Array.from({ length: length - 1 }, (_, i) => `${letter}ord${i}`);
    const axis = { labels: [...texts, "</s>"], words: [...texts.keys(), null], texts };
    return { text: texts.join(" "), language: null, ids: axis.labels.map((_, i) => i), axis };
  };
  const target = side("m");
  const choice = (token, id) => ({ id, token, logProb: -0.1 - id, logit: -id });
  const steps = target.axis.labels.map((token) => ({
    chosen: choice(token, 0),
    rank: 1,
    top: Array.from({ length: 10 }, (_, i) => choice(i ? `other${i}` : token, i)),
  }));
  const candidates = target.axis.labels.map((token, step) =>
    Array.from({ length: 10 }, (_, place) => ({
      id: place,
      token: place ? `other${place}` : token,
      parent: step ? Math.floor(place / 2) : 0,
      tokenLogProb: -place,
      logProb: -place,
      score: -place,
      status: place < 5 ? "kept" : "pruned",
      onPath: place === 0,
    })),
  );
  return new Trace({
    model: { arch: "transformer2017", size: "base", parameters: 0, settings: {} },
    source: side("w"),
    target,
    finished: true,
    score: -1,
    logProb: -1,
    tensors,
    steps,
    beam: { steps: candidates, search: { beam_size: 5 } },
  });
}

/** Milliseconds of processor time. */
function since(start) {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function countOf(marks) {
  return marks.reduce((sum, mark) => sum + 1 + countOf(mark.children ?? []), 0);
}

const commit = execSync("git rev-parse --short HEAD", { encoding: "utf8" }).trim();
console.log(`commit ${commit}, node ${process.version}, ${cpus()[0].model}, seed ${SEED}`);
console.log(`${LAYERS} layers, ${HEADS} heads, width ${WIDTH}; node benchmarks/player.mjs\n`);
console.log("tokens  scene            first ms  moving ms  still ms   marks");
for (const length of LENGTHS) {
  for (const id of SCENE_IDS) {
    const trace = traceOf(length); // nothing remembered from other scenes
    const scene = SCENES.find((one) => one.id === id);
    const start = process.cpuUsage();
    const timeline = timelineOf([{ id, beats: scene.beats(trace, DEFAULTS) }]);
    const frame = render(trace, timeline.duration - 0.01, DEFAULTS, timeline);
    const first = since(start);
    const chapter = timeline.chapters[0];
    const moving = meanOf((share) => chapter.start + (chapter.end - chapter.start) * share);
    const still = meanOf((share) => timeline.duration - share);
    const columns = [
      String(length).padStart(6),
      id.padEnd(15),
      ...[first, moving, still].map((time) => time.toFixed(1).padStart(9)),
      String(countOf(frame.marks)).padStart(7),
    ];
    console.log(columns.join("  "));

    /** Mean time of frames, at times that shares from 0 to 1 stand for. */
    function meanOf(time) {
      const from = process.cpuUsage();
      for (let i = 0; i < FRAMES; i++) render(trace, time((i + 0.5) / FRAMES), DEFAULTS, timeline);
      return since(from) / FRAMES;
    }
  }
}
