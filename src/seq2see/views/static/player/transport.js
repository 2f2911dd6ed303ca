/** The bar below the stage: play, step, seek, speed. */

import { element } from "seq2see/player/dom";
import { SPEEDS } from "seq2see/player/state";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/player/player").Player} Player */

/**
 * @param {Player} player
 * @returns {{bar: HTMLElement, update: () => void}}
 */
export function transport(player) {
  const { language } = player.state.choices;
  /**
   * @param {string} sign
   * @param {string} key
   * @param {() => void} act
   */
  const button = (sign, key, act) =>
    element("button", { type: "button", class: "sign", title: say(language, key), "aria-label": say(language, key), onclick: act }, sign);
  const play = button("▶", "play", () => player.toggle());
  const slider = /** @type {HTMLInputElement} */ (
    element("input", {
      type: "range",
      min: 0,
      step: 0.01,
      class: "seek",
      "aria-label": say(language, "seek"),
      oninput: () => player.seek(Number(slider.value)),
    })
  );
  const speed = /** @type {HTMLSelectElement} */ (
    element(
      "select",
      { "aria-label": say(language, "speed"), onchange: () => player.change({ speed: Number(speed.value) }) },
      ...SPEEDS.map((value) => element("option", { value }, `${value}×`)),
    )
  );
  const place = element("span", { class: "place" });
  const bar = element(
    "div",
    { class: "transport", role: "group", "aria-label": say(language, "transport") },
    button("⏮", "first", () => player.seek(0)),
    button("|◀", "back", () => player.step(-1)),
    play,
    button("▶|", "forward", () => player.step(1)),
    slider,
    place,
    speed,
  );
  const update = () => {
    const { playing, time } = player.state;
    play.textContent = playing ? "❚❚" : "▶";
    const label = say(language, playing ? "pause" : "play");
    play.title = label;
    play.setAttribute("aria-label", label);
    slider.max = String(player.timeline.duration);
    slider.value = String(time);
    slider.style.setProperty("--done", `${(100 * time) / player.timeline.duration}%`);
    const said = player.placeText();
    slider.setAttribute("aria-valuetext", said);
    place.textContent = said;
    speed.value = String(player.state.speed);
  };
  return { bar, update };
}
