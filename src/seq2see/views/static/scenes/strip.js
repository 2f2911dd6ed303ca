/** One row of attention weights as a strip of cells, and the place that gets most of it in words. */

import { group, rect, round } from "seq2see/marks";
import { percent } from "seq2see/numbers";
import { caption } from "seq2see/parts";
import { weightsRaster } from "seq2see/raster";
import { largest } from "seq2see/scenes/blocks";
import { picture } from "seq2see/scenes/picture";
import { fitted, isolated } from "seq2see/text";
import { weightColour } from "seq2see/theme";

export const STRIP_HEIGHT = 20;

/**
 * @param {string} key
 * @param {Float32Array} weights
 * @param {{x: number, y: number, cell: number, room: number, labels: string[], lead?: string,
 *   links: (index: number) => string | null, theme: import("seq2see/theme").Theme,
 *   role: import("seq2see/theme").Role, opacity: number, fromRight?: boolean, asPicture?: boolean,
 *   number?: ((index: number) => import("seq2see/timeline").NumberRef) | null}} look `room` is how
 *   wide its words may be, `lead` what they begin with; `asPicture` draws the cells as one image.
 * @returns {import("seq2see/marks").Mark}
 */
export function strip(key, weights, look) {
  const { x, y, cell, room, labels, links, theme, role, opacity, fromRight = false, number } = look;
  const { length } = weights;
  const most = largest(weights);
  const left = (/** @type {number} */ index) =>
    round(x + (fromRight ? length - 1 - index : index) * cell);
  const words = `${look.lead ? `${look.lead}: ` : ""}${isolated(fitted(labels[most], 12, room - 36))} ${percent(weights[most])}`;
  const cells = Array.from(look.asPicture ? [] : weights, (weight, index) => {
    const link = links(index);
    const shown = number?.(index);
    const box = { x: left(index), y, width: cell, height: STRIP_HEIGHT };
    return rect(
      `cell${index}`,
      box,
      { fill: weightColour(theme, weight), stroke: theme.grid, "stroke-width": 0.5 },
      {
        title: `${labels[index]}: ${percent(weight)}`,
        ...(link ? { link } : {}),
        ...(shown ? { number: shown, action: { explain: shown } } : {}),
      },
    );
  });
  const box = { x, y, width: round(length * cell), height: STRIP_HEIGHT };
  return group(
    key,
    [
      look.asPicture === true && picture("picture", box, href()),
      ...cells,
      rect("frame", box, { fill: "none", stroke: theme[role].strong, "stroke-width": 1 }),
      rect(
        "most",
        { x: left(most), y, width: cell, height: STRIP_HEIGHT },
        { fill: "none", stroke: theme[role].strong, "stroke-width": 2.5 },
      ),
      caption("words", { x, y: y + STRIP_HEIGHT + 14 }, words, { theme, role }),
    ],
    { opacity: round(opacity) },
  );

  function href() {
    return weightsRaster(fromRight ? weights.slice().reverse() : weights, length, theme);
  }
}
