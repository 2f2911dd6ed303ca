/** The scene of deep recurrent layers: sums are sums, and the context goes where the model says. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { addsTo, beatsOf, handedOn } from "../../src/seq2see/views/static/scenes/deep_facts.js";
import { DEFAULTS } from "../../src/seq2see/views/static/render.js";
import { frameOf, lastFrame, named, traceOf } from "./frames.js";

/** What a layer was handed, as far as it reads it. */
function below(trace, side, layer, at) {
  return [...trace.row(handedOn(trace, side, layer - 1), at)];
}

test("from the third layer on a layer hands on the sum of its state and of what it was handed", () => {
  const trace = traceOf("gnmt2016-deep");
  for (const [side, state] of [
    ["encoder", "forward.hidden"],
    ["decoder", "hidden"],
  ]) {
    for (let layer = 0; layer < 8; layer++) {
      assert.equal(addsTo(trace, layer), layer >= 2, `${side} ${layer}`);
      if (layer < 2) continue;
      const own = trace.row(`${side}.layers.${layer}.${state}`, 1);
      const handed = below(trace, side, layer, 1);
      const sum = trace.row(`${side}.layers.${layer}.residual`, 1);
      sum.forEach((value, unit) => {
        const apart = Math.abs(value - own[unit] - handed[unit]);
        assert.ok(apart < 4e-3, `${side} ${layer}, unit ${unit}: off by ${apart}`); // 16 bits
      });
    }
  }
});

test("there is a sum, and a path past the layer, for each layer that adds", () => {
  const { marks } = lastFrame(traceOf("gnmt2016-deep"), "deep", { width: 1200 });
  assert.equal(named(marks, "sum").length, 2 * 6);
  assert.equal(named(marks, "past").length, 2 * 6);
});

test("the context goes to every layer, or to the first alone", () => {
  const count = (name) =>
    ["reads0", "reads1", "reads2"].filter(
      (key) => named(lastFrame(traceOf(name), "deep").marks, key).length,
    ).length;
  assert.equal(count("gnmt2016"), 3);
  assert.equal(count("gnmt2016-deep"), 1);
});

test("the first layer reads both ways, the others one", () => {
  const { marks } = frameOf(traceOf("gnmt2016"), "deep", "encoder2", 1);
  assert.equal(named(marks, "backward").length, 1);
  assert.equal(named(marks, "forward").length, 3);
});

test("who asks is asked before the decoder steps, and what is told adds up", () => {
  const trace = traceOf("gnmt2016");
  const beats = beatsOf(trace, DEFAULTS);
  const order = beats.map(({ id }) => id);
  assert.deepEqual(order.slice(3, 7), ["crosses", "asks", "context", "decoder0"]);
  const [adds] = beats.filter(({ id }) => id === "decoder2");
  const { step } = adds;
  const length = (name) => Math.hypot(...trace.row(name, step));
  assert.ok(Math.abs(Number(adds.values.sum) - length("decoder.layers.2.residual")) < 0.01);
  assert.ok(Math.abs(Number(adds.values.added) - length("decoder.layers.2.hidden")) < 0.01);
  assert.ok(Math.abs(Number(adds.values.handed) - length("decoder.layers.1.hidden")) < 0.01);
});

test("models without residual connections have no such scene", () => {
  assert.equal(lastFrame(traceOf("luong2015"), "deep"), null);
  assert.equal(lastFrame(traceOf("two-layers"), "deep"), null);
});
