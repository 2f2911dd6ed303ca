/** The decoder looks back: what each step may see of the words so far, and what is hidden from it. */

import { SMALL, arrow, group, mixed, rect, round, text } from "seq2see/marks";
import { percent } from "seq2see/numbers";
import { caption } from "seq2see/parts";
import { weightsRaster } from "seq2see/raster";
import { attentionBlock, isTransformer, largest, once, tellingHead } from "seq2see/scenes/blocks";
import { bundles, rowProgress } from "seq2see/scenes/bundles";
import { LABEL, columnHeads, gridLayout } from "seq2see/scenes/grid";
import { legend } from "seq2see/scenes/legend";
import { settled } from "seq2see/scenes/memory";
import { picture } from "seq2see/scenes/picture";
import { fitted, textWidth } from "seq2see/text";
import { readableOn, weightColour } from "seq2see/theme";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/marks").Mark} Mark */

const MARGIN = 16;
const ARROW = 30; // from the last cell to the word that is written
const RASTER = 3000; // more cells than this are one picture
const PACE = { single: 6, most: 14 };

/** @type {Scene} */
export const masked = {
  id: "masked",
  fits: isTransformer,
  beats(trace, choices) {
    const { layer, head } = tellingHead(trace, "decoder", choices);
    const name = `${attentionBlock("decoder", layer)}.weights`;
    const { rows, columns } = trace.attention("decoder", layer, head);
    const general = { layer: layer + 1, head: head + 1, count: rows.labels.length };
    const made = bundles(rows.labels.length, PACE).map(({ id, from, to }) => {
      const most = largest(trace.row(name, head, from));
      const values = {
        ...general,
        step: from + 1,
        last: to,
        read: columns.labels[from],
        word: rows.labels[from],
        seen: from + 1,
        most: columns.labels[most],
        weight: percent(trace.at(name, head, from, most)),
      };
      const words = from === 0 ? "masked.first" : to - from > 1 ? "masked.rows" : "masked.row";
      const pace = from < 2 ? { move: 0.5, hold: 1.8 } : { move: 0.35, hold: 1.1 };
      return {
        id,
        words,
        values,
        step: from,
        number: { name, index: [head, from, most] },
        ...pace,
      };
    });
    return [{ id: "mask", words: "masked.mask", values: general, move: 0.7, hold: 2.1 }, ...made];
  },
  draw(scenery) {
    const { trace, choices, theme, at, beat } = scenery;
    const { layer, head } = tellingHead(trace, "decoder", choices);
    const name = `${attentionBlock("decoder", layer)}.weights`;
    const { rows, columns, values } = trace.attention("decoder", layer, head);
    const count = rows.labels.length;
    const made = bundles(count, PACE);
    const progress = rowProgress(made, at);
    const words = Math.min(Math.max(...rows.labels.map((label) => textWidth(label, LABEL))), 110);
    const place = gridLayout(columns.labels, columns.labels, choices.width - ARROW - words);
    const { left, top, cell, columnX } = place;
    const box = { x: left, y: top, width: count * cell.width, height: count * cell.height };
    const right = left + box.width;
    const bottom = top + box.height;
    const isRaster = count * count > RASTER;

    const body = rows.labels.map((label, row) => {
      const y = top + row * cell.height;
      const middle = y + cell.height / 2;
      return settled(scenery, `masked ${layer} ${head} ${row}`, [progress[row]], () =>
        group(`row${row}`, [
          text(
            "read",
            { x: left - 8, y: middle + 5 },
            fitted(columns.labels[row], LABEL, place.labels),
            {
              "font-size": LABEL,
              "text-anchor": "end",
              fill: theme.decoder.strong,
              opacity: round(mixed(0.35, 1, progress[row])),
            },
            { title: columns.labels[row], ...(row > 0 ? { link: `target:${row - 1}` } : {}) },
          ),
          ...(isRaster
            ? []
            : Array.from({ length: row + 1 }, (_, column) => cellAt(row, column, y))),
          arrow(
            "writes",
            { x: right + 4, y: middle },
            { x: right + ARROW - 4, y: middle },
            { colour: theme.output.strong, grown: progress[row] },
          ),
          text(
            "word",
            { x: right + ARROW, y: middle + 5 },
            fitted(label, LABEL, words),
            {
              "font-size": LABEL,
              fill: theme.output.strong,
              opacity: round(progress[row]),
            },
            { title: label, link: `target:${row}` },
          ),
        ]),
      );
    });

    /**
     * @param {number} row
     * @param {number} column
     * @param {number} y
     */
    function cellAt(row, column, y) {
      const weight = values[row * count + column];
      const fill = weightColour(theme, weight);
      const number = { name, index: [head, row, column] };
      return group(
        `cell${column}`,
        [
          rect(
            "cell",
            { x: columnX(column), y, ...cell },
            { fill, stroke: theme.grid, "stroke-width": 0.5 },
          ),
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
            ),
        ],
        { opacity: round(progress[row]) },
        {
          title: `${rows.labels[row]} → ${columns.labels[column]}: ${percent(weight)}`,
          link: `target:${row}`,
          number,
          action: { explain: number },
        },
      );
    }

    /** The whole matrix as one picture, and what has not come yet covered. */
    function raster() {
      const href = once(trace, `raster of ${name} ${head} ${choices.theme}`, () =>
        weightsRaster(values, count, theme),
      );
      const covers = made.map(({ id, from, to }) =>
        rect(
          `cover.${id}`,
          { ...box, y: top + from * cell.height, height: (to - from) * cell.height },
          {
            fill: theme.paper,
            "shape-rendering": "crispEdges", // no seams between covers at any scale
            opacity: round(1 - at(id)),
          },
        ),
      );
      return group("raster", [picture("picture", box, href), ...covers]);
    }

    const running = made.find(({ id }) => id === beat.id);
    const which = say(choices.language, "masked.heading", { layer: layer + 1, head: head + 1 });
    const marks = [
      caption("heading", { x: MARGIN, y: 20 }, which, { theme, role: "decoder", bold: true }),
      ...columnHeads(columns.labels, place, theme.decoder.strong, (column) =>
        column > 0 ? { link: `target:${column - 1}` } : {},
      ),
      isRaster && raster(),
      hatching(box, count, cell, theme, at("mask")),
      ...body,
      rect("frame", box, { fill: "none", stroke: theme.muted }),
      legend("legend", { x: left, y: bottom + 14 }, theme, choices.language),
    ];
    return {
      width: Math.max(right + Math.max(ARROW + words, place.overhang), left + 240) + MARGIN,
      height: bottom + 40 + MARGIN,
      marks: /** @type {Mark[]} */ (marks.filter(Boolean)),
      focus: running
        ? {
            x: MARGIN,
            y: top + running.from * cell.height,
            width: Math.min(right, choices.width) - MARGIN,
            height: (running.to - running.from) * cell.height,
          }
        : null,
    };
  },
};

/**
 * What may not be seen, hatched: one line through the hidden cells of each counterdiagonal.
 * @param {{x: number, y: number}} box Left and top of the matrix.
 * @param {number} count How many rows and columns it has.
 * @param {{width: number, height: number}} cell
 * @param {import("seq2see/theme").Theme} theme
 * @param {number} drawn
 * @returns {Mark}
 */
function hatching({ x, y }, count, cell, theme, drawn) {
  let path = "";
  for (let sum = 1; sum < 2 * count - 2; sum++) {
    const first = Math.max(0, sum - count + 1); // the uppermost row whose cell is within
    const cells = (Math.ceil(sum / 2) - first) * drawn;
    const from = { x: x + (sum - first + 1) * cell.width, y: y + first * cell.height };
    path += `M${round(from.x)} ${round(from.y)}l${round(-cells * cell.width)} ${round(cells * cell.height)}`;
  }
  let outline = `M${x + cell.width} ${y}H${x + count * cell.width}`;
  for (let row = count - 1; row > 0; row--) outline += `V${y + row * cell.height}h${-cell.width}`;
  return group("mask", [
    {
      key: "area",
      tag: "path",
      attrs: { d: outline + "Z", fill: theme.grid, opacity: round(0.4 * drawn) },
    },
    {
      key: "lines",
      tag: "path",
      attrs: { d: path || `M${x} ${y}`, fill: "none", stroke: theme.faint, "stroke-opacity": 0.6 },
    },
  ]);
}
