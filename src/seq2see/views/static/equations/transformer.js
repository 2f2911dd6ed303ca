/** Equations of the Transformer; those of `models/transformer.py` and `models/multihead.py`. */

import { linear, softmax } from "seq2see/equations/common";
import { call, constant, product, quotient, root, series, sum } from "seq2see/equations/expression";
import { normalised, width } from "seq2see/equations/norms";
import { value } from "seq2see/equations/tree";

/** @typedef {import("seq2see/equations/page").Page} Page */
/** @typedef {import("seq2see/equations/page").Entry} Entry */
/** @typedef {import("seq2see/equations/expression").Expression} Expression */
/** @typedef {import("seq2see/equations/expression").Index} Index */

/** @typedef {Record<string, string>} Groups */

const LAYER = "(?<side>encoder|decoder)\\.layers\\.(?<layer>\\d+)";
const ATTENTION = `${LAYER}\\.(?<block>self|cross)_attention`;
const PROJECTIONS = ["query", "keys", "values"];

/** @type {Entry[]} */
export const transformerEntries = [
  {
    pattern: /^encoder\.embeddings$/,
    axes: "source width",
    symbol: "x",
    rule: (page, [i, k]) => scaled(page, "source_embedding.weight", page.trace.source.ids[i], k),
  },
  {
    pattern: /^decoder\.embeddings$/,
    axes: "target width",
    symbol: "y",
    rule: (page, [t, k]) => scaled(page, "target_embedding.weight", page.previousId(t), k),
  },
  {
    pattern: /^(?<side>encoder|decoder)\.stream$/,
    axes: "place width",
    symbol: "u",
    tag: "0",
    rule: (page, [i, k], { side }) =>
      sum(page.number(`${side}.embeddings`, i, k), position(page, i, k)),
  },
  ...PROJECTIONS.map((part) => ({
    pattern: new RegExp(`^${ATTENTION}\\.(?<part>${part})$`),
    axes: (/** @type {Groups} */ groups) =>
      `head ${part === "query" ? "place" : looked(groups)} width`,
    symbol: part[0],
    rule: projection,
  })),
  {
    pattern: new RegExp(`^${ATTENTION}\\.scores$`),
    axes: (groups) => `head place ${looked(groups)}`,
    symbol: "e",
    rule: score,
  },
  {
    pattern: new RegExp(`^${ATTENTION}\\.weights$`),
    axes: (groups) => `head place ${looked(groups)}`,
    symbol: "a",
    rule: weight,
  },
  {
    pattern: new RegExp(`^${ATTENTION}\\.context$`),
    axes: "head place width",
    symbol: "c",
    rule: context,
  },
  ...["self", "cross"].map((block) => ({
    pattern: new RegExp(`^${LAYER}\\.(?<block>${block})_attention\\.stream$`),
    axes: "place width",
    symbol: "u",
    tag: block,
    rule: attended,
  })),
  {
    pattern: new RegExp(`^${LAYER}\\.feedforward\\.activations$`),
    axes: "place width",
    symbol: "f",
    rule: activation,
  },
  {
    pattern: new RegExp(`^${LAYER}\\.stream$`),
    axes: "place width",
    symbol: "u",
    words: "layer",
    rule: fed,
  },
  {
    pattern: new RegExp(`^${LAYER}\\.(?<block>\\w+)\\.normed$`), // what a block reads
    axes: "place width",
    symbol: "û",
    words: "normed",
    rule: (page, index, groups) =>
      normalised(page, before(page, groups), index, `${home(groups)}.${around(groups)}.norm`),
  },
  {
    pattern: new RegExp(`^${LAYER}\\.(?<block>\\w+)\\.added$`), // before a norm that comes after
    axes: "place width",
    symbol: "u",
    tag: "+",
    words: "added",
    rule: (page, index, groups) => added(page, index, groups),
  },
  {
    pattern: /^encoder\.outputs$/,
    axes: "source width",
    symbol: "h",
    rule: (page, index) => final(page, index, "encoder"),
  },
];

/**
 * What the last layer leaves, normalised where that has not been done.
 * @param {Page} page
 * @param {number[]} index
 * @param {string} side
 * @returns {Expression}
 */
export function final(page, index, side) {
  const last = `${side}.layers.${Number(page.setting("num_layers")) - 1}.stream`;
  if (!isPre(page)) return page.number(last, ...index);
  return normalised(page, last, index, `${side}_norm`);
}

/**
 * The axis of what an attention looks at.
 * @param {Groups} groups
 */
function looked({ side, block }) {
  return side === "decoder" && block === "self" ? "previous" : "source";
}

/** @param {Page} page */
function isPre(page) {
  return page.setting("norm") === "pre";
}

/** @param {Page} page */
function headWidth(page) {
  return Number(page.setting("embed_dim")) / Number(page.setting("num_heads"));
}

/**
 * A row of the table of embeddings, times `sqrt(d)`.
 * @param {Page} page
 * @param {string} table
 * @param {number} id
 * @param {number} k
 * @returns {Expression}
 */
function scaled(page, table, id, k) {
  // A row is named by its id.
  return product(root(width(page)), page.parameter(table, [id, k], "E", [id - 1, k]));
}

/**
 * `sin(i / 10000^(2m/d))` in even columns, cosines in odd ones; here they count from 0.
 * @param {Page} page
 * @param {number} i
 * @param {number} k
 * @returns {Expression}
 */
function position(page, i, k) {
  const d = Number(page.setting("embed_dim"));
  const even = k - (k % 2);
  /** @type {import("seq2see/equations/tree").Formula} */
  const exponent = { kind: "fraction", above: value(even), below: value(d) };
  /** @type {import("seq2see/equations/tree").Formula} */
  const rate = { kind: "power", base: value(10000), exponent };
  return call(k % 2 ? "cos" : "sin", quotient(constant(i), constant(10000 ** (even / d), rate)));
}

/**
 * Name of a layer in the file of weights.
 * @param {Groups} groups
 */
function home({ side, layer }) {
  return `${side}.${layer}`;
}

/**
 * Name of the connection around a block in the file of weights.
 * @param {Groups} groups
 */
function around({ side, block }) {
  if (block === "feedforward") return "around_feedforward";
  if (side === "encoder") return "around_attention";
  return block.startsWith("cross") ? "around_cross" : "around_self";
}

/**
 * The stream that a block adds to.
 * @param {Page} page
 * @param {Groups} groups
 * @returns {string}
 */
function before(page, { side, layer, block }) {
  const here = `${side}.layers.${layer}`;
  if (block === "feedforward") {
    return `${here}.${side === "encoder" ? "self" : "cross"}_attention.stream`;
  }
  if (block.startsWith("cross")) return `${here}.self_attention.stream`;
  return Number(layer) ? `${side}.layers.${Number(layer) - 1}.stream` : `${side}.stream`;
}

/**
 * What a block reads: the stream, normalised if that comes first.
 * @param {Page} page
 * @param {Groups} groups
 * @returns {string}
 */
function entering(page, groups) {
  if (!isPre(page)) return before(page, groups);
  const block = groups.block === "feedforward" ? groups.block : `${groups.block}_attention`;
  return `${groups.side}.layers.${groups.layer}.${block}.normed`;
}

/**
 * A row of `W_Q`, `W_K` or `W_V` times what the block reads.
 * @param {Page} page
 * @param {number[]} index
 * @param {Groups} groups
 * @returns {Expression}
 */
function projection(page, [head, i, k], groups) {
  const d = Number(page.setting("embed_dim"));
  const place = head * headWidth(page) + k;
  const fromSource = groups.block === "cross" && groups.part !== "query";
  const read = fromSource ? "encoder.outputs" : entering(page, groups);
  const row = PROJECTIONS.indexOf(groups.part) * d + place;
  return linear(
    page,
    `${home(groups)}.${groups.block}_attention.project_in`,
    row,
    d,
    (j) => page.number(read, i, j),
    { shown: place, sup: [groups.part[0].toUpperCase()] },
  );
}

/**
 * Common beginning of the names of an attention.
 * @param {Groups} groups
 */
function prefix({ side, layer, block }) {
  return `${side}.layers.${layer}.${block}_attention`;
}

/**
 * How many tokens a query may look at: all of the source, or the target so far.
 * @param {Page} page
 * @param {number} i
 * @param {Groups} groups
 */
function visible(page, i, { side, block }) {
  return side === "decoder" && block === "self" ? i + 1 : page.sourceLength;
}

/**
 * `q · k / sqrt(d / heads)`; minus infinity for what is not said yet.
 * @param {Page} page
 * @param {number[]} index
 * @param {Groups} groups
 * @returns {Expression}
 */
function score(page, [head, i, j], groups) {
  if (j >= visible(page, i, groups)) return constant(-Infinity);
  const name = prefix(groups);
  const dot = series("k", headWidth(page), (k) =>
    product(page.number(`${name}.query`, head, i, k), page.number(`${name}.keys`, head, j, k)),
  );
  return quotient(dot, root(constant(headWidth(page))));
}

/**
 * @param {Page} page
 * @param {number[]} index
 * @param {Groups} groups
 * @returns {Expression}
 */
function weight(page, [head, i, j], groups) {
  const count = visible(page, i, groups);
  if (j >= count) return constant(0);
  return softmax(count, j, (other) => page.number(`${prefix(groups)}.scores`, head, i, other));
}

/**
 * @param {Page} page
 * @param {number[]} index
 * @param {Groups} groups
 * @returns {Expression}
 */
function context(page, [head, i, k], groups) {
  const name = prefix(groups);
  return series("j", visible(page, i, groups), (j) =>
    product(page.number(`${name}.weights`, head, i, j), page.number(`${name}.values`, head, j, k)),
  );
}

/**
 * The stream after attention.
 * @param {Page} page
 * @param {number[]} index
 * @param {Groups} groups
 * @returns {Expression}
 */
function attended(page, index, groups) {
  return left(page, index, { ...groups, block: `${groups.block}_attention` });
}

/**
 * The stream after a whole layer.
 * @param {Page} page
 * @param {number[]} index
 * @param {Groups} groups
 * @returns {Expression}
 */
function fed(page, index, groups) {
  return left(page, index, { ...groups, block: "feedforward" });
}

/**
 * The stream after a block: the sum, normalised if that comes last.
 * @param {Page} page
 * @param {number[]} index
 * @param {Groups} groups
 * @returns {Expression}
 */
function left(page, index, groups) {
  if (isPre(page)) return added(page, index, groups);
  const sums = `${groups.side}.layers.${groups.layer}.${groups.block}.added`;
  return normalised(page, sums, index, `${home(groups)}.${around(groups)}.norm`);
}

/**
 * The stream plus what a block makes of it.
 * @param {Page} page
 * @param {number[]} index
 * @param {Groups} groups
 * @returns {Expression}
 */
function added(page, [i, k], groups) {
  const { side, layer, block } = groups;
  const stream = page.number(before(page, groups), i, k);
  const name = `${side}.layers.${layer}.${block}`;
  if (block === "feedforward") {
    const units = page.matrix(`${home(groups)}.feedforward.contract.weight`)?.shape[1];
    const many = units ?? Number(page.setting("feedforward_dim"));
    return sum(
      stream,
      linear(page, `${home(groups)}.feedforward.contract`, k, many, (j) =>
        page.number(`${name}.activations`, i, j),
      ),
    );
  }
  const size = headWidth(page);
  return sum(
    stream,
    linear(
      page,
      `${home(groups)}.${block}.project_out`,
      k,
      Number(page.setting("embed_dim")),
      (j) =>
        // The heads stand side by side.
        typeof j === "number"
          ? page.number(`${name}.context`, Math.floor(j / size), i, j % size)
          : page.number(`${name}.context`, "h", i, j),
    ),
  );
}

/**
 * `max(0, W_1 u + b)`.
 * @param {Page} page
 * @param {number[]} index
 * @param {Groups} groups
 * @returns {Expression}
 */
function activation(page, [i, k], groups) {
  const read = entering(page, { ...groups, block: "feedforward" });
  const d = Number(page.setting("embed_dim"));
  const name = `${home(groups)}.feedforward.expand`;
  return call(
    "max",
    constant(0),
    linear(page, name, k, d, (j) => page.number(read, i, j)),
  );
}
