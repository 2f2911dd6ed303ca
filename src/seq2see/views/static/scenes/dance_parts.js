/** Parts of the picture of a decoder step: attention as a strip, a distribution, ways between steps. */

import { group, rect, round } from "seq2see/marks";
import { percent } from "seq2see/numbers";
import { caption } from "seq2see/parts";
import { WEIGHTS } from "seq2see/scenes/anatomy";
import { mostAttended } from "seq2see/scenes/choreography";
import { fitted, isRightToLeft } from "seq2see/text";
import { weightColour } from "seq2see/theme";

/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/marks").Mark} Mark */
/** @typedef {import("seq2see/marks").Point} Point */

export const INSIDE = 150; // the widest that a part is
const BAR = 18; // from one bar of a distribution to the next
const BARS = 5;

/** Heights of a strip with what stands below it, and of a distribution. */
export const STRIP = 22 + 17;
export const DISTRIBUTION = BARS * BAR;

/**
 * Weights of a step as a strip of cells, with the token that gets most.
 * @param {{trace: Trace, theme: import("seq2see/theme").Theme, step: number, y: number,
 *   centre: number, share: number}} place
 */
export function strip({ trace, theme, step, y, centre, share }) {
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
  // The token is isolated, so that one that runs from right to left leaves the number where it is.
  const told = `\u2068${fitted(labels[most], 12, 100)}\u2069 ${percent(weights[most])}`;
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
export function bars({ trace, theme, step, y, left, share }) {
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
export function sideway(key, from, to, lane, { colour, opacity, dashed = false }) {
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
