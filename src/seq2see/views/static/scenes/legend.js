/** The scale of colours of weights. */

import { group, rect } from "seq2see/marks";
import { caption } from "seq2see/parts";
import { weightColour } from "seq2see/theme";
import { say } from "seq2see/words/index";

const STEPS = 20;
const WIDTH = 120;

/**
 * @param {string} key
 * @param {import("seq2see/marks").Point} at Left and top.
 * @param {import("seq2see/theme").Theme} theme
 * @param {import("seq2see/words/index").Language} language
 */
export function legend(key, { x, y }, theme, language) {
  const step = WIDTH / STEPS;
  const cells = Array.from({ length: STEPS }, (_, i) =>
    rect(
      `shade${i}`,
      { x: x + 26 + i * step, y, width: step + 0.5, height: 12 },
      { fill: weightColour(theme, i / (STEPS - 1)) },
    ),
  );
  return group(key, [
    caption("least", { x, y: y + 10 }, "0%", { theme }),
    ...cells,
    rect("frame", { x: x + 26, y, width: WIDTH, height: 12 }, { fill: "none", stroke: theme.grid }),
    caption(
      "most",
      { x: x + 26 + WIDTH + 6, y: y + 10 },
      `100% ${say(language, "matrix.legend")}`,
      { theme },
    ),
  ]);
}
