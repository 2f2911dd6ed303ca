/** Equations of recurrent encoders and decoders; those of `models/recurrent.py`. */

import { linear, partOf } from "seq2see/equations/common";
import { call, constant } from "seq2see/equations/expression";
import { symbol } from "seq2see/equations/tree";

/** @typedef {import("seq2see/equations/page").Page} Page */
/** @typedef {import("seq2see/equations/page").Entry} Entry */
/** @typedef {import("seq2see/equations/expression").Expression} Expression */
/** @typedef {import("seq2see/equations/expression").Index} Index */

/** @typedef {Record<string, string>} Groups */

/** @type {Entry[]} */
export const recurrentEntries = [
  {
    pattern: /^encoder\.embeddings$/,
    axes: "source width",
    symbol: "x",
    rule: (page, [i, k]) =>
      embedding(page, "encoder.embedding.weight", page.trace.source.ids[i], k),
  },
  {
    pattern: /^decoder\.embeddings$/,
    axes: "target width",
    symbol: "y",
    first: 0, // what step t reads is the token of step t - 1
    rule: (page, [t, k]) => embedding(page, "embedding.weight", page.previousId(t), k),
  },
  {
    pattern: /^encoder\.layers\.(?<layer>\d+)\.input$/,
    axes: "source width",
    symbol: "in",
    rule: (page, [i, k], { layer }) =>
      Number(layer)
        ? encoderState(page, Number(layer) - 1, i, k)
        : page.number("encoder.embeddings", i, k),
  },
  {
    pattern: /^decoder\.layers\.(?<layer>\d+)\.input$/,
    axes: "target width",
    symbol: "in",
    rule: decoderInput,
  },
  {
    pattern: /^encoder\.outputs$/,
    axes: "source width",
    symbol: "h",
    rule: (page, [i, k]) => encoderState(page, Number(page.setting("num_layers")) - 1, i, k),
  },
  {
    pattern: /^encoder\.summary$/,
    axes: "width",
    symbol: "c",
    rule: (page, [k]) => {
      const last = Number(page.setting("num_layers")) - 1;
      const width = directions(page).length * page.setting("hidden_dim");
      const final = finalState(page, last, "hidden", directions(page));
      return call("tanh", linear(page, "summary.summary", k, width, final, { base: "V" }));
    },
  },
  {
    pattern: /^decoder\.initial\.(?<layer>\d+)\.(?<initial>hidden)$/,
    axes: "width",
    symbol: "s",
    rule: initialHidden,
  },
  {
    pattern: /^decoder\.initial\.(?<layer>\d+)\.(?<initial>cell)$/,
    axes: "width",
    symbol: "cell",
    rule: initialCell,
  },
];

/**
 * A row of the table of embeddings.
 * @param {Page} page
 * @param {string} table
 * @param {number} id
 * @param {number} k
 * @returns {Expression}
 */
function embedding(page, table, id, k) {
  return page.parameter(table, [id, k], "E", [id - 1, k]); // a row is named by its id
}

/**
 * Directions of the encoder in the order of their concatenation; the last one starts the decoder.
 * @param {Page} page
 * @returns {string[]}
 */
function directions(page) {
  const reverse = page.setting("reverse_source");
  if (!page.setting("bidirectional")) return [reverse ? "backward" : "forward"];
  return reverse ? ["backward", "forward"] : ["forward", "backward"];
}

/**
 * A unit of what a layer of the encoder hands on: its directions side by side.
 * @param {Page} page
 * @param {number} layer
 * @param {number} i
 * @param {number} k
 * @returns {Expression}
 */
function encoderState(page, layer, i, k) {
  const parts = directions(page).map((direction) => ({
    width: Number(page.setting("hidden_dim")),
    at: (/** @type {number} */ unit) =>
      page.number(`encoder.layers.${layer}.${direction}.hidden`, i, unit),
  }));
  return partOf(parts, k);
}

/**
 * The state at the token that was read last, of some directions side by side.
 * @param {Page} page
 * @param {number} layer
 * @param {string} part `hidden` or `cell`.
 * @param {string[]} used
 * @returns {(place: Index) => Expression}
 */
function finalState(page, layer, part, used) {
  const width = Number(page.setting("hidden_dim"));
  const parts = used.map((direction) => {
    const last = direction === "backward" ? 0 : page.sourceLength - 1;
    const name = `encoder.layers.${layer}.${direction}.${part}`;
    return { width, at: (/** @type {Index} */ unit) => page.number(name, last, unit) };
  });
  return (place) => (typeof place === "string" ? parts[0].at(place) : partOf(parts, place));
}

/**
 * The input of a decoder layer: `[embedding; context; readout of the step before]`, or what the
 * layer below hands on.
 * @param {Page} page
 * @param {number[]} index
 * @param {Groups} groups
 * @returns {Expression}
 */
function decoderInput(page, [t, k], { layer }) {
  if (Number(layer)) return page.number(`decoder.layers.${Number(layer) - 1}.hidden`, t, k);
  /** @type {import("seq2see/equations/common").Part[]} */
  const parts = [
    {
      width: Number(page.setting("embed_dim")),
      at: (unit) => page.number("decoder.embeddings", t, unit),
    },
  ];
  const context = enteringContext(page, t);
  if (context) parts.push(context);
  if (page.setting("input_feeding")) {
    /** @param {number} unit */
    const nothing = (unit) => {
      const { base, over } = page.symbol("decoder.readout", [0, unit]);
      return constant(0, symbol(base, [0, unit + 1], { over }));
    };
    parts.push({
      width: readoutWidth(page),
      at: (unit) => (t ? page.number("decoder.readout", t - 1, unit) : nothing(unit)),
    });
  }
  return partOf(parts, k);
}

/**
 * The context of a step: that of attention, or the one summary; null where there is neither.
 * @param {Page} page
 * @param {number} t
 * @returns {import("seq2see/equations/common").Part | null}
 */
export function contextOf(page, t) {
  const hidden = Number(page.setting("hidden_dim"));
  if (page.setting("fixed_context")) {
    return { width: hidden, at: (unit) => page.number("encoder.summary", unit) };
  }
  if (page.setting("attention.score") === "none") return null;
  const width = hidden * directions(page).length;
  return { width, at: (unit) => page.number("decoder.attention.context", t, unit) };
}

/**
 * The context that is part of the first layer's input; null where it comes after the layers.
 * @param {Page} page
 * @param {number} t
 */
function enteringContext(page, t) {
  const early = page.setting("fixed_context") || page.setting("attention.timing") === "previous";
  return early ? contextOf(page, t) : null;
}

/**
 * @param {Page} page
 * @param {Groups} groups
 * @returns {number}
 */
export function inputWidth(page, { side, layer }) {
  const hidden = Number(page.setting("hidden_dim"));
  const embed = Number(page.setting("embed_dim"));
  if (side === "encoder") return Number(layer) ? hidden * directions(page).length : embed;
  if (Number(layer)) return hidden;
  return (
    embed +
    (enteringContext(page, 0)?.width ?? 0) +
    (page.setting("input_feeding") ? readoutWidth(page) : 0)
  );
}

/**
 * Width of what the output layer reads.
 * @param {Page} page
 * @returns {number}
 */
export function readoutWidth(page) {
  return page.trace.tensor("decoder.readout").shape[1];
}

/**
 * How many directions the bridge reads, from the last.
 * @param {Page} page
 * @returns {string[]}
 */
function bridged(page) {
  const all = directions(page);
  const both = page.setting("bridge") === "tanh" && page.setting("attention.score") === "none";
  return both ? all : all.slice(-1);
}

/**
 * Where the decoder starts: a copy of the encoder's last state, or a tanh layer over it or over the
 * summary.
 * @param {Page} page
 * @param {number[]} index
 * @param {Groups} groups
 * @returns {Expression}
 */
function initialHidden(page, [k], { layer }) {
  const used = bridged(page);
  const summary = page.setting("fixed_context");
  /** @type {(place: Index) => Expression} */
  const from = summary
    ? (place) => page.number("encoder.summary", place)
    : finalState(page, Number(layer), "hidden", used);
  if (page.setting("bridge") === "copy") return from(k);
  const width = Number(page.setting("hidden_dim")) * (summary ? 1 : used.length);
  return call("tanh", linear(page, `bridge.hidden.${layer}`, k, width, from, { base: "V" }));
}

/**
 * The memory that the decoder starts with: a copy, or a linear layer.
 * @param {Page} page
 * @param {number[]} index
 * @param {Groups} groups
 * @returns {Expression}
 */
function initialCell(page, [k], { layer }) {
  const used = bridged(page);
  const from = finalState(page, Number(layer), "cell", used);
  if (page.setting("bridge") === "copy") return from(k);
  const width = Number(page.setting("hidden_dim")) * used.length;
  return linear(page, `bridge.cell.${layer}`, k, width, from, { base: "V" });
}
