/** Equations of the output layer; `models/output.py`. The vocabulary counts by token ids. */

import { linear } from "seq2see/equations/common";
import { call, difference, quotient, series, sum, unknown } from "seq2see/equations/expression";
import { readoutWidth } from "seq2see/equations/recurrent";
import { recurrentReadout } from "seq2see/equations/attention";
import { final } from "seq2see/equations/transformer";
import { symbol } from "seq2see/equations/tree";

/** @typedef {import("seq2see/equations/page").Page} Page */
/** @typedef {import("seq2see/equations/page").Entry} Entry */
/** @typedef {import("seq2see/equations/expression").Index} Index */

const LOGITS = "output.logits";
const TOTAL = "output.total";

/** @type {Record<string, {symbol: string, over?: string}>} */
const READOUTS = {
  hidden: { symbol: "r" },
  attentional: { symbol: "h", over: "~" },
  maxout: { symbol: "m" },
};

/** @type {Entry[]} */
export const outputEntries = [
  {
    pattern: /^output\.logits$/,
    axes: "target token",
    symbol: "logit",
    rule: (page, [t, id]) =>
      linear(page, matrixOf(page), id, readoutWidth(page), (j) => page.number("decoder.readout", t, j), {
        shown: id - 1, // a row is named by its id
      }),
    quick: logit,
  },
  {
    pattern: /^output\.probs$/,
    axes: "target token",
    symbol: "P",
    rule: (page, [t, id]) =>
      quotient(call("exp", page.number(LOGITS, t, id)), page.number(TOTAL, t)),
  },
  {
    pattern: /^output\.log_probs$/,
    axes: "target token",
    symbol: "ln P",
    rule: (page, [t, id]) =>
      difference(page.number(LOGITS, t, id), call("ln", page.number(TOTAL, t))),
  },
  {
    pattern: /^output\.total$/, // what makes all probabilities of a step sum to 1
    axes: "target",
    symbol: "total",
    rule: total,
  },
];

/**
 * Where the weights of the vocabulary's tokens are.
 * @param {Page} page
 */
function matrixOf(page) {
  return page.setting("copy") ? "output.vocabulary" : "output";
}

/**
 * A logit of any token: the total of a step needs as many as there are tokens.
 * @param {Page} page
 * @param {number[]} index
 * @returns {number | null}
 */
function logit(page, [t, id]) {
  const weight = page.matrix(`${matrixOf(page)}.weight`);
  const bias = page.matrix(`${matrixOf(page)}.bias`);
  if (!weight || !bias) return null;
  const width = weight.shape[1];
  const readout = page.trace.row("decoder.readout", t);
  let sum = bias.data[id];
  for (let j = 0; j < width; j++) sum += weight.data[id * width + j] * readout[j];
  return sum;
}

/**
 * `Σ_v exp(logit_v)`; without weights only what the trace has of it.
 * @param {Page} page
 * @param {number[]} index
 * @returns {import("seq2see/equations/expression").Expression}
 */
function total(page, [t]) {
  const vocab = page.matrix(`${matrixOf(page)}.bias`)?.shape[0];
  /** @param {Index} id */
  const term = (id) => call("exp", page.number(LOGITS, t, id));
  if (vocab !== undefined) return series("v", vocab, term);
  const ids = page.trace.steps[t].top.map(({ id }) => id);
  const known = series("v", ids.length, (place) =>
    term(typeof place === "number" ? ids[place] : place),
  );
  return sum(known, unknown(`${matrixOf(page)}.weight`, symbol("…")));
}

/**
 * Entry of the readout, which every architecture makes in its own way.
 * @param {Page["trace"]} trace
 * @returns {Entry}
 */
export function readoutEntry(trace) {
  const kind = trace.model.settings["model.readout"];
  return {
    pattern: /^decoder\.readout$/,
    axes: "target width",
    ...(READOUTS[kind] ?? READOUTS.hidden),
    rule: (page, index) =>
      kind === undefined ? final(page, index, "decoder") : recurrentReadout(page, index),
  };
}
