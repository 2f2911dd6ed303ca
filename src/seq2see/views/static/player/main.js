/** Puts a player together in an element of a page. */

import { comparison } from "seq2see/explore/compare";
import { dataTable } from "seq2see/explore/table";
import { neighbours } from "seq2see/explore/neighbours";
import { stepPanel } from "seq2see/explore/step";
import { Live } from "seq2see/player/live";
import { element, fill } from "seq2see/player/dom";
import { header } from "seq2see/player/header";
import { KEYS, pressed } from "seq2see/player/keyboard";
import { legend } from "seq2see/player/legend";
import { Player } from "seq2see/player/player";
import { printBeats } from "seq2see/player/printing";
import { sidePanel } from "seq2see/player/side";
import { tabs } from "seq2see/player/tabs";
import { transport } from "seq2see/player/transport";
import { addressedTime } from "seq2see/player/state";
import { placeAt, timeOf } from "seq2see/timeline";
import { THEMES } from "seq2see/theme";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/player/player").PageData} PageData */

/**
 * @param {HTMLElement} root
 * @param {PageData} data
 * @param {{theme?: "light" | "dark", address?: boolean}} [options] `address` keeps the place in the
 *   address of the page; leave it out where several players share a page.
 * @returns {Player}
 */
export function mount(root, data, { theme, address = false } = {}) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const live = new Live(data);
  const player = new Player(data, {
    hash: address ? location.hash : "",
    theme: theme ?? (dark.matches ? "dark" : "light"),
    still: still.matches,
    traceOf: (model, text) => live.traceOf(model, text),
  });
  live.player = player;
  root.classList.add("s2s");
  root.tabIndex = -1;
  build(root, player, live);
  root.addEventListener("keydown", (event) => pressed(player, event));
  // A page that is nothing but the player answers keys wherever the focus is.
  const { signal } = player.ended;
  if (address) document.addEventListener("keydown", (event) => event.target === document.body && pressed(player, event), { signal });
  dark.addEventListener("change", () => theme ?? player.change({}, { theme: dark.matches ? "dark" : "light" }), { signal });
  still.addEventListener("change", () => {
    player.still = still.matches;
    player.change({});
  }, { signal });
  const translateAddressed = () => {
    const { text } = player.address;
    if (!text || player.sentence.text === text || !live.can) return;
    live.translate(text);
    if (player.address.scene) player.seek(addressedTime(player.timeline, player.address));
  };
  translateAddressed();
  if (address) {
    player.listeners.push(() => remember(player));
    addEventListener("hashchange", () => {
      player.follow(location.hash);
      translateAddressed();
    }, { signal });
  }
  return player;
}

/**
 * Build everything for the language of the interface; again when that changes.
 * @param {HTMLElement} root
 * @param {Player} player
 * @param {Live} live
 */
function build(root, player, live) {
  const { language } = player.state.choices;
  root.lang = language === "zh" ? "zh-CN" : "en";
  const stage = element("div", { class: "stage", tabindex: 0, role: "region", "aria-label": say(language, "stage") });
  const chapters = chapterBar(player);
  const bar = transport(player);
  const colours = legend(player);
  const side = sidePanel(player, (model) => live.parameters(model));
  const top = header(player, live);
  const beside = comparison(player);
  const panels = tabs(player, [
    { id: "step", ...stepPanel(player, live) },
    { id: "words", ...neighbours(player, live) },
    { id: "table", ...dataTable(player) },
  ]);
  const help = helpDialog(player);
  const focused = root.contains(document.activeElement);
  root.replaceChildren(
    top.bar,
    chapters.bar,
    element(
      "div",
      { class: "middle" },
      element("div", { class: "pictures" }, stage, colours.bar, beside.panel, bar.bar),
      side.side,
    ),
    panels.panel,
    help,
  );
  const parts = [top, chapters, bar, colours, side, beside, panels];
  const updateAll = () => {
    const { choices, presenting } = player.state;
    if (choices.language !== language) {
      player.listeners.splice(player.listeners.indexOf(updateAll), 1);
      return build(root, player, live);
    }
    wear(root, choices.theme);
    root.classList.toggle("presenting", presenting);
    for (const part of parts) part.update();
  };
  player.listeners.unshift(updateAll);
  player.moved = bar.update;
  player.help = () => help.open || help.showModal();
  player.print = () => printBeats(root, player);
  player.stand(stage);
  // The language was changed by a button, which is another one now.
  if (focused) /** @type {HTMLElement} */ (root.querySelector("header button[lang]")).focus();
  let width = 0;
  new ResizeObserver(() => {
    if (stage.clientWidth !== width && root.contains(stage)) {
      width = stage.clientWidth;
      player.resized();
    }
  }).observe(stage);
}

/**
 * Links to the scenes.
 * @param {Player} player
 */
function chapterBar(player) {
  const bar = element("nav", { class: "chapters", "aria-label": say(player.state.choices.language, "chapters") });
  let shown = "";
  const update = () => {
    const { timeline, state } = player;
    const { chapter } = placeAt(timeline, state.time);
    const key = timeline.chapters.map((one) => one.scene).join() + chapter.scene;
    if (key === shown) return;
    shown = key;
    fill(
      bar,
      ...timeline.chapters.map(({ scene }) =>
        element("button", {
          type: "button",
          "aria-current": scene === chapter.scene ? "step" : null,
          onclick: () => player.seek(timeOf(timeline, scene) ?? 0),
        }, say(state.choices.language, `scene.${scene}`))),
    );
    const current = bar.querySelector("[aria-current]");
    if (current instanceof HTMLElement) bar.scrollLeft = current.offsetLeft - bar.clientWidth / 2 + current.offsetWidth / 2;
  };
  return { bar, update };
}

/**
 * @param {Player} player
 * @returns {HTMLDialogElement}
 */
function helpDialog(player) {
  const { language } = player.state.choices;
  const dialog = /** @type {HTMLDialogElement} */ (
    element(
      "dialog",
      { class: "help", "aria-label": say(language, "help") },
      element("h2", {}, say(language, "help")),
      element("dl", {}, ...KEYS.flatMap(([keys, id]) => [element("dt", {}, keys), element("dd", {}, say(language, `key.${id}`))])),
      element("p", {}, say(language, "help.pointing")),
      element("button", { type: "button", onclick: () => dialog.close() }, say(language, "close")),
    )
  );
  return dialog;
}

/**
 * Give an element the colours of a theme, as variables of CSS.
 * @param {HTMLElement} root
 * @param {"light" | "dark"} name
 */
function wear(root, name) {
  const theme = THEMES[name];
  root.dataset.theme = name;
  root.style.colorScheme = name;
  for (const part of /** @type {const} */ (["paper", "ink", "muted", "faint", "grid"])) {
    root.style.setProperty(`--${part}`, theme[part]);
  }
  for (const role of /** @type {const} */ (["encoder", "decoder", "attention", "output"])) {
    root.style.setProperty(`--${role}`, theme[role].strong);
    root.style.setProperty(`--${role}-tint`, theme[role].tint);
  }
}

/**
 * Keep the place in the address, so that it can be shared.
 * @param {Player} player
 */
function remember(player) {
  if (player.state.playing || player.link === location.hash) return;
  try {
    history.replaceState(null, "", player.link);
  } catch (error) {
    // Frames without an origin may not change their address, and browsers limit how often one may.
    if (!(error instanceof DOMException)) throw error;
  }
}
