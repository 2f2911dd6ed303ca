/** Sentences that say what makes a translation doubtful; those of `decoding/translator.py`. */

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
    warnings.push(
      `The model does not know ${unknownWords.map((word) => `\`${word}\``).join(", ")}.`,
    );
  }
  if (!best.finished) {
    warnings.push(
      `The translation was stopped at ${best.ids.length} tokens, the most allowed, before the ` +
        "model had ended it.",
    );
  }
  return warnings;
}
