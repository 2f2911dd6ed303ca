/** Above the stage: the sentence and its translation, which model, what is shown of it. */

import { element, fill, freshId } from "seq2see/player/dom";
import { isRightToLeft } from "seq2see/text";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/player/player").Player} Player */
/** @typedef {import("seq2see/player/live").Live} Live */

/**
 * @param {Player} player
 * @param {Live} live
 * @returns {{bar: HTMLElement, update: () => void}}
 */
export function header(player, live) {
  const { language } = player.state.choices;
  const note = element("span", { class: "note" });
  const result = element("p", { class: "result" });
  const sentence = sentenceForm(player, live);
  const selects = element("div", { class: "selects" });
  const bar = element(
    "header",
    { class: "top" },
    element("div", { class: "title" }, element("strong", {}, player.data.title), note),
    selects,
    sentence.form,
    result,
  );
  let shown = "";
  const update = () => {
    const { trace } = player;
    const { choices, model, predicting, presenting } = player.state;
    const key = JSON.stringify([player.state.sentence, model, choices, predicting, presenting, player.sentences.length]);
    if (key === shown) return;
    shown = key;
    sentence.update();
    fill(note, modelNote(player));
    fill(
      result,
      element("bdi", { lang: trace.target.language, dir: isRightToLeft(trace.target.text) ? "rtl" : "ltr", class: "target" }, trace.target.text || "…"),
      " ",
      trace.finished ? "" : element("span", { class: "note" }, say(language, "unfinished")),
    );
    fill(selects, ...selections(player), ...switches(player));
  };
  return { bar, update };
}

/** @param {Player} player */
function modelNote(player) {
  const { arch, size, parameters } = player.trace.model;
  const count = parameters.toLocaleString("en-US");
  return say(player.state.choices.language, "model", { arch, size, count });
}

/**
 * Where a sentence is chosen, or typed if the page is live.
 * @param {Player} player
 * @param {Live} live
 */
function sentenceForm(player, live) {
  const { language } = player.state.choices;
  const listId = freshId();
  const list = element("datalist", { id: listId });
  const problem = element("p", { class: "warning", role: "status" });
  const input = /** @type {HTMLInputElement} */ (
    element("input", { type: "text", list: listId, autocomplete: "off", spellcheck: "false", "aria-label": say(language, "sentence") })
  );
  const choice = /** @type {HTMLSelectElement} */ (
    element("select", { "aria-label": say(language, "sentence"), onchange: () => player.show(player.sentences[Number(choice.value)]) })
  );
  const form = element(
    "form",
    {
      class: "sentence",
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        fill(problem, live.translate(input.value.trim()).join(" "));
      },
    },
    live.can ? input : choice,
    live.can ? list : null,
    live.can ? element("button", { type: "submit", class: "main" }, say(language, "translate")) : null,
    problem,
  );
  let shown = player.sentence;
  const update = () => {
    const { text } = player.sentence;
    if (player.sentence !== shown) fill(problem); // it was about another one
    shown = player.sentence;
    const options = player.sentences
      .map((one, index) => ({ one, index }))
      .filter(({ one }) => !one.changed)
      .map(({ one, index }) => element("option", { value: live.can ? one.text : index }, live.can ? "" : one.text));
    if (document.activeElement !== input) input.value = text;
    for (const field of [input, choice]) {
      field.lang = player.trace.source.language ?? "";
      field.dir = isRightToLeft(text) ? "rtl" : "ltr";
    }
    fill(live.can ? list : choice, ...options);
    choice.value = String(player.sentence.changed?.base ?? player.state.sentence);
  };
  return { form, update };
}

/**
 * Model, layer, head, units: only what there is a choice of.
 * @param {Player} player
 */
function selections(player) {
  const { trace, state } = player;
  const { language, layer, head, units } = state.choices;
  const made = [];
  const { changed, traces } = player.sentence;
  const shown = changed ? player.sentences[changed.base].traces : traces;
  const models = player.data.models
    .map(({ name }, index) => /** @type {[string, string]} */ ([String(index), name]))
    .filter((_, index) => shown[index]);
  if (models.length > 1) {
    made.push(select(say(language, "choose.model"), models, String(state.model),
      (value) => player.change({ model: Number(value), playing: false })));
  }
  const layers = trace.layers("cross").length;
  const mean = /** @type {[string, string]} */ (["", say(language, "choose.mean")]);
  if (layers > 1) {
    made.push(select(say(language, "choose.layer"), [mean, ...numbered(layers)], layer === null ? "" : String(layer),
      (value) => player.change({}, { layer: value === "" ? null : Number(value) })));
  }
  if (trace.numHeads > 1) {
    made.push(select(say(language, "choose.head"), [mean, ...numbered(trace.numHeads)], head === null ? "" : String(head),
      (value) => player.change({}, { head: value === "" ? null : Number(value) })));
  }
  const { words, labels } = trace.source.axis;
  const pieces = labels.filter((_, i) => words[i] !== null).length > trace.source.axis.texts.length;
  if (pieces) {
    const kinds = /** @type {[string, string][]} */ (["tokens", "words"].map((kind) => [kind, say(language, `choose.${kind}`)]));
    made.push(select(say(language, "choose.units"), kinds, units,
      (value) => player.change({}, { units: value === "words" ? "words" : "tokens" })));
  }
  return made;
}

/** @param {number} count @returns {[string, string][]} */
function numbered(count) {
  return Array.from({ length: count }, (_, index) => [String(index), String(index + 1)]);
}

/**
 * @param {string} label
 * @param {[string, string][]} options
 * @param {string} value
 * @param {(value: string) => void} choose
 */
function select(label, options, value, choose) {
  const made = /** @type {HTMLSelectElement} */ (
    element("select", { onchange: () => choose(made.value) },
      ...options.map(([name, text]) => element("option", { value: name, selected: name === value }, text)))
  );
  return element("label", {}, element("span", {}, label), made);
}

/** @param {Player} player */
function switches(player) {
  const { choices, predicting, presenting } = player.state;
  const { language, theme } = choices;
  /**
   * @param {string} key
   * @param {boolean} on
   * @param {() => void} act
   */
  const toggle = (key, on, act) =>
    element("button", { type: "button", "aria-pressed": String(on), onclick: act }, say(language, key));
  return [
    toggle("predict", predicting, () => player.change({ predicting: !predicting })),
    toggle("presenter", presenting, () => player.present(!presenting)),
    toggle("dark", theme === "dark", () => player.change({}, { theme: theme === "dark" ? "light" : "dark" })),
    element("button", { type: "button", lang: language === "en" ? "zh-CN" : "en",
      onclick: () => player.change({}, { language: language === "en" ? "zh" : "en" }) }, say(language, "other.language")),
    element("button", { type: "button", onclick: () => player.print() }, say(language, "print")),
    element("button", { type: "button", "aria-label": say(language, "help"), onclick: () => player.help() }, "?"),
  ];
}
