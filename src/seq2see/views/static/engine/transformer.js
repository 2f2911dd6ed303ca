/** The Transformer (Vaswani et al. 2017), as in `models/transformer.py`. */

import { observe } from "seq2see/engine/interface";
import { FeedForward, MultiHeadAttention, Norm, Residual } from "seq2see/engine/multihead";
import { SoftmaxOutput } from "seq2see/engine/output";
import { added, scaled } from "seq2see/engine/tensors";

/** @typedef {import("seq2see/engine/interface").Watch} Watch */
/** @typedef {import("seq2see/engine/multihead").KeysValues} KeysValues */
/** @typedef {import("seq2see/engine/parameters").Parameters} Parameters */

/** @typedef {{numLayers: number, numHeads: number, pre: boolean}} Options */

/**
 * `sides` has each decoder layer's keys and values of the source.
 * @typedef {{outputs: Float32Array[], sides: KeysValues[]}} TransformerEncoded
 */

/**
 * `past` has each decoder layer's keys and values of the tokens so far.
 * @typedef {{position: number, past: KeysValues[]}} TransformerState
 */

/** Self-attention and feed-forward. */
class EncoderLayer {
  /**
   * @param {Parameters} parameters
   * @param {number} index
   * @param {Options} options
   */
  constructor(parameters, index, { numHeads, pre }) {
    this.name = `encoder.layers.${index}`;
    const name = `encoder.${index}`;
    this.selfAttention = new MultiHeadAttention(parameters, `${name}.self_attention`, numHeads);
    this.aroundAttention = new Residual(parameters, `${name}.around_attention`, pre);
    this.feedforward = new FeedForward(parameters, `${name}.feedforward`);
    this.aroundFeedforward = new Residual(parameters, `${name}.around_feedforward`, pre);
  }

  /**
   * Transform every source position.
   * @param {Float32Array[]} stream
   * @param {Watch | null | undefined} watch
   * @returns {Float32Array[]}
   */
  apply(stream, watch) {
    const label = `${this.name}.self_attention`;
    const entering = stream.map((value) => this.aroundAttention.enter(value));
    const positions = keysValues(this.selfAttention, entering, watch, label);
    return stream.map((value, step) => {
      const query = this.selfAttention.query(entering[step], watch, label, step);
      const { output } = this.selfAttention.attend(query, positions, watch, label, step);
      const attended = this.aroundAttention.leave(value, output);
      const between = observe(watch, `${label}.stream`, attended, step);
      return feedForward(this, between, watch, step);
    });
  }
}

/** Masked self-attention, cross-attention and feed-forward. */
class DecoderLayer {
  /**
   * @param {Parameters} parameters
   * @param {number} index
   * @param {Options} options
   */
  constructor(parameters, index, { numHeads, pre }) {
    this.name = `decoder.layers.${index}`;
    const name = `decoder.${index}`;
    this.selfAttention = new MultiHeadAttention(parameters, `${name}.self_attention`, numHeads);
    this.aroundSelf = new Residual(parameters, `${name}.around_self`, pre);
    this.crossAttention = new MultiHeadAttention(parameters, `${name}.cross_attention`, numHeads);
    this.aroundCross = new Residual(parameters, `${name}.around_cross`, pre);
    this.feedforward = new FeedForward(parameters, `${name}.feedforward`);
    this.aroundFeedforward = new Residual(parameters, `${name}.around_feedforward`, pre);
  }

  /**
   * The source's keys and values, once for each source.
   * @param {Float32Array[]} outputs
   * @param {Watch | null | undefined} watch
   * @returns {KeysValues}
   */
  side(outputs, watch) {
    return keysValues(this.crossAttention, outputs, watch, `${this.name}.cross_attention`);
  }

  /**
   * Transform one target position.
   * @param {Float32Array} stream
   * @param {KeysValues} past Of the positions before.
   * @param {KeysValues} side Of the source.
   * @param {Watch | null | undefined} watch
   * @param {number} step
   * @returns {{stream: Float32Array, past: KeysValues, weights: Float32Array}} `past` with this
   *   position; weights over the source, (heads, positions).
   */
  apply(stream, past, side, watch, step) {
    const own = `${this.name}.self_attention`;
    const entering = this.aroundSelf.enter(stream);
    const query = this.selfAttention.query(entering, watch, own, step);
    const { key, value } = this.selfAttention.keyValue(entering, watch, own, step);
    const soFar = { keys: [...past.keys, key], values: [...past.values, value] };
    const looked = this.selfAttention.attend(query, soFar, watch, own, step);
    const attended = this.aroundSelf.leave(stream, looked.output);
    const between = observe(watch, `${own}.stream`, attended, step);

    const cross = `${this.name}.cross_attention`;
    const asking = this.aroundCross.enter(between);
    const crossQuery = this.crossAttention.query(asking, watch, cross, step);
    const { output, weights } = this.crossAttention.attend(crossQuery, side, watch, cross, step);
    const informed = this.aroundCross.leave(between, output);
    const after = observe(watch, `${cross}.stream`, informed, step);
    return { stream: feedForward(this, after, watch, step), past: soFar, weights };
  }
}

/** The Transformer assembled from its parts. */
export class Transformer {
  /**
   * @param {Parameters} parameters
   * @param {Options} options
   */
  constructor(parameters, options) {
    this.parameters = parameters;
    this.numHeads = options.numHeads;
    this.embeddingNames = { source: "source_embedding.weight", target: "target_embedding.weight" };
    const layers = Array.from({ length: options.numLayers }, (_, index) => index);
    this.encoder = layers.map((i) => new EncoderLayer(parameters, i, options));
    this.decoder = layers.map((i) => new DecoderLayer(parameters, i, options));
    // Post-norm streams leave each layer normalised; pre-norm ones need it once at the end.
    this.encoderNorm = options.pre ? new Norm(parameters, "encoder_norm") : null;
    this.decoderNorm = options.pre ? new Norm(parameters, "decoder_norm") : null;
    this.output = new SoftmaxOutput(parameters, "output");
  }

  /**
   * Read a source, once.
   * @param {number[]} ids
   * @param {Watch | null} [watch]
   * @returns {TransformerEncoded}
   */
  encode(ids, watch) {
    let stream = ids.map((id, position) => this.embed("source", id, position, watch));
    for (const layer of this.encoder) stream = layer.apply(stream, watch);
    const outputs = stream.map((value, position) => {
      const normed = this.encoderNorm ? this.encoderNorm.apply(value) : value;
      return observe(watch, "encoder.outputs", normed, position);
    });
    return { outputs, sides: this.decoder.map((layer) => layer.side(outputs, watch)) };
  }

  /**
   * The state before the first step.
   * @returns {TransformerState}
   */
  start() {
    return { position: 0, past: this.decoder.map(() => ({ keys: [], values: [] })) };
  }

  /**
   * Take one step after the previous token.
   * @param {number} previous
   * @param {TransformerEncoded} encoded
   * @param {TransformerState} state
   * @param {Watch | null} [watch]
   */
  step(previous, encoded, state, watch) {
    const step = state.position;
    let stream = this.embed("target", previous, step, watch);
    /** @type {KeysValues[]} */
    const past = [];
    /** @type {Float32Array[]} */
    const weights = [];
    this.decoder.forEach((layer, index) => {
      const taken = layer.apply(stream, state.past[index], encoded.sides[index], watch, step);
      stream = taken.stream;
      past.push(taken.past);
      weights.push(taken.weights);
    });
    const normed = this.decoderNorm ? this.decoderNorm.apply(stream) : stream;
    const features = observe(watch, "decoder.readout", normed, step);
    const attention = mean(weights, encoded.outputs.length);
    return { features, attention, state: { position: step + 1, past } };
  }

  /**
   * What may come next.
   * @param {Float32Array} features
   * @param {Watch | null} [watch]
   * @param {number} [step]
   */
  predict(features, watch, step = 0) {
    return this.output.predict(features, watch, step);
  }

  /**
   * An embedding times the root of its width, plus its position (Vaswani et al. 2017, 3.4, 3.5).
   * @param {"source" | "target"} side
   * @param {number} id
   * @param {number} position
   * @param {Watch | null | undefined} watch
   * @returns {Float32Array}
   */
  embed(side, id, position, watch) {
    const name = side === "source" ? "encoder" : "decoder";
    const row = this.parameters.row(this.embeddingNames[side], id);
    const long = scaled(row, Math.sqrt(row.length));
    const embedded = observe(watch, `${name}.embeddings`, long, position);
    const placed = added(embedded, sinusoids(position, row.length));
    return observe(watch, `${name}.stream`, placed, position);
  }
}

/**
 * Keys and values of several positions.
 * @param {MultiHeadAttention} attention
 * @param {Float32Array[]} inputs
 * @param {Watch | null | undefined} watch
 * @param {string} name
 * @returns {KeysValues}
 */
function keysValues(attention, inputs, watch, name) {
  const pairs = inputs.map((input, step) => attention.keyValue(input, watch, name, step));
  return { keys: pairs.map(({ key }) => key), values: pairs.map(({ value }) => value) };
}

/**
 * The last block of a layer, in its place in the stream.
 * @param {EncoderLayer | DecoderLayer} layer
 * @param {Float32Array} stream
 * @param {Watch | null | undefined} watch
 * @param {number} step
 * @returns {Float32Array}
 */
function feedForward({ name, feedforward, aroundFeedforward }, stream, watch, step) {
  const entering = aroundFeedforward.enter(stream);
  const output = feedforward.apply(entering, watch, `${name}.feedforward`, step);
  return observe(watch, `${name}.stream`, aroundFeedforward.leave(stream, output), step);
}

/**
 * The sinusoids of one position: sines at even, cosines at odd places.
 * @param {number} position
 * @param {number} width
 * @returns {Float32Array}
 */
export function sinusoids(position, width) {
  const waves = new Float32Array(width);
  for (let i = 0; i < width; i += 2) {
    const angle = position * Math.exp((-i * Math.log(10000)) / width);
    waves[i] = Math.sin(angle);
    waves[i + 1] = Math.cos(angle);
  }
  return waves;
}

/**
 * The mean of weights over layers and heads.
 * @param {Float32Array[]} layers Each (heads, positions).
 * @param {number} length
 * @returns {Float32Array}
 */
function mean(layers, length) {
  const sums = new Float64Array(length);
  let count = 0;
  for (const weights of layers) {
    weights.forEach((weight, i) => (sums[i % length] += weight));
    count += weights.length / length;
  }
  return Float32Array.from(sums, (sum) => sum / count);
}
