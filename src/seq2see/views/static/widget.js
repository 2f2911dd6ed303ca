/** The player in a notebook, its time, motion and sentence shared with Python. */

import { mount } from "seq2see/player/main";

/**
 * What a widget gives its front end.
 * @typedef {{get: (name: string) => any, set: (name: string, value: any) => void,
 *   save_changes: () => void, on: (event: string, listener: () => void) => void,
 *   off: (event: string, listener: () => void) => void}} Model
 */

/**
 * @param {{model: Model, el: HTMLElement}} context
 * @returns {() => void} Ends it.
 */
export function render({ model, el }) {
  const root = document.createElement("div");
  el.append(root);
  const player = mount(root, model.get("data"));
  /** What Python and the player last agreed on. @type {Record<string, any>} */
  let agreed = { time: 0, playing: false, sentence: 0 };
  // Setting a value of the model, or the state of the player, calls back before the next is set.
  let busy = false;
  const tell = () => {
    if (busy) return;
    const { time, playing, sentence } = player.state;
    agreed = { time, playing, sentence };
    const fresh = Object.entries(agreed).filter(([name, value]) => model.get(name) !== value);
    busy = true;
    for (const [name, value] of fresh) model.set(name, value);
    busy = false;
    if (fresh.length) model.save_changes();
  };
  const follow = () => {
    if (busy) return;
    /** @param {string} name */
    const asked = (name) => model.get(name) !== agreed[name]; // the time runs on untold
    const [sentence, time] = [asked("sentence"), asked("time")];
    busy = true;
    if (sentence) player.show(player.sentences[model.get("sentence")]);
    if (time) player.seek(model.get("time"));
    if (model.get("playing") !== player.state.playing) player.toggle();
    busy = false;
    tell();
  };
  follow();
  player.listeners.push(tell);
  const events = ["change:time", "change:playing", "change:sentence"];
  for (const event of events) model.on(event, follow);
  return () => {
    for (const event of events) model.off(event, follow);
    player.end();
    root.remove();
  };
}
