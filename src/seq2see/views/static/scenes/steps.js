/** Which decoder step a scene about a single one shows. */

/** @typedef {import("seq2see/trace").Trace} Trace */

/**
 * The step that was chosen; else the first one of a word, that looks elsewhere than at its own
 * position: reordering is what attention is for. Without one, the second step.
 * @param {Trace} trace
 * @param {{step: number | null}} choices
 * @returns {number}
 */
export function tellingStep(trace, { step }) {
  const last = trace.steps.length - 1;
  if (step !== null) return Math.min(step, last);
  if (!trace.attends) return Math.min(1, last);
  const { values, columns } = trace.attention("cross");
  const width = columns.labels.length;
  for (let row = 1; row < last; row++) {
    const weights = values.subarray(row * width, (row + 1) * width);
    const most = weights.indexOf(Math.max(...weights));
    if (Math.abs(most - row) > 1 && columns.words[most] !== null) return row;
  }
  return Math.min(1, last);
}
