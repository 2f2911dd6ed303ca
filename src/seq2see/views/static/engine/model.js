/** From a packed model to one that runs: the only place that asks which family it is. */

import {
  Attention,
  additiveScore,
  dotScore,
  generalScore,
  locationScore,
} from "seq2see/engine/attention";
import { RecurrentLayer } from "seq2see/engine/cells";
import { CopyOutput, SoftmaxOutput } from "seq2see/engine/output";
import { Linear, Parameters } from "seq2see/engine/parameters";
import { attentionalReadout, hiddenReadout, maxoutReadout } from "seq2see/engine/readout";
import { RecurrentModel, copyBridge, tanhBridge } from "seq2see/engine/recurrent";
import { monotonicWindow, predictedWindow } from "seq2see/engine/scopes";
import { Transformer } from "seq2see/engine/transformer";

/** @typedef {import("seq2see/engine/attention").Score} Score */
/** @typedef {import("seq2see/engine/interface").Seq2seq} Seq2seq */
/** @typedef {import("seq2see/engine/recurrent").Direction} Direction */

/**
 * The model's configuration by dotted key, as `docs/configuration.md` lists it.
 * @typedef {Record<string, any>} Settings
 */

/**
 * Build the model of a packed run, with its weights.
 * @param {Settings} settings
 * @param {Parameters} parameters
 * @returns {Seq2seq}
 */
export function buildModel(settings, parameters) {
  if ("model.cell" in settings) return recurrent(settings, parameters);
  return new Transformer(parameters, {
    numLayers: settings["model.num_layers"],
    numHeads: settings["model.num_heads"],
    pre: settings["model.norm"] === "pre",
  });
}

/**
 * @param {Settings} settings
 * @param {Parameters} parameters
 * @returns {RecurrentModel}
 */
function recurrent(settings, parameters) {
  const score = scoreOf(settings, parameters);
  const layers = Array.from({ length: settings["model.num_layers"] }, (_, index) => index);
  const directions = layers.map((i) => directionsOf(settings, i));
  const fixed = settings["model.fixed_context"];
  const copies = settings["model.copy"] ?? false;
  const output = copies ? new CopyOutput(parameters) : new SoftmaxOutput(parameters, "output");
  const cell = settings["model.cell"];
  return new RecurrentModel({
    parameters,
    directions,
    encoder: layers.map((i) => encoderLayers(settings, parameters, directions[i], i)),
    residualFrom: settings["model.residual_from"] ?? 0,
    bridge: bridgeOf(settings, parameters),
    summary: fixed ? new Linear(parameters, "summary.summary") : null,
    layers: layers.map((i) => new RecurrentLayer(parameters, `layers.${i}`, cell)),
    attention: score && new Attention(score, scopeOf(settings, parameters), coverageOf(parameters)),
    attendsBefore: settings["model.attention.timing"] === "previous",
    asking: settings["model.attention.query"] === "bottom" ? 0 : layers.length - 1,
    contextToAll: settings["model.context_to"] === "all",
    readout: readoutOf(settings, parameters),
    copying: copies ? new Linear(parameters, "copying.combine") : null,
    output,
    feedDim: settings["model.input_feeding"] ? output.readoutDim : 0,
  });
}

/**
 * Directions of a layer of the encoder, in the order in which their states are joined.
 * @param {Settings} settings
 * @param {number} index
 * @returns {Direction[]}
 */
function directionsOf(settings, index) {
  const reverse = settings["model.reverse_source"];
  const which = settings["model.bidirectional"];
  const both = which === "first" ? index === 0 : which;
  if (!both) return [reverse ? "backward" : "forward"];
  return reverse ? ["backward", "forward"] : ["forward", "backward"];
}

/**
 * One encoder layer, in each of its directions.
 * @param {Settings} settings
 * @param {Parameters} parameters
 * @param {Direction[]} directions
 * @param {number} index
 * @returns {Record<Direction, RecurrentLayer>}
 */
function encoderLayers(settings, parameters, directions, index) {
  const layers = directions.map((direction) => {
    const name = `encoder.layers.${index}.${direction}_layer`;
    return [direction, new RecurrentLayer(parameters, name, settings["model.cell"])];
  });
  return Object.fromEntries(layers);
}

/**
 * @param {Settings} settings
 * @param {Parameters} parameters
 */
function bridgeOf(settings, parameters) {
  if (settings["model.bridge"] === "copy") return copyBridge;
  /** @param {string} part */
  const linears = (part) => {
    const found = [];
    for (let i = 0; parameters.has(`bridge.${part}.${i}.weight`); i++) {
      found.push(new Linear(parameters, `bridge.${part}.${i}`));
    }
    return found;
  };
  const attends = settings["model.attention.score"] !== "none";
  return tanhBridge(linears("hidden"), linears("cell"), attends ? 1 : 2);
}

/**
 * @param {Settings} settings
 * @param {Parameters} parameters
 */
function readoutOf(settings, parameters) {
  const name = settings["model.readout"];
  if (name === "hidden") return hiddenReadout;
  if (name === "attentional") return attentionalReadout(parameters);
  if (name === "maxout") return maxoutReadout(parameters);
  throw unknown("readout", name);
}

/**
 * @param {Settings} settings
 * @param {Parameters} parameters
 * @returns {Score | null}
 */
function scoreOf(settings, parameters) {
  const name = settings["model.attention.score"];
  const place = "attention.score";
  if (name === "none") return null;
  if (name === "dot" || name === "scaled-dot") return dotScore(name === "scaled-dot");
  if (name === "general" || name === "scaled-general") return generalScore(parameters, place);
  if (["additive", "concat", "normed-additive"].includes(name)) {
    return additiveScore(parameters, place);
  }
  if (name === "location") return locationScore(parameters, place);
  throw unknown("score", name);
}

/**
 * Where attention may look. Runs from before there was a choice look everywhere.
 * @param {Settings} settings
 * @param {Parameters} parameters
 * @returns {{window?: import("seq2see/engine/scopes").Window, hard?: boolean}}
 */
function scopeOf(settings, parameters) {
  const name = settings["model.attention.scope"] ?? "global";
  const reach = settings["model.attention.window"];
  if (name === "global") return {};
  if (name === "local-m") return { window: monotonicWindow(reach) };
  if (name === "local-p") return { window: predictedWindow(parameters, "attention.scope", reach) };
  if (name === "hard") return { hard: true };
  throw unknown("scope", name);
}

/**
 * What coverage is multiplied with; null where nothing tells attention of it.
 * @param {Parameters} parameters
 */
function coverageOf(parameters) {
  const name = "attention.coverage.weight";
  return parameters.has(name) ? parameters.get(name).data : null;
}

/**
 * @param {string} what
 * @param {string} name
 */
function unknown(what, name) {
  return new Error(
    `The ${what} \`${name}\` is not known here; make the page with the seq2see that trained it.`,
  );
}
