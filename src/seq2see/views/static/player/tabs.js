/** Panels below the stage, one in sight at a time. */

import { element, freshId } from "seq2see/player/dom";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/player/player").Player} Player */

/**
 * @param {Player} player
 * @param {{id: string, panel: HTMLElement, update: () => void}[]} parts Titled `tab.ID`.
 * @returns {{panel: HTMLElement, update: () => void}}
 */
export function tabs(player, parts) {
  const { language } = player.state.choices;
  let open = parts[0].id;
  const buttons = parts.map(({ id, panel }) => {
    panel.id ||= freshId();
    panel.setAttribute("role", "tabpanel");
    return element("button", {
      type: "button",
      role: "tab",
      "aria-controls": panel.id,
      onclick: () => {
        open = id;
        update();
      },
    }, say(language, `tab.${id}`));
  });
  const list = element("div", { class: "tablist", role: "tablist", "aria-label": say(language, "explore") }, ...buttons);
  list.addEventListener("keydown", (event) => {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!move) return;
    event.stopPropagation();
    event.preventDefault();
    const place = parts.findIndex(({ id }) => id === open);
    const next = (place + move + parts.length) % parts.length;
    open = parts[next].id;
    update();
    buttons[next].focus();
  });
  const panel = element("section", { class: "explore" }, list, ...parts.map((part) => part.panel));
  const update = () => {
    parts.forEach(({ id, panel: one, update: refresh }, index) => {
      const selected = id === open;
      buttons[index].setAttribute("aria-selected", String(selected));
      buttons[index].tabIndex = selected ? 0 : -1;
      one.hidden = !selected;
      if (selected) refresh();
    });
  };
  return { panel, update };
}
