/** The whole player by keyboard. */

/** @typedef {import("seq2see/player/player").Player} Player */

/** Keys and what the interface says of them (`key.ID` in the tables of words). */
export const KEYS = [
  ["Space", "play"],
  ["← →", "beat"],
  ["Shift ← →", "step"],
  ["Home End", "ends"],
  ["< >", "speed"],
  ["P", "presenter"],
  ["?", "help"],
];

/**
 * @param {Player} player
 * @param {KeyboardEvent} event
 */
export function pressed(player, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || answersKeys(event.target)) return;
  if (event.target instanceof Element && event.target.closest("dialog[open]")) return;
  const act = actionOf(player, event);
  if (!act) return;
  event.preventDefault();
  act();
}

/**
 * @param {Player} player
 * @param {KeyboardEvent} event
 * @returns {(() => void) | null}
 */
function actionOf(player, { key, shiftKey, target }) {
  const onButton = target instanceof HTMLElement && target.closest("button, summary, a, [role=button]");
  switch (key) {
    case " ":
      return onButton ? null : () => player.toggle();
    case "ArrowRight":
      return () => player.step(1, shiftKey);
    case "ArrowLeft":
      return () => player.step(-1, shiftKey);
    case "Home":
      return () => player.seek(0);
    case "End":
      return () => player.seek(player.timeline.duration);
    case "<":
      return () => player.faster(-1);
    case ">":
      return () => player.faster(1);
    case "p":
    case "P":
      return () => player.present(!player.state.presenting);
    case "Escape":
      return player.state.presenting ? () => player.present(false) : null;
    case "?":
      return () => player.help();
    default:
      return null;
  }
}

/**
 * Whether keys have a meaning of their own where the focus is: in fields, lists and sliders, except
 * the one of time, and in tables that scroll.
 * @param {EventTarget | null} target
 */
function answersKeys(target) {
  if (!(target instanceof HTMLElement) || target.matches(".seek")) return false;
  return target.isContentEditable || target.matches("input, textarea, select, .scrolling");
}
