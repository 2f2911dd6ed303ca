// Files, translated line by line.

import { Refused, translate } from "./client.js";

/** @typedef {import("./client.js").Way} Way */

const LINES = 100; // In one request.
const PATIENCE = 10; // Times that one is made again.

/**
 * The text of a file; null unless it is UTF-8.
 * @param {File} file
 */
export async function textOf(file) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    return null;
  }
}

/**
 * Translate each line of a text. When too much is asked for at once, this waits and goes on.
 * @param {string} content
 * @param {Way} way
 * @param {number} limit Most characters of a request
 * @param {(done: number, all: number) => void} tell
 * @param {(seconds: number) => void} tellOfWait
 */
export async function translateLines(content, way, limit, tell, tellOfWait) {
  const lines = content.split(/\r?\n/);
  const end = lines.at(-1) === "" ? lines.pop() : null;
  const translated = [];
  for (const part of portions(lines, limit)) {
    const answer = await patiently(() => translate({ ...way, text: part }), tellOfWait);
    translated.push(...answer.translations.map((one) => one.text));
    tell(translated.length, lines.length);
  }
  return translated.join("\n") + (end === "" ? "\n" : "");
}

/**
 * Ask again when the service says that it will answer later.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {(seconds: number) => void} tell
 */
async function patiently(ask, tell) {
  for (let tries = 0; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Refused) || !error.wait || tries === PATIENCE) throw error;
      const { wait } = error;
      tell(wait);
      await new Promise((go) => setTimeout(go, 1000 * wait));
    }
  }
}

/**
 * Lines that go into one request together; one that is too long goes alone, and is refused.
 * @param {string[]} lines
 * @param {number} limit
 */
function* portions(lines, limit) {
  /** @type {string[]} */
  let part = [];
  let size = 0;
  for (const line of lines) {
    const more = [...line].length;
    if (part.length === LINES || (part.length > 0 && size + more > limit)) {
      yield part;
      [part, size] = [[], 0];
    }
    part.push(line);
    size += more;
  }
  if (part.length > 0) yield part;
}

/**
 * Give a text to whoever sits here.
 * @param {string} name
 * @param {string} content
 */
export function save(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "text/plain" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
