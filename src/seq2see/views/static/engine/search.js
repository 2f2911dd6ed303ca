/**
 * Search: from a model's log-probabilities to translations of one source. Terms and rules are those
 * of `decoding/search.py`: candidates of a step are ranked by log-probability (of equal ones the
 * lower token first, then the earlier parent), the best `beamSize` are the beam, finished ones
 * leave it, and a search ends when no live hypothesis can come to beat the worst of the best.
 *
 * Sums of log-probabilities have single precision, as in Python, so that rounding decides alike.
 */

import { BOS_ID, EOS_ID } from "seq2see/engine/interface";
import { allowed, coveragePenalty, lengthPenalty, limitOf } from "seq2see/engine/options";
import { added } from "seq2see/engine/tensors";

/** @typedef {import("seq2see/engine/interface").Encoded} Encoded */
/** @typedef {import("seq2see/engine/interface").Seq2seq} Seq2seq */
/** @typedef {import("seq2see/engine/interface").State} State */
/** @typedef {import("seq2see/engine/interface").StepOutput} StepOutput */
/** @typedef {import("seq2see/engine/interface").Watch} Watch */
/** @typedef {import("seq2see/engine/options").SearchOptions} SearchOptions */

/**
 * A live hypothesis and one more token. `parent` is a column of the step before, 0 in the first.
 * @typedef {{token: number, parent: number, tokenLogProb: number, logProb: number, score: number,
 *   status: "pruned" | "kept" | "finished"}} Candidate
 */

/**
 * What the search considered at each step, best first; the beam is the first `beamSize` columns.
 * @typedef {Candidate[][]} Tree
 */

/**
 * One translation. `ids` are without `</s>`; `columns` are its candidates in the tree, step by
 * step.
 * @typedef {{ids: number[], score: number, logProb: number, tokenLogProbs: number[],
 *   finished: boolean, columns: number[]}} Found
 */

/**
 * A hypothesis that may go on. `coverage` is the attention that each source position received; null
 * where no penalty asks for it.
 * @typedef {{logProb: number, token: number, state: State, coverage: Float32Array | null}} Live
 */

/**
 * A complete hypothesis, by its place in the tree.
 * @typedef {{score: number, logProb: number, step: number, column: number, finished: boolean}}
 *   Complete
 */

/** @typedef {{output: StepOutput, logProbs: Float32Array}} Advanced */

/**
 * Translate a source.
 * @param {Seq2seq} model
 * @param {number[]} ids The source, `</s>` included.
 * @param {SearchOptions} options
 * @param {Watch | null} [watch]
 * @returns {{hypotheses: Found[], tree: Tree}} At least one hypothesis, best first.
 */
export function search(model, ids, options, watch = null) {
  const limit = limitOf(options, ids.length);
  const encoded = model.encode(ids, watch);
  /** @type {(Live | null)[]} */
  let beam = [firstOf(model, encoded, options)];
  /** @type {Tree} */
  const tree = [];
  /** @type {Complete[]} */
  let best = [];
  for (let step = 0; step <= limit; step++) {
    const outputs = beam.map((live) => live && advance(model, live, encoded, watch, step));
    const candidates = expand(beam, outputs, options, step);
    const coverages = covered(beam, outputs, options);
    judge(candidates, coverages, options, step, step === limit);
    tree.push(candidates);
    const following = candidates
      .slice(0, options.beamSize)
      .map((candidate) => next(candidate, outputs, coverages));
    best = merged(best, ended(candidates, step), options.numBest);
    if (!following.some((live) => live)) {
      best = merged(best, givenUp(beam, candidates, options, step), options.numBest);
      break;
    }
    beam = following;
    if (isDone(beam, best, limit, options)) break;
  }
  return { hypotheses: best.map((complete) => found(complete, tree)), tree };
}

/**
 * @param {Seq2seq} model
 * @param {Encoded} encoded
 * @param {SearchOptions} options
 * @returns {Live}
 */
function firstOf(model, encoded, options) {
  const coverage = options.coveragePenalty ? new Float32Array(encoded.outputs.length) : null;
  return { logProb: 0, token: BOS_ID, state: model.start(encoded), coverage };
}

/**
 * @param {Seq2seq} model
 * @param {Live} live
 * @param {Encoded} encoded
 * @param {Watch | null} watch
 * @param {number} step
 * @returns {Advanced}
 */
function advance(model, live, encoded, watch, step) {
  const output = model.step(live.token, encoded, live.state, watch);
  const { logProbs } = model.predict(output.features, watch, step);
  if (logProbs.some(Number.isNaN)) {
    throw new Error(
      `The model's log-probabilities at step ${step + 1} are not numbers, so its weights are ` +
        "damaged; save the page again from an earlier checkpoint.",
    );
  }
  return { output, logProbs };
}

/**
 * The best candidates of a step, not yet judged.
 * @param {(Live | null)[]} beam
 * @param {(Advanced | null)[]} outputs
 * @param {SearchOptions} options
 * @param {number} step
 * @returns {Candidate[]}
 */
function expand(beam, outputs, options, step) {
  /** @type {Candidate[]} */
  const best = [];
  const considered = 2 * options.beamSize;
  beam.forEach((live, parent) => {
    const output = outputs[parent];
    if (!live || !output) return;
    allowed(output.logProbs, options, step).forEach((tokenLogProb, token) => {
      const logProb = Math.fround(live.logProb + tokenLogProb);
      const worst = best[best.length - 1];
      if (logProb === -Infinity) return;
      if (best.length === considered && logProb < worst.logProb) return;
      /** @type {Candidate} */
      const made = { token, parent, tokenLogProb, logProb, score: logProb, status: "pruned" };
      const place = best.findIndex((other) => isBefore(made, other));
      best.splice(place < 0 ? best.length : place, 0, made);
      if (best.length > considered) best.pop();
    });
  });
  return best;
}

/**
 * @param {Candidate} one
 * @param {Candidate} other
 */
function isBefore(one, other) {
  if (one.logProb !== other.logProb) return one.logProb > other.logProb;
  return one.token !== other.token ? one.token < other.token : one.parent < other.parent;
}

/**
 * The coverage of each hypothesis after a step; null where no penalty asks for it.
 * @param {(Live | null)[]} beam
 * @param {(Advanced | null)[]} outputs
 * @param {SearchOptions} options
 * @returns {(Float32Array | null)[]}
 */
function covered(beam, outputs, options) {
  return beam.map((live, column) => {
    const output = outputs[column]?.output;
    if (!live?.coverage || !output) return null;
    if (!output.attention) {
      throw new Error(
        `\`coveragePenalty\` is ${options.coveragePenalty}, but this model has no attention to ` +
          "measure coverage by; set `coveragePenalty` to 0.",
      );
    }
    return added(live.coverage, output.attention);
  });
}

/**
 * Say what becomes of each candidate, and score it.
 * @param {Candidate[]} candidates
 * @param {(Float32Array | null)[]} coverages Of the parents, this step included.
 * @param {SearchOptions} options
 * @param {number} step
 * @param {boolean} isClosing Whether this token is one beyond the limit: only `</s>` is any good.
 */
function judge(candidates, coverages, options, step, isClosing) {
  const divisor = Math.fround(lengthPenalty(step + 1, options.lengthPenalty));
  candidates.forEach((candidate, column) => {
    candidate.score = Math.fround(candidate.logProb / divisor);
    if (column >= options.beamSize) return;
    if (candidate.token === EOS_ID) {
      candidate.status = "finished";
      const penalty = penaltyOf(coverages[candidate.parent], options);
      candidate.score = Math.fround(candidate.score + penalty);
    } else if (!isClosing) {
      candidate.status = "kept";
    }
  });
}

/**
 * @param {Float32Array | null} coverage
 * @param {SearchOptions} options
 */
function penaltyOf(coverage, options) {
  return coverage ? Math.fround(coveragePenalty(coverage, options.coveragePenalty)) : 0;
}

/**
 * The hypothesis that a kept candidate is; null for others.
 * @param {Candidate} candidate
 * @param {(Advanced | null)[]} outputs
 * @param {(Float32Array | null)[]} coverages
 * @returns {Live | null}
 */
function next({ status, logProb, token, parent }, outputs, coverages) {
  const state = outputs[parent]?.output.state;
  if (status !== "kept" || !state) return null;
  return { logProb, token, state, coverage: coverages[parent] };
}

/**
 * @param {Candidate[]} candidates
 * @param {number} step
 * @returns {Complete[]}
 */
function ended(candidates, step) {
  return candidates.flatMap(({ status, score, logProb }, column) =>
    status === "finished" ? [{ score, logProb, step, column, finished: true }] : [],
  );
}

/**
 * Hypotheses that cannot go on and have not ended either.
 * @param {(Live | null)[]} beam
 * @param {Candidate[]} candidates
 * @param {SearchOptions} options
 * @param {number} step
 * @returns {Complete[]}
 */
function givenUp(beam, candidates, options, step) {
  const divisor = Math.fround(lengthPenalty(step, options.lengthPenalty));
  return beam.flatMap((live, column) => {
    const hasEnded = candidates.some((one) => one.status === "finished" && one.parent === column);
    if (!live || hasEnded) return [];
    const penalty = penaltyOf(live.coverage, options);
    const score = Math.fround(Math.fround(live.logProb / divisor) + penalty);
    return [{ score, logProb: live.logProb, step: step - 1, column, finished: false }];
  });
}

/**
 * The best of both: finished before unfinished, then by score, then the earlier.
 * @param {Complete[]} best
 * @param {Complete[]} others
 * @param {number} count
 * @returns {Complete[]}
 */
function merged(best, others, count) {
  const order = [...best, ...others].sort(
    (one, other) => Number(other.finished) - Number(one.finished) || other.score - one.score,
  );
  return order.slice(0, count);
}

/**
 * Whether no live hypothesis can change the result. Log-probabilities only fall, so its best score
 * is what it has now over the penalty of the longest hypothesis.
 * @param {(Live | null)[]} beam
 * @param {Complete[]} best
 * @param {number} limit
 * @param {SearchOptions} options
 */
function isDone(beam, best, limit, options) {
  if (best.length < options.numBest) return false;
  const highest = Math.max(...beam.map((live) => live?.logProb ?? -Infinity));
  const reachable = highest / Math.fround(lengthPenalty(limit + 1, options.lengthPenalty));
  return best[best.length - 1].score >= Math.fround(reachable);
}

/**
 * Follow a complete hypothesis back to its first token.
 * @param {Complete} complete
 * @param {Tree} tree
 * @returns {Found}
 */
function found({ score, logProb, step, column, finished }, tree) {
  const path = [];
  const columns = [];
  for (let at = column, row = step; row >= 0; at = tree[row][at].parent, row--) {
    path.unshift(tree[row][at]);
    columns.unshift(at);
  }
  const tokens = path.map(({ token }) => token);
  return {
    ids: finished ? tokens.slice(0, -1) : tokens,
    score,
    logProb,
    tokenLogProbs: path.map(({ tokenLogProb }) => tokenLogProb),
    finished,
    columns,
  };
}
