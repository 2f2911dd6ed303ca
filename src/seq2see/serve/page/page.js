// The translator's page: live as you type, and a look at what each word attended to.

import { Refused, key, offer, openPlayer, translate } from "./client.js";
import { fill, find } from "./elements.js";
import { Files } from "./file.js";
import { Output } from "./output.js";
import { WORDS } from "./words.js";

/** @typedef {import("./client.js").Way} Way */

const PAUSE = 250; // Milliseconds without a key before a text is translated.
const SOON = 5000; // Milliseconds until a service that is out of reach is asked again; twice as long each time,
const LATE = 60000; // up to these.
const ALTERNATIVES = 4;
const AUTO = "auto";
const RUN = "run:"; // Before the name of a run that knows no languages.

const text = find("text", HTMLTextAreaElement);
const status = find("status", HTMLElement);
const language = find("interface", HTMLSelectElement);
const from = find("source", HTMLSelectElement);
const to = find("target", HTMLSelectElement);

let words = WORDS.en;
/** @type {import("./client.js").Offer} */
let offered = { languages: [], runs: [], limit: 0, needsKey: false };
/** The request under way. @type {AbortController | null} */
let pending = null;
let timer = 0;
let again = SOON;
/** What was chosen last, which may not be offered for a while. */
let wanted = { source: "", target: "" };
/** What was said last. @type {() => string} */
let said = () => "";
const output = new Output(() => words);
const files = new Files(
  () => words,
  way,
  () => offered.limit,
);

start();

async function start() {
  const wanted = localStorage.getItem("seq2see-interface") ?? navigator.language.slice(0, 2);
  language.value = wanted in WORDS ? wanted : "en";
  speak();
  listen();
  count();
  await ask(); // The text may have been typed meanwhile, or kept by the browser.
}

/** Ask what can be translated. */
async function settle() {
  try {
    offered = await offer();
  } catch {
    say(() => words.unreachable, true);
    return;
  }
  say(() => (isUnknown() ? words.noRuns : ""), isUnknown());
  find("locked", HTMLElement).hidden = !offered.needsKey;
  find("key", HTMLInputElement).value = key.get();
  fillSources();
  count();
}

function fillSources(chosen = wanted.source || from.value) {
  const { languages, runs } = offered;
  /** @type {[string, string][]} */
  const choices = languages.map(({ code, name }) => [code, nameOf(code, name)]);
  if (languages.length > 1) choices.unshift([AUTO, words.auto]);
  for (const { name } of runs) choices.push([RUN + name, name]);
  fill(from, choices.length > 0 ? choices : [["", "—"]], chosen || (languages[0]?.code ?? ""));
  from.disabled = choices.length === 0;
  fillTargets();
}

function fillTargets(chosen = wanted.target || to.value) {
  const { languages } = offered;
  const sources = from.value === AUTO ? languages : languages.filter((one) => one.code === from.value);
  const codes = [...new Set(sources.flatMap((one) => one.targets))];
  fill(to, codes.length > 0 ? codes.map((code) => [code, nameOf(code)]) : [["", "—"]], chosen);
  to.disabled = codes.length === 0;
  const back = languages.find((one) => one.code === to.value);
  find("swap", HTMLButtonElement).disabled = !back || (from.value !== AUTO && !back.targets.includes(from.value));
  output.pane.lang = to.value;
  text.lang = codes.length === 0 || from.value === AUTO ? "" : from.value;
}

/**
 * The name of a language in that of the interface.
 * @param {string} code
 */
function nameOf(code, otherwise = code) {
  try {
    return new Intl.DisplayNames([language.value], { type: "language" }).of(code) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** By what to translate; null where nothing can be. @returns {Way | null} */
function way() {
  if (from.value.startsWith(RUN)) return { run: from.value.slice(RUN.length) };
  return to.value ? { source: from.value, target: to.value } : null;
}

/** Write what the page says in the language of its interface. */
function speak() {
  words = WORDS[/** @type {keyof typeof WORDS} */ (language.value)];
  document.documentElement.lang = language.value;
  /** @type {Record<string, (node: HTMLElement, value: string) => void>} */
  const ways = {
    text: (node, value) => (node.textContent = value),
    label: (node, value) => node.setAttribute("aria-label", value),
    title: (node, value) => {
      node.title = value;
      node.setAttribute("aria-label", value);
    },
    placeholder: (node, value) => node.setAttribute("placeholder", value),
  };
  for (const [name, put] of Object.entries(ways)) {
    for (const node of document.querySelectorAll(`[data-${name}]`)) {
      if (!(node instanceof HTMLElement)) continue;
      put(node, String(words[/** @type {keyof typeof words} */ (node.dataset[name])]));
    }
  }
}

function listen() {
  language.addEventListener("change", () => {
    localStorage.setItem("seq2see-interface", language.value);
    speak();
    fillSources();
    count();
    output.write();
    files.write();
    status.textContent = said();
  });
  text.addEventListener("input", changed);
  for (const select of [from, to]) {
    select.addEventListener("change", () => {
      wanted = { source: from.value, target: to.value };
      fillTargets();
      changed();
    });
  }
  find("key", HTMLInputElement).addEventListener("input", ({ target }) => {
    key.set(/** @type {HTMLInputElement} */ (target).value.trim());
    changed();
  });
  find("swap", HTMLElement).addEventListener("click", swap);
  find("clear", HTMLElement).addEventListener("click", () => {
    enter("");
    text.focus();
  });
  find("copy", HTMLElement).addEventListener("click", copy);
  find("player", HTMLElement).addEventListener("click", () => {
    const { answer, sentences, current } = output;
    if (answer) openPlayer({ run: answer.runs[0], text: sentences[current].sentence.source, language: language.value });
  });
}

/** @param {string} value */
function enter(value) {
  text.value = value;
  changed();
}

function swap() {
  const other = offered.languages.find((one) => one.code !== to.value)?.code;
  const source = from.value === AUTO ? (output.answer?.source ?? other) : from.value;
  const translated = output.isOld ? "" : output.plain; // What was typed since must not be lost.
  from.value = to.value;
  fillTargets(source);
  wanted = { source: from.value, target: to.value };
  if (translated) enter(translated);
  else changed();
}

function changed() {
  count();
  clearTimeout(timer);
  pending?.abort();
  pending = null;
  again = SOON;
  if (text.value.trim() === "" || (way() === null && !isUnknown())) {
    show(null);
    if (isUnknown()) poll();
    else say(() => "");
  } else if (offered.needsKey && !key.get()) {
    show(null);
    say(() => words.needsKey, true);
  } else {
    output.age();
    timer = setTimeout(ask, PAUSE);
  }
}

function count() {
  const field = find("count", HTMLElement);
  const used = [...text.value].length;
  field.textContent = offered.limit ? words.count(used, offered.limit) : "";
  field.classList.toggle("wrong", offered.limit > 0 && used > offered.limit);
  output.mirrored();
}

/** Whether it is not known yet what can be translated. */
function isUnknown() {
  return offered.languages.length + offered.runs.length === 0;
}

/** Whether another way is taken than the one that was chosen, which could not be. */
function isMakeshift() {
  return wanted.source !== "" && (wanted.source !== from.value || wanted.target !== to.value);
}

async function ask() {
  const mine = new AbortController();
  pending = mine;
  if (isUnknown() || isMakeshift()) {
    await settle();
    if (mine.signal.aborted) return;
    if (isUnknown()) poll();
  }
  const chosen = way();
  if (!chosen || text.value.trim() === "") return;
  const slow = setTimeout(() => say(() => words.working), 400);
  /** @type {import("./client.js").Answer} */
  let answer;
  try {
    answer = await translate({ ...chosen, text: text.value, look: true, nbest: ALTERNATIVES }, mine.signal);
  } catch (error) {
    if (mine.signal.aborted) return; // Another text has come since.
    show(null); // What was there is of another text.
    clearTimeout(slow);
    await recover(error, chosen, mine.signal);
    return;
  } finally {
    clearTimeout(slow);
  }
  again = SOON;
  show(answer);
  say(() => remark(answer));
}

/** Ask again after a while. */
function poll() {
  clearTimeout(timer);
  timer = setTimeout(ask, again);
  again = Math.min(2 * again, LATE);
}

/**
 * Say what went wrong. The runs may have changed since the page was opened: then another way is tried.
 * @param {unknown} error
 * @param {Way} chosen
 * @param {AbortSignal} signal
 */
async function recover(error, chosen, signal) {
  if (!(error instanceof Refused)) {
    say(() => words.unreachable, true);
    poll();
    return;
  }
  if ([400, 403, 404, 503].includes(error.status)) {
    await settle();
    if (signal.aborted) return;
    if (isUnknown()) {
      poll();
      return;
    }
    if (way() && JSON.stringify(way()) !== JSON.stringify(chosen)) {
      await ask();
      return;
    }
  }
  say(() => (error.status === 403 ? words.needsKey : error.message), true);
}

/** @param {import("./client.js").Answer | null} answer */
function show(answer) {
  output.show(answer);
  const isEmpty = output.sentences.length === 0;
  find("copy", HTMLButtonElement).disabled = isEmpty;
  find("player", HTMLButtonElement).disabled = isEmpty;
}

/** @param {import("./client.js").Answer} answer */
function remark({ detected, pivot, translations }) {
  const parts = [];
  if (detected) parts.push(`${words.detected(nameOf(detected.language))}.`);
  if (pivot) parts.push(words.via(nameOf(pivot)));
  const warnings = translations[0].sentences.flatMap((one) => one.warnings);
  return [...parts, ...new Set(warnings)].join(" ");
}

async function copy() {
  try {
    await navigator.clipboard.writeText(output.plain);
  } catch {
    getSelection()?.selectAllChildren(output.pane); // Without a clipboard (plain http), Ctrl-C copies.
    if (!document.execCommand("copy")) {
      say(() => words.notCopied, true);
      return;
    }
  }
  say(() => words.copied);
}

/** @param {() => string} message In whatever language the interface has */
function say(message, wrong = false) {
  said = message;
  status.textContent = message();
  status.classList.toggle("wrong", wrong);
}
