/**
 * Which words are attended: source and target face to face, with lines between them that are as
 * opaque as the weights, step by step.
 */

import { group, round } from "seq2see/marks";
import { percent } from "seq2see/numbers";
import { TOKEN_HEIGHT, caption, token, tokenWidth } from "seq2see/parts";
import { MARGIN, columnsOf } from "seq2see/scenes/layout";
import { settled } from "seq2see/scenes/memory";
import { isRightToLeft } from "seq2see/text";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/scenes/index").Scenery} Scenery */
/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/trace").Matrix} Matrix */
/** @typedef {import("seq2see/render").Choices} Choices */
/** @typedef {import("seq2see/marks").Point} Point */

/**
 * Where tokens stand, and where lines leave and reach them.
 * @typedef {{source: {x: number, y: number, width: number, end: Point}[],
 *   target: {x: number, y: number, width: number, end: Point}[], width: number, height: number,
 *   upright: boolean}} Plan
 */

const PHONE = 520; // below this width the two sides stand beside each other
const BETWEEN = 170;
const ROW = 36;
const FAINT = 0.4; // of lines of earlier steps, while a later one is running
const LEAST = 0.005; // weights below this are not drawn: they could not be seen
const EVERY = 6; // steps from one that is predicted to the next

/** @type {Scene} */
export const lines = {
  id: "lines",
  fits: (trace) => trace.attends,
  beats(trace, choices) {
    const matrix = matrixOf(trace, choices);
    const steps = matrix.rows.labels.map((word, step) => {
      const weights = rowOf(matrix, step);
      const [most, second] = ranked(weights);
      const values = {
        step: step + 1,
        word,
        most: matrix.columns.labels[most],
        weight: percent(weights[most]),
        second: second === undefined ? "" : matrix.columns.labels[second],
        secondWeight: second === undefined ? "" : percent(weights[second]),
      };
      const spread = second !== undefined && weights[second] >= 0.1;
      return {
        id: `step${step}`,
        words: weights[most] > 0 ? (spread ? "lines.step.spread" : "lines.step") : "attention.nothing",
        values,
        step,
        number: numberOf(trace, choices, step, most),
        move: 0.4,
        hold: step < 2 ? 1.6 : 0.9,
        ...(step % EVERY === 1 && weights[most] > 0 ? { asks: { answer: most } } : {}),
      };
    });
    return [
      { id: "sides", words: openingOf(trace, choices), move: 0.4, hold: 2 },
      ...steps,
      { id: "all", words: "lines.all", move: 0.5, hold: 2.5 },
    ];
  },
  draw(scenery) {
    const { trace, choices, theme, at, beat } = scenery;
    const matrix = matrixOf(trace, choices);
    const plan =
      choices.width < PHONE ? sideBySide(matrix, trace, choices) : faceToFace(matrix, trace);
    const running = beat.id === "sides" ? -1 : (beat.step ?? matrix.rows.labels.length);
    const drawn = matrix.rows.labels.map((_, step) => {
      const share = at(`step${step}`);
      // The step that is running stands out; at the end all are strong.
      const earlier = running === step ? 1 : FAINT + (1 - FAINT) * at("all");
      const name = `lines${choices.layer}.${choices.head}.${step}`;
      return settled(scenery, name, [share, earlier === 1 ? 1 : 0, at("all")], () =>
        group(`step${step}`, linesOf(scenery, plan, matrix, step, share), {
          opacity: round(earlier),
        }),
      );
    });
    const sources = matrix.columns.labels.map((label, i) => {
      const { x, y, width } = plan.source[i];
      const opacity = 0.6 + 0.4 * at("sides");
      const look = { x, y, width, role: /** @type {const} */ ("encoder"), theme, opacity };
      return token(`source${i}`, label, look, { link: `source:${i}` });
    });
    const targets = matrix.rows.labels.map((label, i) => {
      const { x, y, width } = plan.target[i];
      const share = at(`step${i}`);
      const strong = i === running;
      const look = { x, y, width, role: /** @type {const} */ ("output"), theme, strong };
      const mark = { link: `target:${i}`, action: { step: i } };
      return token(`target${i}`, label, { ...look, opacity: 0.3 + 0.7 * share }, mark);
    });
    const current = plan.target[Math.min(Math.max(running, 0), plan.target.length - 1)];
    return {
      width: plan.width,
      height: plan.height,
      focus: { x: current.x - 160, y: current.y, width: current.width + 320, height: TOKEN_HEIGHT },
      marks: [
        ...drawn,
        ...sources,
        ...targets,
        name(scenery, "source", { x: MARGIN, y: MARGIN + 10 }),
        plan.upright
          ? name(scenery, "target", { x: plan.width - MARGIN, y: MARGIN + 10 }, "end")
          : name(scenery, "target", { x: MARGIN, y: plan.height - MARGIN }),
      ],
    };
  },
};

/**
 * The words of the first beat: they say which attention it is.
 * @param {Trace} trace
 * @param {Choices} choices
 */
function openingOf(trace, { layer, head }) {
  if (trace.numHeads === 1 && trace.layers("cross").length === 1) return "lines.sides";
  return layer === null && head === null ? "lines.sides.mean" : "lines.sides.head";
}

/**
 * @param {Scenery} scenery
 * @param {"source" | "target"} side
 * @param {Point} place
 * @param {"start" | "end"} [anchor]
 */
function name({ choices, theme }, side, place, anchor = "start") {
  const role = side === "source" ? "encoder" : "output";
  return caption(`name.${side}`, place, say(choices.language, `name.${side}`), {
    theme,
    role,
    anchor,
    bold: true,
  });
}

/**
 * The lines of one step.
 * @param {Scenery} scenery
 * @param {Plan} plan
 * @param {Matrix} matrix
 * @param {number} step
 * @param {number} share How much of their length is drawn.
 */
function linesOf({ trace, choices, theme }, plan, matrix, step, share) {
  const from = plan.target[step].end;
  return [...rowOf(matrix, step)].map((weight, i) => {
    if (weight < LEAST) return null;
    const number = numberOf(trace, choices, step, i);
    return {
      key: `line${i}`,
      tag: /** @type {const} */ ("path"),
      attrs: {
        d: curve(from, plan.source[i].end, share, plan.upright),
        fill: "none",
        stroke: theme.attention.strong,
        "stroke-width": round(1 + 3.5 * weight),
        "stroke-linecap": "round",
        opacity: share > 0 ? round(Math.max(weight, 0.02)) : 0,
      },
      link: `source:${i}`,
      title: `${matrix.rows.labels[step]} → ${matrix.columns.labels[i]}: ${percent(weight)}`,
      ...(number ? { number, action: { explain: number } } : {}),
    };
  });
}

/**
 * The beginning of a curve from a target token to a source token, which leaves both straight.
 * @param {Point} from
 * @param {Point} to
 * @param {number} share
 * @param {boolean} upright Whether the two sides are columns.
 */
function curve(from, to, share, upright) {
  const half = upright ? (to.x - from.x) / 2 : (to.y - from.y) / 2;
  const out = upright ? { x: from.x + half, y: from.y } : { x: from.x, y: from.y + half };
  const back = upright ? { x: to.x - half, y: to.y } : { x: to.x, y: to.y - half };
  // The part of a cubic curve up to a share (de Casteljau).
  const mid = (/** @type {Point} */ one, /** @type {Point} */ other) => ({
    x: one.x + (other.x - one.x) * share,
    y: one.y + (other.y - one.y) * share,
  });
  const [a, b, c] = [mid(from, out), mid(out, back), mid(back, to)];
  const [d, e] = [mid(a, b), mid(b, c)];
  const points = [a, d, mid(d, e)].map(({ x, y }) => `${round(x)} ${round(y)}`);
  return `M${round(from.x)} ${round(from.y)}C${points.join(" ")}`;
}

/**
 * Source above, target below.
 * @param {Matrix} matrix
 * @param {Trace} trace
 * @returns {Plan}
 */
function faceToFace(matrix, trace) {
  const top = MARGIN + 22;
  const bottom = top + TOKEN_HEIGHT + BETWEEN;
  const source = columnsOf(matrix.columns.labels, {
    least: 30,
    reversed: isRightToLeft(trace.source.text),
  });
  const target = columnsOf(matrix.rows.labels, {
    least: 30,
    reversed: isRightToLeft(trace.target.text),
  });
  const right = Math.max(source.right, target.right);
  /**
   * @param {typeof source} side
   * @param {number} y
   * @param {number} end
   */
  const placed = ({ columns, right: own }, y, end) =>
    columns.map(({ x, width, centre }) => {
      const shift = (right - own) / 2; // the shorter side stands in the middle
      return { x: x + shift, y, width, end: { x: centre + shift, y: end } };
    });
  return {
    source: placed(source, top, top + TOKEN_HEIGHT + 2),
    target: placed(target, bottom, bottom - 2),
    width: right + MARGIN,
    height: bottom + TOKEN_HEIGHT + 22 + MARGIN,
    upright: false,
  };
}

/**
 * Source on the left, target on the right.
 * @param {Matrix} matrix
 * @param {Trace} trace
 * @param {Choices} choices
 * @returns {Plan}
 */
function sideBySide(matrix, trace, choices) {
  const width = Math.max(choices.width, 300);
  const most = Math.min((width - 2 * MARGIN) * 0.36, 140);
  const widest = (/** @type {string[]} */ labels) =>
    Math.min(Math.max(...labels.map(tokenWidth)), most);
  const count = Math.max(matrix.columns.labels.length, matrix.rows.labels.length);
  /**
   * @param {string[]} labels
   * @param {number} x
   * @param {number} own
   * @param {number} end
   */
  const placed = (labels, x, own, end) =>
    labels.map((_, i) => {
      const y = MARGIN + 20 + (i + (count - labels.length) / 2) * ROW;
      return { x, y, width: own, end: { x: end, y: y + TOKEN_HEIGHT / 2 } };
    });
  const [left, right] = [widest(matrix.columns.labels), widest(matrix.rows.labels)];
  const begins = width - MARGIN - right;
  return {
    source: placed(matrix.columns.labels, MARGIN, left, MARGIN + left + 3),
    target: placed(matrix.rows.labels, begins, right, begins - 3),
    width,
    height: MARGIN + 20 + count * ROW + MARGIN,
    upright: true,
  };
}

/**
 * @param {Trace} trace
 * @param {Choices} choices
 */
function matrixOf(trace, { layer, head }) {
  return trace.attention("cross", layer, head);
}

/**
 * @param {Matrix} matrix
 * @param {number} step
 */
function rowOf({ values, columns }, step) {
  const width = columns.labels.length;
  return values.subarray(step * width, (step + 1) * width);
}

/**
 * The weight as a number of the trace; null for a mean over heads or layers, which is none.
 * @param {Trace} trace
 * @param {Choices} choices
 * @param {number} step
 * @param {number} place
 */
function numberOf(trace, { layer, head }, step, place) {
  const names = trace.layers("cross");
  if (trace.numHeads === 1 && names.length === 1) return { name: names[0], index: [step, place] };
  if (layer === null || head === null) return null;
  return { name: names[layer], index: [head, step, place] };
}

/**
 * Places of a row from the largest weight to the smallest.
 * @param {Float32Array} weights
 */
function ranked(weights) {
  return [...weights.keys()].sort((one, other) => weights[other] - weights[one]);
}
