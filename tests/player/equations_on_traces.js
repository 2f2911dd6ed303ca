/**
 * Explains numbers of given traces and writes down how well that went, as JSON:
 *
 *   node equations_on_traces.js JOB.json
 *
 * A job is a list of cases `{name, trace, weights, perTensor}`: files, `weights` null where the
 * page has none; or `{name, packed, text, perTensor}`: a packed model and what it translates. Which
 * numbers are taken is a matter of chance, but of the same chance every time.
 */

import { readFileSync } from "node:fs";

import { numbersOf } from "../../src/seq2see/views/static/arrays.js";
import { Translator } from "../../src/seq2see/views/static/engine/translator.js";
import { chainToEmbeddings } from "../../src/seq2see/views/static/equations/chain.js";
import { explainOn, pageOf } from "../../src/seq2see/views/static/equations/explain.js";
import { mathml } from "../../src/seq2see/views/static/equations/mathml.js";
import { plain } from "../../src/seq2see/views/static/equations/plain.js";
import { readTrace } from "../../src/seq2see/views/static/trace.js";
import { say } from "../../src/seq2see/views/static/words/index.js";

const LONGEST_WALK = 500;

/** @param {string} file */
function read(file) {
  return JSON.parse(readFileSync(file, "utf-8"));
}

/** Numbers from 0 to 1 (a linear congruential generator). */
function randomness(seed) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function parametersOf(file) {
  const stored = file === null ? {} : read(file);
  const read_ = new Map();
  return (name) => {
    if (!(name in stored)) return null;
    if (!read_.has(name)) {
      read_.set(name, { shape: stored[name].shape, data: numbersOf(stored[name]) });
    }
    return read_.get(name);
  };
}

/** Some indices of a tensor, and the outputs of every step's choices. */
function numbersIn(trace, perTensor, random) {
  const numbers = [];
  for (const [name, { shape }] of trace.tensors) {
    for (let count = 0; count < perTensor; count++) {
      numbers.push({ name, index: shape.map((size) => Math.floor(random() * size)) });
    }
  }
  trace.steps.forEach((step, place) => {
    numbers.push({ name: "output.total", index: [place] });
    for (const { id } of step.top.slice(0, 3)) {
      const copies = trace.has("output.p_gen") ? ["output.generated", "output.copied"] : [];
      for (const name of ["output.logits", "output.probs", "output.log_probs", ...copies]) {
        numbers.push({ name, index: [place, id] });
      }
    }
  });
  return numbers;
}

/** Follow operands at random until there is none that is another number. */
function walk(page, number, random) {
  let here = number;
  for (let steps = 0; steps < LONGEST_WALK; steps++) {
    const told = explainOn(page, here);
    if (told.computed === null) return { end: here.name, why: `missing ${told.missing}` };
    const onward = told.operands.filter((one) => one.number);
    if (onward.length === 0) return { end: here.name, why: "nothing further" };
    here = onward[Math.floor(random() * onward.length)].number;
  }
  return { end: here.name, why: "too long" };
}

/** A trace and weights: of files, or of a translation that the player's own engine makes. */
function opened({ trace, weights, packed, text }) {
  if (!packed) return { trace: readTrace(read(trace)), parameters: parametersOf(weights) };
  const translator = new Translator(read(packed));
  const parameters = (name) => translator.parameter(name);
  return { trace: translator.translate(text).trace(), parameters };
}

function examined(given) {
  const { name, perTensor } = given;
  const random = randomness(name.length);
  const { trace, parameters } = opened(given);
  const page = pageOf(trace, parameters);
  const report = { name, numbers: [], walks: [], chains: [] };
  for (const number of numbersIn(trace, perTensor, random)) {
    const told = explainOn(page, number);
    const said = [
      plain({ kind: "equation", sides: [told.symbol, told.formula] }),
      ...told.filled.map((line) => plain(line, "zh")),
      ...[told.symbol, told.formula, ...told.filled].map((line) => mathml(line)),
      say("en", told.title.key, told.title.values),
      say("zh", told.title.key, told.title.values),
    ];
    report.numbers.push({
      name: number.name,
      index: number.index,
      value: String(told.value),
      computed: told.computed === null ? null : String(told.computed),
      missing: told.missing,
      approximate: told.approximate,
      operands: told.operands.map((one) => [
        one.number?.name ?? one.parameter?.name,
        String(one.value),
        one.share,
      ]),
      odd: said.filter((text) => /NaN|undefined|null|\{|Infinity/.test(text)),
    });
    report.walks.push(walk(page, number, random));
  }
  trace.steps.forEach((step, place) => {
    const start = { name: "output.probs", index: [place, step.chosen.id] };
    report.chains.push(chainToEmbeddings(trace, start, parameters).map((one) => one.number.name));
  });
  return report;
}

process.stdout.write(JSON.stringify(read(process.argv[2]).map(examined)));
