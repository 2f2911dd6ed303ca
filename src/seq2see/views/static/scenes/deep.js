/**
 * A deep recurrent model as one flow, for one step of the decoder (Wu et al. 2016): layer upon layer,
 * the paths that pass a layer by, the layer that asks, and the context that goes to every layer. All of
 * it is faintly there; each part lights up in turn.
 */

import { SMALL, arrow, group, mixed, rect, round, text } from "seq2see/marks";
import { caption, limitOf, token, tokenWidth, vector } from "seq2see/parts";
import {
  directionsOf,
  firstResidual,
  isRecurrent,
  stateNames,
  timingOf,
  topLayer,
} from "seq2see/scenes/anatomy";
import { FAINT, deepAttention } from "seq2see/scenes/deep_attention";
import { addsTo, beatsOf } from "seq2see/scenes/deep_facts";
import { STRIP, deepPlaces } from "seq2see/scenes/deep_places";
import { distributionHeight, said } from "seq2see/scenes/distribution";
import { columnHeads } from "seq2see/scenes/grid";
import { settled } from "seq2see/scenes/memory";
import { tellingStep } from "seq2see/scenes/steps";
import { isRightToLeft } from "seq2see/text";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/marks").Mark} Mark */
/** @typedef {import("seq2see/scenes/deep_facts").Side} Side */

const UNITS = 4; // of a vector of a source token that are drawn
const CELL = STRIP / UNITS;
const ACROSS = 8; // of a vector of the decoder
const SUM = 8; // radius of a sum

/** @type {Scene} */
export const deep = {
  id: "deep",
  fits: (trace) =>
    isRecurrent(trace) &&
    trace.attends &&
    timingOf(trace) === "previous" &&
    firstResidual(trace) !== null,
  beats: beatsOf,
  draw(scenery) {
    const { trace, choices, theme, at, beat } = scenery;
    const step = tellingStep(trace, choices);
    const layers = Array.from({ length: topLayer(trace) + 1 }, (_, layer) => layer);
    const sources = trace.source.axis.labels;
    const fromRight = isRightToLeft(trace.source.text);
    const bars = Math.min(5, trace.steps[step].top.length);
    const places = deepPlaces({
      sources,
      layers: layers.length,
      rows: directionsOf(trace, 0).length,
      room: choices.width,
      tall: distributionHeight(bars),
    });
    const limits = {
      encoder: limitOf(trace, ...stateNames(trace, "encoder")),
      decoder: limitOf(trace, ...stateNames(trace, "decoder")),
    };
    const words = (/** @type {string} */ key, values = {}) => say(choices.language, key, values);
    const columnX = (/** @type {number} */ i) =>
      places.encoder.x +
      places.vectors +
      (fromRight ? sources.length - 1 - i : i) * places.pitch;

    /**
     * A layer: its name, its states, and what it does with what it was handed.
     * @param {Side} side
     * @param {number} layer
     */
    function layerMark(side, layer) {
      const place = places[side];
      const box = place.layer(layer);
      const lit = at(`${side}${layer}`);
      const colour = theme[side].strong;
      const make = () =>
        group(`layer${layer}`, [
          rect("box", box, {
            rx: 8,
            fill: theme[side].tint,
            stroke: colour,
            "stroke-width": beat.id === `${side}${layer}` ? 2 : 1,
            opacity: round(mixed(FAINT, 1, lit)),
          }),
          caption(
            "name",
            { x: box.x + 8, y: box.y + box.height / 2 + 4 },
            words("deep.layer", { layer: layer + 1 }),
            { theme, role: side, bold: true, opacity: mixed(FAINT, 1, lit) },
          ),
          ...(side === "encoder" ? sourceStates(layer, lit) : [decoderState(layer, lit)]),
          ...pathMarks(side, layer, lit),
        ]);
      if (beat.id === `${side}${layer}`) return make();
      return settled(scenery, `deep ${side} ${layer} ${step}`, [lit], make);
    }

    /**
     * A row of vectors for each direction in which an encoder layer reads.
     * @param {number} layer
     * @param {number} lit
     */
    function sourceStates(layer, lit) {
      const box = places.encoder.layer(layer);
      return directionsOf(trace, layer).map((direction, row) => {
        const name = `encoder.layers.${layer}.${direction}.hidden`;
        const y = box.y + places.encoder.padding + row * (STRIP + 4);
        const leftwards = (direction === "backward") !== fromRight;
        return group(direction, [
          text(
            "way",
            { x: box.x + places.vectors - 16, y: y + STRIP / 2 + 4 },
            leftwards ? "←" : "→",
            { "font-size": SMALL, fill: theme.encoder.strong, opacity: round(mixed(FAINT, 1, lit)) },
          ),
          ...(lit > 0
            ? sources.map((label, i) =>
                vector(
                  `token${i}`,
                  trace.row(name, i),
                  {
                    x: columnX(i) + (places.pitch - CELL) / 2,
                    y,
                    role: "encoder",
                    theme,
                    limit: limits.encoder,
                    cell: CELL,
                    shown: UNITS,
                    opacity: lit,
                    number: { name, index: [i] },
                  },
                  { link: `source:${i}`, title: label },
                ),
              )
            : []),
        ]);
      });
    }

    /**
     * @param {number} layer
     * @param {number} lit
     */
    function decoderState(layer, lit) {
      const box = places.decoder.layer(layer);
      const name = `decoder.layers.${layer}.hidden`;
      return vector("state", trace.row(name, step), {
        x: box.x + places.vectors,
        y: box.y + (box.height - 16) / 2,
        role: "decoder",
        theme,
        limit: limits.decoder,
        shown: ACROSS,
        across: true,
        opacity: lit,
        number: { name, index: [step] },
      });
    }

    /**
     * The way on from a layer: straight, or through a sum with what passed the layer by.
     * @param {Side} side
     * @param {number} layer
     * @param {number} lit
     * @returns {Mark[]}
     */
    function pathMarks(side, layer, lit) {
      const place = places[side];
      const box = place.layer(layer);
      const from = { x: place.middle, y: box.y + box.height + 1 };
      const next = layer + 1 < layers.length ? place.layer(layer + 1).y : from.y + 32;
      const look = { colour: theme[side].strong, width: 1.5, grown: lit };
      if (!addsTo(trace, layer)) return [arrow("on", from, { x: from.x, y: next - 2 }, look)];
      const y = place.sum(layer);
      const name = `${side}.layers.${layer}.residual`;
      const ref = { name, index: [side === "encoder" ? 0 : step, 0] };
      const lane = side === "encoder" ? box.x - 18 : box.x + box.width + 18;
      const inward = side === "encoder" ? -SUM - 2 : SUM + 2;
      const start = box.y - 11;
      const path =
        `M${place.middle} ${start}L${lane + (side === "encoder" ? 8 : -8)} ${start}` +
        `Q${lane} ${start} ${lane} ${start + 8}L${lane} ${y - 8}` +
        `Q${lane} ${y} ${lane + (side === "encoder" ? 8 : -8)} ${y}L${place.middle + inward} ${y}`;
      const colour = theme.output.strong;
      return [
        {
          key: "past",
          tag: "path",
          attrs: {
            d: path,
            fill: "none",
            stroke: colour,
            "stroke-width": 2.5,
            opacity: round(mixed(0.2, 1, lit)),
          },
        },
        arrow("into", from, { x: from.x, y: y - SUM - 1 }, look),
        group(
          "sum",
          [
            {
              key: "ring",
              tag: "circle",
              attrs: { cx: place.middle, cy: y, r: SUM, fill: theme.paper, stroke: colour, "stroke-width": 1.5 },
            },
            text("plus", { x: place.middle, y: y + 5 }, "+", {
              "text-anchor": "middle",
              "font-weight": 600,
              fill: colour,
            }),
          ],
          { opacity: round(mixed(FAINT, 1, lit)) },
          { action: { explain: ref } },
        ),
        arrow("on", { x: from.x, y: y + SUM + 1 }, { x: from.x, y: next - 2 }, look),
      ];
    }

    /** What the decoder reads: the token before. */
    function reading() {
      const first = places.decoder.layer(0);
      const label = trace.axis("previous").labels[step];
      const shown = at("decoder0");
      const y = first.y - 54;
      return group("reading", [
        token("token", label, {
          x: places.decoder.middle - tokenWidth(label) / 2,
          y,
          role: "output",
          theme,
          opacity: mixed(FAINT, 1, shown),
        }),
        arrow(
          "in",
          { x: places.decoder.middle, y: y + 30 },
          { x: places.decoder.middle, y: first.y - 2 },
          { colour: theme.decoder.strong, grown: shown, width: 1.5 },
        ),
      ]);
    }

    const { out } = places;
    const marks = [
      ...["encoder", "decoder"].map((name) => {
        const side = /** @type {Side} */ (name);
        return group(side, [
          caption(
            "name",
            { x: places[side].x, y: side === "encoder" ? 14 : places.decoder.first - 62 },
            words(`deep.${side}.name`, { layers: layers.length, step: step + 1 }),
            { theme, role: side, bold: true },
          ),
          ...layers.map((layer) => layerMark(side, layer)),
        ]);
      }),
      group(
        "words",
        columnHeads(
          sources,
          {
            columnX,
            top: places.encoder.first - 2,
            cell: { width: places.pitch, height: 0 },
            upright: false,
          },
          theme.encoder.strong,
          (i) => ({ link: `source:${i}` }),
        ),
      ),
      deepAttention(scenery, places, step, limits),
      reading(),
      ...said(trace, step, out, { count: bars, grown: at("word"), chosen: at("word"), theme }),
    ];
    return { width: places.width, height: places.height, marks, focus: places.focus(beat.id) };
  },
};
