/**
 * Text to ids and back, by a tokenizer file: the same tokens, labels and words as `tokenizer/` in
 * Python gives. Letters that Unicode has taken in since version 15 may be cut otherwise, since the
 * library knows an older version than browsers do.
 */

import { BOS_ID, EOS_ID, PAD_ID, UNK_ID } from "seq2see/engine/interface";
import { vocabularyOf } from "seq2see/engine/pieces";
import { decoder, normalizer, splitter } from "seq2see/engine/pipeline";
import { trimmed, wordStarts, wordsOf } from "seq2see/engine/spaces";

/** @typedef {import("seq2see/engine/pieces").Token} Token */

/**
 * A tokenised text. `words` has the white-space-separated word of each token, null for white space;
 * `texts` are the words; `spans` say where each token stands, from and to, in UTF-16 units.
 * @typedef {{ids: number[], labels: string[], words: (number | null)[], texts: string[],
 *   spans: [number, number][]}} Tokens
 */

const BLANK = "␣";
const NUM_SPECIAL = 4;
const NUM_BYTES = 256;
const SKIPPED = new Set([PAD_ID, BOS_ID, EOS_ID]);

/** A vocabulary and the rules that split text into it and join it again. */
export class Tokenizer {
  /** @param {any} file The parsed JSON of a tokenizer file. */
  constructor(file) {
    this.normalize = normalizer(file.normalizer);
    this.split = splitter(file.pre_tokenizer);
    this.join = decoder(file.decoder);
    this.vocabulary = vocabularyOf(file.model, UNK_ID);
    this.hasBytes = file.model.type !== "WordLevel";
  }

  /** Number of tokens. */
  get size() {
    return this.vocabulary.tokens.length;
  }

  /**
   * Display label of a token: without surrounding white space, a byte as `0xE0`.
   * @param {number} id
   * @returns {string}
   */
  label(id) {
    const token = this.vocabulary.tokens[id];
    return this.isByte(id) ? token.slice(1, -1) : trimmed(token) || BLANK;
  }

  /**
   * Whether a token spells one byte of a character.
   * @param {number} id
   * @returns {boolean}
   */
  isByte(id) {
    return this.hasBytes && id >= NUM_SPECIAL && id < NUM_SPECIAL + NUM_BYTES;
  }

  /**
   * Whether a token is no text: padding, unknown, start or end.
   * @param {number} id
   * @returns {boolean}
   */
  isSpecial(id) {
    return id < NUM_SPECIAL;
  }

  /**
   * Tokenise a text. Adds no special tokens.
   * @param {string} text
   * @returns {Tokens}
   */
  encode(text) {
    checkUnicode(text);
    const tokens = this.split(this.normalize(text)).flatMap(this.vocabulary.tokenize);
    const spans = this.spans(text, tokens);
    const starts = wordStarts(text);
    return {
      ids: tokens.map(({ id }) => id),
      labels: tokens.map(({ id }) => this.label(id)),
      words: spans.map(([start, end]) =>
        trimmed(text.slice(start, end)) ? starts.findLastIndex((one) => one <= start) : null,
      ),
      texts: wordsOf(text),
      spans,
    };
  }

  /**
   * Tokens as a text. Padding, start and end are skipped; unknown ones read `<unk>`; bytes that
   * are not UTF-8 become U+FFFD.
   * @param {number[]} ids
   * @returns {string}
   */
  decode(ids) {
    const kept = ids.filter((id) => !SKIPPED.has(id));
    return this.join(kept.map((id) => this.vocabulary.tokens[id])).join("");
  }

  /**
   * The pieces of a text that the vocabulary does not hold, in order.
   * @param {string} text
   * @returns {string[]}
   */
  unknownWords(text) {
    const { ids, spans } = this.encode(text);
    return spans.filter((_, i) => ids[i] === UNK_ID).map(([start, end]) => text.slice(start, end));
  }

  /**
   * Walk along the text, in which only spaces can be missing or more than in the tokens. The bytes
   * of one character share its span.
   * @param {string} text
   * @param {Token[]} tokens
   * @returns {[number, number][]}
   */
  spans(text, tokens) {
    let position = 0;
    let bytesLeft = 0;
    return tokens.map(({ id, surface }) => {
      if (this.isByte(id)) {
        const character = String.fromCodePoint(text.codePointAt(position) ?? 0);
        const end = position + character.length;
        /** @type {[number, number]} */
        const span = [position, end];
        bytesLeft = (bytesLeft || new TextEncoder().encode(character).length) - 1;
        if (!bytesLeft) position = end;
        return span;
      }
      const { start, end } = located(text, surface, position);
      position = end;
      return withoutSpaces(text, start, end);
    });
  }
}

/**
 * Where a token stands that begins at a position or behind some spaces.
 * @param {string} text
 * @param {string} surface
 * @param {number} from
 */
function located(text, surface, from) {
  let position = from;
  let start = -1;
  for (const unit of surface.split("")) {
    if (unit === " " && text[position] !== " ") continue; // a mark that is not in the text
    position = text.indexOf(unit, position); // behind spaces that the rules have dropped
    if (start < 0) start = position;
    position++;
  }
  return { start: start < 0 ? position : start, end: position };
}

/**
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @returns {[number, number]}
 */
function withoutSpaces(text, start, end) {
  const piece = text.slice(start, end);
  const inner = trimmed(piece);
  if (!inner) return [start, end];
  const from = start + piece.indexOf(inner);
  return [from, from + inner.length];
}

/** @param {string} text */
function checkUnicode(text) {
  const place = Array.from(text).findIndex((character) => /^\p{Surrogate}$/u.test(character));
  if (place < 0) return;
  throw new Error(
    `Character ${place + 1} of the text is a lone surrogate, which is not valid Unicode; type or ` +
      "paste the text again.",
  );
}
