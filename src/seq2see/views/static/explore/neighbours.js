/** Words near a word in the embedding table, and words that are to one as another is to a third. */

import { element, fill } from "seq2see/player/dom";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/player/player").Player} Player */
/** @typedef {import("seq2see/player/live").Live} Live */

const COUNT = 10;

/**
 * @param {Player} player
 * @param {Live} live
 * @returns {{panel: HTMLElement, update: () => void}}
 */
export function neighbours(player, live) {
  const { language } = player.state.choices;
  const panel = element("div", { class: "words" });
  const side = /** @type {HTMLSelectElement} */ (
    element("select", { "aria-label": say(language, "neighbours.side") },
      ...["source", "target"].map((name) => element("option", { value: name }, say(language, `side.${name}`))))
  );
  const near = search("neighbours", ["word"], ([word], table) => own().neighbours(word, { side: table, count: COUNT }));
  const like = search("analogy", ["a", "b", "c"], ([a, b, c], table) => own().analogy(a, b, c, { side: table, count: COUNT }));

  /** The translator of the model in sight, whose tables these are. */
  function own() {
    if (!live.current) throw new RangeError(say(language, "needs.weights"));
    return live.current;
  }

  /**
   * @param {string} id
   * @param {string[]} fields
   * @param {(words: string[], table: "source" | "target") => {token: string, similarity: number}[]} find
   */
  function search(id, fields, find) {
    const inputs = fields.map((field) => /** @type {HTMLInputElement} */ (
      element("input", { type: "text", required: true, autocomplete: "off", spellcheck: "false", "aria-label": say(language, `${id}.${field}`), placeholder: say(language, `${id}.${field}`) })));
    const found = element("div", { class: "found", role: "status" });
    const form = element("form", {
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        const words = inputs.map((input) => input.value.trim());
        try {
          fill(found, list(find(words, side.value === "target" ? "target" : "source")));
        } catch (error) {
          // A word that is not in the vocabulary: the message says so.
          if (!(error instanceof RangeError)) throw error;
          fill(found, element("p", { class: "warning" }, error.message));
        }
      },
    },
      ...inputs.flatMap((input, index) => (index ? [element("span", { class: "sign" }, index === 1 ? "−" : "+"), input] : [input])),
      element("button", { type: "submit", class: "main" }, say(language, `${id}.find`)));
    return element("section", { class: "card" }, element("h3", {}, say(language, `${id}.title`)), form, found);
  }

  const update = () => {
    if (panel.firstChild) return;
    fill(panel, ...(live.can
      ? [element("label", { class: "check" }, say(language, "neighbours.side"), " ", side), near, like,
          element("p", { class: "note" }, say(language, "neighbours.measure"))]
      : [element("p", { class: "note" }, say(language, "needs.weights"))]));
  };
  return { panel, update };
}

/** @param {{token: string, similarity: number}[]} found */
function list(found) {
  return element("ol", { class: "alternatives" }, ...found.map(({ token, similarity }) => {
    const bar = element("span", { class: "bar" });
    bar.style.setProperty("--share", String(Math.max(similarity, 0)));
    return element("li", {}, element("span", { class: "alternative" },
      element("bdi", { class: "token" }, token), bar, element("span", { class: "number" }, similarity.toFixed(2))));
  }));
}
