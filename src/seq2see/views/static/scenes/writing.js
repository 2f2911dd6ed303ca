/**
 * A Transformer writes: what was written goes in again, looks back, looks at the source, passes the
 * feed-forward layers, and becomes a distribution and a word. One band for each step.
 */

import { arrow, between, group, mixed, rect, round } from "seq2see/marks";
import { percent } from "seq2see/numbers";
import { caption, token } from "seq2see/parts";
import { chosenMap, isTransformer, largest, once, weightNumbers } from "seq2see/scenes/blocks";
import { bundles } from "seq2see/scenes/bundles";
import { distribution } from "seq2see/scenes/distribution";
import { settled } from "seq2see/scenes/memory";
import { strip } from "seq2see/scenes/strip";
import { BAR, DETAILED, PARTS, layoutOf } from "seq2see/scenes/writing_places";
import { isRightToLeft } from "seq2see/text";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/render").Choices} Choices */
/** @typedef {import("seq2see/timeline").Beat} Beat */
/** @typedef {import("seq2see/marks").Mark} Mark */

/** @typedef {import("seq2see/scenes/writing_places").Part} Part */

const PACE = { single: 6, most: 12 };
const CELLS = 1000; // more cells than this are drawn as pictures

/**
 * The attention that is shown: of the chosen layer and head, or the mean of all.
 * @param {Trace} trace
 * @param {Choices} choices
 */
function mapsOf(trace, choices) {
  const [back, cross] = /** @type {const} */ (["decoder", "cross"]).map((kind) => {
    const { layer, head } = chosenMap(trace, kind, choices);
    return once(trace, `map ${[kind, layer, head]}`, () => ({
      matrix: trace.attention(kind, layer, head),
      number: weightNumbers(trace, kind, layer, head),
    }));
  });
  return { back, cross };
}

/**
 * Beats of later steps, several steps in one where the sentence is long.
 * @param {number} count
 */
function laterSteps(count) {
  return bundles(Math.max(count - DETAILED, 0), PACE).map(({ from, to }) => ({
    id: `step${from + DETAILED}`,
    from: from + DETAILED,
    to: to + DETAILED,
  }));
}

/** @type {Scene} */
export const writing = {
  id: "writing",
  fits: isTransformer,
  beats(trace, choices) {
    const { back, cross } = mapsOf(trace, choices);
    const count = trace.steps.length;
    const [sources, layers] = [cross.matrix.columns.labels, trace.layers("cross").length];
    const active = `decoder.layers.${layers - 1}.feedforward.active`;
    const embedding = (/** @type {number} */ step) =>
      trace.has("decoder.embeddings") ? { name: "decoder.embeddings", index: [step, 0] } : null;
    const facts = (/** @type {number} */ step) => {
      const looks = cross.matrix.values.subarray(
        step * sources.length,
        (step + 1) * sources.length,
      );
      const seen = back.matrix.values.subarray(step * count, step * count + step + 1);
      const [most, before] = [largest(looks), largest(seen)];
      return {
        most,
        before,
        values: {
          step: step + 1,
          read: back.matrix.columns.labels[step],
          before: back.matrix.columns.labels[before],
          share: percent(seen[before]),
          most: sources[most],
          weight: percent(looks[most]),
          active: trace.has(active) ? percent(trace.at(active, step)) : "",
          layers,
          word: trace.steps[step].chosen.token,
          probability: percent(Math.exp(trace.steps[step].chosen.logProb)),
        },
      };
    };
    /** @type {Beat[]} */
    const detailed = Array.from({ length: Math.min(DETAILED, count) }, (_, step) => step).flatMap(
      (step) => {
        const { values, most, before } = facts(step);
        const beat = (/** @type {Part} */ part, /** @type {Partial<Beat>} */ more = {}) => ({
          id: `${part}${step}`,
          words: `writing.${part}`,
          values,
          step,
          ...more,
        });
        return [
          beat("reads", {
            words: step ? "writing.again" : "writing.reads",
            number: embedding(step),
            hold: 1.6,
          }),
          beat("back", { number: back.number?.(step, before) ?? null }),
          beat("cross", {
            number: cross.number?.(step, most) ?? null,
            asks: { answer: most },
            hold: 1.6,
          }),
          trace.has(active)
            ? beat("feedforward", { number: { name: active, index: [step] } })
            : beat("feedforward", { words: "writing.feedforward.only" }),
          beat("top"),
          beat("writes"),
        ];
      },
    );
    const later = laterSteps(count).map(({ id, from, to }) => {
      const { values } = facts(from);
      const several = {
        ...values,
        last: to,
        word: trace.steps
          .slice(from, to)
          .map(({ chosen }) => chosen.token)
          .join(" "),
      };
      const words = to - from > 1 ? "writing.steps" : "writing.step";
      return { id, words, values: several, step: from, move: 0.7, hold: 1.1 };
    });
    return [...detailed, ...later];
  },
  draw(scenery) {
    const { trace, choices, theme, at, beat } = scenery;
    const { back, cross } = mapsOf(trace, choices);
    const count = trace.steps.length;
    const sources = cross.matrix.columns.labels;
    const layers = trace.layers("cross").length;
    const later = laterSteps(count);
    const place = layoutOf(trace, choices, layers);
    const asPicture = count * (sources.length + count / 2) > CELLS;
    const fromRight = isRightToLeft(trace.source.text);

    /**
     * How far a part of a step has come; parts of a later step follow each other within its one beat.
     * @param {number} step
     * @param {Part} part
     */
    const progress = (step, part) => {
      if (step < DETAILED) return at(`${part}${step}`);
      const own = later.find(({ from, to }) => from <= step && step < to);
      const done = own ? at(own.id) : 0;
      return Math.min(Math.max(done * 2 - PARTS.indexOf(part) / 5, 0), 1);
    };

    const lead = (/** @type {Part} */ part) =>
      place.narrow ? say(choices.language, `writing.head.${part}`) : "";

    const bands = trace.steps.map((step, index) => {
      const shown = (/** @type {Part} */ part) => progress(index, part);
      const box = (/** @type {Part} */ part) => place.box(index, part);
      const looks = cross.matrix.values.subarray(
        index * sources.length,
        (index + 1) * sources.length,
      );
      const seen = back.matrix.values.subarray(index * count, index * count + index + 1);
      const word = step.chosen.token;
      const read = back.matrix.columns.labels[index];
      const from = index ? place.box(index - 1, "writes") : box("reads");
      const common = { theme, cell: place.cell, asPicture };
      const [start, end] = place.flow(index);
      const name = ["writing", choices.layer, choices.head, index].join(" ");
      return settled(scenery, name, PARTS.map(shown), () =>
        group(`step${index}`, [
          rect("band", place.band(index), {
            rx: 10,
            fill: theme.decoder.tint,
            opacity: round(mixed(0.12, 0.35, shown("reads"))),
          }),
          arrow("flow", start, end, { colour: theme.grid, grown: shown("writes"), width: 2 }),
          shown("reads") > 0 &&
            token(
              "reads",
              read,
              {
                ...between(from, box("reads"), shown("reads")),
                width: box("reads").width,
                role: "decoder",
                theme,
                opacity: index ? mixed(0.4, 1, shown("reads")) : shown("reads"),
              },
              index ? { link: `target:${index - 1}` } : {},
            ),
          shown("back") > 0 &&
            strip("back", seen, {
              ...common,
              ...box("back"),
              lead: lead("back"),
              labels: back.matrix.columns.labels,
              links: (column) => (column > 0 ? `target:${column - 1}` : null),
              role: "decoder",
              opacity: shown("back"),
              number: back.number && ((column) => /** @type {any} */ (back.number)(index, column)),
            }),
          shown("cross") > 0 &&
            strip("cross", looks, {
              ...common,
              ...box("cross"),
              lead: lead("cross"),
              labels: sources,
              links: (column) => `source:${column}`,
              role: "encoder",
              opacity: shown("cross"),
              fromRight,
              number:
                cross.number && ((column) => /** @type {any} */ (cross.number)(index, column)),
            }),
          shown("feedforward") > 0 &&
            feedforward(trace, index, layers, box("feedforward"), theme, shown("feedforward")),
          shown("top") > 0 &&
            distribution("top", step, {
              ...box("top"),
              count: place.bars(index),
              index,
              grown: shown("top"),
              chosen: shown("writes"),
              theme,
            }),
          shown("writes") > 0 &&
            token(
              "writes",
              word,
              { ...box("writes"), role: "output", theme, strong: true, opacity: shown("writes") },
              { link: `target:${index}` },
            ),
        ]),
      );
    });

    const heads = PARTS.map((part) => {
      const where = place.head(part);
      if (!where) return null;
      const role =
        part === "cross" ? "encoder" : part === "top" || part === "writes" ? "output" : "decoder";
      return caption(`head.${part}`, where, say(choices.language, `writing.head.${part}`), {
        theme,
        role,
        bold: true,
      });
    });
    const running = later.find(({ id }) => id === beat.id);
    const first = running ? running.from : (beat.step ?? 0);
    const last = running ? running.to - 1 : first;
    const [upper, lower] = [place.band(first), place.band(last)];
    const part = running ? null : (PARTS.find((one) => beat.id === `${one}${first}`) ?? null);
    const sight = part ? place.box(first, part) : upper;
    return {
      width: place.width,
      height: place.height,
      marks: /** @type {Mark[]} */ ([...heads, ...bands].filter(Boolean)),
      focus: {
        x: sight.x,
        y: upper.y,
        width: Math.min(sight.width, choices.width),
        height: lower.y + lower.height - upper.y,
      },
    };
  },
};

/**
 * A bar for each layer: the share of its hidden units that are above zero.
 * @param {Trace} trace
 * @param {number} step
 * @param {number} layers
 * @param {{x: number, y: number}} place
 * @param {import("seq2see/theme").Theme} theme
 * @param {number} grown
 */
function feedforward(trace, step, layers, { x, y }, theme, grown) {
  const bars = Array.from({ length: layers }, (_, layer) => {
    const number = { name: `decoder.layers.${layer}.feedforward.active`, index: [step] };
    const share = trace.has(number.name) ? trace.at(number.name, step) : 0;
    const height = BAR * share * grown;
    return group(
      `layer${layer}`,
      [
        rect(
          "room",
          { x: x + layer * 12, y, width: 9, height: BAR },
          { fill: theme.paper, stroke: theme.grid },
        ),
        rect(
          "active",
          { x: x + layer * 12, y: round(y + BAR - height), width: 9, height: round(height) },
          { fill: theme.decoder.strong },
        ),
      ],
      {},
      { title: `${layer + 1}: ${percent(share)}`, number, action: { explain: number } },
    );
  });
  return group("feedforward", bars, { opacity: round(grown) });
}
