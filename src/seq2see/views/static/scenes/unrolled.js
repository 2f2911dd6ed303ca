/** The decoder drawn once for each step: the word before goes in, the state is handed on, a word comes out. */

import { arrow, group, rect, round } from "seq2see/marks";
import { percent } from "seq2see/numbers";
import { TOKEN_HEIGHT, caption, limitOf, token, tokenWidth, vector } from "seq2see/parts";
import {
  crossingOf,
  decoderState,
  isRecurrent,
  stateNames,
  tellingLayer,
  valuesOf,
} from "seq2see/scenes/anatomy";
import { MARGIN } from "seq2see/scenes/layout";
import { settled } from "seq2see/scenes/memory";
import { portions, procession, toldOf, upTo } from "seq2see/scenes/pace";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/trace").Trace} Trace */

const CELL = 13;
const UNITS = 6;
const TALL = CELL * UNITS;
const GAP = 30; // between the boxes of two steps
const LEAST = 66; // width of a box
const BOX = TALL + 36;

/** @type {Scene} */
export const unrolled = {
  id: "unrolled",
  fits: isRecurrent,
  beats(trace) {
    const start = decoderState(trace, -1);
    const { labels } = trace.target.axis;
    const number = { name: start.name, index: [...start.index, 0] };
    const kind =
      trace.model.settings["model.bridge"] === "copy"
        ? "copied"
        : crossingOf(trace) === "summary"
          ? "summary"
          : "computed";
    const values = { count: labels.length };
    return [
      { id: "initial", words: `unrolled.initial.${kind}`, values, number, hold: 2 },
      ...unrolling(trace).beats,
      { id: "whole", words: "unrolled.whole", values, move: 0.3, hold: 2 },
    ];
  },
  draw(scenery) {
    const { trace, choices, theme, at, beat } = scenery;
    const { language } = choices;
    const { labels } = trace.target.axis;
    const previous = trace.axis("previous").labels;
    const progress = unrolling(trace).progress(at);
    const limit = limitOf(trace, ...stateNames(trace, "decoder"));
    const layer = tellingLayer(trace);
    const colour = theme.decoder.strong;

    // A column for each step, after that of the initial state.
    const widths = labels.map((label, i) =>
      Math.max(tokenWidth(label), tokenWidth(previous[i]), LEAST),
    );
    const first = MARGIN + 60;
    let x = first + GAP + CELL;
    const boxes = widths.map((width) => {
      const box = { x, width, centre: x + width / 2 };
      x += width + GAP;
      return box;
    });
    const read = MARGIN + 20;
    const top = read + TOKEN_HEIGHT + 36;
    const write = top + BOX + 34;
    const height = write + TOKEN_HEIGHT + 44 + MARGIN;
    const level = top + 24 + TALL / 2;

    const initial = decoderState(trace, -1);
    const shown = 0.4 + 0.6 * at("initial");
    const steps = boxes.map((_, step) => {
      const share = progress.get(step) ?? 0;
      return settled(scenery, `unrolled${step}`, [share], () => drawStep(step, share));
    });

    /**
     * @param {number} step
     * @param {number} share
     */
    function drawStep(step, share) {
      const box = boxes[step];
      const [goes, computes, says] = [thirdOf(share, 0), thirdOf(share, 1), thirdOf(share, 2)];
      const ref = decoderState(trace, step);
      const from = step ? boxes[step - 1].centre + CELL / 2 + 3 : first + CELL / 2 + 3;
      const own = tokenWidth(labels[step]);
      const before = tokenWidth(previous[step]);
      const back = step > 0 && {
        from: { x: boxes[step - 1].centre + tokenWidth(labels[step - 1]) / 2 + 3, y: write + 14 },
        to: { x: box.centre - before / 2 - 3, y: read + 14 },
      };
      return group(
        `step${step}`,
        [
          back &&
            fedBack("again", back.from, back.to, box.x - GAP / 2, {
              colour: theme.output.strong,
              opacity: 0.75 * goes,
            }),
          token(
            "previous",
            previous[step],
            {
              x: box.centre - before / 2,
              y: read,
              role: "output",
              theme,
              opacity: goes,
            },
            step ? { link: `target:${step - 1}` } : {},
          ),
          rect(
            "box",
            { x: box.x, y: top, width: box.width, height: BOX },
            {
              rx: 10,
              fill: theme.decoder.tint,
              stroke: colour,
              "stroke-width": 1.5,
              opacity: round(goes),
            },
          ),
          caption("number", { x: box.centre, y: top + 16 }, String(step + 1), {
            theme,
            role: "decoder",
            anchor: "middle",
            bold: true,
            opacity: goes,
          }),
          arrow(
            "reads",
            { x: box.centre, y: read + TOKEN_HEIGHT + 3 },
            { x: box.centre, y: top - 3 },
            {
              colour: theme.output.strong,
              grown: goes,
            },
          ),
          arrow(
            "handed",
            { x: from, y: level },
            { x: box.centre - CELL / 2 - 3, y: level },
            {
              colour,
              grown: computes,
              width: 2.5,
            },
          ),
          vector("state", valuesOf(trace, ref), {
            x: box.centre - CELL / 2,
            y: top + 24,
            cell: CELL,
            shown: UNITS,
            role: "decoder",
            theme,
            limit,
            opacity: computes,
            number: ref,
          }),
          arrow(
            "writes",
            { x: box.centre, y: top + BOX + 3 },
            { x: box.centre, y: write - 3 },
            {
              colour: theme.output.strong,
              grown: says,
            },
          ),
          token(
            "word",
            labels[step],
            {
              x: box.centre - own / 2,
              y: write,
              role: "output",
              theme,
              strong: true,
              opacity: says,
            },
            { link: `target:${step}` },
          ),
          caption(
            "probability",
            { x: box.centre, y: write + TOKEN_HEIGHT + 16 },
            percent(Math.exp(trace.steps[step].chosen.logProb)),
            { theme, anchor: "middle", opacity: says },
          ),
        ],
        {},
        { action: { step } },
      );
    }

    const current = boxes[beat.step ?? 0];
    return {
      width: x - GAP + MARGIN,
      height,
      focus: { x: current.x - 80, y: 0, width: current.width + 120, height },
      marks: [
        caption("readName", { x: MARGIN, y: read + 18 }, say(language, "unrolled.name.read"), {
          theme,
          role: "output",
        }),
        caption("writeName", { x: MARGIN, y: write + 18 }, say(language, "unrolled.name.write"), {
          theme,
          role: "output",
        }),
        vector(
          "initial",
          valuesOf(trace, initial),
          {
            x: first - CELL / 2,
            y: top + 24,
            cell: CELL,
            shown: UNITS,
            role: "decoder",
            theme,
            limit,
            opacity: shown,
            number: initial,
          },
          { title: `decoder.initial.${layer}` },
        ),
        caption("initialName", { x: first, y: top + 16 }, say(language, "unrolled.name.initial"), {
          theme,
          role: "decoder",
          anchor: "middle",
          bold: true,
          opacity: shown,
        }),
        arrow(
          "begins",
          { x: MARGIN, y: level },
          { x: first - CELL / 2 - 3, y: level },
          {
            colour: theme.encoder.strong,
            grown: at("initial"),
            width: 3,
          },
        ),
        ...steps,
      ],
    };
  },
};

/** @param {Trace} trace */
function unrolling(trace) {
  const { labels } = trace.target.axis;
  const parts = portions(upTo(labels.length), 3, 3);
  return procession("step", parts, (part, index) => {
    const step = part[part.length - 1];
    const { name } = decoderState(trace, step);
    const { words, values } = toldOf(part, labels, "unrolled.step", index);
    const before = trace.axis("previous").labels[step];
    const probability = percent(Math.exp(trace.steps[step].chosen.logProb));
    return {
      words,
      values: { ...values, before, probability },
      step,
      number: { name, index: [step, 0] },
      move: 0.7,
      hold: index < 2 ? 2 : 1.2,
    };
  });
}

/**
 * How far one of the three moves of a step has come.
 * @param {number} share Of the whole step.
 * @param {number} place
 */
function thirdOf(share, place) {
  return Math.min(Math.max(3 * share - place, 0), 1);
}

/**
 * The way of a word from below one step to above the next, between their boxes.
 * @param {string} key
 * @param {{x: number, y: number}} from
 * @param {{x: number, y: number}} to
 * @param {number} between
 * @param {{colour: string, opacity: number}} look
 * @returns {import("seq2see/marks").Mark}
 */
function fedBack(key, from, to, between, { colour, opacity }) {
  const d =
    `M${round(from.x)} ${from.y}C${round(between + 4)} ${from.y} ${round(between)} ${from.y - 8} ` +
    `${round(between)} ${from.y - 24}L${round(between)} ${to.y + 24}` +
    `C${round(between)} ${to.y + 8} ${round(between - 4)} ${to.y} ${round(to.x)} ${to.y}`;
  const attrs = { d, fill: "none", stroke: colour, "stroke-width": 1.5, "stroke-dasharray": "4 4" };
  return { key, tag: "path", attrs: { ...attrs, opacity: round(opacity) } };
}
