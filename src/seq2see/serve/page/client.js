// What the page asks the service.

/**
 * @typedef {{text: string, log_prob: number, tokens: string[] | null,
 *   attention: number[][] | null, word_attention: number[][] | null}} Hypothesis
 * @typedef {{source: string, source_tokens: string[], hypotheses: Hypothesis[], warnings: string[]}} Sentence
 * @typedef {{runs: string[], source: string | null, target: string | null, pivot: string | null,
 *   detected: {language: string} | null, translations: {text: string, sentences: Sentence[]}[]}} Answer
 * @typedef {{code: string, name: string, targets: string[]}} Language
 * @typedef {{name: string, loaded: boolean, source: string | null}} Run
 * @typedef {{run: string} | {source: string, target: string}} Way By what to translate
 * @typedef {{languages: Language[], runs: Run[], limit: number, needsKey: boolean}} Offer
 */

const KEPT = "seq2see-key";

/** The service said no, and why. */
export class Refused extends Error {
  /**
   * @param {string} message
   * @param {number} status
   * @param {number} wait Seconds after which it may say yes; 0: it never will
   */
  constructor(message, status, wait) {
    super(message);
    this.status = status;
    this.wait = wait;
  }
}

/** The API key of whoever sits here, until the tab is closed. */
export const key = {
  get: () => sessionStorage.getItem(KEPT) ?? "",
  /** @param {string} value */
  set: (value) => sessionStorage.setItem(KEPT, value),
};

/**
 * What can be translated.
 * @returns {Promise<Offer>}
 */
export async function offer() {
  const [languages, settings, runs] = await Promise.all([get("languages"), get("frontend/settings"), get("v1/runs")]);
  return {
    languages,
    limit: settings.charLimit,
    needsKey: settings.keyRequired,
    runs: runs.filter((/** @type {Run} */ run) => run.loaded && run.source === null),
  };
}

/**
 * @param {Way & {text: string | string[], look?: boolean, nbest?: number}} asked
 * @param {AbortSignal} [signal]
 * @returns {Promise<Answer>}
 */
export async function translate(asked, signal) {
  /** @type {Record<string, string>} */
  const headers = { "Content-Type": "application/json" };
  if (key.get()) headers.Authorization = `Bearer ${key.get()}`;
  return read(await fetch("v1/translate", { method: "POST", body: JSON.stringify(asked), headers, signal }));
}

/**
 * Open the player on a sentence, in a tab of its own; a key must not stand in its address.
 * @param {{run: string, text: string, language: string}} asked
 */
export function openPlayer(asked) {
  const form = document.createElement("form");
  Object.assign(form, { action: "player", target: "_blank", rel: "noopener", method: key.get() ? "post" : "get", hidden: true });
  const given = key.get() ? { ...asked, api_key: key.get() } : asked;
  for (const [name, value] of Object.entries(given)) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  document.body.append(form);
  form.submit();
  form.remove();
}

/** @param {string} path */
async function get(path) {
  return read(await fetch(path));
}

/** @param {Response} reply */
async function read(reply) {
  if (reply.ok) return reply.json();
  // Something between here and the service may have said no in words of its own.
  const said = await reply.json().catch(() => ({ error: `${reply.status} ${reply.statusText}` }));
  throw new Refused(said.error, reply.status, Number(reply.headers.get("Retry-After")));
}
