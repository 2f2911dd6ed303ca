/**
 * Recurrent layers, one step at a time. The equations are PyTorch's: a GRU applies its reset gate
 * after the recurrent product.
 */

import { observe } from "seq2see/engine/interface";
import { added, affine, sigmoid, tanh } from "seq2see/engine/tensors";

/** @typedef {import("seq2see/engine/interface").Watch} Watch */
/** @typedef {import("seq2see/engine/parameters").Parameters} Parameters */
/** @typedef {"lstm" | "gru" | "rnn"} CellName */

/**
 * State of one recurrent layer; `cell` is the LSTM's memory, null for the others.
 * @typedef {{hidden: Float32Array, cell: Float32Array | null}} CellState
 */

/** @typedef {(part: string, value: Float32Array) => Float32Array} See */

/** One recurrent layer in one direction. */
export class RecurrentLayer {
  /**
   * @param {Parameters} parameters
   * @param {string} name Of the layer among the parameters.
   * @param {CellName} kind
   */
  constructor(parameters, name, kind) {
    this.kind = kind;
    this.inputWeight = parameters.get(`${name}.rnn.weight_ih_l0`);
    this.inputBias = parameters.get(`${name}.rnn.bias_ih_l0`).data;
    this.hiddenWeight = parameters.get(`${name}.rnn.weight_hh_l0`);
    this.hiddenBias = parameters.get(`${name}.rnn.bias_hh_l0`).data;
  }

  /**
   * The state before the first step.
   * @returns {CellState}
   */
  zeros() {
    const hidden = new Float32Array(this.hiddenWeight.shape[1]);
    return { hidden, cell: this.kind === "lstm" ? hidden : null };
  }

  /**
   * @param {Float32Array} input
   * @param {CellState} state
   * @param {Watch | null | undefined} watch
   * @param {string} name Prefix of the watched names.
   * @param {number} step
   * @returns {CellState}
   */
  step(input, state, watch, name, step) {
    const fromInput = affine(this.inputWeight, this.inputBias, input);
    const fromHidden = affine(this.hiddenWeight, this.hiddenBias, state.hidden);
    /** @type {See} */
    const see = (part, value) => observe(watch, `${name}.${part}`, value, step);
    if (this.kind === "lstm") return lstm(fromInput, fromHidden, state, see);
    if (this.kind === "gru") return gru(fromInput, fromHidden, state, see);
    return { hidden: see("hidden", tanh(added(fromInput, fromHidden))), cell: null };
  }
}

/**
 * @param {Float32Array} fromInput
 * @param {Float32Array} fromHidden
 * @param {CellState} state
 * @param {See} see
 * @returns {CellState}
 */
function lstm(fromInput, fromHidden, state, see) {
  const before = state.cell;
  if (!before) throw new Error("An LSTM layer needs a state with a memory cell.");
  const [inputs, forgets, candidates, outputs] = parts(added(fromInput, fromHidden), 4);
  const entry = see("input_gate", sigmoid(inputs));
  const forget = see("forget_gate", sigmoid(forgets));
  const candidate = see("candidate", tanh(candidates));
  const exit = see("output_gate", sigmoid(outputs));
  const cell = see(
    "cell",
    before.map((value, i) => forget[i] * value + entry[i] * candidate[i]),
  );
  return { hidden: see("hidden", cell.map((value, i) => exit[i] * Math.tanh(value))), cell };
}

/**
 * @param {Float32Array} fromInput
 * @param {Float32Array} fromHidden
 * @param {CellState} state
 * @param {See} see
 * @returns {CellState}
 */
function gru(fromInput, fromHidden, state, see) {
  const [resetInput, updateInput, newInput] = parts(fromInput, 3);
  const [resetHidden, updateHidden, newHidden] = parts(fromHidden, 3);
  const reset = see("reset_gate", sigmoid(added(resetInput, resetHidden)));
  const update = see("update_gate", sigmoid(added(updateInput, updateHidden)));
  const candidate = see(
    "candidate",
    newInput.map((value, i) => Math.tanh(value + reset[i] * newHidden[i])),
  );
  const hidden = candidate.map((value, i) => value + update[i] * (state.hidden[i] - value));
  return { hidden: see("hidden", hidden), cell: null };
}

/**
 * A vector cut into so many parts of one length.
 * @param {Float32Array} vector
 * @param {number} count
 * @returns {Float32Array[]}
 */
function parts(vector, count) {
  const width = vector.length / count;
  return Array.from({ length: count }, (_, i) => vector.subarray(i * width, (i + 1) * width));
}
