/** What the colours of cells mean. */

import { element, fill } from "seq2see/player/dom";
import { signedColour, THEMES, weightColour } from "seq2see/theme";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/player/player").Player} Player */

const SHADES = 9;

/**
 * @param {Player} player
 * @returns {{bar: HTMLElement, update: () => void}}
 */
export function legend(player) {
  const bar = element("div", { class: "legend" });
  let shown = "";
  const update = () => {
    const { theme: name, language } = player.state.choices;
    const key = name + player.trace.attends;
    if (key === shown) return;
    shown = key;
    const theme = THEMES[name];
    const signed = scale((share) => signedColour(theme, 2 * share - 1));
    const weights = scale((share) => weightColour(theme, share));
    fill(
      bar,
      element("span", {}, say(language, "legend.negative"), signed, say(language, "legend.positive")),
      player.trace.attends && element("span", {}, "0%", weights, "100%"),
      element("span", {}, say(language, "legend.full")),
    );
  };
  return { bar, update };
}

/**
 * A strip of colours.
 * @param {(share: number) => string} colour Of a share from 0 to 1.
 */
function scale(colour) {
  const strip = element("span", { class: "scale", "aria-hidden": "true" });
  const stops = Array.from({ length: SHADES }, (_, index) => colour(index / (SHADES - 1)));
  strip.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
  return strip;
}
