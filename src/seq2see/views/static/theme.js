/**
 * Colours: hue says what a thing is, brightness how much of it there is. They are those of
 * `seq2see.drawing.theme`, which says how they were chosen.
 */

/** @typedef {"encoder" | "decoder" | "attention" | "output"} Role */

/**
 * `strong` is for lines, marks and text, `tint` for areas with ordinary text on them.
 * @typedef {{strong: string, tint: string}} Hue
 */

/**
 * @typedef {{paper: string, ink: string, muted: string, faint: string, grid: string, encoder: Hue,
 *   decoder: Hue, attention: Hue, output: Hue, weights: string[], negative: string[],
 *   positive: string[]}} Theme
 */

/** The weights whose colours a theme names. */
export const SHARES = [0, 0.1, 0.2, 0.4, 0.6, 0.8, 1];

/** @type {{light: Theme, dark: Theme}} */
export const THEMES = {
  light: {
    paper: "#ffffff",
    ink: "#1f2328",
    muted: "#57606a",
    faint: "#6e7781",
    grid: "#d8dee4",
    encoder: { strong: "#05509c", tint: "#e4f0fe" },
    decoder: { strong: "#ae5112", tint: "#ffeadf" },
    attention: { strong: "#9957c4", tint: "#f5e9ff" },
    output: { strong: "#2b7d4e", tint: "#ddf6e4" },
    weights: ["#ffffff", "#efe3f9", "#ddc9ee", "#b997d3", "#9468b4", "#6f3a92", "#4b016e"],
    negative: ["#f3f3f3", "#dfc2ab", "#c4936b", "#a66529", "#794000"],
    positive: ["#f3f3f3", "#abd1d0", "#68acac", "#098888", "#005e5e"],
  },
  dark: {
    paper: "#14181d",
    ink: "#e6edf3",
    muted: "#a3acb6",
    faint: "#8b949e",
    grid: "#343b44",
    encoder: { strong: "#89bafa", tint: "#1c2f46" },
    decoder: { strong: "#fcaf88", tint: "#422617" },
    attention: { strong: "#aa7bcc", tint: "#352641" },
    output: { strong: "#68a17c", tint: "#173523" },
    weights: ["#14181d", "#2e2336", "#43324f", "#6d5381", "#9979b1", "#c5a4df", "#edd6ff"],
    negative: ["#262626", "#5f462e", "#946b42", "#ca935d", "#ffbf81"],
    positive: ["#262626", "#2d5353", "#408180", "#5ab0b0", "#7be2e1"],
  },
};

/**
 * The colour of a weight from 0, which is the paper's, to 1.
 * @param {Theme} theme
 * @param {number} share
 */
export function weightColour(theme, share) {
  const clamped = Math.min(Math.max(share, 0), 1);
  let place = 1;
  while (place < SHARES.length - 1 && SHARES[place] <= clamped) place++;
  const [low, high] = [SHARES[place - 1], SHARES[place]];
  return mix(theme.weights[place - 1], theme.weights[place], (clamped - low) / (high - low));
}

/**
 * The colour of a value from -1 to 1.
 * @param {Theme} theme
 * @param {number} share
 */
export function signedColour(theme, share) {
  const size = Math.min(Math.abs(share), 1);
  const colours = share < 0 ? theme.negative : theme.positive;
  const place = Math.min(Math.floor(size * (colours.length - 1)), colours.length - 2);
  return mix(colours[place], colours[place + 1], size * (colours.length - 1) - place);
}

/**
 * A colour between two others: `share` 0 is the first, 1 the second.
 * @param {string} one
 * @param {string} other
 * @param {number} share
 */
export function mix(one, other, share) {
  const [low, high] = [channels(one), channels(other)];
  const mixed = low.map((value, i) => Math.round(value + share * (high[i] - value)));
  return "#" + mixed.map((value) => value.toString(16).padStart(2, "0")).join("");
}

/**
 * White or black, whichever stands out more from a colour.
 * @param {string} below
 */
export function readableOn(below) {
  return contrast("#ffffff", below) >= contrast("#000000", below) ? "#ffffff" : "#000000";
}

/**
 * Contrast ratio of two colours, from 1 to 21 (WCAG 2.2).
 * @param {string} one
 * @param {string} other
 */
export function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** @param {string} colour */
function luminance(colour) {
  const [red, green, blue] = channels(colour).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {string} colour As `#rrggbb`. */
function channels(colour) {
  return [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
}
