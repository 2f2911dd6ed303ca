/** What enters a Transformer: each token's embedding, plus the pattern of its position. */

import { group, mixed, rect, round, text } from "seq2see/marks";
import { short } from "seq2see/numbers";
import { caption, limitOf, token } from "seq2see/parts";
import { once } from "seq2see/scenes/blocks";
import { MARGIN, lanesOf, vectorIn } from "seq2see/scenes/lanes";
import { settled } from "seq2see/scenes/memory";
import { isRightToLeft } from "seq2see/text";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/trace").Trace} Trace */

const EMBEDDINGS = "encoder.embeddings";
const STREAM = "encoder.stream";
const SHOWN = 8;

/**
 * The position of each token, which is what the stream has more than the embeddings.
 * @param {Trace} trace
 * @returns {Float32Array[]}
 */
export function positionsOf(trace) {
  return once(trace, "positions", () =>
    trace.source.axis.labels.map((_, i) => {
      const embedding = trace.row(EMBEDDINGS, i);
      return trace.row(STREAM, i).map((value, unit) => value - embedding[unit]);
    }),
  );
}

/**
 * Two places of the same word, where there is one that stands twice.
 * @param {Trace} trace
 * @returns {[number, number] | null}
 */
function twins(trace) {
  const { ids } = trace.source;
  for (let later = 1; later < ids.length; later++) {
    const earlier = ids.indexOf(ids[later]);
    if (earlier < later) return [earlier, later];
  }
  return null;
}

/** @type {Scene} */
export const positions = {
  id: "positions",
  fits: (trace) => trace.has(EMBEDDINGS) && trace.has(STREAM),
  beats(trace) {
    const { labels } = trace.source.axis;
    const place = Math.min(1, labels.length - 1);
    const values = {
      word: labels[place],
      place,
      width: trace.tensor(STREAM).shape[1],
      count: labels.length,
      embedding: short(trace.at(EMBEDDINGS, place, 0)),
      position: short(positionsOf(trace)[place][0]),
      sum: short(trace.at(STREAM, place, 0)),
    };
    /** @type {import("seq2see/timeline").Beat[]} */
    const beats = [
      {
        id: "embeddings",
        words: "positions.embeddings",
        values,
        move: 0.7,
        hold: 1.8,
        number: { name: EMBEDDINGS, index: [place, 0] },
      },
      { id: "positions", words: "positions.positions", values, move: 0.7, hold: 2 },
      {
        id: "sum",
        words: "positions.sum",
        values,
        move: 0.7,
        hold: 2,
        number: { name: STREAM, index: [place, 0] },
      },
    ];
    const same = twins(trace);
    if (same) {
      const [first, second] = same;
      const words = { word: labels[first], first, second };
      beats.push({
        id: "twice",
        words: "positions.twice",
        values: words,
        move: 0.5,
        hold: 2,
        number: { name: STREAM, index: [second, 0] },
      });
    }
    return beats;
  },
  draw(scenery) {
    const { trace, choices, theme, at } = scenery;
    const { labels } = trace.source.axis;
    const pattern = positionsOf(trace);
    const limit = once(trace, "limit of what enters", () => limitOf(trace, EMBEDDINGS, STREAM));
    const size = { tall: SHOWN * 14, wide: SHOWN * 9 };
    const lanes = lanesOf(
      labels,
      ["embeddings", "positions", "sum"].map((id) => ({
        id,
        name: say(choices.language, `positions.lane.${id}`),
        ...size,
      })),
      { room: choices.width, fromRight: isRightToLeft(trace.source.text), gap: 26, widest: 78 },
    );
    const cell = lanes.upright ? 14 : 9;
    /** @type {number[]} */
    const same = twins(trace) ?? [];

    const columns = labels.map((label, i) => {
      const link = `source:${i}`;
      const look = { role: /** @type {const} */ ("encoder"), theme, limit, cell, shown: SHOWN };
      /**
       * @param {string} id
       * @param {string} sign
       */
      const signBefore = (id, sign) => {
        const box = lanes.box(i, id);
        const where = lanes.upright
          ? { x: box.x + box.width / 2, y: box.y - 8 }
          : { x: box.x + box.width / 2 - (SHOWN * cell) / 2 - 8, y: box.y + box.height / 2 + 5 };
        return text(`sign.${id}`, where, sign, {
          "text-anchor": "middle",
          fill: theme.muted,
          opacity: round(at(id)),
        });
      };
      // The sum is made of the two above it: it comes from where the position stands.
      const [from, to] = [lanes.box(i, "positions"), lanes.box(i, "sum")];
      const arriving = {
        ...to,
        x: mixed(from.x, to.x, at("sum")),
        y: mixed(from.y, to.y, at("sum")),
      };
      const shares = ["embeddings", "positions", "sum", "twice"].map(at);
      return settled(scenery, `positions ${i}`, shares, () =>
        group(`token${i}`, [
          same.includes(i) && frame("twin", lanes.box(i, "tokens"), lanes.box(i, "sum")),
          token(
            "token",
            label,
            {
              ...lanes.box(i, "tokens"),
              role: "encoder",
              theme,
              opacity: mixed(0.4, 1, at("embeddings")),
            },
            { link },
          ),
          vectorIn(
            "embedding",
            trace.row(EMBEDDINGS, i),
            lanes,
            lanes.box(i, "embeddings"),
            {
              ...look,
              opacity: at("embeddings"),
              number: { name: EMBEDDINGS, index: [i] },
            },
            { link },
          ),
          signBefore("positions", "+"),
          vectorIn(
            "position",
            pattern[i],
            lanes,
            lanes.box(i, "positions"),
            {
              ...look,
              role: "attention",
              opacity: at("positions"),
            },
            { link, title: say(choices.language, "positions.place", { place: i }) },
          ),
          signBefore("sum", "="),
          vectorIn(
            "sum",
            trace.row(STREAM, i),
            lanes,
            arriving,
            {
              ...look,
              opacity: at("sum"),
              number: { name: STREAM, index: [i] },
            },
            { link },
          ),
        ]),
      );
    });

    /**
     * A frame around everything of a token.
     * @param {string} key
     * @param {import("seq2see/marks").Box} first
     * @param {import("seq2see/marks").Box} last
     */
    function frame(key, first, last) {
      const [x, y] = [Math.min(first.x, last.x) - 3, Math.min(first.y, last.y) - 3];
      const width = Math.max(first.x + first.width, last.x + last.width) + 3 - x;
      const height = Math.max(first.y + first.height, last.y + last.height) + 3 - y;
      return rect(
        key,
        { x, y, width, height },
        {
          rx: 8,
          fill: theme.attention.tint,
          "fill-opacity": 0.6,
          stroke: theme.attention.strong,
          "stroke-width": 1.5,
          opacity: round(at("twice")),
        },
      );
    }

    const names = ["embeddings", "positions", "sum"].map((id) => {
      const { text: name, anchor, ...where } = lanes.name(id);
      const role = id === "positions" ? "attention" : "encoder";
      return caption(`name.${id}`, where, name, {
        theme,
        role,
        anchor,
        opacity: at(id),
        bold: true,
      });
    });
    return {
      width: lanes.width,
      height: lanes.height + MARGIN,
      marks: [...columns, ...names],
      focus: null,
    };
  },
};
