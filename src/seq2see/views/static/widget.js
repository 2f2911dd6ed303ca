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
  const shared = () => ({
    time: player.state.time,
    playing: player.state.playing,
    sentence: player.state.sentence,
  });
  const tell = () => {
    const fresh = Object.entries(shared()).filter(([name, value]) => model.get(name) !== value);
    for (const [name, value] of fresh) model.set(name, value);
    if (fresh.length) model.save_changes();
  };
  const follow = () => {
    const [sentence, time] = [model.get("sentence"), model.get("time")];
    if (sentence !== player.state.sentence) player.show(player.sentences[sentence]);
    if (time !== player.state.time) player.seek(time);
    if (model.get("playing") !== player.state.playing) player.toggle();
  };
  if (model.get("time") || model.get("sentence") || model.get("playing")) follow();
  tell();
  player.listeners.push(tell);
  const events = ["change:time", "change:playing", "change:sentence"];
  for (const event of events) model.on(event, follow);
  return () => {
    for (const event of events) model.off(event, follow);
    player.change({ playing: false });
    root.remove();
  };
}
