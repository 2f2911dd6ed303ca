/**
 * One head of a Transformer at work for one place that asks: keys and values, its query, scores,
 * softmax, weighted values, their sum; and then every place's question as lines.
 */

import { arrow, between, group, line, mixed, round } from "seq2see/marks";
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
import { fieldOf } from "seq2see/scenes/asking_field";
import { SHOWN, lanesFor, lanesShown, questionPlaces } from "seq2see/scenes/asking_places";
import { attentionBlock, isTransformer, once, tellingHead } from "seq2see/scenes/blocks";
import { MARGIN, middleOf, vectorIn } from "seq2see/scenes/lanes";
import { settled } from "seq2see/scenes/memory";
import { isRightToLeft } from "seq2see/text";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/scenes/index").Scenery} Scenery */
/** @typedef {import("seq2see/render").Choices} Choices */
/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/timeline").Beat} Beat */
/** @typedef {import("seq2see/marks").Box} Box */
/** @typedef {import("seq2see/marks").Mark} Mark */

/** @typedef {"encoder" | "cross"} Kind */

/** @type {Scene} */
export const selfattention = asking("selfattention", "encoder");

/** @type {Scene} */
export const crossattention = asking("crossattention", "cross");

/**
 * @param {string} id
 * @param {Kind} kind
 * @returns {Scene}
 */
function asking(id, kind) {
  return {
    id,
    fits: (trace) => isTransformer(trace) && trace.has(`${attentionBlock(kind, 0)}.scores`),
    beats: (trace, choices) => beatsOf(headOf(trace, kind, choices)),
    draw: (scenery) => draw(scenery, headOf(scenery.trace, kind, scenery.choices)),
  };
}

/**
 * The head that is shown. `full` says whether the trace has its vectors: those of live translations do,
 * saved ones have scores and weights alone.
 * @param {Trace} trace
 * @param {Kind} kind
 * @param {Choices} choices
 */
function headOf(trace, kind, choices) {
  const telling = tellingHead(trace, kind, choices);
  const block = attentionBlock(kind, telling.layer);
  const full = ["query", "keys", "values", "context"].every((part) =>
    trace.has(`${block}.${part}`),
  );
  const { rows, columns, values } = trace.attention(kind, telling.layer, telling.head);
  return { ...telling, trace, kind, block, full, rows, columns, all: values };
}

/** @typedef {ReturnType<typeof headOf>} Head */

/**
 * @param {Head} shown
 * @returns {Beat[]}
 */
function beatsOf({ trace, kind, block, full, layer, head, row, most, rows, columns }) {
  const values = {
    layer: layer + 1,
    head: head + 1,
    heads: trace.numHeads,
    step: row + 1,
    word: rows.labels[row],
    most: columns.labels[most],
    count: columns.labels.length,
    score: short(trace.at(`${block}.scores`, head, row, most)),
    weight: percent(trace.at(`${block}.weights`, head, row, most)),
    width: full ? trace.tensor(`${block}.keys`).shape[2] : 0,
  };
  const step = kind === "cross" ? row : null;
  /**
   * @param {string} id
   * @param {string | null} part The number it is about: a part of the block, and where.
   * @param {number[]} index
   * @param {Partial<Beat>} [more]
   * @returns {Beat}
   */
  const beat = (id, part, index, more = {}) => ({
    id,
    words: `asking.${id}`,
    values,
    step,
    number: part ? { name: `${block}.${part}`, index: [head, ...index] } : null,
    ...more,
  });
  const asks = kind === "cross" ? { asks: { answer: most } } : {};
  const nothing = trace.at(`${block}.weights`, head, row, most) === 0; // a viewer took it away
  const taken = nothing ? { words: "asking.nothing", asks: null } : {};
  const own = `asking.${kind}`;
  return [
    full
      ? beat("tokens", "keys", [most, 0], { words: `${own}.keys`, move: 0.7, hold: 2.1 })
      : beat("tokens", null, [], { words: `${own}.tokens`, move: 0.7, hold: 2 }),
    beat("scores", "scores", [row, most], {
      words: full ? "asking.scores" : "asking.scores.only",
      hold: 1.6,
    }),
    beat("softmax", "weights", [row, most], { ...asks, ...taken }),
    ...(full
      ? [
          beat("multiply", null, [], { ...taken, move: 0.7 }),
          beat("sum", "context", [row, 0], { ...taken, move: 0.7, hold: 2 }),
        ]
      : []),
    beat("all", "weights", [row, most], { words: `${own}.all`, move: 0.7, hold: 2.1 }),
  ];
}

/**
 * @param {Scenery} scenery
 * @param {Head} shown
 * @returns {import("seq2see/render").Picture}
 */
function draw(scenery, shown) {
  const { trace, choices, theme, at, beat } = scenery;
  const { kind, block, full, layer, head, row, rows, columns } = shown;
  const { labels } = columns;
  const asker = kind === "cross" ? "decoder" : "encoder";
  const scores = trace.row(`${block}.scores`, head, row);
  const weights = trace.row(`${block}.weights`, head, row);
  const limit = once(trace, `limit of ${block}`, () =>
    limitOf(trace, ...["query", "keys", "values"].map((part) => `${block}.${part}`)),
  );
  const lanes = lanesFor(labels, full, choices, isRightToLeft(trace.source.text));
  const cell = lanes.upright ? 12 : 5;
  const look = { theme, limit, cell, shown: SHOWN };

  const seat = kind === "cross" ? Math.floor((labels.length - 1) / 2) : row;
  const question = questionPlaces(rows.labels[row], lanes, seat, full);
  const totalSize = vectorSize({ cell: 12, shown: SHOWN, across: true });
  const totalMiddle = lanes.upright ? middleOf(lanes.box(seat, "tokens")).x : lanes.width / 2;
  const total = { x: totalMiddle - totalSize.width / 2, y: lanes.height + 44 };

  const places = labels.map((label, i) => {
    const link = `source:${i}`;
    const strong = kind === "encoder" && i === row;
    const from = full ? lanes.box(i, "values") : lanes.box(i, "weights");
    const to = full ? lanes.box(i, "weighted") : from;
    const moving = { ...to, ...between(from, to, at("multiply")) };
    const falls = lanes.upright
      ? { x: middleOf(to).x, y: to.y + to.height + 2 }
      : { x: middleOf(to).x, y: to.y + 20 };
    const shares = ["tokens", "scores", "softmax", "multiply", "sum"].map(at);
    const name = [block, head, row, i].join(" ");
    return settled(scenery, name, shares, () =>
      group(`token${i}`, [
        token(
          "token",
          label,
          {
            ...lanes.box(i, "tokens"),
            role: "encoder",
            theme,
            opacity: mixed(0.4, 1, at("tokens")),
            strong,
          },
          { link },
        ),
        full && vectorOf("values", i, lanes.box(i, "values"), "encoder", at("tokens")),
        full && vectorOf("keys", i, lanes.box(i, "keys"), "encoder", at("tokens")),
        lanes.upright && fan(lanes.box(i, "scores")),
        number("scores", short(scores[i]), 0, at("scores"), i),
        number("weights", percent(weights[i]), weights[i], at("softmax"), i),
        full &&
          vectorIn(
            "weighted",
            trace.row(`${block}.values`, head, i),
            lanes,
            moving,
            {
              ...look,
              role: "attention",
              scale: mixed(1, weights[i], at("multiply")),
              opacity: at("multiply") > 0 ? mixed(1, 0.25 + 0.75 * weights[i], at("multiply")) : 0,
            },
            { link },
          ),
        full &&
          lanes.upright &&
          arrow(
            "falls",
            falls,
            { x: totalMiddle, y: total.y - 3 },
            {
              colour: theme.attention.strong,
              grown: at("sum"),
              width: 1 + 3 * weights[i],
              opacity: 0.12 + 0.88 * weights[i],
            },
          ),
      ]),
    );
  });

  /**
   * @param {"keys" | "values"} part
   * @param {number} i
   * @param {Box} box
   * @param {import("seq2see/theme").Role} role
   * @param {number} opacity
   */
  function vectorOf(part, i, box, role, opacity) {
    const shownNumber = { name: `${block}.${part}`, index: [head, i] };
    const values = trace.row(shownNumber.name, head, i);
    return vectorIn(
      part,
      values,
      lanes,
      box,
      { ...look, role, opacity, number: shownNumber },
      { link: `source:${i}` },
    );
  }

  /** From the one that asks to what it looks at most. */
  function sight() {
    const [one, other] = [lanes.box(seat, "tokens"), lanes.box(shown.most, "tokens")];
    const [x, y] = [Math.min(one.x, other.x), Math.min(one.y, other.y)];
    const right = Math.max(one.x + one.width, other.x + other.width);
    return { x, y, width: right - x, height: Math.max(one.y, other.y) + TOKEN_HEIGHT - y };
  }

  /**
   * The question on its way to a score.
   * @param {Box} to
   */
  function fan(to) {
    const tip = between(question.leaves, { x: middleOf(to).x, y: to.y - 1 }, at("scores"));
    return line("asks", question.leaves, tip, {
      stroke: theme[asker].strong,
      "stroke-width": 1,
      opacity: round(0.6 * at("scores")),
    });
  }

  /**
   * @param {"scores" | "weights"} part
   * @param {string} label
   * @param {number} weight
   * @param {number} opacity
   * @param {number} i
   */
  function number(part, label, weight, opacity, i) {
    const ref = { name: `${block}.${part}`, index: [head, row, i] };
    return weightCell(
      part,
      weight,
      { ...lanes.box(i, part), theme, label, opacity },
      {
        number: ref,
        action: { explain: ref },
        link: `source:${i}`,
      },
    );
  }

  const link = kind === "cross" ? `target:${row}` : `source:${row}`;
  const appears = at("tokens");
  const query = group("question", [
    token(
      "token",
      rows.labels[row],
      { ...question.token, role: asker, theme, opacity: appears, strong: true },
      { link },
    ),
    full &&
      vector("query", trace.row(`${block}.query`, head, row), {
        ...look,
        ...question.vector,
        cell: 12,
        across: true,
        role: asker,
        opacity: appears,
        number: { name: `${block}.query`, index: [head, row] },
      }),
  ]);
  const sum =
    full &&
    vector("context", trace.row(`${block}.context`, head, row), {
      ...look,
      ...total,
      cell: 12,
      across: true,
      role: "attention",
      opacity: at("sum"),
      number: { name: `${block}.context`, index: [head, row] },
      more: true,
    });

  const fieldTop = full ? total.y + totalSize.height + 34 : lanes.height + 30;
  const field = fieldOf(shown, { theme, choices, lanes, top: fieldTop, grown: at("all") });
  const names = lanesShown(full, lanes.upright).map(({ id, role, beat }) => {
    const { text, anchor, ...where } = lanes.name(id);
    return caption(`name.${id}`, where, text, {
      theme,
      role: role ?? asker,
      anchor,
      opacity: at(beat),
      bold: true,
    });
  });
  const which = say(choices.language, `asking.${kind}.which`, { layer: layer + 1, head: head + 1 });
  const marks = [
    caption("which", { x: MARGIN, y: 20 }, which, { theme, role: "attention", bold: true }),
    ...places,
    query,
    sum,
    full &&
      caption(
        "name.sum",
        { x: MARGIN, y: total.y + 10 },
        say(choices.language, "asking.lane.sum"),
        { theme, role: "attention", bold: true, opacity: at("sum") },
      ),
    ...names,
    field.mark,
  ];
  return {
    width: Math.max(lanes.width, field.width),
    height: field.bottom + MARGIN,
    marks: /** @type {Mark[]} */ (marks.filter(Boolean)),
    focus: beat.id === "all" ? field.box : sight(),
  };
}
