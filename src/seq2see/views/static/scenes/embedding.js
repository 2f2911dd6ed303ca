/** A word becomes numbers: its token, the token's id, and the row of the embedding table at that id. */

import { arrow, between, group, rect, round, text } from "seq2see/marks";
import {
  SHOWN,
  TOKEN_HEIGHT,
  WRITTEN,
  caption,
  limitOf,
  token,
  tokenWidth,
  vector,
  vectorSize,
  writtenVector,
} from "seq2see/parts";
import { isRecurrent } from "seq2see/scenes/anatomy";
import { MARGIN, flowOf } from "seq2see/scenes/layout";
import { staggered, upTo } from "seq2see/scenes/pace";
import { isRightToLeft } from "seq2see/text";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/trace").Trace} Trace */

const TABLE = "encoder.embeddings";
const WIDEST = 860;
const ROWS = 5; // of the table that are drawn
const ROW = 28;
const IDS = 70; // room for the ids before the rows

/** @type {Scene} */
export const embedding = {
  id: "embedding",
  fits: (trace) => trace.has(TABLE),
  beats(trace) {
    const place = tellingPosition(trace);
    const { shape } = trace.tensor(TABLE);
    const values = {
      word: trace.source.axis.labels[place],
      id: trace.source.ids[place],
      width: shape[1],
      count: shape[0],
      value: trace.at(TABLE, place, 0).toFixed(2).replace("-", "\u2212"),
    };
    const number = { name: TABLE, index: [place, 0] };
    const row = isRecurrent(trace) ? "embedding.row" : "embedding.row.scaled";
    return [
      { id: "token", words: "embedding.token", values, hold: 1.6 },
      { id: "id", words: "embedding.id", values },
      { id: "table", words: "embedding.table", values, move: 0.6 },
      { id: "row", words: row, values, number, move: 0.7, hold: 2.1 },
      { id: "all", words: "embedding.all", values, move: 0.7, hold: 2 },
    ];
  },
  draw({ trace, choices, theme, at }) {
    const { language } = choices;
    const room = Math.min(choices.width, WIDEST) - 2 * MARGIN;
    const place = tellingPosition(trace);
    const { labels } = trace.source.axis;
    const id = trace.source.ids[place];
    const limit = limitOf(trace, TABLE);
    const shown = Math.min(Math.max(Math.floor((room - IDS - 60) / WRITTEN), 4), 8);
    const tableWidth = IDS + shown * WRITTEN + 60;
    const left = MARGIN + (room - tableWidth) / 2;

    // The word and its id.
    const spine = left + 18; // from the word down to its row
    const word = { x: left, y: MARGIN };
    const idBox = { x: left, y: word.y + TOKEN_HEIGHT + 30, width: 52, height: TOKEN_HEIGHT };

    // The table.
    const rows = tableRows(trace, place);
    const top = idBox.y + TOKEN_HEIGHT + 40;
    const chosen = rows.findIndex((row) => row.id === id);
    const table = rows.map((row, i) => {
      const here = i === chosen;
      return group(
        `row${row.id}`,
        [
          caption("id", { x: left + IDS - 10, y: top + i * ROW + 16 }, String(row.id), {
            theme,
            role: here ? "encoder" : undefined,
            anchor: "end",
            bold: here,
          }),
          vector("row", trace.row(TABLE, row.position), {
            x: left + IDS,
            y: top + i * ROW,
            role: "encoder",
            theme,
            limit,
            cell: WRITTEN,
            height: 24,
            shown,
            across: true,
            opacity: here ? 1 : 0.55,
            number: { name: TABLE, index: [row.position] },
          }),
          caption("of", { x: left + IDS + shown * WRITTEN + 6, y: top + i * ROW + 16 }, row.label, {
            theme,
          }),
        ],
        { opacity: round(at("table")) },
      );
    });
    const bottom = top + rows.length * ROW;

    // The row taken out, with its numbers.
    const target = { x: left + IDS, y: bottom + 34 };
    const taken = between({ x: target.x, y: top + chosen * ROW }, target, at("row"));
    const rest = trace.tensor(TABLE).shape[1] - shown;

    // The sentence.
    const size = vectorSize({ cell: 14 });
    const flow = flowOf(
      labels.map((label) => Math.max(tokenWidth(label), 40)),
      {
        left: MARGIN,
        top: target.y + 24 + 48,
        room,
        height: TOKEN_HEIGHT + 6 + size.height + 12,
        reversed: isRightToLeft(trace.source.text),
      },
    );
    const all = labels.map((label, i) => {
      const share = staggered(at("all"), i, labels.length);
      const width = Math.max(tokenWidth(label), 40);
      const { x, y } = flow.places[i];
      return group(
        `word${i}`,
        [
          token("token", label, { x, y, width, role: "encoder", theme }),
          vector("row", trace.row(TABLE, i), {
            x: x + (width - size.width) / 2,
            y: mixedTop(y, share),
            cell: 14,
            shown: SHOWN,
            role: "encoder",
            theme,
            limit,
            number: { name: TABLE, index: [i] },
          }),
        ],
        { opacity: round(share) },
        { link: `source:${i}` },
      );
    });
    const colour = theme.encoder.strong;
    return {
      width: room + 2 * MARGIN,
      height: target.y + 72 + flow.height + MARGIN,
      focus: null,
      marks: [
        token(
          "word",
          labels[place],
          { ...word, role: "encoder", theme, strong: true },
          {
            link: `source:${place}`,
          },
        ),
        arrow(
          "toId",
          { x: spine, y: word.y + TOKEN_HEIGHT + 3 },
          { x: spine, y: idBox.y - 3 },
          {
            colour,
            grown: at("id"),
          },
        ),
        group(
          "id",
          [
            rect("box", idBox, { rx: 6, fill: theme.paper, stroke: colour, "stroke-width": 1.5 }),
            text("number", { x: idBox.x + 26, y: idBox.y + 19 }, String(id), {
              "text-anchor": "middle",
              "font-weight": 600,
              fill: colour,
            }),
            caption(
              "name",
              { x: idBox.x + 62, y: idBox.y + 18 },
              say(language, "embedding.name.id"),
              {
                theme,
              },
            ),
          ],
          { opacity: round(at("id")) },
        ),
        caption(
          "tableName",
          { x: left + IDS, y: top - 12 },
          say(language, "embedding.name.table"),
          {
            theme,
            role: "encoder",
            bold: true,
            opacity: at("table"),
          },
        ),
        ...table,
        arrow(
          "toRow",
          { x: spine - 6, y: idBox.y + TOKEN_HEIGHT + 3 },
          { x: spine, y: top + chosen * ROW + 10 },
          { colour, grown: at("table"), bend: 0.06 },
        ),
        writtenVector("taken", trace.row(TABLE, place), {
          ...taken,
          role: "encoder",
          theme,
          limit,
          shown,
          opacity: at("row"),
          number: { name: TABLE, index: [place] },
        }),
        caption(
          "more",
          { x: target.x + shown * WRITTEN + 6, y: target.y + 16 },
          say(language, "embedding.name.more", { rest }),
          { theme, opacity: at("row") },
        ),
        ...all,
      ],
    };
  },
};

/**
 * The vector stands below its token; it comes down to there.
 * @param {number} top Of the token.
 * @param {number} share
 */
function mixedTop(top, share) {
  return top + TOKEN_HEIGHT + 6 * share;
}

/**
 * The position of the longest word: a word of content, most of the time.
 * @param {Trace} trace
 */
function tellingPosition(trace) {
  const { labels, words } = trace.source.axis;
  const positions = upTo(labels.length).filter((i) => words[i] !== null);
  const length = (/** @type {number} */ i) => [...labels[i]].length;
  return positions.reduce((best, i) => (length(i) > length(best) ? i : best), positions[0] ?? 0);
}

/**
 * Rows of the table that the sentence uses, in the order of their ids, around that of a position.
 * @param {Trace} trace
 * @param {number} place
 * @returns {{id: number, position: number, label: string}[]}
 */
function tableRows(trace, place) {
  const { ids, axis } = trace.source;
  const known = new Map(
    ids.map((id, position) => [id, { id, position, label: axis.labels[position] }]),
  );
  const rows = [...known.values()].sort((one, other) => one.id - other.id);
  const chosen = rows.findIndex((row) => row.id === ids[place]);
  const start = Math.min(Math.max(chosen - 2, 0), Math.max(rows.length - ROWS, 0));
  return rows.slice(start, start + ROWS);
}
