// Calls modules of the engine of a page: {module, create, argument, calls} on standard input, one
// result a line on standard output. `create` names a class of the module, made with the argument;
// without it the functions of the module are called. A call is [name, ...arguments], and
// ["trace", text, options, rank] for the trace of a translation. Arrays of numbers are
// {"float32": base64}, on the way in and out.

import { readFileSync } from "node:fs";

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

function called(callee, [name, ...values]) {
  try {
    if (name !== "trace") return callee[name](...values);
    const [text, options, rank, detail] = values;
    return callee.translate(text, options).trace(rank, detail);
  } catch (error) {
    return { error: error.message };
  }
}

const { module, create, argument, calls } = JSON.parse(readFileSync(0, "utf-8"), revived);
const engine = new URL("../../src/seq2see/views/static/engine/", import.meta.url);
const imported = await import(new URL(`${module}.js`, engine));
const callee = create ? new imported[create](argument) : imported;
for (const call of calls) console.log(JSON.stringify(called(callee, call) ?? null, plain));
