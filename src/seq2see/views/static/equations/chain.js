/** From a number back to the embedding that most of it comes from. */

import { explainOn, pageOf } from "seq2see/equations/explain";

/** @typedef {import("seq2see/equations/explain").Explanation} Explanation */
/** @typedef {import("seq2see/timeline").NumberRef} NumberRef */

/**
 * The explanations on the way back: after each number the operand that most of it comes from. The
 * last one is made of no other number: it is an embedding, unless the depth was reached before or
 * the page does not hold what is needed.
 * @param {import("seq2see/trace").Trace} trace
 * @param {NumberRef} number
 * @param {import("seq2see/equations/page").Parameters} parameters
 * @param {number} [depth] The most steps.
 * @returns {Explanation[]}
 */
export function chainToEmbeddings(trace, number, parameters, depth = 200) {
  const page = pageOf(trace, parameters);
  const chain = [explainOn(page, number)];
  while (chain.length <= depth) {
    const { main } = chain[chain.length - 1];
    if (!main || page.value(main.name, main.index) === null) break;
    chain.push(explainOn(page, main));
  }
  return chain;
}
