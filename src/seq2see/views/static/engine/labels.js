/** What stands beside the numbers of a trace: labels of tokens, words, candidates of a search. */

import { trimmed, wordsOf } from "seq2see/engine/spaces";

/** @typedef {import("seq2see/engine/search").Tree} Tree */
/** @typedef {import("seq2see/engine/tokenizer").Tokenizer} Tokenizer */
/** @typedef {import("seq2see/engine/tokenizer").Tokens} Tokens */
/** @typedef {import("seq2see/trace").Axis} Axis */
/** @typedef {import("seq2see/trace").Beam} Beam */

const EOS = "</s>";

/**
 * Labels of a tokenised source followed by `</s>`.
 * @param {Tokens} tokens
 * @returns {Axis}
 */
export function sourceAxis({ labels, words, texts }) {
  return { labels: [...labels, EOS], words: [...words, null], texts };
}

/**
 * Labels of a target, followed by `</s>` if it is finished. Which word a token belongs to shows in
 * the text that it adds: a model may split a text otherwise than the tokenizer would.
 * @param {Tokenizer} tokenizer
 * @param {number[]} ids
 * @param {boolean} finished
 * @returns {Axis}
 */
export function targetAxis(tokenizer, ids, finished) {
  const labels = ids.map((id) => tokenizer.label(id));
  const beginnings = [...ids.keys(), ids.length].map((end) => tokenizer.decode(ids.slice(0, end)));
  const words = ids.map((_, i) => wordAdded(beginnings[i], beginnings[i + 1]));
  return {
    labels: finished ? [...labels, EOS] : labels,
    words: finished ? [...words, null] : words,
    texts: wordsOf(beginnings[ids.length]),
  };
}

/**
 * The word in which a text goes on; null where only white space is new.
 * @param {string} before
 * @param {string} after
 * @returns {number | null}
 */
function wordAdded(before, after) {
  const [old, current] = [Array.from(before), Array.from(after)];
  let shared = 0;
  while (shared < old.length && old[shared] === current[shared]) shared++;
  const first = current.findIndex((character, i) => i >= shared && trimmed(character));
  if (first < 0) return null;
  return wordsOf(current.slice(0, first + 1).join("")).length - 1;
}

/**
 * What a search considered, as a trace shows it.
 * @param {Tree} tree
 * @param {number[]} path Column of the traced hypothesis at each step.
 * @param {Beam["search"]} search How it was searched.
 * @param {(id: number) => string} label
 * @returns {Beam}
 */
export function beamOf(tree, path, search, label) {
  const steps = tree.map((candidates, step) =>
    candidates.map(({ token, parent, tokenLogProb, logProb, score, status }, column) => ({
      id: token,
      token: label(token),
      parent,
      tokenLogProb,
      logProb,
      score,
      status,
      onPath: path[step] === column,
    })),
  );
  return { steps, search };
}
