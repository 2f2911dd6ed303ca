/** What a run does to a text before its tokenizer sees it; the steps of `data/clean.py`. */

import { squeezed, trimmed } from "seq2see/engine/spaces";

/** @typedef {"source" | "target"} SideName */

/** @type {Record<string, (text: string) => string>} */
const STEPS = {
  nfc: (text) => text.normalize("NFC"),
  squeeze: (text) => trimmed(squeezed(text)),
  lower: (text) => text.toLowerCase(),
  "strip-apostrophes": (text) => text.replaceAll("'", ""),
  "strip-punctuation": (text) => text.replace(/[\p{P}$+<=>^`|~]/gu, ""),
  "strip-digits": (text) => text.replace(/\p{Nd}/gu, ""),
  "strip-latin-digits": (text) => text.replace(/[0-9]/g, ""),
  "strip-devanagari-digits": (text) => text.replace(/[०-९]/g, ""),
};

/**
 * A text after the steps that are meant for its side.
 * @param {string} text
 * @param {string[]} steps Names; `source.NAME` is done to sources only.
 * @param {SideName} side
 * @returns {string}
 */
export function cleaned(text, steps, side) {
  const meant = steps.filter((name) => !name.includes(".") || name.startsWith(`${side}.`));
  return meant.reduce((sum, name) => stepOf(name.replace(`${side}.`, ""))(sum), text);
}

/** @param {string} name */
function stepOf(name) {
  if (Object.hasOwn(STEPS, name)) return STEPS[name];
  throw new Error(
    `The cleaning step \`${name}\` is not known here; make the page with the seq2see that ` +
      "trained the model.",
  );
}
