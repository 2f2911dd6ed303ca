/** Frames on paper: every beat of the scene with its words. */

import { element, fill } from "seq2see/player/dom";
import { render } from "seq2see/render";
import { svgText } from "seq2see/svg";
import { THEMES } from "seq2see/theme";
import { placeAt } from "seq2see/timeline";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/player/player").Player} Player */

/**
 * Print the scene in sight, beat by beat, in the light colours.
 * @param {HTMLElement} root
 * @param {Player} player
 */
export function printBeats(root, player) {
  const choices = { ...player.state.choices, theme: /** @type {const} */ ("light"), width: 900 };
  const { chapter } = placeAt(player.timeline, player.state.time);
  const sheet = element("div", { class: "sheet" });
  for (const [index, beat] of chapter.beats.entries()) {
    const frame = render(player.trace, beat.still, choices, player.timeline);
    const words = say(choices.language, beat.words, beat.values);
    const picture = element("div", { class: "picture" });
    picture.innerHTML = svgText(frame, { paper: THEMES.light.paper, title: words });
    const svg = /** @type {Element} */ (picture.firstElementChild);
    svg.setAttribute("width", "100%");
    svg.removeAttribute("height");
    sheet.append(element("figure", {}, picture, element("figcaption", {}, `${index + 1}. ${words}`)));
  }
  root.append(sheet);
  root.classList.add("printing");
  print();
  root.classList.remove("printing");
  fill(sheet);
  sheet.remove();
}
