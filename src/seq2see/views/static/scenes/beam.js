/** The search: hypotheses grow step by step; those that were given up stay, in grey. */

import { SMALL, group, mixed, rect, round, text } from "seq2see/marks";
import { percent, short } from "seq2see/numbers";
import { TOKEN_HEIGHT, caption, tokenWidth } from "seq2see/parts";
import { once } from "seq2see/scenes/blocks";
import { bundles, rowProgress } from "seq2see/scenes/bundles";
import { settled } from "seq2see/scenes/memory";
import { fitted } from "seq2see/text";
import { mix, readableOn } from "seq2see/theme";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/trace").Candidate} Candidate */
/** @typedef {import("seq2see/theme").Theme} Theme */
/** @typedef {import("seq2see/marks").Mark} Mark */

const MARGIN = 16;
const TOP = 56;
const PITCH = TOKEN_HEIGHT + 24; // from one candidate to the next below
const GAP = 34; // room for the lines between steps
const MANY = 480; // of more candidates, only the best one of those given up is drawn
const BEST_PRUNED = 1;
const SINGLE = { single: 8, most: 16 };

/**
 * A candidate in its place; `parent` is a node, null at the first step.
 * @typedef {{step: number, index: number, candidate: Candidate, x: number, y: number, width: number,
 *   parent: Node | null}} Node
 */

/**
 * All nodes, step by step, and the widths and places of the steps.
 * @param {Trace} trace
 */
function treeOf(trace) {
  return once(trace, "beam", () => {
    const { steps } = /** @type {import("seq2see/trace").Beam} */ (trace.beam);
    const all = steps.reduce((sum, candidates) => sum + candidates.length, 0);
    const root = { x: MARGIN, width: tokenWidth("<s>") };
    let x = root.x + root.width + GAP;
    /** @type {Map<number, Node>} */
    let before = new Map();
    const columns = steps.map((candidates, step) => {
      const seen = candidates
        .map((candidate, index) => ({ candidate, index }))
        .filter(
          ({ candidate }, place) =>
            all <= MANY ||
            candidate.status !== "pruned" ||
            prunedBefore(candidates, place) < BEST_PRUNED,
        );
      const width = Math.max(...seen.map(({ candidate }) => tokenWidth(candidate.token)), 52);
      /** @type {Node[]} */
      const nodes = seen.map(({ candidate, index }, place) => ({
        step,
        index,
        candidate,
        x,
        y: TOP + place * PITCH,
        width,
        parent: step ? (before.get(candidate.parent) ?? null) : null,
      }));
      before = new Map(nodes.map((node) => [node.index, node]));
      const column = { x, width, nodes };
      x += width + GAP;
      return column;
    });
    const rows = Math.max(...columns.map(({ nodes }) => nodes.length));
    return {
      root,
      columns,
      width: x - GAP + MARGIN,
      height: TOP + rows * PITCH,
      hidden: all > MANY,
    };
  });
}

/**
 * @param {Candidate[]} candidates
 * @param {number} place
 */
function prunedBefore(candidates, place) {
  return candidates.slice(0, place).filter(({ status }) => status === "pruned").length;
}

/** @type {Scene} */
export const beam = {
  id: "beam",
  fits: (trace) => trace.beam !== null && trace.beam.search.beam_size > 1,
  beats(trace) {
    const { steps, search } = /** @type {import("seq2see/trace").Beam} */ (trace.beam);
    const made = bundles(steps.length, SINGLE);
    const first = search.length_penalty > 0 ? "beam.first" : "beam.first.plain";
    const grown = made.map(({ id, from, to }, place) => {
      const candidates = steps.slice(from, to).flat();
      const finished = candidates.find(({ status }) => status === "finished");
      const [best, second] = steps[from];
      const values = {
        step: from + 1,
        last: to,
        beam: search.beam_size,
        best: best.token,
        share: percent(Math.exp(best.tokenLogProb)),
        score: short(best.score),
        second: (second ?? best).token,
        other: short((second ?? best).score),
        pruned: candidates.filter(({ status }) => status === "pruned").length,
        finished: finished ? short(finished.score) : "",
      };
      const words = finished
        ? "beam.finished"
        : to - from > 1
          ? "beam.steps"
          : place === 0
            ? first
            : place === 1
              ? "beam.second"
              : "beam.step";
      const pace = place < 2 ? { move: 0.7, hold: 2 } : { move: 0.5, hold: 0.9 };
      return { id, words, values, step: Math.min(from, trace.steps.length - 1), ...pace };
    });
    const values = {
      text: trace.target.text,
      score: short(trace.score),
      logProb: short(trace.logProb),
      count: trace.steps.length,
    };
    return [...grown, { id: "best", words: "beam.best", values, move: 0.7, hold: 2.1 }];
  },
  draw(scenery) {
    const { trace, choices, theme, at, beat } = scenery;
    const { steps } = /** @type {import("seq2see/trace").Beam} */ (trace.beam);
    const { root, columns, width, height, hidden } = treeOf(trace);
    const made = bundles(steps.length, SINGLE);
    const progress = rowProgress(made, at);
    const strong = at("best");
    const rootBox = { x: root.x, y: TOP, width: root.width };

    /** @type {(name: string, draw: (node: Node, step: number) => Mark) => Mark[]} */
    const ofAllSteps = (name, draw) =>
      columns.map(({ nodes }, step) =>
        settled(scenery, `beam ${name} ${step}`, [progress[step], strong], () =>
          group(
            `${name}${step}`,
            nodes.map((node) => draw(node, step)),
          ),
        ),
      );
    const edges = ofAllSteps("edges", edge);
    const boxes = ofAllSteps("nodes", box);
    const numbers = columns.map(({ x, width: own }, step) =>
      caption(`step${step}`, { x: x + own / 2, y: TOP - 14 }, String(step + 1), {
        theme,
        anchor: "middle",
        opacity: progress[step],
      }),
    );

    /**
     * @param {Node} node
     * @param {number} step
     * @returns {Mark}
     */
    function edge(node, step) {
      const { candidate, parent } = node;
      const from = parent ?? rootBox;
      const start = { x: from.x + from.width, y: from.y + TOKEN_HEIGHT / 2 };
      const end = { x: node.x, y: node.y + TOKEN_HEIGHT / 2 };
      const middle = (start.x + end.x) / 2;
      const path = candidate.onPath ? strong : 0;
      const colour =
        candidate.status === "pruned"
          ? mix(theme.decoder.strong, theme.faint, fading(progress[step]))
          : theme.decoder.strong;
      return {
        key: `edge${node.step}-${node.index}`,
        tag: /** @type {const} */ ("path"),
        attrs: {
          d: `M${round(start.x)} ${start.y}C${round(middle)} ${start.y} ${round(middle)} ${end.y} ${round(end.x)} ${end.y}`,
          fill: "none",
          stroke: mix(colour, theme.output.strong, path),
          "stroke-width": round(mixed(candidate.status === "pruned" ? 1 : 1.75, 4.5, path)),
          "stroke-opacity": round(
            (candidate.status === "pruned" ? 0.45 : 0.8) * mixed(1, 1.25, path),
          ),
          opacity: round(progress[step]),
        },
      };
    }

    /**
     * @param {Node} node
     * @param {number} step
     */
    function box(node, step) {
      const { candidate } = node;
      const from = node.parent ?? rootBox;
      const done = progress[step];
      const x = mixed(from.x, node.x, done);
      const y = mixed(from.y, node.y, done);
      const look = lookOf(candidate, theme, fading(done), candidate.onPath ? strong : 0);
      const middle = x + node.width / 2;
      const title = say(choices.language, "beam.node", {
        token: candidate.token,
        share: percent(Math.exp(candidate.tokenLogProb)),
        sum: short(candidate.logProb),
        score: short(candidate.score),
        status: say(choices.language, `beam.status.${candidate.status}`),
      });
      return group(
        `node${node.step}-${node.index}`,
        [
          rect(
            "box",
            { x, y, width: node.width, height: TOKEN_HEIGHT },
            { rx: 6, fill: look.fill, stroke: look.stroke, "stroke-width": look.width },
          ),
          candidate.status === "finished" &&
            rect(
              "end",
              { x: x + 3, y: y + 3, width: node.width - 6, height: TOKEN_HEIGHT - 6 },
              { rx: 4, fill: "none", stroke: look.inner },
            ),
          text(
            "label",
            { x: middle, y: y + TOKEN_HEIGHT / 2 + 5 },
            fitted(candidate.token, 15, node.width - 8),
            { "text-anchor": "middle", fill: look.ink },
          ),
          text("score", { x: middle, y: y + TOKEN_HEIGHT + 13 }, short(candidate.score), {
            "font-size": SMALL,
            "text-anchor": "middle",
            fill: look.number,
          }),
        ],
        { opacity: round(done) },
        {
          title,
          ...(candidate.onPath ? { link: `target:${node.step}` } : {}),
          action: { step: Math.min(node.step, trace.steps.length - 1) },
        },
      );
    }

    const running = made.find(({ id }) => id === beat.id);
    const [first, last] = running
      ? [columns[running.from], columns[running.to - 1]]
      : [columns[columns.length - 1], columns[columns.length - 1]];
    const marks = [
      caption(
        "heading",
        { x: MARGIN, y: 20 },
        say(choices.language, hidden ? "beam.heading.hidden" : "beam.heading"),
        { theme, role: "decoder", bold: true },
      ),
      ...numbers,
      ...edges,
      group("root", [
        rect(
          "box",
          { ...rootBox, height: TOKEN_HEIGHT },
          { rx: 6, fill: theme.decoder.tint, stroke: theme.decoder.strong },
        ),
        text("label", { x: root.x + root.width / 2, y: TOP + TOKEN_HEIGHT / 2 + 5 }, "<s>", {
          "text-anchor": "middle",
          fill: theme.ink,
        }),
      ]),
      ...boxes,
      keyOf(theme, choices.language, height + 12),
    ];
    return {
      width: Math.max(width, 330),
      height: height + 28 + MARGIN,
      marks: /** @type {Mark[]} */ (marks),
      focus: { x: first.x, y: TOP, width: last.x + last.width - first.x, height: TOKEN_HEIGHT },
    };
  },
};

/**
 * Candidates that are given up first appear like the others, and then fade to grey.
 * @param {number} done
 */
function fading(done) {
  return Math.max(2 * done - 1, 0);
}

/**
 * @param {Candidate} candidate
 * @param {Theme} theme
 * @param {number} faded How far one that is given up has faded.
 * @param {number} path How strongly the best path is shown, of a candidate on it.
 */
function lookOf({ status }, theme, faded, path) {
  const grey = status === "pruned" ? faded : 0;
  const hue = status === "finished" ? theme.output : theme.decoder;
  const fill = mix(mix(hue.tint, theme.paper, grey), theme.output.strong, path);
  return {
    fill,
    stroke: mix(mix(hue.strong, theme.grid, grey), theme.output.strong, path),
    width: status === "pruned" ? 1 : 1.5,
    ink: path > 0.5 ? readableOn(fill) : mix(theme.ink, theme.muted, grey),
    inner: path > 0.5 ? readableOn(fill) : hue.strong,
    number: grey ? theme.muted : theme.ink,
  };
}

/**
 * What the shapes mean.
 * @param {Theme} theme
 * @param {import("seq2see/words/index").Language} language
 * @param {number} y
 */
function keyOf(theme, language, y) {
  let x = MARGIN;
  const entries = /** @type {const} */ (["kept", "pruned", "finished"]).map((status) => {
    const label = say(language, `beam.status.${status}`);
    const look = lookOf(/** @type {Candidate} */ ({ status }), theme, 1, 0);
    const left = x;
    x += 30 + label.length * (language === "zh" ? SMALL : 7) + 16;
    return group(status, [
      rect(
        "box",
        { x: left, y, width: 20, height: 14 },
        { rx: 3, fill: look.fill, stroke: look.stroke },
      ),
      status === "finished" &&
        rect(
          "end",
          { x: left + 2, y: y + 2, width: 16, height: 10 },
          { rx: 2, fill: "none", stroke: look.inner },
        ),
      caption("label", { x: left + 26, y: y + 11 }, label, { theme }),
    ]);
  });
  return group("key", entries);
}
