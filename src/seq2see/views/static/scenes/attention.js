/** Attention in one decoder step: states, the question, scores, softmax, weighted states, their sum. */

import { percent, short } from "seq2see/numbers";
import { CONTEXT, SCORES, STATES, WEIGHTS, queryOf, scopeOf, timingOf } from "seq2see/scenes/anatomy";
import { drawColumns } from "seq2see/scenes/attention_columns";
import { drawRows } from "seq2see/scenes/attention_rows";
import { tellingStep } from "seq2see/scenes/steps";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/scenes/index").Scenery} Scenery */

const PHONE = 520; // below this width each source token has a row instead of a column

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
      previous: trace.axis("previous").labels[step],
      count: weights.length,
      most: trace.source.axis.labels[most],
      weight: percent(weights[most]),
      score: short(trace.at(SCORES, step, most)),
    };
    /**
     * @param {string} id
     * @param {import("seq2see/timeline").NumberRef | null} number
     */
    const beat = (id, number) => ({ id, words: `attention.${id}`, values, step, number });
    const query = queryOf(trace, step);
    const asked = { name: query.name, index: [...query.index, 0] };
    const none = weights[most] > 0 ? null : { words: "attention.nothing" };
    const told = (/** @type {string} */ id) => `attention.${id}.${scopeOf(trace)}`;
    const weighed = none ?? { words: told("softmax"), asks: { answer: most } };
    const timing = `attention.query.${timingOf(trace)}`;
    return [
      { ...beat("states", { name: STATES, index: [most, 0] }), move: 0.7, hold: 2 },
      { ...beat("query", asked), words: timing, hold: 2 },
      beat("scores", { name: SCORES, index: [step, most] }),
      { ...beat("softmax", { name: WEIGHTS, index: [step, most] }), ...weighed },
      { ...beat("multiply", null), words: told("multiply"), ...none, move: 0.7, hold: 1.6 },
      {
        ...beat("sum", { name: CONTEXT, index: [step, 0] }),
        words: told("sum"),
        ...none,
        move: 0.7,
        hold: 2.1,
      },
    ];
  },
  draw(scenery) {
    const step = tellingStep(scenery.trace, scenery.choices);
    return scenery.choices.width < PHONE ? drawRows(scenery, step) : drawColumns(scenery, step);
  },
};
