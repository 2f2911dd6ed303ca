/** Attention in the picture of a deep recurrent model: who asks, what is found, and where it goes. */

import { SMALL, arrow, group, line, mixed, rect, round, text } from "seq2see/marks";
import { caption, vector } from "seq2see/parts";
import { CONTEXT, queryOf, tellingLayer, topLayer, valuesOf } from "seq2see/scenes/anatomy";
import { mostOf } from "seq2see/scenes/deep_facts";
import { fitted } from "seq2see/text";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/marks").Mark} Mark */

export const FAINT = 0.3;

/**
 * @param {import("seq2see/scenes/index").Scenery} scenery
 * @param {ReturnType<typeof import("seq2see/scenes/deep_places").deepPlaces>} places
 * @param {number} step
 * @param {{encoder: number, decoder: number}} limits Of states, where colours are full.
 * @returns {Mark}
 */
export function deepAttention({ trace, choices, theme, at, beat }, places, step, limits) {
  const { asking: box, decoder, encoder, narrow } = places;
  const words = (/** @type {string} */ key, values = {}) => say(choices.language, key, values);
  const asked = at("asks");
  const found = at("context");
  const query = queryOf(trace, step);
  const most = mostOf(trace, step);
  const written = { "font-size": SMALL, fill: theme.ink, opacity: round(asked) };
  return group("asking", [
    rect("box", box, {
      rx: 10,
      fill: theme.attention.tint,
      stroke: theme.attention.strong,
      "stroke-width": beat.id === "asks" ? 2 : 1,
      opacity: round(mixed(FAINT, 1, asked)),
    }),
    caption("name", { x: box.x + 8, y: box.y + 17 }, words("deep.attention"), {
      theme,
      role: "attention",
      bold: true,
      opacity: mixed(FAINT, 1, asked),
    }),
    ...["query", "found"].map((name, place) =>
      caption(
        name,
        { x: box.x + box.width - 8, y: box.y + (place ? 74 : 35) },
        words(`deep.${name}`),
        {
          theme,
          role: place ? "attention" : "decoder",
          anchor: "end",
          opacity: place ? found : asked,
        },
      ),
    ),
    vector("vector", valuesOf(trace, query), {
      x: box.x + 8,
      y: box.y + 25,
      role: "decoder",
      theme,
      limit: limits.decoder,
      cell: 12,
      across: true,
      opacity: asked,
      number: query,
    }),
    text(
      "most",
      { x: box.x + 8, y: box.y + 54 },
      fitted(`${most.token} ${most.weight}`, SMALL, box.width - 16),
      written,
      { link: `source:${most.place}` },
    ),
    vector("context", trace.row(CONTEXT, step), {
      x: box.x + 8,
      y: box.y + 64,
      role: "attention",
      theme,
      limit: limits.encoder,
      cell: 12,
      across: true,
      opacity: found,
      number: { name: CONTEXT, index: [step] },
    }),
    crossing(),
    asker(),
    ...contextPaths(),
  ]);

  /**
   * From the top of the encoder to attention.
   * @returns {Mark}
   */
  function crossing() {
    const done = at("crosses");
    const look = { colour: theme.encoder.strong, width: 3 };
    const from = { x: encoder.middle, y: encoder.bottom + 36 };
    const turn = { x: narrow ? from.x : box.x + box.width / 2, y: from.y };
    const end = narrow ? box.y - 2 : box.y + box.height + 2;
    return group("crossing", [
      line(
        "along",
        from,
        { x: mixed(from.x, turn.x, Math.min(2 * done, 1)), y: turn.y },
        {
          stroke: look.colour,
          "stroke-width": look.width,
          "stroke-linecap": "round",
          opacity: round(mixed(0.1, 1, done)),
        },
      ),
      arrow("up", turn, { x: turn.x, y: end }, { ...look, grown: Math.max(2 * done - 1, 0) }),
      caption(
        "count",
        { x: encoder.x, y: encoder.bottom + 54 },
        words("deep.crossing", { count: trace.source.axis.labels.length }),
        { theme, role: "encoder", bold: true, opacity: at("crosses") },
      ),
    ]);
  }

  /**
   * From the layer that asks: its state from before the step.
   * @returns {Mark}
   */
  function asker() {
    const layer = decoder.layer(tellingLayer(trace));
    const from = { x: layer.x - 1, y: layer.y + 8 };
    const lane = decoder.x - (narrow ? 8 : 26);
    const to = narrow
      ? { x: lane, y: box.y + box.height + 2 }
      : { x: box.x + box.width + 2, y: box.y + 31 };
    const d = narrow
      ? `M${from.x} ${from.y}L${lane} ${from.y}L${lane} ${to.y + 6}`
      : `M${from.x} ${from.y}L${lane} ${from.y}L${lane} ${to.y}L${to.x + 5} ${to.y}`;
    const colour = theme.decoder.strong;
    const opacity = round(mixed(0.15, 1, asked));
    const head = narrow
      ? `M${to.x - 4} ${to.y + 7}L${to.x} ${to.y}L${to.x + 4} ${to.y + 7}Z`
      : `M${to.x + 7} ${to.y - 4}L${to.x} ${to.y}L${to.x + 7} ${to.y + 4}Z`;
    return group(
      "asker",
      [
        {
          key: "way",
          tag: "path",
          attrs: { d, fill: "none", stroke: colour, "stroke-width": 1.5, "stroke-dasharray": "4 3" },
        },
        { key: "head", tag: "path", attrs: { d: head, fill: colour } },
      ],
      { opacity },
    );
  }

  /**
   * The context on its way to the layers that read it.
   * @returns {Mark[]}
   */
  function contextPaths() {
    const all = trace.model.settings["model.context_to"] === "all";
    const layers = Array.from({ length: topLayer(trace) + 1 }, (_, layer) => layer);
    const trunk = decoder.x - 16;
    const start = { x: box.x + box.width, y: box.y + 70 }; // beside the context
    const targets = layers.slice(0, all ? layers.length : 1).map((layer) => {
      const to = decoder.layer(layer);
      return { x: to.x - 2, y: to.y + to.height / 2 };
    });
    const lowest = Math.max(start.y, ...targets.map(({ y }) => y));
    const highest = Math.min(start.y, ...targets.map(({ y }) => y));
    const from = narrow ? { x: box.x + 4, y: box.y + box.height } : start;
    const d = narrow
      ? `M${from.x} ${from.y}L${from.x} ${from.y + 8}L${trunk} ${from.y + 8}L${trunk} ${lowest}`
      : `M${from.x} ${from.y}L${trunk} ${from.y}M${trunk} ${highest}L${trunk} ${lowest}`;
    return [
      {
        key: "trunk",
        tag: "path",
        attrs: {
          d,
          fill: "none",
          stroke: theme.attention.strong,
          "stroke-width": 2.5,
          opacity: round(mixed(0.15, 1, found)),
        },
      },
      ...targets.map((to, layer) =>
        arrow(`reads${layer}`, { x: trunk, y: to.y }, to, {
          colour: theme.attention.strong,
          grown: found,
        }),
      ),
    ];
  }
}
