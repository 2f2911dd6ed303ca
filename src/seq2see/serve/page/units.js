// The smallest pieces of a text that a pointer can be at, with what each of them looked at.

/**
 * Where labels stand in a text, one after the other; null unless all of them do.
 * @param {string} text
 * @param {string[]} labels
 * @returns {[number, number][] | null}
 */
export function locate(text, labels) {
  const spans = [];
  let from = 0;
  for (const label of labels) {
    const start = text.indexOf(label, from);
    if (label === "" || start < 0 || text.slice(from, start).trim() !== "") return null;
    from = start + label.length;
    spans.push(/** @type {[number, number]} */ ([start, from]));
  }
  return text.slice(from).trim() === "" ? spans : null;
}

/** Words between white space. @param {string} text @returns {[number, number][]} */
export function words(text) {
  return [...text.matchAll(/\S+/gu)].map((found) => [found.index, found.index + found[0].length]);
}

/**
 * Units of a sentence and its translation: tokens where they can be found in both texts, else words.
 * `weights[t][s]` is how much target unit t looked at source unit s; null without attention.
 * @param {import("./client.js").Sentence} sentence
 * @param {number} rank Of the translation
 * @returns {{source: [number, number][], target: [number, number][], weights: number[][] | null}}
 */
export function unitsOf(sentence, rank) {
  const said = sentence.hypotheses[rank];
  const tokens = { source: locate(sentence.source, sentence.source_tokens), target: locate(said.text, said.tokens ?? []) };
  if (said.attention && tokens.source && tokens.target) {
    return { source: tokens.source, target: tokens.target, weights: said.attention };
  }
  const weights = said.word_attention ?? [];
  const spans = { source: words(sentence.source), target: words(said.text) };
  // Cleaning may have changed how many words the model read.
  const fits = weights.length > 0 && weights.length >= spans.target.length && weights[0].length > spans.source.length;
  return { ...spans, weights: fits ? weights : null };
}
