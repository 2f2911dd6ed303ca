/** The decoder's side of what crosses: its initial state and its first steps. */

import { arrow, group } from "seq2see/marks";
import { limitOf, token, tokenWidth, vector } from "seq2see/parts";
import { decoderState, stateNames, valuesOf } from "seq2see/scenes/anatomy";
import { MARGIN } from "seq2see/scenes/layout";
import { staggered } from "seq2see/scenes/pace";

/** @typedef {import("seq2see/trace").Trace} Trace */

export const CELL = 12;
export const UNITS = 5;
export const TALL = CELL * UNITS;
const STEPS = 10; // that are drawn, where there is room
const STEP = 96; // from one of them to the next

/**
 * The initial state of the decoder and its first steps.
 * @param {{trace: Trace, theme: import("seq2see/theme").Theme, at: (id: string) => number,
 *   middle: number, width: number, top: number}} scenery
 */
export function decoderSteps({ trace, theme, at, middle, width, top }) {
  const { labels } = trace.target.axis;
  const most = Math.max(Math.floor((width - 2 * MARGIN) / STEP) - 1, 1);
  const count = Math.min(labels.length, STEPS, most);
  const places = Array.from({ length: count + 1 }, (_, i) => ({
    x: middle + (i - count / 2) * STEP,
  }));
  const limit = limitOf(trace, ...stateNames(trace, "decoder"));
  const colour = theme.decoder.strong;
  const level = top + TALL / 2;
  const marks = places.map(({ x }, place) => {
    const ref = decoderState(trace, place - 1);
    const share = staggered(at("reach"), place, count + 1);
    const label = place ? labels[place - 1] : null;
    const own = label === null ? 0 : Math.min(tokenWidth(label), STEP - 10);
    const under = top + TALL + 18;
    return group(
      `decoder${place}`,
      [
        place > 0 &&
          arrow(
            "handed",
            { x: x - STEP + CELL / 2 + 3, y: level },
            { x: x - CELL / 2 - 3, y: level },
            {
              colour,
              grown: share,
            },
          ),
        vector("state", valuesOf(trace, ref), {
          x: x - CELL / 2,
          y: top,
          cell: CELL,
          shown: UNITS,
          role: "decoder",
          theme,
          limit,
          opacity: share,
          number: ref,
        }),
        label !== null &&
          arrow(
            "writes",
            { x, y: top + TALL + 2 },
            { x, y: under - 2 },
            {
              colour: theme.output.strong,
              grown: share,
              width: 1.5,
            },
          ),
        label !== null &&
          token("word", label, {
            x: x - own / 2,
            y: under,
            width: own,
            role: "output",
            theme,
            opacity: share,
          }),
      ],
      {},
      place ? { link: `target:${place - 1}`, action: { step: place - 1 } } : {},
    );
  });
  return { places, marks };
}
