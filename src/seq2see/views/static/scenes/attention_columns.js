/** The picture of attention in one step where there is room: a column for each source token. */

import { arrow, between, group, mixed } from "seq2see/marks";
import { percent, short } from "seq2see/numbers";
import {
  TOKEN_HEIGHT,
  caption,
  limitOf,
  token,
  vector,
  vectorSize,
  weightCell,
} from "seq2see/parts";
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
import { MARGIN, columnsOf } from "seq2see/scenes/layout";
import { settled } from "seq2see/scenes/memory";
import { isRightToLeft } from "seq2see/text";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scenery} Scenery */

const LABELS = 84; // room for the names of the rows
const ASKING = 74; // and for the state that asks
const GAP = 8;
const CELL_HEIGHT = 26;
const QUERY = 13; // size of its cells

/**
 * @param {Scenery} scenery
 * @param {number} step
 * @returns {import("seq2see/render").Picture}
 */
export function drawColumns(scenery, step) {
  const { trace, choices, theme, at, beat } = scenery;
  const { language } = choices;
  const { labels } = trace.source.axis;
  const weights = trace.row(WEIGHTS, step);
  const mixture = mixtureOf(trace, step);
  const limit = limitOf(trace, ...stateNames(trace, "encoder"));
  const asked = limitOf(trace, ...stateNames(trace, "decoder"));
  const size = vectorSize();
  const { columns, right } = columnsOf(labels, {
    left: MARGIN + LABELS + ASKING,
    gap: GAP,
    least: 54,
    reversed: isRightToLeft(trace.source.text),
  });
  const states = MARGIN + TOKEN_HEIGHT + GAP;
  const scores = states + size.height + 34;
  const softmax = scores + CELL_HEIGHT + GAP;
  const weighted = softmax + CELL_HEIGHT + GAP;
  const total = weighted + size.height + 44;
  const middle = (MARGIN + LABELS + ASKING + right) / 2;
  const most = weights.indexOf(Math.max(...weights));
  const focus = beat.id === "sum" ? middle : columns[most].centre;
  const context = { x: middle - size.width / 2, y: total };

  const beats = ["states", "scores", "softmax", "multiply", "sum"];
  const drawn = labels.map((label, i) =>
    settled(scenery, `attention${step}.${i}`, beats.map(at), () => column(label, i)),
  );

  /**
   * @param {string} label
   * @param {number} i
   */
  function column(label, i) {
    const { x, width, centre } = columns[i];
    const left = centre - size.width / 2;
    const link = `source:${i}`;
    const values = trace.row(STATES, i);
    const leaving = at("sum");
    const moved = between({ x: left, y: weighted }, context, leaving);
    const scored = { x, y: scores, width, opacity: at("scores") };
    const shared = { x, y: softmax, width, opacity: at("softmax") };
    const faded = mixed(1, 0.25 + 0.75 * mixture[i], at("multiply"));
    const state = { role: /** @type {const} */ ("encoder"), theme, limit };
    const product = { role: /** @type {const} */ ("attention"), theme, limit };
    return group(`column${i}`, [
      token("token", label, { x, y: MARGIN, width, role: "encoder", theme }, { link }),
      vector(
        "state",
        values,
        {
          ...state,
          x: left,
          y: mixed(states - 8, states, at("states")),
          opacity: at("states"),
          number: { name: STATES, index: [i] },
          more: true,
        },
        { link },
      ),
      cell("score", SCORES, short(trace.at(SCORES, step, i)), 0, scored, i),
      cell("weight", WEIGHTS, percent(weights[i]), weights[i], shared, i),
      vector(
        "weighted",
        values,
        {
          ...product,
          x: left,
          y: mixed(states, weighted, at("multiply")),
          scale: mixed(1, mixture[i], at("multiply")),
          opacity: at("multiply") > 0 ? faded : 0,
        },
        { link },
      ),
      leaving > 0 &&
        leaving < 1 &&
        vector("leaving", values, {
          ...product,
          ...moved,
          scale: mixture[i],
          opacity: mixture[i] * (1 - leaving),
        }),
      arrow(
        "falls",
        { x: centre, y: weighted + size.height + 2 },
        { x: middle, y: total - 4 },
        {
          colour: theme.attention.strong,
          grown: at("sum"),
          width: 1 + 3 * mixture[i],
          opacity: 0.15 + 0.85 * mixture[i],
        },
      ),
    ]);
  }

  /**
   * @param {string} key
   * @param {string} name
   * @param {string} label
   * @param {number} weight
   * @param {{x: number, y: number, width: number, opacity: number}} place
   * @param {number} i
   */
  function cell(key, name, label, weight, place, i) {
    const number = { name, index: [step, i] };
    return weightCell(
      key,
      weight,
      { ...place, height: CELL_HEIGHT, theme, label },
      { number, action: { explain: number }, link: `source:${i}` },
    );
  }

  /**
   * @param {string} id
   * @param {number} y
   */
  const name = (id, y) =>
    caption(`name.${id}`, { x: MARGIN, y }, say(language, `attention.row.${id}`), {
      theme,
      role: id === "states" ? "encoder" : "attention",
      opacity: at(id),
      bold: true,
    });

  // The state that asks comes in beside the scores.
  const asking = queryOf(trace, step);
  const tall = vectorSize({ cell: QUERY });
  const home = { x: MARGIN + LABELS + 12, y: scores + CELL_HEIGHT / 2 - tall.height / 2 };
  const query = vector("query", valuesOf(trace, asking), {
    x: mixed(home.x - 24, home.x, at("query")),
    y: home.y,
    cell: QUERY,
    role: "decoder",
    theme,
    limit: asked,
    opacity: at("query"),
    number: asking,
  });
  const level = scores + CELL_HEIGHT / 2;
  return {
    width: right + MARGIN,
    height: total + size.height + 20 + MARGIN,
    marks: [
      ...drawn,
      vector("context", trace.row(CONTEXT, step), {
        ...context,
        role: "attention",
        theme,
        limit,
        opacity: at("sum"),
        number: { name: CONTEXT, index: [step] },
        more: true,
      }),
      query,
      arrow(
        "asks",
        { x: home.x + QUERY + 4, y: level },
        { x: MARGIN + LABELS + ASKING - 4, y: level },
        { colour: theme.decoder.strong, grown: at("scores"), width: 3 },
      ),
      caption(
        "name.query",
        { x: home.x + QUERY / 2, y: home.y - 8 },
        say(language, "attention.row.query"),
        { theme, role: "decoder", anchor: "middle", bold: true, opacity: at("query") },
      ),
      name("states", states + size.height / 2),
      name("scores", scores + 17),
      name("softmax", softmax + 17),
      name("multiply", weighted + size.height / 2),
      name("sum", total + size.height / 2),
    ],
    focus: { x: focus - 150, y: 0, width: 300, height: total },
  };
}
