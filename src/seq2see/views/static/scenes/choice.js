/** Hard attention: of all positions one is taken, and its state is the context. */

import { group, mixed, rect, round } from "seq2see/marks";
import { percent, short } from "seq2see/numbers";
import { caption, limitOf, token, weightCell } from "seq2see/parts";
import { CHOICE, CONTEXT, STATES, WEIGHTS, stateNames } from "seq2see/scenes/anatomy";
import { MARGIN, lanesOf, vectorIn } from "seq2see/scenes/lanes";
import { mapColumns, mapHeight, stepMap } from "seq2see/scenes/step_map";
import { tellingStep } from "seq2see/scenes/steps";
import { isRightToLeft } from "seq2see/text";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/marks").Box} Box */

const LANES = ["states", "weights", "context"];

/** @type {Scene} */
export const choice = {
  id: "choice",
  fits: (trace) => trace.has(CHOICE) && trace.has(STATES) && trace.has(CONTEXT),
  beats(trace, choices) {
    const step = tellingStep(trace, choices);
    const chosen = Math.round(trace.at(CHOICE, step));
    const weight = trace.at(WEIGHTS, step, chosen);
    const values = {
      step: step + 1,
      word: trace.target.axis.labels[step],
      count: trace.source.axis.labels.length,
      chosen: trace.source.axis.labels[chosen],
      weight: percent(weight),
      rest: percent(1 - weight),
    };
    const common = { values, step, move: 0.6, hold: 2 };
    return [
      { id: "states", words: "choice.states", ...common },
      {
        id: "weights",
        words: "choice.weights",
        ...common,
        number: { name: WEIGHTS, index: [step, chosen] },
      },
      { id: "pick", words: "choice.pick", ...common, number: { name: CHOICE, index: [step] } },
      {
        id: "context",
        words: "choice.context",
        ...common,
        number: { name: CONTEXT, index: [step, 0] },
      },
      { id: "all", words: "choice.all", ...common, move: 0.7, hold: 2.5 },
    ];
  },
  draw(scenery) {
    const { trace, choices, theme, at } = scenery;
    const step = tellingStep(trace, choices);
    const { labels } = trace.source.axis;
    const fromRight = isRightToLeft(trace.source.text);
    const size = { tall: 6 * 14, wide: 6 * 9 };
    const named = (/** @type {string} */ id) => say(choices.language, `choice.lane.${id}`);
    const lanes = lanesOf(
      labels,
      [
        { id: "states", name: named("states"), ...size },
        { id: "weights", name: named("weights"), tall: 26, wide: 50 },
        { id: "context", name: named("context"), ...size },
      ],
      { room: choices.width, fromRight, gap: 14, topBeside: 8 },
    );
    const chosen = Math.round(trace.at(CHOICE, step));
    const limit = limitOf(trace, ...stateNames(trace, "encoder"));
    const look = { theme, limit, cell: lanes.upright ? 14 : 9 };

    const columns = labels.map((label, i) => {
      const weight = trace.at(WEIGHTS, step, i);
      const number = { name: WEIGHTS, index: [step, i] };
      const place = lanes.box(i, "weights");
      const inset = lanes.upright ? place : { ...place, y: place.y + 2, height: place.height - 4 };
      const faded = i === chosen ? 1 : mixed(1, 0.45, at("pick"));
      return group(
        `column${i}`,
        [
          token("token", label, { ...lanes.box(i, "tokens"), role: "encoder", theme, opacity: faded }),
          vectorIn("state", trace.row(STATES, i), lanes, lanes.box(i, "states"), {
            ...look,
            role: "encoder",
            opacity: at("states") * faded,
            number: { name: STATES, index: [i] },
          }),
          weightCell(
            "weight",
            weight,
            { ...inset, theme, label: percent(weight), opacity: at("weights") },
            { number, action: { explain: number } },
          ),
        ],
        {},
        { link: `source:${i}` },
      );
    });

    // The state that is taken comes down whole, past its weight: no sum is made.
    const [from, to] = [lanes.box(chosen, "states"), lanes.box(chosen, "context")];
    const moving = {
      ...to,
      x: mixed(from.x, to.x, at("context")),
      y: mixed(from.y, to.y, at("context")),
    };
    const top = lanes.height + 24;
    const mapped = mapColumns(lanes, labels.length, fromRight);
    const map = stepMap(scenery, { columns: mapped, top, share: at("all") }, (other, row) => {
      const taken = mapped[Math.round(trace.at(CHOICE, other))];
      const dot = { cx: round(taken.left + taken.width / 2), cy: row.y + row.height / 2, r: 4 };
      const number = { name: CHOICE, index: [other] };
      return [
        {
          key: "choice",
          tag: "circle",
          attrs: { ...dot, fill: theme.decoder.strong, stroke: theme.paper, "stroke-width": 1 },
          number,
          title: short(trace.at(CHOICE, other)),
          action: { explain: number },
        },
      ];
    });
    const names = LANES.map((id) => {
      const { text, anchor, ...where } = lanes.name(id);
      const role = id === "states" ? "encoder" : "attention";
      return caption(`name.${id}`, where, text, { theme, role, anchor, opacity: at(id), bold: true });
    });
    const number = { name: CHOICE, index: [step] };
    return {
      width: lanes.width,
      height: top + mapHeight(trace.target.axis.labels.length) + MARGIN,
      marks: [
        ...columns,
        rect(
          "pick",
          around(lanes.box(chosen, "tokens"), lanes.box(chosen, "weights")),
          {
            rx: 8,
            fill: "none",
            stroke: theme.decoder.strong,
            "stroke-width": 3,
            opacity: round(at("pick")),
          },
          { number, title: short(chosen), action: { explain: number } },
        ),
        vectorIn("context", trace.row(CONTEXT, step), lanes, moving, {
          ...look,
          role: "attention",
          opacity: at("context"),
          number: { name: CONTEXT, index: [step] },
        }),
        ...names,
        map,
      ],
      focus: null,
    };
  },
};

/**
 * A frame around two boxes and what lies between them.
 * @param {Box} first
 * @param {Box} last
 * @returns {Box}
 */
function around(first, last) {
  const [x, y] = [Math.min(first.x, last.x) - 4, Math.min(first.y, last.y) - 4];
  return {
    x,
    y,
    width: Math.max(first.x + first.width, last.x + last.width) + 4 - x,
    height: Math.max(first.y + first.height, last.y + last.height) + 4 - y,
  };
}
