/**
 * Every text of the player, in every language of its interface. A text may hold `{name}`, which is
 * replaced by a value, and `[hidden state]{encoder}`, which is written in the colour of a role.
 */

import { copyingWords } from "seq2see/words/copying";
import { deepWords } from "seq2see/words/deep";
import { equationWords } from "seq2see/words/equations";
import { interfaceWords } from "seq2see/words/interface";
import { matrixWords } from "seq2see/words/matrices";
import { recurrentWords } from "seq2see/words/recurrent";
import { scopeWords } from "seq2see/words/scopes";
import { transformerWords } from "seq2see/words/transformer";

/** @typedef {"en" | "zh"} Language */
/** @typedef {Record<Language, Record<string, string>>} Table */

/** @type {Table[]} */
const TABLES = [equationWords, interfaceWords, recurrentWords, scopeWords, transformerWords, matrixWords, deepWords, copyingWords];

/** @type {Table} */
export const WORDS = {
  en: Object.assign({}, ...TABLES.map((table) => table.en)),
  zh: Object.assign({}, ...TABLES.map((table) => table.zh)),
};

/**
 * A text with its values, without colours.
 * @param {Language} language
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function say(language, key, values = {}) {
  return spans(language, key, values).map((span) => span.text).join("");
}

/**
 * A text as spans, those of a role apart.
 * @param {Language} language
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {{text: string, role: string | null}[]}
 */
export function spans(language, key, values = {}) {
  const template = WORDS[language][key];
  if (template === undefined) throw new Error(`There is no text ${key} in ${language}.`);
  return template
    .split(/(\[[^\]]+\]\{\w+\})/)
    .filter(Boolean)
    .map((part) => {
      const [, inside, role] = /^\[([^\]]+)\]\{(\w+)\}$/.exec(part) ?? [null, part, null];
      return { text: filled(/** @type {string} */ (inside), values, key), role };
    });
}

/**
 * @param {string} template
 * @param {Record<string, string | number>} values
 * @param {string} key
 */
function filled(template, values, key) {
  return template.replace(/\{(\w+)\}/g, (_, name) => {
    if (!(name in values)) throw new Error(`The text ${key} needs a value for ${name}.`);
    return String(values[name]);
  });
}
