/** Copying: two ways to a token, from the vocabulary and from the source, and how they are mixed. */

import { group, rect, round, text } from "seq2see/marks";
import { percent } from "seq2see/numbers";
import { caption, token, weightCell } from "seq2see/parts";
import { P_GEN, WEIGHTS } from "seq2see/scenes/anatomy";
import { MARGIN, lanesOf } from "seq2see/scenes/lanes";
import { staggered } from "seq2see/scenes/pace";
import { tellingStep } from "seq2see/scenes/steps";
import { fitted, isRightToLeft, textWidth } from "seq2see/text";
import { readableOn } from "seq2see/theme";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/scenes/index").Scenery} Scenery */
/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/trace").Choice} Choice */
/** @typedef {import("seq2see/marks").Box} Box */
/** @typedef {import("seq2see/marks").Mark} Mark */

const WAYS = /** @type {const} */ (["generated", "copied", "together"]);
const SHOWN = 6;
const LINE = 22;
const ROW = 18;
const NUMBER = 52; // room for a percentage
const WIDTH = 680; // of the bars, where the source is not wider
const SWITCH = 24; // height of the bar that p_gen divides
const NARROW = 640;

/**
 * Places of a token in the source.
 * @param {Trace} trace
 * @param {number} id
 */
function placesOf(trace, id) {
  return [...trace.source.ids.keys()].filter((i) => trace.source.ids[i] === id);
}

/**
 * What both ways give a token in a step.
 * @param {Trace} trace
 * @param {number} step
 * @param {Choice} choice
 */
function sharesOf(trace, step, { id, logProb, generated }) {
  const weights = placesOf(trace, id).map((i) => trace.at(WEIGHTS, step, i));
  return {
    generated: Math.exp(generated ?? logProb),
    weights,
    copied: weights.reduce((sum, weight) => sum + weight, 0),
    together: Math.exp(logProb),
  };
}

/**
 * The step that was chosen; else the one, of those whose token can be copied, that hesitates most.
 * @param {Trace} trace
 * @param {{step: number | null}} choices
 */
function mixingStep(trace, choices) {
  if (choices.step !== null) return tellingStep(trace, choices);
  const last = trace.steps.length - 1;
  const steps = [...trace.steps.keys()].filter(
    (step) => step < last && placesOf(trace, trace.steps[step].chosen.id).length,
  );
  const doubt = (/** @type {number} */ step) => Math.abs(trace.at(P_GEN, step) - 0.5);
  return steps.sort((one, other) => doubt(one) - doubt(other))[0] ?? tellingStep(trace, choices);
}

/** @type {Scene} */
export const copying = {
  id: "copying",
  fits: (trace) => trace.has(P_GEN) && trace.has(WEIGHTS),
  beats(trace, choices) {
    const step = mixingStep(trace, choices);
    const { chosen, top } = trace.steps[step];
    const share = trace.at(P_GEN, step);
    const own = sharesOf(trace, step, chosen);
    const likeliest = top.reduce((most, one) =>
      (one.generated ?? 0) > (most.generated ?? 0) ? one : most,
    );
    const values = {
      step: step + 1,
      word: chosen.token,
      generates: percent(share),
      copies: percent(1 - share),
      likeliest: likeliest.token,
      likelihood: percent(Math.exp(likeliest.generated ?? 0)),
      copied: percent(own.copied),
      generated: percent(own.generated),
      together: percent(own.together),
      places: own.weights.length,
    };
    const common = { values, step, move: 0.6, hold: 2 };
    const number = { name: P_GEN, index: [step] };
    const told = own.weights.length > 1 ? "several" : own.weights.length ? "one" : "none";
    return [
      { id: "weights", words: "copying.weights", ...common },
      { id: "generated", words: "copying.generated", ...common },
      { id: "copied", words: `copying.copied.${told}`, ...common },
      { id: "gate", words: "copying.gate", ...common, number },
      { id: "together", words: "copying.together", ...common, move: 0.7, hold: 2.5 },
      { id: "all", words: "copying.all", ...common, move: 0.7, hold: 2.5 },
    ];
  },
  draw(scenery) {
    const { trace, choices, theme, at } = scenery;
    const step = mixingStep(trace, choices);
    const { labels } = trace.source.axis;
    const named = (/** @type {string} */ id) => say(choices.language, `copying.${id}`);
    const lanes = lanesOf(labels, [{ id: "weights", name: named("lane"), tall: 26, wide: 60 }], {
      room: choices.width,
      fromRight: isRightToLeft(trace.source.text),
      topBeside: 8,
    });
    const columns = labels.map((label, i) => {
      const place = lanes.box(i, "weights");
      const inset = lanes.upright ? place : { ...place, y: place.y + 2, height: place.height - 4 };
      const number = { name: WEIGHTS, index: [step, i] };
      const weight = trace.at(WEIGHTS, step, i);
      return group(
        `column${i}`,
        [
          token("token", label, { ...lanes.box(i, "tokens"), role: "encoder", theme }),
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
    const { text: name, anchor, ...where } = lanes.name("weights");
    const laneName = caption("name.weights", where, name, {
      theme, role: "attention", anchor, opacity: at("weights"), bold: true,
    });

    const narrow = choices.width < NARROW;
    const words = narrow ? 66 : 96;
    const room = Math.min(choices.width, Math.max(lanes.width, WIDTH));
    const wide = room - (narrow ? 16 : 2 * MARGIN);
    const left = (narrow ? 8 : MARGIN) + words + 8;
    const panel = { x: left, y: lanes.height + 30, width: wide - words - 8 };
    const shown = trace.steps[step].top.slice(0, SHOWN);
    const heads = panel.y + SWITCH + 30;
    const map = heads + 12 + shown.length * LINE + 20;
    const look = { ...panel, words, step };
    return {
      width: Math.max(lanes.width, left + panel.width + (narrow ? 8 : MARGIN)),
      height: map + trace.steps.length * ROW + MARGIN,
      marks: [
        ...columns,
        laneName,
        ...switchMarks(scenery, look, named),
        ...barsOf(scenery, shown, { ...look, y: heads }, named),
        stepsMap(scenery, { ...look, y: map }),
      ],
      focus: null,
    };
  },
};

/** Where something stands, and of which step. `words` is the room for tokens left of it.
 * @typedef {{x: number, y: number, width: number, words: number, step: number}} Look
 */

/**
 * The bar that `p_gen` divides between both ways.
 * @param {Scenery} scenery
 * @param {Look} look
 * @param {(id: string) => string} named
 * @returns {Mark[]}
 */
function switchMarks({ trace, theme, at }, { x, y, width, step }, named) {
  const share = trace.at(P_GEN, step);
  const number = { name: P_GEN, index: [step] };
  const opacity = round(at("gate"));
  const parts = /** @type {const} */ ([
    { id: "generates", role: "decoder", start: 0, end: share },
    { id: "copies", role: "attention", start: share, end: 1 },
  ]);
  const bars = parts.map(({ id, role, start, end }) => {
    const box = { x: round(x + start * width), y, width: round((end - start) * width), height: SWITCH };
    const fill = theme[role].strong;
    const amount = percent(end - start);
    const written = [`${named(id)} ${amount}`, amount].find(
      (one) => textWidth(one, 12) <= box.width - 8,
    );
    return group(
      id,
      [
        rect("bar", box, { fill }),
        written !== undefined &&
          text("share", { x: round(box.x + box.width / 2), y: y + 16 }, written, {
            "font-size": 12,
            "text-anchor": "middle",
            fill: readableOn(fill),
          }),
      ],
      { opacity },
      { title: `${named(id)}: ${amount}`, action: { explain: number } },
    );
  });
  const name = caption("p_gen", { x: x - 8, y: y + 16 }, named("gate.name"), {
    theme, anchor: "end", opacity: at("gate"), bold: true,
  });
  return [...bars, name];
}

/**
 * The most probable tokens: what each way gives them, and both together.
 * @param {Scenery} scenery
 * @param {Choice[]} shown
 * @param {Look} look
 * @param {(id: string) => string} named
 * @returns {Mark[]}
 */
function barsOf({ trace, theme, at }, shown, { x, y, width, words, step }, named) {
  const share = trace.at(P_GEN, step);
  const lane = width / WAYS.length;
  const long = lane - NUMBER - 4;
  const roles = /** @type {const} */ ({ generated: "decoder", copied: "attention", together: "output" });
  const heads = WAYS.map((way, i) =>
    caption(`head.${way}`, { x: x + i * lane, y }, named(`way.${way}`), {
      theme, role: roles[way], opacity: at(way), bold: true,
    }),
  );
  const rows = shown.map((choice, place) => {
    const top = y + 12 + place * LINE;
    const shares = sharesOf(trace, step, choice);
    const isChosen = choice.id === trace.steps[step].chosen.id;
    const strong = isChosen && at("together") > 0.5;
    /** Parts of each way's bar: the places of a copied token, and both ways of the mixture. */
    const parts = {
      generated: [{ role: roles.generated, share: shares.generated }],
      copied: shares.weights.map((weight) => ({ role: roles.copied, share: weight })),
      together: [
        { role: roles.generated, share: share * shares.generated },
        { role: roles.copied, share: (1 - share) * shares.copied },
      ],
    };
    const names = { generated: "output.generated", copied: "output.copied", together: "output.probs" };
    const bars = WAYS.map((way, i) => {
      let from = x + i * lane;
      const segments = parts[way].map((part, index) => {
        const box = { x: round(from), y: top + 3, width: round(part.share * long * at(way)), height: LINE - 7 };
        from += box.width;
        const stroke = { stroke: theme.paper, "stroke-width": box.width > 3 ? 1 : 0 };
        return rect(`part${index}`, box, { fill: theme[part.role].strong, ...stroke });
      });
      const said = text("share", { x: round(from + 4), y: top + 15 }, percent(shares[way]), {
        "font-size": 12,
        fill: theme.muted,
      });
      const number = { name: names[way], index: [step, choice.id] };
      return group(way, [...segments, said], { opacity: round(at(way)) }, {
        title: `${choice.token}: ${percent(shares[way])}`,
        action: { explain: number },
      });
    });
    const label = text("token", { x: x - 8, y: top + 15 }, fitted(choice.token, 13, words), {
      "font-size": 13,
      "text-anchor": "end",
      fill: strong ? theme.output.strong : theme.ink,
      ...(strong ? { "font-weight": 700 } : {}),
      opacity: round(at("generated")),
    });
    return group(`row${place}`, [label, ...bars]);
  });
  return [...heads, ...rows];
}

/**
 * One row for each step: how far it generates, and how far it copies.
 * @param {Scenery} scenery
 * @param {Look} look
 * @returns {Mark}
 */
function stepsMap({ trace, theme, at }, { x, y, width, words }) {
  const { labels } = trace.target.axis;
  const rows = labels.map((label, step) => {
    const share = trace.at(P_GEN, step);
    const top = y + step * ROW;
    const box = { y: top, height: ROW - 4 };
    const number = { name: P_GEN, index: [step] };
    const name = caption("label", { x: x - 8, y: top + 11 }, fitted(label, 12, words), {
      theme, role: "output", anchor: "end",
    });
    const bars = [
      rect("generates", { x, ...box, width: round(share * width) }, { fill: theme.decoder.strong }),
      rect(
        "copies",
        { x: round(x + share * width), ...box, width: round((1 - share) * width) },
        { fill: theme.attention.strong },
      ),
    ];
    return group(
      `step${step}`,
      [name, ...bars],
      { opacity: round(staggered(at("all"), step, labels.length)) },
      { link: `target:${step}`, number, title: percent(share), action: { explain: number } },
    );
  });
  return group("map", rows);
}
