// Calls the translator of a page: {packed, calls} on standard input, one result a line on output.
// A call is [method, ...arguments], and ["trace", text, options, rank] for a trace of a translation.
// Arrays of numbers are {"float32": base64} on the way in and out.

import { readFileSync } from "node:fs";

const engine = new URL("../../src/seq2see/views/static/engine/", import.meta.url);
const { Translator } = await import(new URL("translator.js", engine));

function revived(_, value) {
  if (!value?.float32) return value;
  const bytes = Buffer.from(value.float32, "base64");
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

function plain(_, value) {
  if (value instanceof Map) return Object.fromEntries(value);
  if (!(value instanceof Float32Array)) return value;
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return { float32: bytes.toString("base64") };
}

function called(translator, [method, ...values]) {
  try {
    if (method !== "trace") return translator[method](...values);
    const [text, options, rank, detail] = values;
    return translator.translate(text, options).trace(rank, detail);
  } catch (error) {
    return { error: error.message };
  }
}

const { packed, calls } = JSON.parse(readFileSync(0, "utf-8"), revived);
const translator = new Translator(packed);
for (const call of calls) console.log(JSON.stringify(called(translator, call) ?? null, plain));
