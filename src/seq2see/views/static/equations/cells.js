/** Equations of recurrent cells; those of `models/recurrent_layer.py`. */

import { rowTimes } from "seq2see/equations/common";
import { inSymbols } from "seq2see/equations/drawing";
import { call, constant, difference, product, sum } from "seq2see/equations/expression";
import { inputWidth } from "seq2see/equations/recurrent";
import { symbol } from "seq2see/equations/tree";

/** @typedef {import("seq2see/equations/page").Page} Page */
/** @typedef {import("seq2see/equations/page").Entry} Entry */
/** @typedef {import("seq2see/equations/expression").Expression} Expression */
/** @typedef {import("seq2see/equations/expression").Index} Index */

/** @typedef {Record<string, string>} Groups */

const LAYER =
  "(?<side>encoder|decoder)\\.layers\\.(?<layer>\\d+)(\\.(?<direction>forward|backward))?";
// The place of each gate in PyTorch's matrices.
/** @type {Record<string, Record<string, number>>} */
const GATES = {
  lstm: { input_gate: 0, forget_gate: 1, candidate: 2, output_gate: 3 },
  gru: { reset_gate: 0, update_gate: 1, candidate: 2 },
  rnn: { hidden: 0 },
};
/** @type {Record<string, string>} */
const LETTERS = {
  input_gate: "i",
  forget_gate: "f",
  output_gate: "o",
  reset_gate: "r",
  update_gate: "z",
};

/** @type {Entry[]} */
export const cellEntries = [
  ...Object.entries(LETTERS).map(([gate, letter]) => ({
    pattern: new RegExp(`^${LAYER}\\.(?<part>${gate})$`),
    axes: "place width",
    symbol: letter,
    rule: gated,
  })),
  {
    pattern: new RegExp(`^${LAYER}\\.(?<part>candidate)$`),
    axes: "place width",
    symbol: candidateLetter,
    rule: candidate,
  },
  { pattern: new RegExp(`^${LAYER}\\.cell$`), axes: "place width", symbol: "cell", rule: memory },
  {
    pattern: new RegExp(`^(?=encoder)${LAYER}\\.(?<part>hidden)$`),
    axes: "source width",
    symbol: "h",
    rule: hidden,
  },
  {
    pattern: new RegExp(`^(?=decoder)${LAYER}\\.(?<part>hidden)$`),
    axes: "target width",
    symbol: "s",
    rule: hidden,
  },
];

/**
 * As PyTorch writes the candidates.
 * @param {Page} page
 */
function candidateLetter(page) {
  return page.setting("cell") === "lstm" ? "g" : "n";
}

/**
 * What a cell works with at one place.
 * @param {Page} page
 * @param {number} at Token of the source, or step.
 * @param {Groups} groups
 */
function cellAt(page, at, { side, layer, direction }) {
  const decoder = side === "decoder";
  const name = decoder ? `decoder.layers.${layer}` : `encoder.layers.${layer}.${direction}`;
  const before = direction === "backward" ? at + 1 : at - 1;
  const first = before < 0 || (!decoder && before === page.sourceLength);
  /**
   * @param {string} part `hidden` or `cell`.
   * @param {Index} unit
   * @returns {Expression}
   */
  const past = (part, unit) => {
    if (!first) return page.number(`${name}.${part}`, before, unit);
    if (decoder) return page.number(`decoder.initial.${layer}.${part}`, unit);
    const shown = typeof unit === "number" ? unit + 1 : unit;
    const { base, over, sup } = page.symbol(`${name}.${part}`, [at, unit]);
    return constant(0, symbol(base, [before + 1, shown], { over, sup }));
  };
  const weights = decoder
    ? `layers.${layer}.rnn`
    : `encoder.layers.${layer}.${direction}_layer.rnn`;
  return { name, past, weights, empty: first && !decoder, input: `${side}.layers.${layer}.input` };
}

/**
 * What a gate reads: its rows of the input matrix times the input, and of the recurrent matrix
 * times the state before, each with its bias.
 * @param {Page} page
 * @param {number[]} index
 * @param {Groups} groups
 * @returns {{fromInput: Expression[], fromState: Expression[]}}
 */
function readings(page, [at, k], groups) {
  const { weights, past, input, empty } = cellAt(page, at, groups);
  const width = Number(page.setting("hidden_dim"));
  const cell = page.setting("cell");
  const row = GATES[cell][groups.part] * width + k;
  const letter = cell === "rnn" ? [] : [LETTERS[groups.part] ?? candidateLetter(page)];
  const inputs = inputWidth(page, groups);
  const look = { shown: k, sup: letter };
  const recurrent = rowTimes(
    page,
    `${weights}.weight_hh_l0`,
    row,
    empty ? 0 : width,
    (j) => past("hidden", j),
    { ...look, base: "U" },
  );
  return {
    fromInput: [
      rowTimes(
        page,
        `${weights}.weight_ih_l0`,
        row,
        inputs,
        (j) => page.number(input, at, j),
        look,
      ),
      page.parameter(`${weights}.bias_ih_l0`, [row], "b", [k], letter),
    ],
    fromState: [
      // The state before the first token is zero, and so is the product.
      empty ? constant(0, inSymbols(recurrent)) : recurrent,
      page.parameter(`${weights}.bias_hh_l0`, [row], "b", [k], [`${letter.join("")}′`]),
    ],
  };
}

/**
 * `σ(W x + b + U h + b')`.
 * @param {Page} page
 * @param {number[]} index
 * @param {Groups} groups
 * @returns {Expression}
 */
function gated(page, index, groups) {
  const { fromInput, fromState } = readings(page, index, groups);
  return call("σ", sum(...fromInput, ...fromState));
}

/**
 * `tanh(W x + b + U h + b')` of an LSTM; a GRU's reset gate multiplies what comes from the state.
 * @param {Page} page
 * @param {number[]} index
 * @param {Groups} groups
 * @returns {Expression}
 */
function candidate(page, index, groups) {
  const { fromInput, fromState } = readings(page, index, groups);
  if (page.setting("cell") === "lstm") return call("tanh", sum(...fromInput, ...fromState));
  const { name } = cellAt(page, index[0], groups);
  const reset = page.number(`${name}.reset_gate`, ...index);
  return call("tanh", sum(...fromInput, product(reset, sum(...fromState))));
}

/**
 * `f * c + i * g`.
 * @param {Page} page
 * @param {number[]} index
 * @param {Groups} groups
 * @returns {Expression}
 */
function memory(page, [at, k], groups) {
  const { name, past } = cellAt(page, at, groups);
  return sum(
    product(page.number(`${name}.forget_gate`, at, k), past("cell", k)),
    product(page.number(`${name}.input_gate`, at, k), page.number(`${name}.candidate`, at, k)),
  );
}

/**
 * `o * tanh(c)` of an LSTM, `(1 - z) * n + z * h` of a GRU, `tanh(W x + U h)` of a plain cell.
 * @param {Page} page
 * @param {number[]} index
 * @param {Groups} groups
 * @returns {Expression}
 */
function hidden(page, [at, k], groups) {
  const { name, past } = cellAt(page, at, groups);
  const cell = page.setting("cell");
  if (cell === "lstm") {
    const memory = page.number(`${name}.cell`, at, k);
    return product(page.number(`${name}.output_gate`, at, k), call("tanh", memory));
  }
  if (cell === "rnn") {
    const { fromInput, fromState } = readings(page, [at, k], groups);
    return call("tanh", sum(...fromInput, ...fromState));
  }
  const update = page.number(`${name}.update_gate`, at, k);
  return sum(
    product(difference(constant(1), update), page.number(`${name}.candidate`, at, k)),
    product(update, past("hidden", k)),
  );
}
