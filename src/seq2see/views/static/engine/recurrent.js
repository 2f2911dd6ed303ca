/**
 * Recurrent encoder-decoders, from Sutskever et al. 2014 to Wu et al. 2016, assembled from their
 * parts. One decoding step is that of `models/recurrent.py`:
 *
 * 1. embed the previous token;
 * 2. where the previous state asks, attend; the context (or Cho's fixed one) joins the input of the
 *    first layer or of all, and so does, for the first, the readout of the last step under input
 *    feeding;
 * 3. take one step of every recurrent layer;
 * 4. where the current state asks, attend;
 * 5. the readout combines what the top layer hands on, embedding and context.
 */

import { observe } from "seq2see/engine/interface";
import { added, joined, tanh } from "seq2see/engine/tensors";

/** @typedef {import("seq2see/engine/attention").Attention} Attention */
/** @typedef {import("seq2see/engine/cells").CellState} CellState */
/** @typedef {import("seq2see/engine/cells").RecurrentLayer} RecurrentLayer */
/** @typedef {import("seq2see/engine/interface").Watch} Watch */
/** @typedef {import("seq2see/engine/output").CopyOutput} CopyOutput */
/** @typedef {import("seq2see/engine/output").SoftmaxOutput} SoftmaxOutput */
/** @typedef {import("seq2see/engine/parameters").Linear} Linear */
/** @typedef {import("seq2see/engine/parameters").Parameters} Parameters */
/** @typedef {import("seq2see/engine/readout").Readout} Readout */
/** @typedef {"forward" | "backward"} Direction */

/**
 * Final states of the encoder: for each layer, one of each direction.
 * @typedef {CellState[][]} Finals
 */

/**
 * From the final states of the encoder to the first ones of the decoder.
 * @callback Bridge
 * @param {Finals} finals
 * @param {Float32Array | null} summary Where there is one, hidden states are made from it.
 * @returns {CellState[]}
 */

/**
 * `context` is Cho's fixed one; `keys` are null without attention.
 * @typedef {{ids: number[], outputs: Float32Array[], initial: CellState[], keys: Float32Array[] | null,
 *   context: Float32Array | null}} RecurrentEncoded
 */

/**
 * `feed` is the readout of the last step; null without input feeding. `covered` is the attention of
 * all steps so far; null without coverage.
 * @typedef {{position: number, layers: CellState[], feed: Float32Array | null,
 *   covered: Float32Array | null}} RecurrentState
 */

/**
 * The parts of a recurrent model; what it lacks is null.
 * @typedef {object} Parts
 * @property {Parameters} parameters
 * @property {Direction[][]} directions Of each layer, in the order in which their states are joined.
 * @property {Record<Direction, RecurrentLayer>[]} encoder Layers.
 * @property {number} residualFrom First layer, counted from 1, that hands on the sum of its hidden
 *   state and of what it was handed; 0: none.
 * @property {Bridge} bridge
 * @property {Linear | null} summary Makes the fixed context.
 * @property {RecurrentLayer[]} layers Of the decoder.
 * @property {Attention | null} attention
 * @property {boolean} attendsBefore Whether the previous state asks.
 * @property {number} asking Index of the layer whose state asks.
 * @property {boolean} contextToAll Whether every layer reads the context, not the first alone.
 * @property {Readout} readout
 * @property {Linear | null} copying Weighs generating against copying.
 * @property {SoftmaxOutput | CopyOutput} output
 * @property {number} feedDim Width of what is fed into the next step; 0: nothing is.
 */

/** A recurrent encoder-decoder. */
export class RecurrentModel {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    this.numHeads = 1;
    this.embeddingNames = { source: "encoder.embedding.weight", target: "embedding.weight" };
  }

  /**
   * Read a source, once.
   * @param {number[]} ids
   * @param {Watch | null} [watch]
   * @returns {RecurrentEncoded}
   */
  encode(ids, watch) {
    const { bridge, summary, attention } = this.parts;
    const { outputs, finals } = this.readSource(ids, watch);
    let context = null;
    if (summary) {
      const ends = finals[finals.length - 1].map((state) => state.hidden);
      context = observe(watch, "encoder.summary", tanh(summary.apply(joined(ends))), 0);
    }
    const initial = bridge(finals, context).map((state, index) => {
      const name = `decoder.initial.${index}`;
      const hidden = observe(watch, `${name}.hidden`, state.hidden, 0);
      return { hidden, cell: state.cell && observe(watch, `${name}.cell`, state.cell, 0) };
    });
    const keys =
      attention &&
      outputs.map((output, position) =>
        observe(watch, "encoder.keys", attention.score.projectKey(output), position),
      );
    return { ids, outputs, initial, keys, context };
  }

  /**
   * @param {number[]} ids
   * @param {Watch | null | undefined} watch
   * @returns {{outputs: Float32Array[], finals: Finals}} States in the order of the source.
   */
  readSource(ids, watch) {
    const { parameters, directions, encoder } = this.parts;
    let outputs = ids.map((id, position) => {
      const embedded = parameters.row(this.embeddingNames.source, id);
      return observe(watch, "encoder.embeddings", embedded, position);
    });
    const finals = encoder.map((layers, index) => {
      const name = `encoder.layers.${index}`;
      const inputs = outputs.map((value, position) =>
        observe(watch, `${name}.input`, value, position),
      );
      const runs = directions[index].map((direction) =>
        runOver(inputs, layers[direction], direction, watch, `${name}.${direction}`),
      );
      outputs = outputs.map((below, position) => {
        const hidden = joined(runs.map((run) => run.hidden[position]));
        return this.handedOn(hidden, below, watch, "encoder", index, position);
      });
      return runs.map(({ final }) => final);
    });
    outputs = outputs.map((value, position) => observe(watch, "encoder.outputs", value, position));
    return { outputs, finals };
  }

  /**
   * The state before the first step.
   * @param {RecurrentEncoded} encoded
   * @returns {RecurrentState}
   */
  start(encoded) {
    const { feedDim, attention } = this.parts;
    const feed = feedDim ? new Float32Array(feedDim) : null;
    const covered = attention?.coverage ? new Float32Array(encoded.outputs.length) : null;
    return { position: 0, layers: encoded.initial, feed, covered };
  }

  /**
   * Take one step after the previous token.
   * @param {number} previous
   * @param {RecurrentEncoded} encoded
   * @param {RecurrentState} state
   * @param {Watch | null} [watch]
   */
  step(previous, encoded, state, watch) {
    const { parameters, attention, attendsBefore, asking, readout, copying, feedDim } = this.parts;
    const step = state.position;
    const embedding = parameters.row(this.embeddingNames.target, previous);
    const embedded = observe(watch, "decoder.embeddings", embedding, step);
    let { context } = encoded;
    let { covered } = state;
    /** @type {Float32Array | null} */
    let weights = null;
    if (attention && attendsBefore) {
      const query = state.layers[asking].hidden;
      ({ context, weights, covered } = this.attend(query, encoded, watch, step, covered));
    }
    const { outputs, layers } = this.advance(embedded, context, state, watch);
    if (attention && !attendsBefore) {
      const query = layers[asking].hidden;
      ({ context, weights, covered } = this.attend(query, encoded, watch, step, covered));
    }
    const read = readout(outputs, embedded, context, watch, step);
    const seen = observe(watch, "decoder.readout", read, step);
    const following = { position: step + 1, layers, feed: feedDim ? seen : null, covered };
    let features = /** @type {any} */ (seen);
    if (copying && context) {
      const [gate] = copying.apply(joined([context, outputs, embedded]));
      features = { readout: seen, gate, weights, ids: encoded.ids };
    }
    return { features, attention: weights, state: following };
  }

  /**
   * One step of every recurrent layer.
   * @param {Float32Array} embedded
   * @param {Float32Array | null} context
   * @param {RecurrentState} state
   * @param {Watch | null | undefined} watch
   * @returns {{outputs: Float32Array, layers: CellState[]}} What the top layer hands on, and states.
   */
  advance(embedded, context, state, watch) {
    let outputs = embedded;
    const layers = this.parts.layers.map((layer, index) => {
      const name = `decoder.layers.${index}`;
      const read = index === 0 || this.parts.contextToAll ? context : null;
      const parts = [outputs, read, index === 0 ? state.feed : null].flatMap((part) => part ?? []);
      const seen = observe(watch, `${name}.input`, joined(parts), state.position);
      const following = layer.step(seen, state.layers[index], watch, name, state.position);
      const { hidden } = following;
      outputs = this.handedOn(hidden, outputs, watch, "decoder", index, state.position);
      return following;
    });
    return { outputs, layers };
  }

  /**
   * What a layer hands on: its state, or the sum of that and of what it was handed.
   * @param {Float32Array} hidden
   * @param {Float32Array} below
   * @param {Watch | null | undefined} watch
   * @param {"encoder" | "decoder"} side
   * @param {number} index
   * @param {number} position
   * @returns {Float32Array}
   */
  handedOn(hidden, below, watch, side, index, position) {
    const { residualFrom } = this.parts;
    if (!residualFrom || index + 1 < residualFrom) return hidden;
    return observe(watch, `${side}.layers.${index}.residual`, added(hidden, below), position);
  }

  /**
   * @param {Float32Array} query
   * @param {RecurrentEncoded} encoded
   * @param {Watch | null | undefined} watch
   * @param {number} step
   * @param {Float32Array | null} covered
   */
  attend(query, encoded, watch, step, covered) {
    const attention = /** @type {Attention} */ (this.parts.attention);
    const keys = /** @type {Float32Array[]} */ (encoded.keys);
    return attention.attend(query, keys, encoded.outputs, watch, step, covered);
  }

  /**
   * What may come next.
   * @param {any} features
   * @param {Watch | null} [watch]
   * @param {number} [step]
   */
  predict(features, watch, step = 0) {
    return this.parts.output.predict(features, watch, step);
  }
}

/**
 * One layer over a whole source, in one direction.
 * @param {Float32Array[]} inputs
 * @param {RecurrentLayer} layer
 * @param {Direction} direction
 * @param {Watch | null | undefined} watch
 * @param {string} name
 * @returns {{hidden: Float32Array[], final: CellState}} States in the order of the source.
 */
function runOver(inputs, layer, direction, watch, name) {
  const positions = inputs.map((_, position) => position);
  if (direction === "backward") positions.reverse();
  /** @type {Float32Array[]} */
  const hidden = new Array(inputs.length);
  let state = layer.zeros();
  for (const position of positions) {
    state = layer.step(inputs[position], state, watch, name, position);
    hidden[position] = state.hidden;
  }
  return { hidden, final: state };
}

/**
 * The decoder starts where the encoder ended, layer by layer (Sutskever et al. 2014).
 * @type {Bridge}
 */
export function copyBridge(finals, summary) {
  return finals.map((ends) => {
    const last = ends[ends.length - 1];
    return summary ? { hidden: summary, cell: last.cell } : last;
  });
}

/**
 * A tanh layer from the encoder's final states, a linear one for an LSTM's memory (Bahdanau et al.
 * 2015, appendix A.2.2).
 * @param {Linear[]} hiddenLayers One for each decoder layer.
 * @param {Linear[]} cellLayers The same; none without memory.
 * @param {number} count How many directions are read, from the last.
 * @returns {Bridge}
 */
export function tanhBridge(hiddenLayers, cellLayers, count) {
  return (finals, summary) =>
    finals.map((ends, index) => {
      const used = ends.slice(-count);
      const final = summary ?? joined(used.map((end) => end.hidden));
      const cells = used.flatMap((end) => (end.cell ? [end.cell] : []));
      return {
        hidden: tanh(hiddenLayers[index].apply(final)),
        cell: cells.length ? cellLayers[index].apply(joined(cells)) : null,
      };
    });
}
