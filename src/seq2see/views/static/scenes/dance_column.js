/** The picture of one decoder step: its stations from top to bottom, and what comes from the step before. */

import { arrow, between, group, rect, round, text } from "seq2see/marks";
import { TOKEN_HEIGHT, caption, token, tokenWidth, vector } from "seq2see/parts";
import { valuesOf } from "seq2see/scenes/anatomy";
import {
  asksBefore,
  inputParts,
  readoutParts,
  refOf,
  stationsOf,
  sumOf,
  widthOf,
} from "seq2see/scenes/choreography";
import { DISTRIBUTION, INSIDE, STRIP, bars, sideway, strip } from "seq2see/scenes/dance_parts";
import { MARGIN } from "seq2see/scenes/layout";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scenery} Scenery */
/** @typedef {import("seq2see/scenes/choreography").Part} Part */
/** @typedef {import("seq2see/scenes/choreography").StationName} StationName */
/** @typedef {import("seq2see/theme").Role} Role */
/** @typedef {import("seq2see/marks").Mark} Mark */
/** @typedef {import("seq2see/marks").Point} Point */

/**
 * Where the stations stand; the same in every step.
 * @typedef {{left: (step: number) => number, tops: Map<StationName, number>, height: number}} Plan
 */

/** The values that get the full colour, by what they are. */
/** @typedef {Record<"encoder" | "decoder" | "output" | "readout", number>} Limits */

export const COLUMN = 172;
export const GAP = 40; // between two steps
export const LABEL = 15; // above a station, for its name
const TALL = 16; // of a vector
const CELL = 14;
const UNITS = 6;
const PART = { cell: 12, units: 4 }; // of vectors put end to end

/** Height of a station, without its name. @type {Record<StationName, number>} */
export const HEIGHTS = {
  state: TALL,
  weights: STRIP,
  context: TALL,
  previous: TOKEN_HEIGHT + 4 + TALL,
  input: TALL,
  after: TALL,
  concatenation: TALL,
  features: TALL,
  distribution: DISTRIBUTION,
  word: TOKEN_HEIGHT,
};

/**
 * One step.
 * @param {Scenery} scenery
 * @param {{plan: Plan, step: number, shares: Map<StationName, number>,
 *   limits: Limits}} here
 * @returns {Mark}
 */
export function column({ trace, choices, theme }, { plan, step, shares, limits }) {
  const { language } = choices;
  const left = plan.left(step);
  const centre = left + COLUMN / 2;
  const share = (/** @type {StationName} */ name) => shares.get(name) ?? 0;
  const top = (/** @type {StationName} */ name) => plan.tops.get(name) ?? 0;
  const begun = Math.max(...shares.values(), step ? 0 : 0.5);
  const starts = centre - (CELL * UNITS) / 2; // of a vector that stands alone
  const contextRole = trace.attends
    ? /** @type {const} */ ("attention")
    : /** @type {const} */ ("encoder");

  /** @type {Record<Part | "state" | "features", {role: Role, limit: number}>} */
  const looks = {
    state: { role: "decoder", limit: limits.decoder },
    after: { role: "decoder", limit: limits.decoder },
    context: { role: contextRole, limit: limits.encoder },
    previous: { role: "output", limit: limits.output },
    fed: { role: "decoder", limit: limits.readout },
    features: { role: "decoder", limit: limits.readout },
  };

  /**
   * A vector across.
   * @param {string} key
   * @param {Part | "state" | "features"} part
   * @param {Point} place
   * @param {{opacity: number, cell?: number, shown?: number}} look
   */
  function across(key, part, place, { opacity, cell = CELL, shown = UNITS }) {
    const ref = refOf(trace, part, step);
    const values = ref ? valuesOf(trace, ref) : new Float32Array(shown);
    return vector(key, values, {
      ...place,
      ...looks[part],
      theme,
      cell,
      shown,
      opacity,
      height: TALL,
      across: true,
      ...(ref ? { number: ref } : {}),
    });
  }

  /** Where a part comes from before it is put end to end with others. @param {Part} part */
  function originOf(part) {
    if (part === "previous") return { x: starts, y: top("previous") + TOKEN_HEIGHT + 4 };
    if (part === "fed") return { x: starts - (step ? COLUMN + GAP : 0), y: top("features") };
    return { x: starts, y: top(part) };
  }

  /**
   * Vectors put end to end.
   * @param {"input" | "concatenation"} station
   * @param {Part[]} parts
   */
  function endToEnd(station, parts) {
    const length = PART.cell * PART.units;
    const begins = centre - (parts.length * length) / 2;
    return group(
      station,
      parts.map((part, i) => {
        const home = { x: begins + i * length, y: top(station) };
        const place = between(originOf(part), home, share(station));
        const opacity = Math.min(3 * share(station), 1);
        return across(part, part, place, { opacity, cell: PART.cell, shown: PART.units });
      }),
    );
  }

  /** @param {StationName} name */
  function named(name) {
    const parts = name === "input" ? inputParts(trace) : readoutParts(trace);
    const sum = sumOf(parts.map((part) => widthOf(trace, part)));
    const key = name === "context" && !trace.attends ? "context.fixed" : name;
    return caption(
      `name.${name}`,
      { x: centre, y: top(name) - 5 },
      say(language, `dance.row.${key}`, { sum }),
      {
        theme,
        role: roleOf(name),
        anchor: "middle",
        opacity: share(name),
      },
    );
  }

  /**
   * @param {StationName} name
   * @returns {Role | undefined}
   */
  function roleOf(name) {
    if (name === "weights") return "attention";
    if (name === "context") return contextRole;
    if (name === "input" || name === "concatenation") return undefined;
    return name === "previous" || name === "distribution" || name === "word" ? "output" : "decoder";
  }

  const stations = stationsOf(trace);
  const joints = stations.slice(1).map(({ name, joint }, i) => {
    const above = stations[i].name;
    const from = top(above) + HEIGHTS[above] + 3;
    const to = top(name) - LABEL - 1;
    if (joint === "and") {
      return text(
        `joint.${name}`,
        { x: centre, y: (from + to) / 2 + 5 },
        say(language, "dance.and"),
        {
          "text-anchor": "middle",
          "font-size": 12,
          "font-style": "italic",
          fill: theme.muted,
          opacity: round(share(name)),
        },
      );
    }
    const look = { colour: theme.faint, grown: share(name), width: 1.75 };
    return arrow(`joint.${name}`, { x: centre, y: from }, { x: centre, y: to }, look);
  });

  // What the step before hands on: its state, its readout, its word.
  const before = centre - COLUMN - GAP;
  const handed = between(
    { x: before - (CELL * UNITS) / 2, y: top("after") },
    { x: starts, y: top("state") },
    step ? share("state") : 1,
  );
  const right = before + (CELL * UNITS) / 2 + 3;
  const handing = step > 0 && [
    sideway(
      "handed",
      { x: right, y: top("after") + TALL / 2 },
      { x: starts - 3, y: top("state") + TALL / 2 },
      left - 10,
      {
        colour: theme.decoder.strong,
        opacity: share("state"),
      },
    ),
    inputParts(trace).includes("fed") &&
      sideway(
        "fed",
        { x: right, y: top("features") + TALL / 2 },
        {
          x: centre - (inputParts(trace).length * PART.cell * PART.units) / 2 - 3,
          y: top("input") + TALL / 2,
        },
        left - 20,
        { colour: theme.decoder.strong, opacity: share("input"), dashed: true },
      ),
    sideway(
      "said",
      { x: before + tokenWidth(trace.steps[step - 1].chosen.token) / 2 + 3, y: top("word") + 14 },
      {
        x: centre - tokenWidth(trace.axis("previous").labels[step]) / 2 - 3,
        y: top("previous") + 14,
      },
      left - 30,
      { colour: theme.output.strong, opacity: share("previous"), dashed: true },
    ),
  ];
  const remains =
    asksBefore(trace) && // the state goes on from where it asked
    sideway(
      "remains",
      { x: starts - 3, y: top("state") + TALL / 2 + 4 },
      { x: starts - 3, y: top("after") + TALL / 2 },
      left + 10,
      {
        colour: theme.decoder.strong,
        opacity: share("after"),
      },
    );

  const label = trace.axis("previous").labels[step];
  const own = Math.min(tokenWidth(label), INSIDE);
  const word = trace.steps[step].chosen.token;
  const wide = Math.min(tokenWidth(word), INSIDE);
  return group(`step${step}`, [
    rect(
      "frame",
      { x: left, y: MARGIN, width: COLUMN, height: plan.height - 2 * MARGIN },
      {
        rx: 12,
        fill: "none",
        stroke: theme.grid,
        "stroke-width": 1.5,
        opacity: round(Math.min(2 * begun, 1)),
      },
      { action: { step } },
    ),
    caption(
      "number",
      { x: centre, y: MARGIN + 20 },
      say(language, "dance.name.step", { step: step + 1 }),
      {
        theme,
        role: "decoder",
        anchor: "middle",
        bold: true,
        opacity: Math.min(2 * begun, 1),
      },
    ),
    ...joints,
    ...(handing || []),
    remains,
    ...stations.map(({ name }) => named(name)),
    across("state", "state", handed, { opacity: Math.max(share("state"), step ? 0 : 0.5) }),
    plan.tops.has("weights") &&
      strip({ trace, theme, step, y: top("weights"), centre, share: share("weights") }),
    plan.tops.has("context") &&
      across("context", "context", { x: starts, y: top("context") }, { opacity: share("context") }),
    token(
      "previous",
      label,
      {
        x: centre - own / 2,
        y: top("previous"),
        width: own,
        role: "output",
        theme,
        opacity: share("previous"),
      },
      step ? { link: `target:${step - 1}` } : {},
    ),
    across(
      "embedding",
      "previous",
      { x: starts, y: top("previous") + TOKEN_HEIGHT + 4 },
      { opacity: share("previous") },
    ),
    plan.tops.has("input") && endToEnd("input", inputParts(trace)),
    across("after", "after", { x: starts, y: top("after") }, { opacity: share("after") }),
    plan.tops.has("concatenation") && endToEnd("concatenation", readoutParts(trace)),
    plan.tops.has("features") &&
      across(
        "features",
        "features",
        { x: starts, y: top("features") },
        { opacity: share("features") },
      ),
    bars({
      trace,
      theme,
      step,
      y: top("distribution"),
      left: centre - INSIDE / 2,
      share: share("distribution"),
    }),
    token(
      "word",
      word,
      {
        x: centre - wide / 2,
        y: top("word"),
        width: wide,
        role: "output",
        theme,
        strong: true,
        opacity: share("word"),
      },
      { link: `target:${step}` },
    ),
  ]);
}
