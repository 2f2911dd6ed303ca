/** The model as a black box: the sentence goes in item by item, and out comes another. */

import { arrow, between, group, rect, round, text } from "seq2see/marks";
import { TOKEN_HEIGHT, caption, token, tokenWidth } from "seq2see/parts";
import { MARGIN, flowOf, middlesOf } from "seq2see/scenes/layout";
import { portions, procession, toldOf, upTo } from "seq2see/scenes/pace";
import { isRightToLeft } from "seq2see/text";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/trace").Trace} Trace */

const WIDEST = 860;
const BLACK = "#101418"; // in both themes
const BOX = { width: 300, height: 84 };
const WAY = 40; // between a row of tokens and the box

/** @type {Scene} */
export const blackbox = {
  id: "blackbox",
  fits: () => true,
  beats(trace) {
    const { source, target } = trace;
    const count = trace.model.parameters.toLocaleString("en-US");
    const values = { source: source.text, target: target.text, count };
    return [
      { id: "whole", words: "blackbox.whole", values, hold: 2 },
      ...goingIn(trace).beats,
      ...comingOut(trace).beats,
      { id: "how", words: "blackbox.how", values, move: 0.4 },
    ];
  },
  draw({ trace, choices, theme, at }) {
    const { language } = choices;
    const room = Math.min(choices.width, WIDEST) - 2 * MARGIN;
    const source = trace.source.axis.labels;
    const target = trace.target.axis.labels;
    const above = flowOf(source.map(tokenWidth), {
      left: MARGIN,
      top: MARGIN + 24,
      room,
      height: TOKEN_HEIGHT,
      reversed: isRightToLeft(trace.source.text),
    });
    const width = Math.min(BOX.width, room);
    const box = {
      x: MARGIN + (room - width) / 2,
      y: MARGIN + 24 + above.height + WAY,
      width,
      height: BOX.height,
    };
    const below = flowOf(target.map(tokenWidth), {
      left: MARGIN,
      top: box.y + box.height + WAY,
      room,
      height: TOKEN_HEIGHT,
      reversed: isRightToLeft(trace.target.text),
    });
    const { top: mouth, bottom: exit } = middlesOf(box);
    const went = goingIn(trace).progress(at);
    const came = comingOut(trace).progress(at);
    const height = box.y + box.height + WAY + below.height + 24 + MARGIN;

    const sources = source.map((label, i) => {
      const share = went.get(i) ?? 0;
      const home = above.places[i];
      const link = `source:${i}`;
      const look = { role: /** @type {const} */ ("encoder"), theme };
      const own = tokenWidth(label);
      const inside = { x: mouth.x - own / 2, y: mouth.y };
      const moving = { ...look, ...between(home, inside, share), opacity: 1 - share };
      return group(`source${i}`, [
        token("home", label, { ...look, ...home, opacity: 0.7 + 0.3 * share }, { link }),
        share > 0 && share < 1 && token("entering", label, moving),
      ]);
    });
    const targets = target.map((label, i) => {
      const share = came.get(i) ?? 0;
      const start = { x: exit.x - tokenWidth(label) / 2, y: exit.y - TOKEN_HEIGHT };
      const place = between(start, below.places[i], share);
      const look = { ...place, role: /** @type {const} */ ("output"), theme, opacity: share };
      return token(`target${i}`, label, look, { link: `target:${i}` });
    });
    const { strong: blue } = theme.encoder;
    const { strong: green } = theme.output;
    const asked = at("how");
    return {
      width: room + 2 * MARGIN,
      height,
      focus: null,
      marks: [
        caption("sourceName", { x: mouth.x, y: MARGIN + 10 }, say(language, "name.source"), {
          theme,
          role: "encoder",
          anchor: "middle",
          bold: true,
        }),
        arrow(
          "in",
          { x: mouth.x, y: mouth.y - WAY + 8 },
          { x: mouth.x, y: mouth.y - 4 },
          {
            colour: blue,
            grown: went.get(0),
          },
        ),
        arrow(
          "out",
          { x: exit.x, y: exit.y + 6 },
          { x: exit.x, y: exit.y + WAY - 6 },
          {
            colour: green,
            grown: came.get(0),
          },
        ),
        ...targets, // they come from behind the box
        group("box", [
          rect("side", box, { rx: 14, fill: BLACK, stroke: theme.muted, "stroke-width": 1.5 }),
          text("name", { x: mouth.x, y: box.y + 37 }, trace.model.arch, {
            "text-anchor": "middle",
            "font-weight": 600,
            fill: "#ffffff",
          }),
          text("size", { x: mouth.x, y: box.y + 59 }, sizeOf(trace, language), {
            "text-anchor": "middle",
            "font-size": 13,
            fill: "#ffffff",
          }),
          rect("edge", box, {
            rx: 14,
            fill: "none",
            stroke: theme.attention.strong,
            "stroke-width": 4,
            opacity: round(asked),
          }),
        ]),
        ...sources,
        caption("targetName", { x: exit.x, y: height - MARGIN }, say(language, "name.target"), {
          theme,
          role: "output",
          anchor: "middle",
          opacity: came.get(0) ?? 0,
          bold: true,
        }),
      ],
    };
  },
};

/**
 * @param {Trace} trace
 * @param {import("seq2see/words/index").Language} language
 */
function sizeOf(trace, language) {
  const count = trace.model.parameters.toLocaleString("en-US");
  return say(language, "blackbox.size", { count });
}

/** @param {Trace} trace */
function goingIn(trace) {
  const { labels } = trace.source.axis;
  return procession("in", portions(upTo(labels.length)), (part, index) => ({
    ...toldOf(part, labels, "blackbox.in", index),
    move: part.length > 1 ? 0.7 : 0.5,
    hold: 0.8,
  }));
}

/** @param {Trace} trace */
function comingOut(trace) {
  const { labels } = trace.target.axis;
  return procession("out", portions(upTo(labels.length)), (part, index) => ({
    ...toldOf(part, labels, "blackbox.out", index),
    move: part.length > 1 ? 0.7 : 0.5,
    hold: 0.8,
    step: part[part.length - 1],
  }));
}
