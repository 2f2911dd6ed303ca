/**
 * The whole Transformer as one flow, for one step of the decoder: embeddings, encoder layers, what
 * crosses, decoder layers, distribution, word. All of it is faintly there; each block lights up in turn.
 */

import { SMALL, arrow, group, line, mixed, rect, round, text } from "seq2see/marks";
import { caption, vector } from "seq2see/parts";
import { signedRaster } from "seq2see/raster";
import { isTransformer, once } from "seq2see/scenes/blocks";
import { distributionHeight, said } from "seq2see/scenes/distribution";
import { columnHeads } from "seq2see/scenes/grid";
import { tellingStep } from "seq2see/scenes/steps";
import { settled } from "seq2see/scenes/memory";
import { picture } from "seq2see/scenes/picture";
import { activity, beatsOf, looked } from "seq2see/scenes/stack_facts";
import { stackPlaces } from "seq2see/scenes/stack_places";
import { fitted, isRightToLeft, textWidth } from "seq2see/text";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/marks").Mark} Mark */
/** @typedef {import("seq2see/marks").Box} Box */
/** @typedef {import("seq2see/scenes/stack_facts").Side} Side */
/** @typedef {import("seq2see/scenes/stack_facts").Did} Did */

const UNITS = 4; // of a vector that are drawn
const CELL = 8;
const FAINT = 0.3;
const MANY = 150; // more vectors than this are drawn as pictures

/** @type {Scene} */
export const stack = {
  id: "stack",
  fits: (trace) =>
    isTransformer(trace) && trace.has("encoder.stream") && trace.has("decoder.stream"),
  beats: beatsOf,
  draw(scenery) {
    const { trace, choices, theme, at, beat } = scenery;
    const step = tellingStep(trace, choices);
    const layers = {
      encoder: trace.layers("encoder").length,
      decoder: trace.layers("decoder").length,
    };
    const sources = trace.source.axis.labels;
    const reads = trace.axis("previous").labels.slice(0, step + 1);
    const bars = Math.min(5, trace.steps[step].top.length);
    const places = stackPlaces({
      sources,
      reads,
      layers,
      room: choices.width,
      tall: distributionHeight(bars),
    });
    const limits = once(trace, "limits of streams", () => ({
      stream: usual(trace, [
        "encoder.stream",
        "decoder.stream",
        ...streams("encoder", layers.encoder),
        ...streams("decoder", layers.decoder),
      ]),
      encoder: usual(trace, ["encoder.outputs"]),
      decoder: usual(trace, ["decoder.readout"]),
    }));
    const vectors = sources.length * (layers.encoder + 2) + reads.length * (layers.decoder + 2);
    const fromRight = isRightToLeft(trace.source.text);

    const sideMarks = (/** @type {Side} */ side) => {
      const place = places[side];
      const labels = side === "encoder" ? sources : reads;
      const entered = at(side === "encoder" ? "enters" : "reads");
      const columnX = (/** @type {number} */ i) =>
        place.x + (side === "encoder" && fromRight ? labels.length - 1 - i : i) * place.pitch;
      const heads = columnHeads(labels, { ...place.grid, columnX }, theme[side].strong, (i) =>
        linkOf(side, i),
      );
      const boxes = Array.from({ length: layers[side] }, (_, layer) => layerBox(side, layer));
      return group(side, [
        caption(
          "name",
          { x: place.x, y: place.title },
          say(choices.language, `stack.${side}.name`, { layers: layers[side] }),
          { theme, role: side, bold: true },
        ),
        group("words", heads, { opacity: round(mixed(FAINT, 1, entered)) }),
        strip("enters", `${side}.stream`, side, place.enters, limits.stream, entered),
        beside("enters.name", place.enters, entered),
        ...boxes,
        strip(
          "leaves",
          side === "encoder" ? "encoder.outputs" : "decoder.readout",
          side,
          place.leaves,
          limits[side],
          at(side === "encoder" ? "crosses" : "distribution"),
        ),
        side === "decoder" && beside("readout.name", place.leaves, at("distribution")),
      ]);

      /**
       * What the vectors of a strip are, where there is room for it.
       * @param {string} words
       * @param {number} y
       * @param {number} opacity
       */
      function beside(words, y, opacity) {
        const x = place.x + labels.length * place.pitch + 14;
        const written = say(choices.language, `stack.${words}`);
        const fits = x + textWidth(written, SMALL) * 1.1 <= place.x + place.width;
        return (
          fits &&
          caption(words, { x, y: y + (UNITS * CELL) / 2 + 4 }, written, {
            theme,
            role: side,
            opacity,
          })
        );
      }
    };

    /**
     * @param {Side} side
     * @param {number} token
     */
    function linkOf(side, token) {
      if (side === "encoder") return { link: `source:${token}` };
      return token > 0 ? { link: `target:${token - 1}` } : {};
    }

    /**
     * A vector for each token, of those the decoder has read only the last one strong.
     * @param {string} key
     * @param {string} name
     * @param {Side} side
     * @param {number} y
     * @param {number} limit
     * @param {number} shown
     */
    function strip(key, name, side, y, limit, shown) {
      const place = places[side];
      const count = side === "encoder" ? sources.length : reads.length;
      const left = (/** @type {number} */ i) =>
        place.x +
        (side === "encoder" && fromRight ? count - 1 - i : i) * place.pitch +
        (place.pitch - CELL) / 2;
      const frame = rect(
        "room",
        { x: place.x - 4, y: y - 3, width: count * place.pitch + 8, height: UNITS * CELL + 6 },
        { rx: 5, fill: "none", stroke: theme[side].strong, "stroke-opacity": 0.35 },
      );
      if (vectors > MANY) return group(key, [frame, raster()]);
      return settled(scenery, `stack ${name} ${step}`, [shown], () =>
        group(key, [frame, ...columns()]),
      );

      /** Cells that lead to their equations. */
      function columns() {
        return Array.from({ length: shown > 0 ? count : 0 }, (_, i) =>
          vector(
            `token${i}`,
            trace.row(name, i),
            {
              x: left(i),
              y,
              role: side,
              theme,
              limit,
              cell: CELL,
              shown: UNITS,
              opacity: shown * (side === "decoder" && i < step ? 0.45 : 1),
              number: { name, index: [i] },
            },
            linkOf(side, i),
          ),
        );
      }

      /** All vectors as one picture, the first token at the left. */
      function raster() {
        const href = once(trace, `strip ${name} ${count} ${choices.theme}`, () => {
          const values = new Float32Array(count * UNITS);
          for (let i = 0; i < count; i++) {
            const at = fromRight && side === "encoder" ? count - 1 - i : i;
            for (let unit = 0; unit < UNITS; unit++)
              values[unit * count + at] = trace.at(name, i, unit);
          }
          return signedRaster(values, count, theme, limit);
        });
        const box = { x: place.x, y, width: count * place.pitch, height: UNITS * CELL };
        return picture("picture", box, href, { opacity: round(shown) });
      }
    }

    /**
     * A layer: its blocks, what each of them did, and the stream that leaves it.
     * @param {Side} side
     * @param {number} layer
     */
    function layerBox(side, layer) {
      const place = places[side];
      const { box, rows, stream } = place.layer(layer);
      /** @type {[string, string, Did | null][]} */
      const blocks =
        side === "encoder"
          ? [
              ["self", "stack.block.self", looked(trace, "encoder", layer, step)],
              ["feedforward", "stack.block.feedforward", activity(trace, "encoder", layer, step)],
            ]
          : [
              ["self", "stack.block.masked", looked(trace, "decoder", layer, step)],
              ["cross", "stack.block.cross", looked(trace, "cross", layer, step)],
              ["feedforward", "stack.block.feedforward", activity(trace, "decoder", layer, step)],
            ];
      const last = blocks[blocks.length - 1][0];
      const lit = (/** @type {string} */ block) => at(beatOf(side, layer, block));
      return group(
        `layer${layer}`,
        [
          arrow(
            "in",
            { x: place.middle, y: box.y - 12 },
            { x: place.middle, y: box.y - 1 },
            { colour: theme[side].strong, grown: lit("self"), width: 1.5 },
          ),
          rect("box", box, {
            rx: 10,
            fill: theme.paper,
            stroke: theme[side].strong,
            opacity: round(mixed(FAINT, 1, lit("self"))),
          }),
          ...blocks.map(([id, words, did], row) => blockMark(id, words, did, rows[row])),
          arrow(
            "out",
            { x: place.middle, y: box.y + box.height + 1 },
            { x: place.middle, y: stream - 5 },
            { colour: theme[side].strong, grown: lit(last), width: 1.5 },
          ),
          strip("stream", `${side}.layers.${layer}.stream`, side, stream, limits.stream, lit(last)),
        ],
        {},
        { action: { layer, head: null } },
      );

      /**
       * @param {string} id
       * @param {string} words
       * @param {Did | null} did
       * @param {Box} room
       */
      function blockMark(id, words, did, room) {
        const shown = lit(id);
        const role = id === "feedforward" ? side : "attention";
        const written = { "font-size": SMALL, fill: theme.ink };
        const running = beat.id === beatOf(side, layer, id);
        const extras = did?.number ? { number: did.number, action: { explain: did.number } } : {};
        return group(
          id,
          [
            rect("room", room, {
              rx: 6,
              fill: theme[role].tint,
              stroke: theme[role].strong,
              "stroke-width": running ? 2 : 0.75,
            }),
            did &&
              rect(
                "share",
                {
                  x: room.x,
                  y: room.y + room.height - 4,
                  width: round(room.width * did.share * shown),
                  height: 4,
                },
                { rx: 2, fill: theme[role].strong },
              ),
            text("name", { x: room.x + 8, y: room.y + 16 }, say(choices.language, words), {
              ...written,
              "font-weight": 600,
            }),
            did &&
              text(
                "did",
                { x: room.x + room.width - 8, y: room.y + 16 },
                fitted(did.text, SMALL, room.width * 0.55),
                { ...written, "text-anchor": "end", opacity: round(shown) },
              ),
          ],
          { opacity: round(mixed(FAINT, 1, shown)) },
          extras,
        );
      }
    }

    /**
     * @param {Side} side
     * @param {number} layer
     * @param {string} block
     */
    function beatOf(side, layer, block) {
      return side === "decoder" && layer === 0 ? `decoder0.${block}` : `${side}${layer}`;
    }

    /** From the encoder's outputs to every decoder layer. */
    function crossing() {
      const { start, turn, targets } = places.crossing;
      const done = at("crosses");
      const colour = theme.encoder.strong;
      const [first, second] = [Math.min(done * 2, 1), Math.max(done * 2 - 1, 0)];
      const stroke = { stroke: colour, "stroke-width": 4, "stroke-linecap": "round" };
      const ends = [
        Math.min(start.y, ...targets.map(({ y }) => y)),
        Math.max(start.y, ...targets.map(({ y }) => y)),
      ];
      return group("crossing", [
        line(
          "leaves",
          start,
          { x: mixed(start.x, turn, first), y: start.y },
          { ...stroke, opacity: round(mixed(0.1, 1, first)) },
        ),
        ...ends.map((end, place) =>
          line(
            `trunk${place}`,
            { x: turn, y: start.y },
            { x: turn, y: mixed(start.y, end, first) },
            { ...stroke, opacity: round(mixed(0.1, 1, first)) },
          ),
        ),
        ...targets.map((target, layer) =>
          arrow(`layer${layer}`, { x: turn, y: target.y }, target, {
            colour,
            grown: second,
            width: 2.5,
          }),
        ),
        caption(
          "count",
          places.crossing.label,
          say(choices.language, "stack.crossing", { count: sources.length }),
          { theme, role: "encoder", bold: true, opacity: done, anchor: places.crossing.anchor },
        ),
      ]);
    }

    const out = places.out;
    const marks = [
      sideMarks("encoder"),
      sideMarks("decoder"),
      crossing(),
      arrow(
        "readout",
        { x: out.x + 60, y: out.y - 12 },
        { x: out.x + 60, y: out.y - 1 },
        { colour: theme.output.strong, grown: at("distribution"), width: 1.5 },
      ),
      ...said(trace, step, out, { count: bars, grown: at("distribution"), chosen: at("word"), theme }),
    ];
    return { width: places.width, height: places.height, marks, focus: places.focus(beat.id) };
  },
};

/**
 * @param {Side} side
 * @param {number} layers
 */
function streams(side, layers) {
  return Array.from({ length: layers }, (_, layer) => `${side}.layers.${layer}.stream`);
}

/**
 * The value at which streams get their full colour: twice the usual size, since a few units of a
 * residual stream are far larger than all others.
 * @param {Trace} trace
 * @param {string[]} names
 */
function usual(trace, names) {
  let [sum, count] = [1e-12, 1];
  for (const name of names) {
    const { data } = trace.tensor(name);
    for (const value of data) sum += value * value;
    count += data.length;
  }
  return 2 * Math.sqrt(sum / count);
}
