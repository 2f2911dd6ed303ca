/**
 * Hidden states travel: the encoder goes from token to token, and then something crosses to the
 * decoder, through a wall. Without attention there is one gate in it, as narrow for a long sentence as
 * for a short one; with attention there is a gate for every token.
 */

import { arrow, between, group, rect, round } from "seq2see/marks";
import { percent } from "seq2see/numbers";
import { TOKEN_HEIGHT, caption, limitOf, token, vector } from "seq2see/parts";
import {
  crossingOf,
  directionsOf,
  isRecurrent,
  readingOrder,
  stateNames,
  topLayer,
} from "seq2see/scenes/anatomy";
import { crossedBy, lastRead } from "seq2see/scenes/crossing";
import { MARGIN, columnsOf } from "seq2see/scenes/layout";
import { settled } from "seq2see/scenes/memory";
import { portions, procession, staggered, toldOf } from "seq2see/scenes/pace";
import { CELL, TALL, UNITS, decoderSteps } from "seq2see/scenes/travel_decoder";
import { isRightToLeft } from "seq2see/text";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/scenes/anatomy").Direction} Direction */
/** @typedef {import("seq2see/scenes/pace").Procession} Procession */

const WALL = 12;

/** @type {Scene} */
export const travel = {
  id: "travel",
  fits: isRecurrent,
  beats(trace) {
    const { vectors, kind } = crossedBy(trace);
    const { shape } = trace.tensor(vectors[0].ref.name);
    const width = shape[shape.length - 1];
    const directions = topDirections(trace);
    const { labels } = trace.source.axis;
    const values = {
      tokens: labels.length,
      vectors: vectors.length,
      width,
      numbers: (width * vectors.length).toLocaleString("en-US"),
      last: labels[vectors[vectors.length - 1].from],
      layers: topLayer(trace) + 1,
    };
    const { ref } = vectors[vectors.length - 1];
    const number = { name: ref.name, index: [...ref.index, 0] };
    return [
      { id: "start", words: "travel.start", values, move: 0.4, hold: 1.6 },
      ...directions.flatMap((direction) => readingOf(trace, direction).beats),
      ...(directions.length > 1 ? [{ id: "join", words: "travel.join", values, hold: 1.8 }] : []),
      { id: "wall", words: `travel.wall.${kind}`, values, move: 0.6, hold: 1.6 },
      { id: "cross", words: `travel.cross.${kind}`, values, number, move: 0.7, hold: 2.1 },
      { id: "reach", words: `travel.reach.${kind}`, values, step: 0, move: 0.7, hold: 2.1 },
      { id: "length", words: `travel.length.${kind}`, values, move: 0.4, hold: 2.1 },
    ];
  },
  draw(scenery) {
    const { trace, choices, theme, at, beat } = scenery;
    const { language } = choices;
    const { labels } = trace.source.axis;
    const { vectors, kind } = crossedBy(trace);
    const directions = topDirections(trace);
    const reversed = isRightToLeft(trace.source.text);
    const { columns, right } = columnsOf(labels, { least: 48, gap: 10, reversed });
    const width = Math.max(right + MARGIN, Math.min(choices.width, 700));
    const shift = (width - right - MARGIN) / 2; // short sentences stand in the middle
    const centres = columns.map((column) => column.centre + shift);
    const limit = limitOf(trace, ...stateNames(trace, "encoder"));
    const colour = theme.encoder.strong;

    const tops = { tokens: MARGIN + 24, states: MARGIN + 24 + TOKEN_HEIGHT + 24 };
    const rowOf = (/** @type {number} */ i) => tops.states + i * (TALL + 12);
    const bottom = rowOf(directions.length - 1) + TALL;
    const wall = bottom + 34;
    const landed = wall + WALL + 30;
    const decoder = landed + TALL + 64;
    const height = decoder + TALL + 18 + TOKEN_HEIGHT + 26 + MARGIN;
    const middle = width / 2;

    const tokens = labels.map((label, i) => {
      const x = centres[i] - columns[i].width / 2;
      const look = { x, y: tops.tokens, width: columns[i].width, theme };
      const opacity = 0.7 + 0.3 * at("start");
      return token(
        `token${i}`,
        label,
        { ...look, role: "encoder", opacity },
        { link: `source:${i}` },
      );
    });

    const rows = directions.map((direction, row) => {
      const name = statesOf(trace, direction);
      const order = readingOrder(trace, direction);
      const progress = readingOf(trace, direction).progress(at);
      const y = rowOf(row);
      const states = order.map((position, place) => {
        const share = progress.get(position) ?? 0;
        const x = centres[position] - CELL / 2;
        const before = place ? centres[order[place - 1]] : null;
        const towards = before !== null && before < centres[position] ? 1 : -1;
        const level = y + TALL / 2;
        return settled(scenery, `travel.${direction}${position}`, [share], () =>
          group(
            `state${position}`,
            [
              before !== null &&
                arrow(
                  "handed",
                  { x: before + towards * (CELL / 2 + 3), y: level },
                  { x: centres[position] - towards * (CELL / 2 + 3), y: level },
                  { colour, grown: Math.min(2 * share, 1), width: 2 },
                ),
              row === 0 &&
                arrow(
                  "read",
                  { x: centres[position], y: tops.tokens + TOKEN_HEIGHT + 3 },
                  { x: centres[position], y: y - 3 },
                  { colour, grown: Math.min(2 * share, 1), width: 1.5 },
                ),
              vector("state", trace.row(name, position), {
                x,
                y,
                cell: CELL,
                shown: UNITS,
                role: "encoder",
                theme,
                limit,
                opacity: Math.max(2 * share - 1, 0),
                number: { name, index: [position] },
              }),
            ],
            {},
            { link: `source:${position}` },
          ),
        );
      });
      return group(`reading.${direction}`, states);
    });

    const joined =
      directions.length > 1 &&
      group(
        "joined",
        centres.map((centre, i) =>
          rect(
            `pair${i}`,
            {
              x: centre - CELL / 2 - 4,
              y: tops.states - 4,
              width: CELL + 8,
              height: bottom - tops.states + 8,
            },
            { rx: 5, fill: "none", stroke: colour, "stroke-width": 1.5 },
          ),
        ),
        { opacity: round(at("join")) },
      );

    // The wall and its gates.
    const narrow = {
      from: middle - (vectors.length * 20) / 2 - 4,
      to: middle + (vectors.length * 20) / 2 + 4,
    };
    const gates =
      kind === "all"
        ? [...centres]
            .sort((a, b) => a - b)
            .map((centre) => ({ from: centre - 11, to: centre + 11 }))
        : [narrow];
    const edges = [0, ...gates.flatMap(({ from, to }) => [from, to]), width];
    const stones = [];
    for (let i = 0; i < edges.length; i += 2) {
      const box = {
        x: edges[i],
        y: wall,
        width: Math.max(edges[i + 1] - edges[i], 0),
        height: WALL,
      };
      stones.push(rect(`stone${i / 2}`, box, { fill: theme.faint }));
    }
    const tight = at("length");

    // What crosses.
    const homes = vectors.map(({ from }, i) =>
      kind === "all"
        ? { x: centres[from] - CELL / 2, y: landed }
        : { x: narrow.from + 8 + i * 20, y: landed },
    );
    const crossing = vectors.map(({ ref, from, title }, i) => {
      const share = kind === "all" ? staggered(at("cross"), i, vectors.length) : at("cross");
      const start = { x: centres[from] - CELL / 2, y: bottom - TALL };
      const gate = { x: homes[i].x, y: wall + WALL / 2 - TALL / 2 };
      const place =
        share < 0.6
          ? between(start, gate, share / 0.6)
          : between(gate, homes[i], (share - 0.6) / 0.4);
      const link = kind === "all" ? { link: `source:${from}` } : {};
      return settled(scenery, `travel.crossing${i}`, [share], () =>
        vector(
          `crossing${i}`,
          trace.row(ref.name, ...ref.index),
          {
            ...place,
            cell: CELL,
            shown: UNITS,
            role: "encoder",
            theme,
            limit,
            opacity: Math.min(4 * share, 1),
            number: ref,
          },
          { title, ...link },
        ),
      );
    });
    const { shape } = trace.tensor(vectors[0].ref.name);
    const numbers = (shape[shape.length - 1] * vectors.length).toLocaleString("en-US");
    const besides =
      kind === "all" ? { x: MARGIN, y: landed - 6 } : { x: narrow.to + 10, y: landed + TALL / 2 };
    const amount = say(language, `travel.amount.${kind}`, {
      numbers,
      vectors: vectors.length,
      tokens: labels.length,
    });

    const steps = decoderSteps({ trace, theme, at, middle, width, top: decoder });
    const links = settled(scenery, "travel.links", [at("reach")], () => group("links", reaching()));

    function reaching() {
      return steps.places.flatMap(({ x }, place) => {
        const step = place - 1; // the first is the initial state
        const to = { x, y: decoder - 3 };
        const from = homes.map((home) => ({ x: home.x + CELL / 2, y: landed + TALL + 3 }));
        if (kind === "all") {
          if (step < 0) return [];
          const weights = trace.row("decoder.attention.weights", step);
          return from.map((point, i) =>
            arrow(
              `reach${step}.${i}`,
              point,
              to,
              {
                colour: theme.attention.strong,
                grown: at("reach"),
                width: 0.75 + 2.5 * weights[i],
                opacity: 0.08 + 0.92 * weights[i],
              },
              { title: percent(weights[i]) },
            ),
          );
        }
        if (kind === "last" && step >= 0) return [];
        return [
          arrow(`reach${step}`, { x: middle, y: from[0].y }, to, {
            colour,
            grown: at("reach"),
            width: 3,
          }),
        ];
      });
    }

    return {
      width,
      height,
      focus: focusOf(trace, beat.id, centres, { width, height }),
      marks: [
        caption("encoderName", { x: MARGIN, y: MARGIN + 10 }, say(language, "name.encoder"), {
          theme,
          role: "encoder",
          bold: true,
        }),
        ...rows,
        ...tokens,
        group("joins", [joined]),
        group("wall", stones, { opacity: round(0.9 * at("wall")) }),
        group("gate", [
          kind !== "all" &&
            rect(
              "frame",
              {
                x: narrow.from - 4,
                y: wall - 6,
                width: narrow.to - narrow.from + 8,
                height: WALL + 12,
              },
              {
                rx: 4,
                fill: "none",
                stroke: theme.attention.strong,
                "stroke-width": 3,
                opacity: round(tight),
              },
            ),
        ]),
        links,
        ...crossing,
        caption("amount", besides, amount, {
          theme,
          role: "encoder",
          bold: true,
          opacity: at("cross"),
        }),
        ...steps.marks,
        caption("decoderName", { x: MARGIN, y: height - MARGIN }, say(language, "name.decoder"), {
          theme,
          role: "decoder",
          bold: true,
          opacity: at("reach"),
        }),
      ],
    };
  },
};

/**
 * @param {Trace} trace
 * @param {Direction} direction
 */
function statesOf(trace, direction) {
  return `encoder.layers.${topLayer(trace)}.${direction}.hidden`;
}

/**
 * In which directions the layer reads whose states cross.
 * @param {Trace} trace
 */
function topDirections(trace) {
  return directionsOf(trace, topLayer(trace));
}

/**
 * The encoder's way from token to token in one direction; a second direction goes faster.
 * @param {Trace} trace
 * @param {Direction} direction
 * @returns {Procession}
 */
function readingOf(trace, direction) {
  const { labels } = trace.source.axis;
  const name = statesOf(trace, direction);
  const second = direction !== topDirections(trace)[0];
  const parts = portions(readingOrder(trace, direction), second ? 1 : 3, second ? 1 : 2);
  return procession(direction, parts, (part, index) => ({
    ...toldOf(part, labels, `travel.${second ? "second" : direction}`, index),
    number: { name, index: [part[part.length - 1], 0] },
    move: part.length > 1 ? 0.7 : 0.5,
    hold: index ? 1 : 1.8,
  }));
}

/**
 * The token that is being read, and later the gate.
 * @param {Trace} trace
 * @param {string} id Of the beat.
 * @param {number[]} centres
 * @param {{width: number, height: number}} size
 */
function focusOf(trace, id, centres, { width, height }) {
  for (const direction of topDirections(trace)) {
    const { beats } = readingOf(trace, direction);
    const found = beats.find((one) => one.id === id);
    if (found?.number) return around(centres[found.number.index[0]], height);
  }
  if (id === "start")
    return around(centres[readingOrder(trace, topDirections(trace)[0])[0]], height);
  if (id === "join") return around(centres[lastRead(trace, topDirections(trace)[1])], height);
  if (crossingOf(trace) === "all" && id !== "reach") return around(centres[0], height);
  return around(width / 2, height);
}

/**
 * @param {number} x
 * @param {number} height
 */
function around(x, height) {
  return { x: x - 120, y: 0, width: 240, height };
}
