// The translator's page: live as you type, and a look at what each word attended to.

import { unitsOf } from "./units.js";
import { WORDS } from "./words.js";

const PAUSE = 250; // Milliseconds without a key before a text is translated.
const ALTERNATIVES = 4;
const LINES = 100; // Of a file, in one request.
const STRONGEST = 3; // Source words that are named.
const FAINT = 0.05; // Weights below are not shown.

const find = (id) => document.getElementById(id);
const [text, mirror, output, status, hint] = ["text", "mirror", "output", "status", "hint"].map(find);
const [from, to] = [find("source"), find("target")];

let words = WORDS.en;
let languages = [];
let limit = 0;
let shown = null; // The answer that is on the page.
let pending = null; // AbortController of the request under way.
let timer = 0;
let ranks = []; // Which hypothesis of each sentence is shown.

start();

async function start() {
  const wanted = localStorage.getItem("seq2see-interface") ?? navigator.language.slice(0, 2);
  find("interface").value = wanted in WORDS ? wanted : "en";
  speak();
  listen();
  await settle();
  if (text.value) changed(); // Typed meanwhile, or kept by the browser.
}

/** Ask what can be translated. */
async function settle() {
  try {
    const [known, settings] = await Promise.all([get("languages"), get("frontend/settings")]);
    languages = known;
    limit = settings.charLimit;
  } catch {
    say(words.unreachable, true);
    return;
  }
  if (languages.length === 0) say(words.noRuns, true);
  fillSources();
  count();
}

function fillSources(chosen = from.value) {
  const choices = languages.map(({ code, name }) => [code, nameOf(code, name)]);
  if (languages.length > 1) choices.unshift(["auto", words.auto]);
  fill(from, choices, chosen || languages[0]?.code);
  fillTargets();
}

function fillTargets(chosen = to.value) {
  const sources = from.value === "auto" ? languages : languages.filter((one) => one.code === from.value);
  const codes = [...new Set(sources.flatMap((one) => one.targets))];
  fill(to, codes.map((code) => [code, nameOf(code)]), chosen);
  const back = languages.find((one) => one.code === to.value);
  find("swap").disabled = !back || (from.value !== "auto" && !back.targets.includes(from.value));
  output.lang = to.value;
  text.lang = from.value === "auto" ? "" : from.value;
}

function fill(select, choices, chosen) {
  select.replaceChildren(...choices.map(([value, label]) => new Option(label, value)));
  if (choices.some(([value]) => value === chosen)) select.value = chosen;
}

/** The name of a language in that of the interface. */
function nameOf(code, otherwise = code) {
  try {
    return new Intl.DisplayNames([find("interface").value], { type: "language" }).of(code) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function speak() {
  const language = find("interface").value;
  words = WORDS[language];
  document.documentElement.lang = language;
  for (const [name, put] of Object.entries({
    text: (node, value) => (node.textContent = value),
    label: (node, value) => node.setAttribute("aria-label", value),
    title: (node, value) => ((node.title = value), node.setAttribute("aria-label", value)),
    placeholder: (node, value) => (node.placeholder = value),
  })) {
    for (const node of document.querySelectorAll(`[data-${name}]`)) put(node, words[node.dataset[name]]);
  }
}

function listen() {
  find("interface").addEventListener("change", () => {
    localStorage.setItem("seq2see-interface", find("interface").value);
    speak();
    fillSources();
    count();
    show();
  });
  text.addEventListener("input", changed);
  from.addEventListener("change", () => (fillTargets(), changed()));
  to.addEventListener("change", () => (fillTargets(), changed()));
  find("swap").addEventListener("click", swap);
  find("clear").addEventListener("click", () => (enter(""), text.focus()));
  find("copy").addEventListener("click", copy);
  find("player").addEventListener("click", openPlayer);
  find("file").addEventListener("change", translateFile);
  output.addEventListener("pointerover", ({ target }) => choose(target.closest(".unit")));
  output.addEventListener("pointerleave", () => choose(null));
  output.addEventListener("keydown", walk);
  output.addEventListener("blur", () => choose(null));
}

function enter(value) {
  text.value = value;
  changed();
}

function swap() {
  const source = from.value === "auto" ? (shown?.source ?? languages.find((one) => one.code !== to.value)?.code) : from.value;
  const translated = plain();
  fill(from, [...from.options].map((one) => [one.value, one.label]), to.value);
  fillTargets(source);
  if (translated) enter(translated);
  else changed();
}

function changed() {
  count();
  clearTimeout(timer);
  pending?.abort();
  pending = null;
  if (text.value.trim() === "" || to.value === "") {
    shown = null;
    show();
    say("");
    return;
  }
  output.classList.add("old");
  timer = setTimeout(translate, PAUSE);
}

function count() {
  find("count").textContent = limit ? words.count([...text.value].length, limit) : "";
  mirror.textContent = text.value + "\n"; // Makes the sheet as high as its text.
}

async function translate() {
  if (languages.length === 0) await settle();
  const asked = { text: text.value, source: from.value, target: to.value, look: true, nbest: ALTERNATIVES };
  pending = new AbortController();
  const mine = pending;
  const slow = setTimeout(() => say(words.working), 400);
  try {
    const answer = await post("v1/translate", asked, mine.signal);
    shown = answer;
    ranks = answer.translations[0].sentences.map(() => 0);
    show();
    say(remark(answer));
  } catch (error) {
    if (mine.signal.aborted) return; // Another text has come since.
    say(error instanceof Refused ? error.message : words.unreachable, true);
  } finally {
    clearTimeout(slow);
  }
}

function remark(answer) {
  const parts = [];
  if (answer.detected) parts.push(words.detected(nameOf(answer.source)) + ".");
  if (answer.pivot) parts.push(words.via(nameOf(answer.pivot)));
  const warnings = answer.translations[0].sentences.flatMap((one) => one.warnings);
  return [...parts, ...new Set(warnings)].join(" ");
}

/** The translation as it is shown. */
function plain() {
  return output.textContent ?? "";
}

/** Sentences with where they stand in the source, and what is between them. */
function sentences() {
  let place = 0;
  return (shown?.translations[0].sentences ?? []).map((sentence) => {
    const start = text.value.indexOf(sentence.source, place);
    const before = text.value.slice(place, start);
    place = start + sentence.source.length;
    return { sentence, start, before };
  });
}

/** Write the translation, a span for each unit that looked at something. */
function show() {
  output.classList.remove("old");
  const nodes = [];
  const all = sentences();
  all.forEach(({ sentence, before }, number) => {
    nodes.push(before, ...written(sentence, number));
  });
  output.replaceChildren(...nodes);
  find("copy").disabled = find("player").disabled = all.length === 0;
  hint.textContent = all.length ? words.hint : "";
  list(all);
  choose(null);
}

function written(sentence, number) {
  const said = sentence.hypotheses[ranks[number]];
  const units = unitsOf(sentence, ranks[number]);
  const looks = units.weights !== null && shown.runs.length === 1;
  const nodes = [];
  let end = 0;
  units.target.forEach(([start, stop], place) => {
    const unit = document.createElement("span");
    unit.textContent = said.text.slice(start, stop);
    if (looks) {
      unit.className = "unit";
      unit.dataset.sentence = String(number);
      unit.dataset.unit = String(place);
    }
    nodes.push(said.text.slice(end, start), unit);
    end = stop;
  });
  return [...nodes, said.text.slice(end)];
}

/** Mark what a unit looked at. */
function choose(unit) {
  for (const one of output.querySelectorAll(".chosen")) one.classList.remove("chosen");
  if (!unit) {
    count();
    if (shown) hint.textContent = words.hint;
    return;
  }
  unit.classList.add("chosen");
  const number = Number(unit.dataset.sentence);
  const { sentence, start } = sentences()[number];
  const units = unitsOf(sentence, ranks[number]);
  const weights = units.weights[Number(unit.dataset.unit)];
  const nodes = [];
  let end = 0;
  units.source.forEach(([first, last], place) => {
    if (weights[place] < FAINT) return;
    const mark = document.createElement("mark");
    mark.textContent = text.value.slice(start + first, start + last);
    mark.style.setProperty("--weight", weights[place].toFixed(3));
    nodes.push(text.value.slice(end, start + first), mark);
    end = start + last;
  });
  mirror.replaceChildren(...nodes, text.value.slice(end) + "\n");
  const order = units.source.map((_, place) => place).sort((one, other) => weights[other] - weights[one]);
  const named = order.filter((place) => weights[place] >= FAINT).slice(0, STRONGEST);
  const said = named.map((place) => `${sentence.source.slice(...units.source[place])} ${Math.round(100 * weights[place])} %`);
  hint.textContent = said.length ? words.looked(unit.textContent, said.join(", ")) : words.hint;
}

function walk(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
  const units = [...output.querySelectorAll(".unit")];
  if (event.key === "Escape") choose(null);
  if (step === undefined || units.length === 0) return;
  event.preventDefault();
  const turned = getComputedStyle(output).direction === "rtl" && Number.isFinite(step) ? -step : step;
  const place = units.findIndex((one) => one.classList.contains("chosen"));
  const next = place < 0 ? (turned > 0 ? 0 : units.length - 1) : place + turned;
  choose(units[Math.max(0, Math.min(next, units.length - 1))]);
}

/** Other translations, of a single sentence. */
function list(all) {
  const several = all.length === 1 ? all[0].sentence.hypotheses : [];
  find("more").hidden = several.length < 2;
  find("alternatives").replaceChildren(
    ...several.flatMap((one, rank) => (rank === ranks[0] ? [] : [choice(one, rank)])),
  );
}

function choice(said, rank) {
  const entry = document.createElement("li");
  const button = document.createElement("button");
  const written = document.createElement("span");
  const likely = document.createElement("span");
  button.type = "button";
  written.dir = "auto";
  written.lang = to.value;
  written.textContent = said.text;
  likely.className = "quiet";
  likely.textContent = words.probability((100 * Math.exp(said.log_prob)).toPrecision(2));
  button.append(written, likely);
  button.addEventListener("click", () => ((ranks[0] = rank), show(), output.focus()));
  entry.append(button);
  return entry;
}

async function copy() {
  try {
    await navigator.clipboard.writeText(plain());
  } catch {
    getSelection()?.selectAllChildren(output); // Without a clipboard (plain http), Ctrl-C copies.
    document.execCommand("copy");
  }
  say(words.copied);
}

/** The player, on the sentence of the chosen word, or on the first one. */
function openPlayer() {
  const chosen = output.querySelector(".chosen");
  const { sentence } = sentences()[Number(chosen?.dataset.sentence ?? 0)];
  const run = shown.runs[0];
  const asked = new URLSearchParams({ run, text: sentence.source, language: find("interface").value });
  open(`player?${asked}`, "_blank", "noopener");
}

/** Translate a file line by line, and save what comes. */
async function translateFile(event) {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  let content;
  try {
    content = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    say(words.notText, true);
    return;
  }
  const lines = content.split(/\r?\n/);
  const end = lines.at(-1) === "" ? lines.pop() : null;
  const translated = [];
  try {
    for (let first = 0; first < lines.length; ) {
      const part = [];
      for (let size = 0; first < lines.length && part.length < LINES; first++) {
        size += [...lines[first]].length;
        if (part.length > 0 && size > limit) break;
        part.push(lines[first]);
      }
      const answer = await post("translate", { q: part, source: from.value, target: to.value });
      translated.push(...answer.translatedText);
      say(words.lines(translated.length, lines.length));
    }
  } catch (error) {
    say(error instanceof Refused ? error.message : words.unreachable, true);
    return;
  }
  const name = file.name.replace(/(\.[^.]*)?$/, `.${to.value}$1`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([translated.join("\n") + (end === "" ? "\n" : "")], { type: "text/plain" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
  say(words.saved(name));
}

function say(message, wrong = false) {
  status.textContent = message;
  status.classList.toggle("wrong", wrong);
  if (wrong) output.classList.remove("old");
}

class Refused extends Error {}

async function get(path) {
  return read(await fetch(path));
}

async function post(path, body, signal) {
  const headers = { "Content-Type": "application/json" };
  return read(await fetch(path, { method: "POST", body: JSON.stringify(body), headers, signal }));
}

async function read(reply) {
  const answer = await reply.json();
  if (!reply.ok) throw new Refused(answer.error);
  return answer;
}
