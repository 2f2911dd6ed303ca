/** The picture of attention in one step on a narrow screen: a row for each source token. */

import { arrow, between, group, mixed } from "seq2see/marks";
import { percent, short } from "seq2see/numbers";
import { TOKEN_HEIGHT, caption, limitOf, token, vector, weightCell } from "seq2see/parts";
import {
  CONTEXT,
  SCORES,
  STATES,
  WEIGHTS,
  mixtureOf,
  queryOf,
  stateNames,
  valuesOf,
} from "seq2see/scenes/anatomy";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scenery} Scenery */

const MARGIN = 10;
const ROW = 33;
const CELL = 9;
const UNITS = 6;
const VECTOR = CELL * UNITS;
const TALL = 18; // of a vector in a row
const NUMBER = 50; // width of a cell with a number

/**
 * @param {Scenery} scenery
 * @param {number} step
 * @returns {import("seq2see/render").Picture}
 */
export function drawRows({ trace, choices, theme, at }, step) {
  const { language } = choices;
  const { labels } = trace.source.axis;
  const weights = trace.row(WEIGHTS, step);
  const mixture = mixtureOf(trace, step);
  const limit = limitOf(trace, ...stateNames(trace, "encoder"));
  const asked = limitOf(trace, ...stateNames(trace, "decoder"));
  const taken = 2 * VECTOR + 2 * NUMBER + 4 * 8 + 2 * MARGIN;
  const word = Math.min(Math.max(choices.width - taken, 70), 130);
  const states = MARGIN + word + 8;
  const scores = states + VECTOR + 8;
  const softmax = scores + NUMBER + 8;
  const weighted = softmax + NUMBER + 8;
  const top = MARGIN + 64;
  const total = top + labels.length * ROW + 26;
  const context = { x: weighted, y: total };

  const rows = labels.map((label, i) => {
    const y = top + i * ROW;
    const level = y + (TOKEN_HEIGHT - TALL) / 2;
    const link = `source:${i}`;
    const values = trace.row(STATES, i);
    const leaving = at("sum");
    const look = { theme, limit, cell: CELL, shown: UNITS, height: TALL, across: true };
    const moved = between({ x: weighted, y: level }, context, leaving);
    const faded = mixed(1, 0.25 + 0.75 * mixture[i], at("multiply"));
    return group(
      `row${i}`,
      [
        token("token", label, { x: MARGIN, y, width: word, role: "encoder", theme }),
        vector("state", values, {
          ...look,
          x: states,
          y: level,
          role: "encoder",
          opacity: at("states"),
          number: { name: STATES, index: [i] },
        }),
        cell("score", SCORES, short(trace.at(SCORES, step, i)), 0, scores, at("scores"), i),
        cell("weight", WEIGHTS, percent(weights[i]), weights[i], softmax, at("softmax"), i),
        vector("weighted", values, {
          ...look,
          x: mixed(states, weighted, at("multiply")),
          y: level,
          role: "attention",
          scale: mixed(1, mixture[i], at("multiply")),
          opacity: at("multiply") > 0 ? faded : 0,
        }),
        leaving > 0 &&
          leaving < 1 &&
          vector("leaving", values, {
            ...look,
            ...moved,
            role: "attention",
            scale: mixture[i],
            opacity: mixture[i] * (1 - leaving),
          }),
      ],
      {},
      { link },
    );
  });

  /**
   * @param {string} key
   * @param {string} name
   * @param {string} label
   * @param {number} weight
   * @param {number} x
   * @param {number} opacity
   * @param {number} i
   */
  function cell(key, name, label, weight, x, opacity, i) {
    const number = { name, index: [step, i] };
    const box = { x, y: top + i * ROW + 2, width: NUMBER, height: TOKEN_HEIGHT - 4 };
    return weightCell(
      key,
      weight,
      { ...box, theme, label, opacity },
      { number, action: { explain: number } },
    );
  }

  /**
   * @param {string} id
   * @param {number} x The middle of its column.
   * @param {number} y
   */
  const name = (id, x, y) =>
    caption(`name.${id}`, { x, y }, say(language, `attention.row.${id}`), {
      theme,
      role: id === "states" ? "encoder" : id === "query" ? "decoder" : "attention",
      anchor: "middle",
      opacity: at(id),
      bold: true,
    });

  const asking = queryOf(trace, step);
  const above = scores + NUMBER / 2;
  const bottom = top + labels.length * ROW;
  return {
    width: weighted + VECTOR + MARGIN,
    height: total + TALL + 26 + MARGIN,
    marks: [
      ...rows,
      vector("query", valuesOf(trace, asking), {
        x: above - VECTOR / 2,
        y: MARGIN + 14,
        cell: CELL,
        shown: UNITS,
        height: TALL,
        across: true,
        role: "decoder",
        theme,
        limit: asked,
        opacity: at("query"),
        number: asking,
      }),
      vector("context", trace.row(CONTEXT, step), {
        ...context,
        cell: CELL,
        shown: UNITS,
        height: TALL,
        across: true,
        role: "attention",
        theme,
        limit,
        opacity: at("sum"),
        number: { name: CONTEXT, index: [step] },
      }),
      arrow(
        "asks",
        { x: above, y: MARGIN + 16 + TALL },
        { x: above, y: top - 18 },
        { colour: theme.decoder.strong, grown: at("scores"), width: 2 },
      ),
      arrow(
        "falls",
        { x: weighted + VECTOR / 2, y: bottom - 4 },
        { x: weighted + VECTOR / 2, y: total - 3 },
        { colour: theme.attention.strong, grown: at("sum"), width: 3 },
      ),
      name("query", above, MARGIN + 8),
      name("states", states + VECTOR / 2, top - 6),
      name("scores", above, top - 6),
      name("softmax", softmax + NUMBER / 2, top - 6),
      name("multiply", weighted + VECTOR / 2, top - 6),
      name("sum", weighted + VECTOR / 2, total + TALL + 15),
    ],
    focus: null,
  };
}
