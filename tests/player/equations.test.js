/** Formulas: how they are written, on expressions whose results are worked out by hand. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { inNumbers, inSymbols } from "../../src/seq2see/views/static/equations/drawing.js";
import { explain } from "../../src/seq2see/views/static/equations/explain.js";
import {
  call,
  constant,
  difference,
  product,
  quotient,
  root,
  series,
  square,
  sum,
} from "../../src/seq2see/views/static/equations/expression.js";
import { mathml } from "../../src/seq2see/views/static/equations/mathml.js";
import { mainNumber, operandsOf } from "../../src/seq2see/views/static/equations/operands.js";
import { plain } from "../../src/seq2see/views/static/equations/plain.js";
import { symbol } from "../../src/seq2see/views/static/equations/tree.js";
import { Trace } from "../../src/seq2see/views/static/trace.js";
import { WORDS } from "../../src/seq2see/views/static/words/index.js";
import { equationWords } from "../../src/seq2see/views/static/words/equations.js";

/** A number of a trace: `x` at a place, or at a letter. */
function leaf(kind, name, values) {
  return (place) => {
    const letter = typeof place === "string";
    const stands = letter ? null : { [kind]: { name, index: [place] } };
    return {
      kind,
      name,
      index: [place],
      value: letter ? null : (values[place] ?? null),
      symbol: () => symbol(name, [letter ? place : place + 1], { stands }),
    };
  };
}

const x = leaf("number", "x", [1, -2, 3, 0.5, 0.25, 0.125]);
const w = leaf("parameter", "w", [2, 1, -1, 0, 4, 8]);

test("values follow from the parts", () => {
  assert.equal(sum(x(0), x(1)).value, -1);
  assert.equal(difference(x(0), x(1)).value, 3);
  assert.equal(product(x(1), x(2)).value, -6);
  assert.equal(quotient(x(0), x(3)).value, 2);
  assert.equal(root(constant(9)).value, 3);
  assert.equal(square(x(1)).value, 4);
  assert.equal(call("max", x(0), x(2), x(1)).value, 3);
  assert.equal(call("σ", constant(0)).value, 0.5);
  assert.equal(series("j", 6, (j) => product(w(j), x(j))).value, 2 - 2 - 3 + 0 + 1 + 1);
  assert.equal(sum(x(0), x(9)).value, null);
});

test("in symbols a long sum is its general term", () => {
  const row = sum(
    series("j", 6, (j) => product(w(j), x(j))),
    w(1),
  );
  assert.equal(plain(inSymbols(call("tanh", row))), "tanh(Σ_j w(j) · x(j) + w(2))");
});

test("in numbers a long sum is its largest terms and what is left", () => {
  const row = series("j", 6, (j) => product(w(j), x(j)));
  // By size: -3, 2, -2, then 1, 1 and 0.
  assert.deepEqual(
    inNumbers(row).map((line) => plain(line)),
    ["= −1.00 · 3.00 + 2.00 · 1.00 + 1.00 · (−2.00) + 2.00 (3 more)"],
  );
});

test("several long sums are written on lines of their own", () => {
  const all = call("tanh", sum(series("j", 2, w), series("k", 2, x), constant(1)));
  assert.deepEqual(
    inNumbers(all).map((line) => plain(line)),
    ["= tanh(3 − 1 + 1)", "= tanh(3)", "Σ_j w(j) = 2.00 + 1.00 = 3", "Σ_k x(k) = 1.00 − 2.00 = −1"],
  );
});

test("what is not in the page stays a symbol", () => {
  const row = sum(product(w(9), x(1)), x(0));
  assert.deepEqual(
    inNumbers(row).map((line) => plain(line)),
    ["= w(10) · (−2.00) + 1.00"],
  );
  const [first, ...others] = operandsOf(row);
  assert.deepEqual([first.number, first.value, first.share], [{ name: "x", index: [1] }, -2, null]);
  assert.ok(Number.isNaN(others.find((one) => one.parameter).value));
});

test("shares are those of the terms, and weight and weighted share theirs", () => {
  const told = operandsOf(sum(product(w(0), x(2)), product(w(1), x(1)), x(1)));
  // Terms of size 6, 2 and 2; x(2) is in two of them and keeps the larger.
  assert.deepEqual(
    told.map((one) => [plain(one.symbol), one.share]),
    [
      ["x(3)", 0.6],
      ["w(1)", 0.6],
      ["x(2)", 0.2],
      ["w(2)", 0.2],
    ],
  );
});

test("what is followed back is what was weighted", () => {
  assert.equal(mainNumber(sum(product(x(5), x(2)), product(x(0), x(1)))).index[0], 1);
  assert.equal(mainNumber(quotient(call("exp", x(0)), x(2))).index[0], 0);
  assert.equal(mainNumber(call("max", x(1), x(0))).index[0], 0); // 1, and not -2
  assert.equal(mainNumber(sum(w(5), constant(3))), null);
});

test("MathML carries what a number stands for, and is escaped", () => {
  const [line] = inNumbers(product(w(1), x(1)));
  assert.equal(
    mathml(line),
    '<math displaystyle="true"><mrow><mo form="infix">=</mo>' +
      '<mn data-parameter="w[1]">1.00</mn><mo>·</mo><mrow><mo>(</mo>' +
      '<mrow><mo form="prefix">−</mo><mn data-number="x[1]">2.00</mn></mrow>' +
      "<mo>)</mo></mrow></mrow></math>",
  );
  const odd = mathml(symbol("<b>", ['"&']));
  assert.match(odd, /<mi>&lt;b&gt;<\/mi><mrow><mtext>&quot;&amp;<\/mtext><\/mrow>/);
});

test("a long line has places to break", () => {
  const [line] = inNumbers(sum(x(0), x(1), x(2)));
  assert.equal(mathml(line).split("</math> <math").length, 3);
});

test("parentheses open in one piece and close in another", () => {
  const [line] = inNumbers(call("tanh", sum(x(0), product(x(1), sum(x(2), x(0))))));
  assert.equal(plain(line), "= tanh(1.00 − 2.00 · (3.00 + 1.00))");
  const parts = mathml(line).split("</math> <math");
  assert.equal(parts.length, 3);
  assert.ok(parts[0].includes("(</mo>") && !parts[0].includes(")</mo>"));
  assert.equal(parts[2].split(")</mo>").length, 3);
});

test("a square root shows its sign without a font for mathematics", () => {
  assert.match(mathml(inSymbols(root(constant(9)))), /√<\/mo><mn>9<\/mn>/);
  assert.equal(plain(inSymbols(root(sum(x(0), x(1))))), "√(x(1) + x(2))");
});

test("a tiny constant keeps its symbol", () => {
  const expression = sum(x(0), constant(1e-5, symbol("ε")));
  assert.deepEqual(
    inNumbers(expression).map((line) => plain(line)),
    ["= 1.00 + ε"],
  );
});

test("texts are there in both languages, with the same values", () => {
  const { en, zh } = equationWords;
  const placeholders = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
  assert.deepEqual(Object.keys(en).sort(), Object.keys(zh).sort());
  for (const key of Object.keys(en))
    assert.deepEqual(placeholders(zh[key]), placeholders(en[key]), key);
  assert.equal(WORDS.en["equation.more"], "{count} more");
});

test("what is no number of the trace is refused", () => {
  const axis = { labels: ["a"], words: [0], texts: ["a"] };
  const side = { text: "a", language: null, ids: [5], axis };
  const tensors = new Map([
    [
      "encoder.embeddings",
      { axes: ["source", "width"], shape: [1, 2], data: new Float32Array([1, 2]) },
    ],
  ]);
  const trace = new Trace({
    model: { arch: "cho2014", size: "tiny", parameters: 1, settings: {} },
    source: side,
    target: side,
    finished: true,
    score: 0,
    logProb: 0,
    tensors,
    steps: [],
    beam: null,
  });
  const none = () => null;
  assert.throws(
    () => explain(trace, { name: "encoder.dreams", index: [0] }, none),
    /There is no equation of encoder.dreams: no rule has that name./,
  );
  assert.throws(
    () => explain(trace, { name: "encoder.embeddings", index: [1, 0] }, none),
    /encoder.embeddings\[1,0\] is no number of this trace: its 2 places count from 0 below 1, 2./,
  );
});
