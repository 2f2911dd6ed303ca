/**
 * The rules of a tokenizer file of the `tokenizers` library, as far as seq2see uses them: what is
 * done to a text before it is cut, how it is cut, and how tokens become a text again.
 */

/** @typedef {{Regex: string} | {String: string}} Pattern */
/** @typedef {{type: string, [key: string]: any}} Rule */

/**
 * A function that does what a normalizer says.
 * @param {Rule | null} rule
 * @returns {(text: string) => string}
 */
export function normalizer(rule) {
  if (!rule) return (text) => text;
  if (rule.type === "Replace") {
    const pattern = regexOf(rule.pattern);
    return (text) => text.replace(pattern, () => rule.content);
  }
  if (rule.type === "Prepend") return (text) => (text ? rule.prepend + text : text);
  if (rule.type === "Sequence") {
    /** @type {((text: string) => string)[]} */
    const steps = rule.normalizers.map(normalizer);
    return (text) => steps.reduce((sum, step) => step(sum), text);
  }
  throw unknown("normalizer", rule);
}

/**
 * A function that cuts a text as a pre-tokenizer says.
 * @param {Rule} rule
 * @returns {(text: string) => string[]}
 */
export function splitter(rule) {
  if (rule.type !== "Split" || rule.invert) throw unknown("pre-tokenizer", rule);
  const pattern = regexOf(rule.pattern);
  if (rule.behavior === "Isolated") return (text) => isolated(text, pattern);
  if (rule.behavior === "MergedWithNext") return (text) => mergedWithNext(text, pattern);
  throw unknown("pre-tokenizer", rule);
}

/**
 * Every match is a piece, and so is what stands between two.
 * @param {string} text
 * @param {RegExp} pattern
 */
function isolated(text, pattern) {
  const pieces = [];
  let end = 0;
  for (const { 0: match, index } of text.matchAll(pattern)) {
    pieces.push(text.slice(end, index), match);
    end = index + match.length;
  }
  pieces.push(text.slice(end));
  return pieces.filter((piece) => piece);
}

/**
 * A piece begins at every match.
 * @param {string} text
 * @param {RegExp} pattern
 */
function mergedWithNext(text, pattern) {
  const starts = Array.from(text.matchAll(pattern), ({ index }) => index);
  const pieces = [0, ...starts].map((start, i) => text.slice(start, starts[i]));
  return pieces.filter((piece) => piece);
}

/**
 * A function that puts tokens together as a decoder says.
 * @param {Rule} rule
 * @returns {(tokens: string[]) => string[]}
 */
export function decoder(rule) {
  if (rule.type === "Fuse") return (tokens) => [tokens.join("")];
  if (rule.type === "ByteFallback") return withBytesRead;
  if (rule.type === "Replace") {
    const pattern = regexOf(rule.pattern);
    return (tokens) => tokens.map((token) => token.replace(pattern, () => rule.content));
  }
  if (rule.type === "Sequence") {
    /** @type {((tokens: string[]) => string[])[]} */
    const steps = rule.decoders.map(decoder);
    return (tokens) => steps.reduce((sum, step) => step(sum), tokens);
  }
  throw unknown("decoder", rule);
}

const BYTE = /^<0x([0-9A-F]{2})>$/;

/**
 * Runs of bytes as the characters that they spell; U+FFFD for each byte of a run that is not UTF-8.
 * @param {string[]} tokens
 * @returns {string[]}
 */
function withBytesRead(tokens) {
  const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** @type {string[]} */
  const read = [];
  /** @type {number[]} */
  let bytes = [];
  const flush = () => {
    if (bytes.length) read.push(spelled(bytes, utf8));
    bytes = [];
  };
  for (const token of tokens) {
    const byte = BYTE.exec(token);
    if (byte) {
      bytes.push(parseInt(byte[1], 16));
    } else {
      flush();
      read.push(token);
    }
  }
  flush();
  return read;
}

/**
 * @param {number[]} bytes
 * @param {TextDecoder} utf8
 */
function spelled(bytes, utf8) {
  try {
    return utf8.decode(Uint8Array.from(bytes));
  } catch {
    return "\ufffd".repeat(bytes.length); // as the library reads what is no UTF-8
  }
}

/**
 * A pattern of the library's regular expressions (Oniguruma) as one of JavaScript, for all matches.
 * @param {Pattern} pattern
 * @returns {RegExp}
 */
function regexOf(pattern) {
  if ("String" in pattern) {
    return new RegExp(pattern.String.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"), "gv");
  }
  const translated = pattern.Regex.replace(
    /\\(?:p\{(?<property>\w+)\}|(?<letter>[AzsS]))/g,
    (whole, property, letter) => {
      if (letter) return LETTERS[letter];
      return property.length > 1 ? `\\p{Script=${property}}` : whole;
    },
  );
  return new RegExp(translated, "gv");
}

/** @type {Record<string, string>} */
const LETTERS = { A: "^", z: "$", s: "\\p{White_Space}", S: "\\P{White_Space}" };

/**
 * @param {string} what
 * @param {Rule} rule
 */
function unknown(what, rule) {
  return new Error(
    `The ${what} \`${rule.type}\` of this tokenizer is not known here; make the page with the ` +
      "seq2see that trained it.",
  );
}
