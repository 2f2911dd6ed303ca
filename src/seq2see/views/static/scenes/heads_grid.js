/** All layers and heads as small matrices, and the key of their colours; both choose a head. */

import { SMALL, group, mixed, rect, round, text } from "seq2see/marks";
import { caption } from "seq2see/parts";
import { pooled, weightsRaster } from "seq2see/raster";
import { once } from "seq2see/scenes/blocks";
import { picture } from "seq2see/scenes/picture";
import { isRightToLeft } from "seq2see/text";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scenery} Scenery */
/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/trace").AttentionKind} AttentionKind */

/**
 * Hues of heads, told apart by eyes of all kinds; from the ninth on they come again, dashed.
 * @type {{light: string[], dark: string[]}}
 */
export const HEAD_COLOURS = {
  light: ["#0a66bf", "#b9520a", "#0f7a57", "#b8258a", "#766006", "#6540c9", "#b81f2d", "#2b6f83"],
  dark: ["#6cb6ff", "#ff9d5c", "#4fd1a1", "#ff8ad1", "#d9c04a", "#b79cff", "#ff7b7b", "#7fd0e0"],
};

const THUMB_PIXELS = 48;

/**
 * The key of colours: a click chooses a head.
 * @param {Scenery} scenery
 * @param {import("seq2see/marks").Point} place
 * @param {AttentionKind} kind
 * @param {number} layer
 * @param {number} chosen
 */
export function headChips({ trace, choices, theme, at }, { x, y }, kind, layer, chosen) {
  const marks = Array.from({ length: trace.numHeads }, (_, head) => {
    const strong = head === chosen;
    const left = x + (head % 8) * 30;
    return group(
      `head${head}`,
      [
        {
          key: "dot",
          tag: "circle",
          attrs: {
            cx: left + 6,
            cy: y - 4 + Math.floor(head / 8) * 16,
            r: 5,
            fill: headColour(choices.theme, head),
          },
        },
        text("number", { x: left + 14, y: y + Math.floor(head / 8) * 16 }, String(head + 1), {
          "font-size": SMALL,
          fill: theme.ink,
          ...(strong ? { "font-weight": 700, "text-decoration": "underline" } : {}),
        }),
      ],
      {},
      {
        action: { layer, head },
        title: say(choices.language, "heads.choose", { layer: layer + 1, head: head + 1 }),
      },
    );
  });
  return group("chips", marks, { opacity: round(mixed(0.35, 1, at(`${kind}.all`))) });
}

/**
 * @param {"light" | "dark"} theme
 * @param {number} head
 */
export function headColour(theme, head) {
  return HEAD_COLOURS[theme][head % 8];
}

/**
 * How far apart the small matrices are.
 * @param {Trace} trace
 * @param {number} width
 */
export function thumbSide({ numHeads }, width) {
  return Math.min(Math.floor((width - 24) / numHeads), 72);
}

/**
 * All layers and heads as small matrices; a click chooses one.
 * @param {Scenery} scenery
 * @param {AttentionKind} kind
 * @param {{x: number, y: number, width: number}} place
 * @param {number} chosenLayer
 * @param {number} chosen
 */
export function gridOf({ trace, choices, theme, at }, kind, { x, y, width }, chosenLayer, chosen) {
  const names = trace.layers(kind);
  const { numHeads } = trace;
  const left = x + 24;
  const side = thumbSide(trace, width);
  const thumb = side - 6;
  const mirrored = kind !== "decoder" && isRightToLeft(trace.source.text);
  const numbers = Array.from({ length: numHeads }, (_, head) =>
    text(`head${head}`, { x: left + head * side + thumb / 2, y: y - 6 }, String(head + 1), {
      "font-size": SMALL,
      "text-anchor": "middle",
      fill: headColour(choices.theme, head),
      "font-weight": 600,
    }),
  );
  const rows = names.flatMap((name, layer) => [
    text(`layer${layer}`, { x: x + 14, y: y + layer * side + thumb / 2 + 4 }, String(layer + 1), {
      "font-size": SMALL,
      "text-anchor": "end",
      fill: theme.muted,
      "font-weight": 600,
    }),
    ...Array.from({ length: numHeads }, (_, head) => {
      const box = { x: left + head * side, y: y + layer * side, width: thumb, height: thumb };
      const isChosen = layer === chosenLayer && head === chosen;
      const href = thumbnail(trace, name, head, choices.theme, theme);
      return group(
        `thumb${layer}-${head}`,
        [
          picture("picture", box, href, { mirrored }),
          rect("frame", box, {
            fill: "none",
            stroke: isChosen ? headColour(choices.theme, head) : theme.grid,
            "stroke-width": isChosen ? 3 : 1,
          }),
        ],
        {},
        {
          action: { layer, head },
          title: say(choices.language, "heads.choose", { layer: layer + 1, head: head + 1 }),
        },
      );
    }),
  ]);
  const name = caption("name", { x, y: y - 22 }, say(choices.language, "heads.grid.name"), {
    theme,
  });
  return group("grid", [name, ...numbers, ...rows], {
    opacity: round(mixed(0.12, 1, at(`${kind}.grid`))),
  });
}

/**
 * @param {Trace} trace
 * @param {string} name
 * @param {number} head
 * @param {"light" | "dark"} mode
 * @param {import("seq2see/theme").Theme} theme
 */
function thumbnail(trace, name, head, mode, theme) {
  return once(trace, `thumbnail ${name} ${head} ${mode}`, () => {
    const { shape, data } = trace.tensor(name);
    const size = shape[1] * shape[2];
    const small = pooled(data.subarray(head * size, (head + 1) * size), shape[2], THUMB_PIXELS);
    return weightsRaster(small.values, small.width, theme);
  });
}
