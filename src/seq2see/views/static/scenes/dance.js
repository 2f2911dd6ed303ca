/**
 * The tensor dance: all decoder steps side by side, each from top to bottom in the order in which it
 * is computed, down to the distribution and the word, which goes into the next step.
 */

import { arrow, between, group, rect, round, text } from "seq2see/marks";
import { percent } from "seq2see/numbers";
import { TOKEN_HEIGHT, caption, limitOf, token, tokenWidth, vector } from "seq2see/parts";
import {
  CONTEXT,
  WEIGHTS,
  crossingOf,
  isRecurrent,
  stateNames,
  valuesOf,
} from "seq2see/scenes/anatomy";
import {
  asksBefore,
  beatOf,
  danceBeats,
  inputParts,
  mostAttended,
  readoutParts,
  refOf,
  stationsOf,
  sumOf,
  widthOf,
} from "seq2see/scenes/choreography";
import { MARGIN } from "seq2see/scenes/layout";
import { settled } from "seq2see/scenes/memory";
import { staggered } from "seq2see/scenes/pace";
import { fitted, isRightToLeft } from "seq2see/text";
import { weightColour } from "seq2see/theme";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/scenes/index").Scenery} Scenery */
/** @typedef {import("seq2see/scenes/choreography").Part} Part */
/** @typedef {import("seq2see/scenes/choreography").Station} Station */
/** @typedef {import("seq2see/scenes/choreography").StationName} StationName */
/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/theme").Role} Role */
/** @typedef {import("seq2see/marks").Mark} Mark */
/** @typedef {import("seq2see/marks").Point} Point */

const COLUMN = 172;
const GAP = 40; // between two steps
const INSIDE = 150; // the widest that a station is
const HEAD = 30; // of a column, for its number
const LABEL = 15; // above a station, for its name
const JOINT = 20; // between two stations
const TALL = 16; // of a vector
const CELL = 14;
const UNITS = 6;
const PART = { cell: 12, units: 4 }; // of vectors put end to end
const BAR = 18; // from one bar of a distribution to the next
const BARS = 5;

/** Height of a station, without its name. @type {Record<StationName, number>} */
const HEIGHTS = {
  state: TALL,
  weights: 22 + 17,
  context: TALL,
  previous: TOKEN_HEIGHT + 4 + TALL,
  input: TALL,
  after: TALL,
  concatenation: TALL,
  features: TALL,
  distribution: BARS * BAR,
  word: TOKEN_HEIGHT,
};

/** @type {Scene} */
export const dance = {
  id: "dance",
  fits: (trace) => isRecurrent(trace) && trace.has("decoder.embeddings"),
  beats: danceBeats,
  draw(scenery) {
    const { trace, at, beat } = scenery;
    const stations = stationsOf(trace);
    const plan = layOut(stations);
    const limits = {
      encoder: limitOf(trace, ...stateNames(trace, "encoder")),
      decoder: limitOf(trace, ...stateNames(trace, "decoder")),
      output: limitOf(trace, "decoder.embeddings"),
      readout: limitOf(trace, "decoder.readout"),
    };
    const columns = [];
    for (let step = 0; step < trace.steps.length; step++) {
      const shares = sharesOf(stations, step, at);
      if (step === 0 || [...shares.values()].some((share) => share > 0)) {
        const make = () => column(scenery, { plan, step, shares, limits });
        columns.push(settled(scenery, `dance${step}`, [...shares.values()], make));
      }
    }
    const focus = { x: plan.left(beat.step ?? 0) - GAP, y: 0, width: COLUMN + GAP, height: 1 };
    return {
      width: plan.left(trace.steps.length) - GAP + MARGIN,
      height: plan.height,
      marks: columns,
      focus: { ...focus, height: plan.height },
    };
  },
};

/**
 * Where the stations stand; the same in every step.
 * @typedef {{left: (step: number) => number, tops: Map<StationName, number>, height: number}} Plan
 */

/**
 * @param {Station[]} stations
 * @returns {Plan}
 */
function layOut(stations) {
  /** @type {Map<StationName, number>} */
  const tops = new Map();
  let y = MARGIN + HEAD;
  for (const { name } of stations) {
    y += LABEL;
    tops.set(name, y);
    y += HEIGHTS[name] + JOINT;
  }
  const left = (/** @type {number} */ step) => MARGIN + step * (COLUMN + GAP);
  return { left, tops, height: y - JOINT + 12 + MARGIN };
}

/**
 * How far each station of a step has come; those of one beat follow one another.
 * @param {Station[]} stations
 * @param {number} step
 * @param {(id: string) => number} at
 * @returns {Map<StationName, number>}
 */
function sharesOf(stations, step, at) {
  return new Map(
    stations.map((station) => {
      const id = beatOf(station, step);
      const together = stations.filter((other) => beatOf(other, step) === id);
      return [station.name, staggered(at(id), together.indexOf(station), together.length)];
    }),
  );
}

/**
 * One step.
 * @param {Scenery} scenery
 * @param {{plan: Plan, step: number, shares: Map<StationName, number>,
 *   limits: Record<"encoder" | "decoder" | "output" | "readout", number>}} here
 * @returns {Mark}
 */
function column({ trace, choices, theme }, { plan, step, shares, limits }) {
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
          x: centre - PART.cell * PART.units - 3,
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

/**
 * Weights of a step as a strip of cells, with the token that gets most.
 * @param {{trace: Trace, theme: import("seq2see/theme").Theme, step: number, y: number,
 *   centre: number, share: number}} place
 */
function strip({ trace, theme, step, y, centre, share }) {
  const weights = trace.row(WEIGHTS, step);
  const { labels } = trace.source.axis;
  const width = Math.min(INSIDE / weights.length, 22);
  const begins = centre - (width * weights.length) / 2;
  const reversed = isRightToLeft(trace.source.text);
  const most = mostAttended(trace, step);
  const cells = labels.map((label, i) => {
    const place = reversed ? labels.length - 1 - i : i;
    const number = { name: WEIGHTS, index: [step, i] };
    return rect(
      `cell${i}`,
      { x: round(begins + place * width), y, width: round(width), height: 22 },
      { fill: weightColour(theme, weights[i]), stroke: theme.grid, "stroke-width": 0.5 },
      {
        number,
        action: { explain: number },
        link: `source:${i}`,
        title: `${label} ${percent(weights[i])}`,
      },
    );
  });
  const told = `${fitted(labels[most], 12, 100)} ${percent(weights[most])}`;
  return group(
    "weights",
    [
      ...cells,
      rect(
        "frame",
        { x: begins, y, width: width * weights.length, height: 22 },
        {
          fill: "none",
          stroke: theme.attention.strong,
          rx: 2,
        },
      ),
      caption("most", { x: centre, y: y + 36 }, told, {
        theme,
        role: "attention",
        anchor: "middle",
        bold: true,
      }),
    ],
    { opacity: round(share) },
  );
}

/**
 * The most probable tokens of a step as bars; the chosen one is among them.
 * @param {{trace: Trace, theme: import("seq2see/theme").Theme, step: number, y: number,
 *   left: number, share: number}} place
 */
function bars({ trace, theme, step, y, left, share }) {
  const { chosen, top } = trace.steps[step];
  const best = top.slice(0, BARS);
  if (!best.some(({ id }) => id === chosen.id)) best[best.length - 1] = chosen;
  const names = 56;
  const most = INSIDE - names - 40;
  const rows = best.map(({ id, token: label, logProb }, i) => {
    const probability = Math.exp(logProb);
    const number = { name: "output.probs", index: [step, id] };
    const isChosen = id === chosen.id;
    const box = {
      x: left + names,
      y: y + i * BAR + 2,
      width: round(Math.max(most * probability * share, 1)),
      height: BAR - 5,
    };
    const { strong, tint } = theme.output;
    return group(
      `bar${i}`,
      [
        caption(
          "token",
          { x: left + names - 6, y: y + i * BAR + 13 },
          fitted(label, 12, names - 8),
          {
            theme,
            role: isChosen ? "output" : undefined,
            anchor: "end",
            bold: isChosen,
          },
        ),
        rect("bar", box, {
          rx: 2,
          fill: isChosen ? strong : tint,
          stroke: strong,
          "stroke-width": 0.75,
        }),
        caption(
          "share",
          { x: left + names + most + 40, y: y + i * BAR + 13 },
          percent(probability),
          {
            theme,
            anchor: "end",
          },
        ),
      ],
      {},
      { number, action: { explain: number }, title: `${label} ${percent(probability)}` },
    );
  });
  return group("distribution", rows, { opacity: round(share) });
}

/**
 * A line that goes sideways, up or down along a vertical, and sideways again, with rounded corners.
 * @param {string} key
 * @param {Point} from
 * @param {Point} to
 * @param {number} lane Where the vertical stands.
 * @param {{colour: string, opacity: number, dashed?: boolean}} look
 * @returns {Mark}
 */
function sideway(key, from, to, lane, { colour, opacity, dashed = false }) {
  const down = Math.sign(to.y - from.y) || 1;
  const bend = Math.min(8, Math.abs(to.y - from.y) / 2);
  const [out, back] = [Math.sign(lane - from.x), Math.sign(to.x - lane)];
  const d =
    `M${round(from.x)} ${from.y}H${round(lane - out * bend)}Q${round(lane)} ${from.y} ${round(lane)} ` +
    `${from.y + down * bend}V${to.y - down * bend}Q${round(lane)} ${to.y} ${round(lane + back * bend)} ${to.y}` +
    `H${round(to.x)}`;
  const head = `M${round(to.x - 7)} ${to.y - 4}L${round(to.x)} ${to.y}L${round(to.x - 7)} ${to.y + 4}Z`;
  /** @type {Record<string, string>} */
  const dash = dashed ? { "stroke-dasharray": "4 4" } : {};
  return group(
    key,
    [
      {
        key: "way",
        tag: "path",
        attrs: { d, fill: "none", stroke: colour, "stroke-width": 1.75, ...dash },
      },
      { key: "head", tag: "path", attrs: { d: head, fill: colour } },
    ],
    { opacity: round(opacity) },
  );
}
