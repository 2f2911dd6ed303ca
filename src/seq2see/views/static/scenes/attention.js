/** Attention in one decoder step: states, scores, softmax, weighted states, their sum. */

import { arrow, between, group, mixed } from "seq2see/marks";
import { percent, short } from "seq2see/numbers";
import { TOKEN_HEIGHT, caption, limitOf, token, tokenWidth, vector, vectorSize, weightCell } from "seq2see/parts";
import { tellingStep } from "seq2see/scenes/steps";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/scenes/index").Scenery} Scenery */

const STATES = "encoder.outputs";
const SCORES = "decoder.attention.scores";
const WEIGHTS = "decoder.attention.weights";
const CONTEXT = "decoder.attention.context";

const MARGIN = 16;
const LABELS = 92; // room for the names of the rows
const GAP = 10;
const CELL_HEIGHT = 26;

/** @type {Scene} */
export const attention = {
  id: "attention",
  fits: (trace) => trace.has(WEIGHTS) && trace.has(SCORES) && trace.has(CONTEXT),
  beats(trace, choices) {
    const step = tellingStep(trace, choices);
    const weights = trace.row(WEIGHTS, step);
    const most = weights.indexOf(Math.max(...weights));
    const values = {
      step: step + 1,
      word: trace.target.axis.labels[step],
      count: weights.length,
      most: trace.source.axis.labels[most],
      weight: percent(weights[most]),
      score: short(trace.at(SCORES, step, most)),
    };
    /**
     * @param {string} id
     * @param {string | null} name
     * @param {number[]} [index]
     */
    const beat = (id, name, index = [step, most]) => ({
      id,
      words: `attention.${id}`,
      values,
      step,
      number: name ? { name, index } : null,
    });
    return [
      { ...beat("states", STATES, [most, 0]), move: 0.7, hold: 2 },
      beat("scores", SCORES),
      { ...beat("softmax", WEIGHTS), asks: { answer: most } },
      { ...beat("multiply", null), move: 0.7 },
      { ...beat("sum", CONTEXT, [step, 0]), move: 0.7, hold: 2.1 },
    ];
  },
  draw({ trace, choices, theme, at }) {
    const step = tellingStep(trace, choices);
    const { labels } = trace.source.axis;
    const weights = trace.row(WEIGHTS, step);
    const limit = limitOf(trace, STATES);
    const size = vectorSize();
    const width = Math.max(...labels.map(tokenWidth), 52);
    const tall = { tokens: MARGIN + 20, states: MARGIN + 20 + TOKEN_HEIGHT + GAP };
    const scores = tall.states + size.height + 26;
    const softmax = scores + CELL_HEIGHT + GAP;
    const weighted = softmax + CELL_HEIGHT + GAP;
    const total = weighted + size.height + 44;
    /** @param {number} i */
    const left = (i) => MARGIN + LABELS + i * (width + GAP);
    const middle = left(labels.length - 1) / 2 + (left(0) + width) / 2;
    const context = { x: middle - size.width / 2, y: total };

    const columns = labels.map((label, i) => {
      const x = left(i);
      const centre = x + (width - size.width) / 2;
      const link = `source:${i}`;
      const values = trace.row(STATES, i);
      const leaving = at("sum");
      const moved = between({ x: centre, y: weighted }, context, leaving);
      return group(`column${i}`, [
        token("token", label, { x, y: tall.tokens, width, role: "encoder", theme, opacity: mixed(0.35, 1, at("states")) }, { link }),
        vector("state", values, {
          x: centre,
          y: mixed(tall.states - 8, tall.states, at("states")),
          role: "encoder",
          theme,
          limit,
          opacity: at("states"),
          number: { name: STATES, index: [i] },
          more: true,
        }, { link }),
        cell("score", SCORES, short(trace.at(SCORES, step, i)), 0, { x, y: scores, opacity: at("scores") }, i),
        cell("weight", WEIGHTS, percent(weights[i]), weights[i], { x, y: softmax, opacity: at("softmax") }, i),
        vector("weighted", values, {
          x: centre,
          y: mixed(tall.states, weighted, at("multiply")),
          role: "attention",
          theme,
          limit,
          scale: mixed(1, weights[i], at("multiply")),
          opacity: at("multiply") > 0 ? mixed(1, 0.25 + 0.75 * weights[i], at("multiply")) : 0,
        }, { link }),
        leaving > 0 &&
          leaving < 1 &&
          vector("leaving", values, { ...moved, role: "attention", theme, limit, scale: weights[i], opacity: weights[i] * (1 - leaving) }),
        arrow("falls", { x: x + width / 2, y: weighted + size.height + 2 }, { x: middle, y: total - 4 }, {
          colour: theme.attention.strong,
          grown: at("sum"),
          width: 1 + 3 * weights[i],
          opacity: 0.15 + 0.85 * weights[i],
        }),
      ]);
    });

    /**
     * @param {string} key
     * @param {string} name
     * @param {string} label
     * @param {number} weight
     * @param {{x: number, y: number, opacity: number}} place
     * @param {number} i
     */
    function cell(key, name, label, weight, place, i) {
      const number = { name, index: [step, i] };
      return weightCell(key, weight, { ...place, width, height: CELL_HEIGHT, theme, label }, {
        number,
        action: { explain: number },
        link: `source:${i}`,
      });
    }

    /**
     * @param {string} id
     * @param {number} y
     */
    const name = (id, y) =>
      caption(`name.${id}`, { x: MARGIN, y }, say(choices.language, `attention.row.${id}`), {
        theme,
        role: id === "states" ? "encoder" : "attention",
        opacity: at(id),
        bold: true,
      });

    const sum = vector("context", trace.row(CONTEXT, step), {
      ...context,
      role: "attention",
      theme,
      limit,
      opacity: at("sum"),
      number: { name: CONTEXT, index: [step] },
      more: true,
    });
    return {
      width: left(labels.length) - GAP + MARGIN,
      height: total + size.height + 20 + MARGIN,
      marks: [
        ...columns,
        sum,
        name("states", tall.states + size.height / 2),
        name("scores", scores + 17),
        name("softmax", softmax + 17),
        name("multiply", weighted + size.height / 2),
        name("sum", total + size.height / 2),
      ],
      focus: null,
    };
  },
};
