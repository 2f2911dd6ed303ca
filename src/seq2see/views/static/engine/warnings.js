/** Sentences that say what makes a translation doubtful; those of `decoding/translator.py`. */

const MOST_NAMED = 5;

/**
 * @param {{length: number, longest: number, byPosition: boolean, unknownWords: string[],
 *   best: {ids: number[], finished: boolean}}} facts Tokens of the source; those of the longest
 *   source of the training; whether the model attends by position; pieces that it does not know;
 *   the best hypothesis.
 * @returns {string[]}
 */
export function warningsOf({ length, longest, byPosition, unknownWords, best }) {
  const warnings = [];
  if (length > longest) {
    warnings.push(
      `The source has ${length} tokens, but the model was trained on at most ${longest} ` +
        "(`data.max_length`); it was translated whole, perhaps badly.",
    );
  }
  if (length > longest && byPosition) {
    warnings.push(
      `The model attends by position and has only ${longest + 1} of them; what stands beyond got ` +
        "no attention.",
    );
  }
  if (unknownWords.length) {
    const words = [...new Set(unknownWords)].map((word) => `\`${word}\``);
    const named = words.length > MOST_NAMED ? words.slice(0, MOST_NAMED - 1) : words;
    const more = words.length > named.length ? ` and ${words.length - named.length} more` : "";
    warnings.push(`The model does not know ${named.join(", ")}${more}.`);
  }
  if (!best.finished) {
    warnings.push(
      `The translation was stopped at ${best.ids.length} tokens, the most allowed, before the ` +
        "model had ended it.",
    );
  }
  return warnings;
}
