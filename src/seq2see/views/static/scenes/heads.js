/** Heads: two columns of tokens with a colour for each head, and all layers and heads as a grid. */

import { group, mixed, round, text } from "seq2see/marks";
import { isEnd } from "seq2see/merging";
import { percent } from "seq2see/numbers";
import { caption } from "seq2see/parts";
import { isTransformer, largest, tellingHead } from "seq2see/scenes/blocks";
import { gridOf, headChips, headColour, thumbSide } from "seq2see/scenes/heads_grid";
import { links } from "seq2see/scenes/links";
import { settled } from "seq2see/scenes/memory";
import { fitted, textWidth } from "seq2see/text";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/scenes/index").Scenery} Scenery */
/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/trace").AttentionKind} AttentionKind */
/** @typedef {import("seq2see/marks").Mark} Mark */

/** @type {AttentionKind[]} */
const KINDS = ["encoder", "decoder", "cross"];
const MARGIN = 16;
const LABEL = 14;
const ROW = 21;
const BETWEEN = 28; // between panels
const WIDEST = 420; // of a panel
const SIDE_BY_SIDE = 820; // rooms from this on
const LINES = 2400; // single lines in the whole picture

/**
 * @param {Trace} trace
 * @param {AttentionKind} kind
 * @param {import("seq2see/render").Choices} choices
 */
function chosenHead(trace, kind, { layer, head }) {
  return tellingHead(trace, kind, { layer, head, step: null });
}

/**
 * What a head does most, as far as place alone says it, and how much of its weight that takes.
 * @param {import("seq2see/trace").Matrix} matrix
 * @param {AttentionKind} kind
 * @returns {{id: string, share: number}}
 */
export function habitOf({ rows, columns, values }, kind) {
  const [count, width] = [rows.labels.length, columns.labels.length];
  const mean = (/** @type {(row: number) => number} */ column) => {
    let sum = 0;
    for (let row = 0; row < count; row++) sum += values[row * width + column(row)] || 0;
    return sum / count;
  };
  if (kind === "cross") {
    return {
      id: "one",
      share: mean((row) => largest(values.subarray(row * width, (row + 1) * width))),
    };
  }
  const habits = [
    { id: "itself", share: mean((row) => row) },
    { id: "before", share: mean((row) => (row > 0 ? row - 1 : NaN)) },
    { id: "after", share: mean((row) => (row + 1 < width ? row + 1 : NaN)) },
    ...(kind === "decoder" ? [{ id: "first", share: mean(() => 0) }] : []),
    ...(isEnd(columns, width - 1) ? [{ id: "end", share: mean(() => width - 1) }] : []),
  ];
  return habits.reduce((best, habit) => (habit.share > best.share ? habit : best));
}

/** @type {Scene} */
export const heads = {
  id: "heads",
  fits: isTransformer,
  beats(trace, choices) {
    return KINDS.flatMap((kind) => {
      const { layer, head, row, most } = chosenHead(trace, kind, choices);
      const matrix = trace.attention(kind, layer, head);
      const { id, share } = habitOf(matrix, kind);
      const number = { name: trace.layers(kind)[layer], index: [head, row, most] };
      const values = {
        layer: layer + 1,
        layers: trace.layers(kind).length,
        head: head + 1,
        heads: trace.numHeads,
        word: matrix.rows.labels[row],
        most: matrix.columns.labels[most],
        weight: percent(trace.at(number.name, head, row, most)),
        habit: say(choices.language, `heads.habit.${id}`, { share: percent(share) }),
      };
      return [
        { id: `${kind}.all`, words: `heads.${kind}`, values, move: 0.7, hold: 2 },
        { id: `${kind}.one`, words: "heads.one", values, number, hold: 2.1 },
        { id: `${kind}.grid`, words: "heads.grid", values, hold: 1.8 },
      ];
    });
  },
  draw(scenery) {
    const { choices, beat } = scenery;
    const beside = choices.width >= SIDE_BY_SIDE;
    const free = beside
      ? (choices.width - 2 * MARGIN - 2 * BETWEEN) / 3
      : choices.width - 2 * MARGIN;
    const width = Math.min(free, WIDEST);
    const top = 16;
    let y = top;
    let bottom = top;
    const panels = KINDS.map((kind, place) => {
      const x = MARGIN + (beside ? place * (width + BETWEEN) : 0);
      const drawn = panel(scenery, kind, { x, y, width });
      const box = { x, y, width, height: drawn.bottom - y };
      bottom = Math.max(bottom, drawn.bottom);
      if (!beside) y = drawn.bottom + BETWEEN;
      return { kind, box, mark: drawn.mark };
    });
    const running = panels.find(({ kind }) => beat.id.startsWith(kind));
    return {
      width: 2 * MARGIN + (beside ? 3 * width + 2 * BETWEEN : width),
      height: bottom + MARGIN,
      marks: panels.map(({ mark }) => mark),
      focus: running?.box ?? null,
    };
  },
};

/**
 * One kind of attention: its lines above, its grid below.
 * @param {Scenery} scenery
 * @param {AttentionKind} kind
 * @param {{x: number, y: number, width: number}} place
 */
function panel(scenery, kind, place) {
  const { trace, choices, theme, at } = scenery;
  const { x, y, width } = place;
  const { layer, head } = chosenHead(trace, kind, choices);
  const title = say(choices.language, `heads.title.${kind}`, { layer: layer + 1 });
  const chips = headChips(scenery, { x, y: y + 34 }, kind, layer, head);
  const under = linesEnd(trace, kind, layer, y + 48);
  const name = ["heads", kind, layer, head].join(" ");
  const lines = settled(scenery, `${name} lines`, [at(`${kind}.all`), at(`${kind}.one`)], () =>
    twoColumns(scenery, kind, { x, y: y + 48, width }, layer, head),
  );
  const grid = settled(scenery, `${name} grid`, [at(`${kind}.grid`)], () =>
    gridOf(scenery, kind, { x, y: under + 44, width }, layer, head),
  );
  const appear = mixed(0.35, 1, at(`${kind}.all`));
  return {
    bottom: under + 44 + trace.layers(kind).length * thumbSide(trace, width),
    mark: group(kind, [
      caption("title", { x, y: y + 12 }, title, {
        theme,
        role: "attention",
        bold: true,
        opacity: appear,
      }),
      chips,
      lines,
      grid,
    ]),
  };
}

/**
 * What asks at the left, what is asked at the right, and lines of every head between.
 * @param {Scenery} scenery
 * @param {AttentionKind} kind
 * @param {{x: number, y: number, width: number}} place
 * @param {number} layer
 * @param {number} chosen
 */
function twoColumns({ trace, choices, theme, at }, kind, { x, y, width }, layer, chosen) {
  const name = trace.layers(kind)[layer];
  const { rows, columns } = trace.attention(kind, layer, 0);
  const extra = keyHeight(trace);
  const sideOf = (/** @type {string[]} */ labels) =>
    Math.min(Math.max(...labels.map((label) => textWidth(label, LABEL))), width * 0.32);
  const [left, right] = [x + sideOf(rows.labels) + 4, x + width - sideOf(columns.labels) - 4];
  const height = (/** @type {number} */ index) => y + extra + (index + 0.5) * ROW;
  const [one, all] = [at(`${kind}.one`), at(`${kind}.all`)];
  const size = rows.labels.length * columns.labels.length;
  const { data } = trace.tensor(name);
  const common = {
    asking: rows.labels.map((_, i) => ({ x: left + 4, y: height(i) })),
    asked: columns.labels.map((_, j) => ({ x: right - 4, y: height(j) })),
    grown: all,
    single: LINES / (3 * trace.numHeads),
  };
  const fields = Array.from({ length: trace.numHeads }, (_, head) =>
    links(`head${head}`, {
      ...common,
      weights: data.subarray(head * size, (head + 1) * size),
      colour: headColour(choices.theme, head),
      dashed: head >= 8,
      opacity: head === chosen ? 1 : mixed(0.85, 0.12, one),
      number: (i, j) => ({ name, index: [head, i, j] }),
    }),
  );
  // What stands last is drawn above the others.
  const ordered = [...fields.filter((_, head) => head !== chosen), fields[chosen]];
  const words = (
    /** @type {string} */ key,
    /** @type {string[]} */ labels,
    /** @type {boolean} */ asks,
  ) =>
    labels.map((label, i) => {
      const side = kind === "encoder" || (kind === "cross" && !asks) ? "source" : "target";
      const column = asks ? left : right;
      // A row of the decoder is the step that writes a token; what it may look at was written before.
      const token = kind === "decoder" && !asks ? i - 1 : i;
      return text(
        `${key}${i}`,
        { x: column, y: height(i) + 5 },
        fitted(label, LABEL, width * 0.32),
        {
          "font-size": LABEL,
          "text-anchor": asks ? "end" : "start",
          fill: theme[side === "source" ? "encoder" : "decoder"].strong,
        },
        { title: label, ...(token >= 0 ? { link: `${side}:${token}` } : {}) },
      );
    });
  const opacity = round(mixed(0.35, 1, all));
  return group("lines", [
    ...ordered,
    group("asking", words("asking", rows.labels, true), { opacity }),
    group("asked", words("asked", columns.labels, false), { opacity }),
  ]);
}

/**
 * Where the columns of tokens end.
 * @param {Trace} trace
 * @param {AttentionKind} kind
 * @param {number} layer
 * @param {number} y Where they begin.
 */
function linesEnd(trace, kind, layer, y) {
  const [, rows, columns] = trace.tensor(trace.layers(kind)[layer]).shape;
  return y + keyHeight(trace) + Math.max(rows, columns) * ROW;
}

/**
 * What a second line of the key of colours takes.
 * @param {Trace} trace
 */
function keyHeight({ numHeads }) {
  return (Math.ceil(numHeads / 8) - 1) * 16;
}
