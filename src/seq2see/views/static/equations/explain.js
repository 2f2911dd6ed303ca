/** Every number explains itself: its equation, with the numbers it was made of. */

import { attentionEntries } from "seq2see/equations/attention";
import { cellEntries } from "seq2see/equations/cells";
import { copyingEntries } from "seq2see/equations/copying";
import { inNumbers, inSymbols } from "seq2see/equations/drawing";
import { leaves } from "seq2see/equations/expression";
import { mainNumber, operandsOf } from "seq2see/equations/operands";
import { normEntries } from "seq2see/equations/norms";
import { outputEntries, readoutEntry } from "seq2see/equations/output";
import { Page } from "seq2see/equations/page";
import { recurrentEntries } from "seq2see/equations/recurrent";
import { scopeEntries } from "seq2see/equations/scopes";
import { transformerEntries } from "seq2see/equations/transformer";
import { written } from "seq2see/equations/tree";
import { WORDS } from "seq2see/words/index";

/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/timeline").NumberRef} NumberRef */
/** @typedef {import("seq2see/equations/tree").Formula} Formula */
/** @typedef {import("seq2see/equations/page").Parameters} Parameters */
/** @typedef {import("seq2see/equations/page").Entry} Entry */
/** @typedef {import("seq2see/equations/operands").Operand} Operand */

/** A text of `words/`. @typedef {{key: string, values: Record<string, string | number>}} Text */

/**
 * `value` is the number as the trace has it; where the trace leaves it out, as it follows from the
 * weights; else NaN. `title` names it, `about` says what it is for. `filled` is the formula with
 * its numbers, line by line. `computed` is what the formula gives, null where something is
 * `missing`: the names of what the page does not hold. `main` is the operand that most of the
 * number comes from, null where no other number of the trace is among them. `approximate`: the two
 * differ by more than a thousandth, as where the page's weights are rounded or where weights of
 * attention were replaced.
 * @typedef {{number: NumberRef, value: number, title: Text, about: Text | null, symbol: Formula,
 *   formula: Formula, filled: Formula[], operands: Operand[], main: NumberRef | null,
 *   computed: number | null, missing: string[], approximate: boolean}} Explanation
 */

/**
 * Explain a number.
 * @param {Trace} trace
 * @param {NumberRef} number A tensor of the trace and an index; also one that a detail of the trace
 *   leaves out; and `output.logits`, `output.probs`, `output.log_probs` by step and token id.
 * @param {Parameters} parameters Weights by their names in PyTorch; null where the page has none.
 * @returns {Explanation}
 */
export function explain(trace, number, parameters) {
  return explainOn(pageOf(trace, parameters), number);
}

/**
 * What a trace and its weights hold, for several explanations.
 * @param {Trace} trace
 * @param {Parameters} parameters
 * @returns {Page}
 */
export function pageOf(trace, parameters) {
  return new Page(trace, parameters, entriesOf(trace));
}

/**
 * @param {Page} page
 * @param {NumberRef} number
 * @returns {Explanation}
 */
export function explainOn(page, { name, index }) {
  checkIndex(page, { name, index });
  const { entry, groups } = page.known(name);
  const expression = entry.rule(page, index, groups);
  const computed = expression.value;
  const value = page.value(name, index) ?? computed ?? NaN;
  const number = { name, index };
  const main = mainNumber(expression);
  return {
    number,
    value,
    title: titleOf(page, number),
    about: aboutOf(name, expression),
    symbol: page.symbol(name, index),
    formula: inSymbols(expression),
    filled: inNumbers(expression),
    operands: operandsOf(expression),
    main: main && { name: main.name, index: /** @type {number[]} */ (main.index) },
    computed,
    missing: missingOf(expression),
    approximate: computed !== null && Math.abs(computed - value) > 1e-3 * Math.abs(value) + 1e-6,
  };
}

/**
 * @param {Trace} trace
 * @returns {Entry[]}
 */
function entriesOf(trace) {
  const transformer = trace.model.settings["model.num_heads"] !== undefined;
  const own = transformer
    ? [...transformerEntries, ...normEntries]
    : [...recurrentEntries, ...cellEntries, ...attentionEntries, ...scopeEntries];
  const copying = trace.model.settings["model.copy"] ? copyingEntries : [];
  return [readoutEntry(trace), ...copying, ...outputEntries, ...own];
}

/**
 * @param {Page} page
 * @param {NumberRef} number
 */
function checkIndex(page, { name, index }) {
  const { axes } = page.known(name);
  const shape = page.trace.has(name) ? page.trace.tensor(name).shape : null;
  const inside = index.every(
    (one, axis) => Number.isInteger(one) && one >= 0 && (!shape || one < shape[axis]),
  );
  if (index.length === axes.length && inside) return;
  const limits = shape ? ` below ${shape.join(", ")}` : "";
  const rule = `its ${axes.length} places count from 0${limits}`;
  throw new Error(`${written({ name, index })} is no number of this trace: ${rule}.`);
}

/**
 * Names of what the page does not hold.
 * @param {import("seq2see/equations/expression").Expression} expression
 */
function missingOf(expression) {
  const names = new Set();
  for (const leaf of leaves(expression)) if (leaf.value === null) names.add(leaf.name);
  return [...names];
}

/**
 * @param {Page} page
 * @param {NumberRef} number
 * @returns {Text}
 */
function titleOf(page, { name, index }) {
  const { entry, groups, axes } = page.known(name);
  const plain = name.replace(/\.layers\b/, "").replace(/\.\d+/, "");
  const { trace } = page;
  /** @type {Record<string, string | number>} */
  const values = {};
  if (groups.layer !== undefined) values.layer = Number(groups.layer) + 1;
  index.forEach((one, axis) => {
    if (axes[axis] === "head") values.head = one + 1;
    else if (axes[axis] === "width") values.unit = one + 1;
    else if (axes[axis] === "token") values.token = page.token(one);
    else if (axes[axis] === "target") {
      values.step = one + 1;
      values.word = trace.target.axis.labels[one];
    } else {
      // Where a token looks at another, the first one is the one that looks.
      values["token" in values ? "other" : "token"] = trace.axis(axes[axis]).labels[one];
    }
  });
  values.place = values.token ?? values.word ?? "";
  return { key: `equation.${entry.words ?? plain}`, values };
}

/**
 * @param {string} name
 * @param {import("seq2see/equations/expression").Expression} expression
 * @returns {Text | null}
 */
function aboutOf(name, expression) {
  const masked = expression.kind === "constant" && /\.(scores|weights)$/.test(name);
  const windowed = expression.kind === "product" && name.endsWith(".weights");
  const part = masked ? "masked" : windowed ? "windowed" : name.split(".").slice(-1)[0];
  const key = `equation.about.${part}`;
  return key in WORDS.en ? { key, values: {} } : null;
}
