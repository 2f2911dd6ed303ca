/** The alignment matrix, row by row: output words are rows, source words are columns. */

import { SMALL, group, line, rect, round, text } from "seq2see/marks";
import { isBlank, isEnd, mergedIntoWords } from "seq2see/merging";
import { percent } from "seq2see/numbers";
import { caption } from "seq2see/parts";
import { weightsRaster } from "seq2see/raster";
import { chosenMap, largest, once, weightNumbers } from "seq2see/scenes/blocks";
import { bundles, rowProgress } from "seq2see/scenes/bundles";
import { LABEL, columnHeads, gridLayout } from "seq2see/scenes/grid";
import { legend } from "seq2see/scenes/legend";
import { settled } from "seq2see/scenes/memory";
import { picture } from "seq2see/scenes/picture";
import { fitted, isRightToLeft } from "seq2see/text";
import { readableOn, weightColour } from "seq2see/theme";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/trace").Matrix} Matrix */
/** @typedef {import("seq2see/render").Choices} Choices */
/** @typedef {import("seq2see/marks").Mark} Mark */

const MARGIN = 16;
const RASTER = 3000; // more cells than this are one picture
const ASKED = 3; // rows at which a learner may predict

/**
 * What the scene shows: a matrix of tokens or words, its hard alignment (the column of each row; null
 * where there is none) and how it is named. `numberAt` says which number of the trace a cell shows.
 * @param {Trace} trace
 * @param {Choices} choices
 */
function shownOf(trace, choices) {
  const { units } = choices;
  const { layer, head } = chosenMap(trace, "cross", choices);
  return once(trace, `matrix ${[layer, head, units]}`, () => {
    const tokens = trace.attention("cross", layer, head);
    const matrix = units === "words" ? mergedIntoWords(tokens) : tokens;
    const width = matrix.columns.labels.length;
    const path = matrix.rows.labels.map((_, row) => {
      if (isEnd(matrix.rows, row) || isBlank(matrix.rows, row)) return null;
      const most = largest(matrix.values.subarray(row * width, (row + 1) * width));
      return matrix.columns.words[most] === null ? null : most;
    });
    const end = matrix.columns.labels.findLastIndex((_, column) => isEnd(matrix.columns, column));
    const numberAt = units === "tokens" ? weightNumbers(trace, "cross", layer, head) : null;
    return { matrix, width, path, end, numberAt, layer, head, steps: stepsBack(path) };
  });
}

/** @typedef {ReturnType<typeof shownOf>} Shown */

/**
 * How often the alignment goes back to an earlier source word.
 * @param {(number | null)[]} path
 */
function stepsBack(path) {
  const linked = path.filter((column) => column !== null);
  return linked.filter((column, place) => place > 0 && column < linked[place - 1]).length;
}

/**
 * How much of the attention goes to `</s>`, as a mean over rows but that of `</s>` itself.
 * @param {Shown} shown
 */
function endShare({ matrix, width, end }) {
  const rows = matrix.rows.labels.map((_, row) => row).filter((row) => !isEnd(matrix.rows, row));
  const counted = rows.length ? rows : [0];
  return counted.reduce((sum, row) => sum + matrix.values[row * width + end], 0) / counted.length;
}

/** @type {Scene} */
export const matrix = {
  id: "matrix",
  fits: (trace) => trace.attends,
  beats(trace, choices) {
    const shown = shownOf(trace, choices);
    const { matrix: shownMatrix, width, path, end } = shown;
    const { labels } = shownMatrix.rows;
    let asked = 0;
    const rows = bundles(labels.length).map(({ id, from, to }) => {
      const weights = shownMatrix.values.subarray(from * width, (from + 1) * width);
      const most = largest(weights);
      const values = {
        step: from + 1,
        word: labels[from],
        last: labels[to - 1],
        count: to - from,
        most: shownMatrix.columns.labels[most],
        weight: percent(weights[most]),
      };
      // What is worth predicting is where the order of words changes.
      const jumps =
        from > 0 &&
        to === from + 1 &&
        path[from] !== null &&
        Math.abs(most - (path[from - 1] ?? most)) > 1;
      const asks = jumps && choices.units === "tokens" && asked++ < ASKED ? { answer: most } : null;
      const looks = from === 0 ? "matrix.first" : "matrix.row";
      const alone = weights[most] > 0 ? looks : "attention.nothing";
      const words = to - from > 1 ? "matrix.rows" : alone;
      const step = choices.units === "tokens" ? from : null;
      const pace = from < 2 ? { move: 0.5, hold: 1.6 } : { move: 0.35, hold: 0.9 };
      return {
        id,
        words,
        values,
        step,
        asks,
        number: shown.numberAt?.(from, most) ?? null,
        ...pace,
      };
    });
    const links = path.filter((column) => column !== null).length;
    const back = { links, count: labels.length, back: shown.steps };
    const pathWords = shown.steps ? "matrix.path" : "matrix.path.straight";
    return [
      ...rows,
      { id: "path", words: pathWords, values: back, move: 0.7, hold: 2.1 },
      ...(end >= 0
        ? [{ id: "end", words: "matrix.end", values: { share: percent(endShare(shown)) }, hold: 2 }]
        : []),
    ];
  },
  draw(scenery) {
    const { trace, choices, theme, at, beat } = scenery;
    const shown = shownOf(trace, choices);
    const { matrix: shownMatrix, width, end } = shown;
    const { rows, columns, values } = shownMatrix;
    const count = rows.labels.length;
    const made = bundles(count);
    const progress = rowProgress(made, at);
    const place = gridLayout(
      rows.labels,
      columns.labels,
      choices.width,
      isRightToLeft(trace.source.text),
    );
    const { left, top, cell, columnX } = place;
    const isRaster = count * width > RASTER;

    const heads = columnHeads(columns.labels, place, theme.encoder.strong, (column) =>
      linked("source", column),
    );
    const body = rows.labels.map((label, row) => {
      const y = top + row * cell.height;
      const name = ["matrix", shown.layer, shown.head, choices.units, row].join(" ");
      return settled(scenery, name, [progress[row]], () =>
        group(
          `row${row}`,
          [
            text(
              "label",
              { x: left - 8, y: y + cell.height / 2 + 5 },
              fitted(label, LABEL, place.labels),
              {
                "font-size": LABEL,
                "text-anchor": "end",
                fill: theme.output.strong,
              },
              { title: label, ...linked("target", row) },
            ),
            ...(isRaster
              ? []
              : columns.labels.map((other, column) =>
                  cellAt(row, column, y, `${label} → ${other}`),
                )),
          ],
          { opacity: round(progress[row]) },
        ),
      );
    });

    /**
     * @param {"source" | "target"} side
     * @param {number} index
     */
    function linked(side, index) {
      return choices.units === "tokens" ? { link: `${side}:${index}` } : {};
    }

    /**
     * @param {number} row
     * @param {number} column
     * @param {number} y
     * @param {string} names
     */
    function cellAt(row, column, y, names) {
      const weight = values[row * width + column];
      const fill = weightColour(theme, weight);
      const number = shown.numberAt?.(row, column);
      const box = rect(
        "cell",
        { x: columnX(column), y, ...cell },
        { fill, stroke: theme.grid, "stroke-width": 0.5 },
      );
      const written =
        cell.width >= 30 &&
        weight >= 0.005 &&
        text(
          "value",
          { x: columnX(column) + cell.width / 2, y: y + cell.height / 2 + 4 },
          String(Math.round(weight * 100)),
          {
            "font-size": SMALL,
            "text-anchor": "middle",
            fill: readableOn(fill),
          },
        );
      return group(
        `cell${column}`,
        [box, written],
        {},
        {
          title: `${names}: ${percent(weight)}`,
          ...linked("target", row),
          ...(number ? { number, action: { explain: number } } : {}),
        },
      );
    }

    /** The whole matrix as one picture, and what has not come yet covered. */
    function raster() {
      const href = once(
        trace,
        `raster ${[shown.layer, shown.head, choices.units, choices.theme]}`,
        () => weightsRaster(values, width, theme),
      );
      const box = { x: left, y: top, width: width * cell.width, height: count * cell.height };
      const coming = made.map(({ id, from, to }) =>
        rect(
          `cover.${id}`,
          {
            x: left,
            y: top + from * cell.height,
            width: box.width,
            height: (to - from) * cell.height,
          },
          {
            fill: theme.paper,
            "shape-rendering": "crispEdges", // no seams between covers at any scale
            opacity: round(1 - at(id)),
          },
        ),
      );
      return group("raster", [
        picture("picture", box, href, { mirrored: place.fromRight }),
        ...coming,
      ]);
    }

    const frame = rect(
      "frame",
      { x: left, y: top, width: width * cell.width, height: count * cell.height },
      { fill: "none", stroke: theme.muted },
    );
    const bottom = top + count * cell.height;
    const mostRight = left + width * cell.width;
    const heading = [say(choices.language, "matrix.heading"), nameOf(trace, shown, choices)]
      .filter(Boolean)
      .join(" · ");
    const marks = [
      caption("heading", { x: MARGIN, y: 20 }, heading, { theme, role: "attention", bold: true }),
      ...heads,
      isRaster && raster(),
      ...body,
      frame,
      pathMark(shown, place, theme, at("path")),
      end >= 0 && endMark(),
      legend("legend", { x: left, y: bottom + 34 }, theme, choices.language),
    ];

    /** The column of `</s>`, and its share. */
    function endMark() {
      const x = columnX(end);
      const anchor = x + cell.width / 2 > (left + mostRight) / 2 ? "end" : "start";
      return group(
        "end",
        [
          rect(
            "column",
            { x: x - 1, y: top - 1, width: cell.width + 2, height: count * cell.height + 2 },
            {
              fill: "none",
              stroke: theme.decoder.strong,
              "stroke-width": 2.5,
            },
          ),
          caption(
            "share",
            { x: anchor === "end" ? x + cell.width : x, y: bottom + 18 },
            `</s> ${percent(endShare(shown))}`,
            { theme, role: "decoder", anchor, bold: true },
          ),
        ],
        { opacity: round(at("end")) },
      );
    }

    const running = made.find(({ id }) => id === beat.id);
    const focus = running
      ? {
          x: MARGIN,
          y: top + running.from * cell.height,
          width: Math.min(choices.width, mostRight) - MARGIN,
          height: (running.to - running.from) * cell.height,
        }
      : null;
    return {
      width: Math.max(mostRight + place.overhang, left + 220) + MARGIN,
      height: bottom + 62 + MARGIN,
      marks: /** @type {Mark[]} */ (marks.filter(Boolean)),
      focus,
    };
  },
};

/**
 * The hard alignment: a frame around each row's largest weight, and lines from one to the next. Where
 * they go back to an earlier source word, a small triangle points back.
 * @param {Shown} shown
 * @param {import("seq2see/scenes/grid").Grid} place
 * @param {import("seq2see/theme").Theme} theme
 * @param {number} grown
 */
function pathMark({ path }, { columnX, top, cell, fromRight }, theme, grown) {
  const boxes = path.flatMap((column, row) =>
    column === null
      ? []
      : [{ row, column, x: columnX(column), y: top + row * cell.height, ...cell }],
  );
  const stroke = theme.output.strong;
  const marks = boxes.flatMap((box, index) => {
    const share = round(Math.min(Math.max(grown * boxes.length - index, 0), 1));
    const before = boxes[index - 1];
    const { row, column, ...place } = box;
    if (share === 0) return [];
    const framed = rect(`frame${row}`, place, {
      rx: 3,
      fill: "none",
      stroke,
      "stroke-width": 3,
      opacity: share,
    });
    if (!before) return [framed];
    const from = { x: before.x + before.width / 2, y: before.y + before.height };
    const step = line(
      `step${row}`,
      from,
      { x: box.x + box.width / 2, y: box.y },
      {
        stroke,
        "stroke-width": 3,
        opacity: share,
      },
    );
    return column < before.column ? [step, framed, triangle(row, place, share)] : [step, framed];
  });

  /**
   * @param {number} row
   * @param {import("seq2see/marks").Box} box
   * @param {number} opacity
   * @returns {Mark}
   */
  function triangle(row, { x, y, width, height }, opacity) {
    const side = fromRight ? -1 : 1;
    const [tip, middle] = [fromRight ? x - 3 : x + width + 3, y + height / 2];
    const d = `M${tip} ${middle}l${7 * side} -5v10z`;
    return { key: `back${row}`, tag: "path", attrs: { d, fill: stroke, opacity } };
  }

  return group("path", marks);
}

/**
 * Which layer and head it is, of models that have several.
 * @param {Trace} trace
 * @param {Shown} shown
 * @param {Choices} choices
 */
function nameOf(trace, { layer, head }, { language }) {
  if (trace.layers("cross").length === 1 && trace.numHeads === 1) return "";
  const values = { layer: (layer ?? 0) + 1, head: (head ?? 0) + 1 };
  if (layer === null) return say(language, head === null ? "matrix.mean" : "matrix.head", values);
  return say(language, head === null ? "matrix.layer" : "matrix.layer.head", values);
}
