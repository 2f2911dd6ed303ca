/** A whole head as lines: every place's question at once. */

import { group } from "seq2see/marks";
import { TOKEN_HEIGHT, caption, token, tokenWidth } from "seq2see/parts";
import { MARGIN } from "seq2see/scenes/lanes";
import { links } from "seq2see/scenes/links";
import { say } from "seq2see/words/index";

const FIELD = 110; // height of the lines

/**
 * Every place's question as lines: what is asked above or at the left, what asks below or at the right.
 * @param {import("seq2see/scenes/asking").Head} shown
 * @param {{theme: import("seq2see/theme").Theme, choices: import("seq2see/render").Choices,
 *   lanes: import("seq2see/scenes/lanes").Lanes, top: number, grown: number}} look
 */
export function fieldOf(
  { kind, block, head, row, rows, columns, all },
  { theme, choices, lanes, top, grown },
) {
  const asker = kind === "cross" ? "decoder" : "encoder";
  const y = top + 20;
  const places = lanes.upright ? rowsOfTokens() : columnsOfTokens();
  const strong = all.map((weight, i) =>
    Math.floor(i / columns.labels.length) === row ? weight : 0,
  );
  const rest = all.map((weight, i) => (strong[i] > 0 ? 0 : weight));
  const ref = (/** @type {number} */ i, /** @type {number} */ j) => ({
    name: `${block}.weights`,
    index: [head, i, j],
  });
  const common = {
    asking: places.asking.map((place) => place.end),
    asked: places.asked.map((place) => place.end),
    grown,
    number: ref,
  };
  const tokens = (/** @type {string} */ side, /** @type {string[]} */ labels) =>
    labels.map((label, i) =>
      token(
        `${side}${i}`,
        label,
        {
          ...places[side === "asking" ? "asking" : "asked"][i].box,
          role: side === "asking" ? asker : "encoder",
          theme,
          opacity: grown,
          strong: side === "asking" && i === row,
        },
        { link: `${side === "asking" && kind === "cross" ? "target" : "source"}:${i}` },
      ),
    );
  return {
    width: places.width,
    bottom: places.bottom,
    box: {
      x: 0,
      y: top,
      width: Math.min(places.width, choices.width),
      height: places.bottom - top,
    },
    mark: group("all", [
      caption("name", { x: MARGIN, y: top + 8 }, say(choices.language, `asking.${kind}.lines`), {
        theme,
        role: "attention",
        bold: true,
        opacity: grown,
      }),
      links("rest", { ...common, weights: rest, colour: theme.attention.strong, opacity: 0.55 }),
      links("strong", { ...common, weights: strong, colour: theme.attention.strong, width: 4 }),
      ...tokens("asked", columns.labels),
      ...tokens("asking", rows.labels),
    ]),
  };

  function rowsOfTokens() {
    const below = y + TOKEN_HEIGHT + FIELD;
    const asked = columns.labels.map((_, i) => {
      const { x, width } = lanes.box(i, "tokens");
      return { box: { x, width, y }, end: { x: x + width / 2, y: y + TOKEN_HEIGHT } };
    });
    let left = lanes.box(0, "tokens").x;
    const asking = rows.labels.map((label, i) => {
      const own = kind === "cross" ? { x: left, width: tokenWidth(label) } : lanes.box(i, "tokens");
      left += own.width + 8;
      return {
        box: { x: own.x, width: own.width, y: below },
        end: { x: own.x + own.width / 2, y: below },
      };
    });
    const width = kind === "cross" ? left + 8 : lanes.width;
    return { asked, asking, width, bottom: below + TOKEN_HEIGHT };
  }

  function columnsOfTokens() {
    const column = (/** @type {string[]} */ labels, /** @type {boolean} */ atRight) => {
      const width = Math.min(Math.max(...labels.map(tokenWidth)), lanes.width * 0.32);
      const x = atRight ? lanes.width - 8 - width : 8;
      return labels.map((_, i) => {
        const top = y + i * (TOKEN_HEIGHT + 6);
        return {
          box: { x, width, y: top },
          end: { x: atRight ? x : x + width, y: top + TOKEN_HEIGHT / 2 },
        };
      });
    };
    const longest = Math.max(rows.labels.length, columns.labels.length);
    return {
      asked: column(columns.labels, false),
      asking: column(rows.labels, true),
      width: lanes.width,
      bottom: y + longest * (TOKEN_HEIGHT + 6),
    };
  }
}
