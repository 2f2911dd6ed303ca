/** The most probable next tokens, as bars. */

import { arrow, group, rect, round, text } from "seq2see/marks";
import { percent } from "seq2see/numbers";
import { token, tokenWidth } from "seq2see/parts";
import { fitted } from "seq2see/text";

const LINE = 17;
const WORD = 84;
const NUMBER = 46;

/**
 * How high the bars of so many tokens are.
 * @param {number} count
 */
export function distributionHeight(count) {
  return count * LINE;
}

/**
 * Bars grow together; the token that was chosen is strong at the end. A click on one shows where its
 * probability comes from.
 * @param {string} key
 * @param {import("seq2see/trace").Step} step
 * @param {{x: number, y: number, width: number, count: number, index: number, grown: number,
 *   chosen: number, theme: import("seq2see/theme").Theme}} look `index` is that of the step; `grown`
 *   and `chosen` say how far it has come.
 * @returns {import("seq2see/marks").Mark}
 */
export function distribution(key, step, { x, y, width, count, index, grown, chosen, theme }) {
  const long = width - WORD - NUMBER - 6;
  const bars = step.top.slice(0, count).map(({ id, token, logProb }, place) => {
    const share = Math.exp(logProb);
    const isChosen = id === step.chosen.id;
    const top = y + place * LINE;
    return group(
      `bar${place}`,
      [
        text("token", { x: x + WORD, y: top + 12 }, fitted(token, 13, WORD), {
          "font-size": 13,
          "text-anchor": "end",
          fill: isChosen && chosen > 0.5 ? theme.output.strong : theme.ink,
          ...(isChosen && chosen > 0.5 ? { "font-weight": 700 } : {}),
        }),
        rect(
          "bar",
          {
            x: x + WORD + 6,
            y: top + 2,
            width: round(Math.max(long * share * grown, 0.5)),
            height: LINE - 5,
          },
          {
            fill: theme.output.strong,
            "fill-opacity": isChosen ? 1 : 0.55,
          },
        ),
        text(
          "share",
          { x: round(x + WORD + 10 + long * share * grown), y: top + 12 },
          percent(share),
          { "font-size": 12, fill: theme.muted },
        ),
      ],
      {},
      { title: `${token}: ${percent(share)}`, action: { explain: { name: "output.probs", index: [index, id] } } },
    );
  });
  return group(key, bars, { opacity: round(grown) });
}

/**
 * The bars of a step, and the word that was chosen beside them.
 * @param {import("seq2see/trace").Trace} trace
 * @param {number} step
 * @param {{x: number, y: number, width: number, word: {x: number, y: number, width: number}}} out
 *   Where the bars and the word stand.
 * @param {{count: number, grown: number, chosen: number, theme: import("seq2see/theme").Theme}} look
 * @returns {import("seq2see/marks").Mark[]}
 */
export function said(trace, step, out, { count, grown, chosen, theme }) {
  const { token: word } = trace.steps[step].chosen;
  const { x, y, width } = out;
  const bars = { x, y, width, count, index: step, grown, chosen, theme };
  return [
    distribution("distribution", trace.steps[step], bars),
    arrow(
      "says",
      { x: x + width - 4, y: out.word.y + 14 },
      { x: out.word.x - 3, y: out.word.y + 14 },
      { colour: theme.output.strong, grown: chosen },
    ),
    token(
      "word",
      word,
      {
        ...out.word,
        width: Math.min(tokenWidth(word), out.word.width),
        role: "output",
        theme,
        strong: true,
        opacity: chosen,
      },
      { link: `target:${step}` },
    ),
  ];
}
