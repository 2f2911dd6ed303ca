/**
 * What a viewer has chosen, as one plain value, and its form in the address of the page, so that a
 * link leads to the same picture.
 */

import { DEFAULTS } from "seq2see/render";
import { timeOf } from "seq2see/timeline";

/** @typedef {import("seq2see/render").Choices} Choices */

/**
 * `sentence` is an index into what has been translated so far, `model` into the models; `time` is in
 * seconds on the timeline. `other` is what is shown beside: another model, what a change made of the
 * sentence, or nothing. `predicting` asks the viewer before it shows.
 * @typedef {{sentence: number, model: number, time: number, playing: boolean, speed: number,
 *   choices: Choices, predicting: boolean, presenting: boolean}} State
 */

export const SPEEDS = [0.25, 0.5, 1, 2, 4];

/**
 * @param {Partial<Choices>} choices
 * @returns {State}
 */
export function firstState(choices) {
  return {
    sentence: 0,
    model: 0,
    time: 0,
    playing: false,
    speed: 1,
    choices: { ...DEFAULTS, ...choices },
    predicting: false,
    presenting: false,
  };
}

/**
 * What the address of the page says: `#text=...&scene=attention&beat=softmax&layer=1&head=0`.
 * @typedef {{text?: string, model?: number, scene?: string, beat?: string, choices: Partial<Choices>}} Address
 */

/**
 * @param {string} hash
 * @returns {Address}
 */
export function readAddress(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  /** @param {string} name */
  const whole = (name) => {
    const value = given.get(name);
    return value !== null && /^\d+$/.test(value) ? Number(value) : undefined;
  };
  /** @type {Partial<Choices>} */
  const choices = {};
  const language = given.get("lang");
  if (language === "en" || language === "zh") choices.language = language;
  const theme = given.get("theme");
  if (theme === "light" || theme === "dark") choices.theme = theme;
  const units = given.get("units");
  if (units === "words" || units === "tokens") choices.units = units;
  for (const name of /** @type {const} */ (["layer", "head", "step"])) {
    const value = whole(name);
    if (value !== undefined) choices[name] = value;
  }
  return {
    text: given.get("text") ?? undefined,
    model: whole("model"),
    scene: given.get("scene") ?? undefined,
    beat: given.get("beat") ?? undefined,
    choices,
  };
}

/**
 * @param {{text: string, model: number, scene: string, beat: string, choices: Choices}} place
 * @returns {string}
 */
export function writeAddress({ text, model, scene, beat, choices }) {
  const said = new URLSearchParams({ text, scene, beat });
  if (model) said.set("model", String(model));
  for (const name of /** @type {const} */ (["layer", "head", "step"])) {
    if (choices[name] !== null) said.set(name, String(choices[name]));
  }
  if (choices.units !== DEFAULTS.units) said.set("units", choices.units);
  if (choices.language !== DEFAULTS.language) said.set("lang", choices.language);
  return "#" + said.toString();
}

/**
 * The time on another timeline that shows the same: the same beat, else the same decoder step in the
 * same scene, else as far in the scene, else the beginning.
 * @param {import("seq2see/timeline").Timeline} from
 * @param {number} time
 * @param {import("seq2see/timeline").Timeline} to
 * @returns {number}
 */
export function sameMoment(from, time, to) {
  const chapter = from.chapters.find((one) => one.end > time) ?? from.chapters[from.chapters.length - 1];
  const beat = chapter.beats.find((one) => one.end > time) ?? chapter.beats[chapter.beats.length - 1];
  const there = to.chapters.find((one) => one.scene === chapter.scene);
  if (!there) return 0;
  const within = (time - beat.start) / (beat.end - beat.start);
  const sameBeat = there.beats.find((one) => one.id === beat.id);
  if (sameBeat) return sameBeat.start + Math.min(within, 1) * (sameBeat.end - sameBeat.start);
  const sameStep = there.beats.filter((one) => one.step === beat.step);
  if (beat.step !== undefined && sameStep.length) return sameStep[sameStep.length - 1].still;
  const share = (time - chapter.start) / (chapter.end - chapter.start);
  return there.start + Math.min(share, 1) * (there.end - there.start);
}

/**
 * The time that an address names; the beginning unless it does.
 * @param {import("seq2see/timeline").Timeline} timeline
 * @param {Address} address
 */
export function addressedTime(timeline, { scene, beat }) {
  if (scene === undefined) return 0;
  return timeOf(timeline, scene, beat) ?? timeOf(timeline, scene) ?? 0;
}
