/** Texts of the player itself. */

/** @type {import("seq2see/words/index").Table} */
export const interfaceWords = {
  en: {},
  zh: {},
};
