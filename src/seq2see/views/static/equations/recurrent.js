/** Equations of recurrent encoders and decoders; those of `models/recurrent.py`. */

import { linear, partOf } from "seq2see/equations/common";
import { call, constant, sum } from "seq2see/equations/expression";
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
    rule: (page, [i, k], { layer }) => handedOn(page, "encoder", Number(layer) - 1, i, k),
  },
  {
    pattern: /^encoder\.layers\.(?<layer>\d+)\.residual$/,
    axes: "source width",
    symbol: "x",
    rule: (page, [i, k], { layer }) => residual(page, "encoder", Number(layer), i, k),
  },
  {
    pattern: /^decoder\.layers\.(?<layer>\d+)\.residual$/,
    axes: "target width",
    symbol: "x",
    rule: (page, [t, k], { layer }) => residual(page, "decoder", Number(layer), t, k),
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
    rule: (page, [i, k]) => handedOn(page, "encoder", topLayer(page), i, k),
  },
  {
    pattern: /^encoder\.summary$/,
    axes: "width",
    symbol: "c",
    rule: (page, [k]) => {
      const used = directions(page, topLayer(page));
      const width = used.length * page.setting("hidden_dim");
      const final = finalState(page, topLayer(page), "hidden", used);
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

/** @param {Page} page */
function topLayer(page) {
  return Number(page.setting("num_layers")) - 1;
}

/**
 * Directions of an encoder layer in the order of their concatenation; the last one starts the
 * decoder.
 * @param {Page} page
 * @param {number} layer
 * @returns {string[]}
 */
function directions(page, layer) {
  const reverse = page.setting("reverse_source");
  const which = page.setting("bidirectional");
  const both = which === "first" ? layer === 0 : which;
  if (!both) return [reverse ? "backward" : "forward"];
  return reverse ? ["backward", "forward"] : ["forward", "backward"];
}

/**
 * A unit of what a layer hands on: its state, the sum of that and of what it was handed, or below
 * the first layer a word vector.
 * @param {Page} page
 * @param {"encoder" | "decoder"} side
 * @param {number} layer
 * @param {number} at Token of the source, or step.
 * @param {number} k
 * @returns {Expression}
 */
export function handedOn(page, side, layer, at, k) {
  if (layer < 0) return page.number(`${side}.embeddings`, at, k);
  const from = Number(page.setting("residual_from") ?? 0);
  if (from && layer + 1 >= from) return page.number(`${side}.layers.${layer}.residual`, at, k);
  return layerState(page, side, layer, at, k);
}

/**
 * A residual connection: the layer adds to what it was handed.
 * @param {Page} page
 * @param {"encoder" | "decoder"} side
 * @param {number} layer
 * @param {number} at
 * @param {number} k
 * @returns {Expression}
 */
function residual(page, side, layer, at, k) {
  return sum(layerState(page, side, layer, at, k), handedOn(page, side, layer - 1, at, k));
}

/**
 * A unit of a layer's state; in the encoder, of its directions side by side.
 * @param {Page} page
 * @param {"encoder" | "decoder"} side
 * @param {number} layer
 * @param {number} i
 * @param {number} k
 * @returns {Expression}
 */
function layerState(page, side, layer, i, k) {
  if (side === "decoder") return page.number(`decoder.layers.${layer}.hidden`, i, k);
  const parts = directions(page, layer).map((direction) => ({
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
 * The input of a decoder layer: `[embedding; context; readout of the step before]`, or
 * `[what the layer below hands on; context]`, as far as the layer reads them.
 * @param {Page} page
 * @param {number[]} index
 * @param {Groups} groups
 * @returns {Expression}
 */
function decoderInput(page, [t, k], { layer }) {
  const first = Number(layer) === 0;
  /** @type {import("seq2see/equations/common").Part[]} */
  const parts = [
    {
      width: Number(page.setting(first ? "embed_dim" : "hidden_dim")),
      at: (unit) => handedOn(page, "decoder", Number(layer) - 1, t, unit),
    },
  ];
  const context = enteringContext(page, t, Number(layer));
  if (context) parts.push(context);
  if (first && page.setting("input_feeding")) {
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
  return {
    width: encoderWidth(page),
    at: (unit) => page.number("decoder.attention.context", t, unit),
  };
}

/**
 * Width of the encoder's outputs.
 * @param {Page} page
 * @returns {number}
 */
export function encoderWidth(page) {
  return Number(page.setting("hidden_dim")) * directions(page, topLayer(page)).length;
}

/**
 * The context that is part of a layer's input; null where it reads none.
 * @param {Page} page
 * @param {number} t
 * @param {number} layer
 */
function enteringContext(page, t, layer) {
  if (layer && page.setting("context_to") !== "all") return null;
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
  const index = Number(layer);
  if (side === "encoder") return index ? hidden * directions(page, index - 1).length : embed;
  return (
    (index ? hidden : embed) +
    (enteringContext(page, 0, index)?.width ?? 0) +
    (!index && page.setting("input_feeding") ? readoutWidth(page) : 0)
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
 * Directions of a layer that the bridge reads.
 * @param {Page} page
 * @param {number} layer
 * @returns {string[]}
 */
function bridged(page, layer) {
  const all = directions(page, layer);
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
  const used = bridged(page, Number(layer));
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
  const used = bridged(page, Number(layer));
  const from = finalState(page, Number(layer), "cell", used);
  if (page.setting("bridge") === "copy") return from(k);
  const width = Number(page.setting("hidden_dim")) * used.length;
  return linear(page, `bridge.cell.${layer}`, k, width, from, { base: "V" });
}
