/**
 * Vocabularies: how a piece of text becomes tokens. The choices are those of the `tokenizers`
 * library, which trained them.
 */

/**
 * A token: its id and what it says, for a byte its name.
 * @typedef {{id: number, surface: string}} Token
 */

/** @typedef {(piece: string) => Token[]} Tokenize */

/**
 * A vocabulary: all tokens in the order of their ids, and the function that finds them.
 * @typedef {{tokens: string[], idOf: (token: string) => number | undefined, tokenize: Tokenize}}
 *   Vocabulary
 */

/**
 * @param {any} model Of a tokenizer file.
 * @param {number} unknownId
 * @returns {Vocabulary}
 */
export function vocabularyOf(model, unknownId) {
  if (model.type === "WordLevel") return wordLevel(model, unknownId);
  if (model.type === "BPE") return bytePairs(model);
  if (model.type === "Unigram") return unigram(model);
  throw new Error(
    `The vocabulary \`${model.type}\` of this tokenizer is not known here; make the page with ` +
      "the seq2see that trained it.",
  );
}

/**
 * A piece is one token, known or not.
 * @param {{vocab: Record<string, number>}} model
 * @param {number} unknownId
 * @returns {Vocabulary}
 */
function wordLevel({ vocab }, unknownId) {
  const { tokens, ids } = indexed(vocab);
  return {
    tokens,
    idOf: (token) => ids.get(token),
    tokenize: (piece) => [{ id: ids.get(piece) ?? unknownId, surface: piece }],
  };
}

/**
 * Byte-pair encoding (Sennrich et al. 2016): the pair that was learnt first is merged first, of
 * equal ones the leftmost.
 * @param {{vocab: Record<string, number>, merges: [string, string][]}} model
 * @returns {Vocabulary}
 */
function bytePairs({ vocab, merges }) {
  const { tokens, ids } = indexed(vocab);
  const ranks = new Map(merges.map(([left, right], rank) => [pairOf(left, right), rank]));
  /** @type {Tokenize} */
  const tokenize = (piece) => {
    const symbols = Array.from(piece).flatMap((one) => (ids.has(one) ? [one] : bytesOf(one)));
    for (;;) {
      let [best, at] = [Infinity, -1];
      for (let i = 0; i + 1 < symbols.length; i++) {
        const rank = ranks.get(pairOf(symbols[i], symbols[i + 1])) ?? Infinity;
        if (rank < best) [best, at] = [rank, i];
      }
      if (at < 0) return symbols.map((symbol) => tokenOf(symbol, ids));
      symbols.splice(at, 2, symbols[at] + symbols[at + 1]);
    }
  };
  return { tokens, idOf: (token) => ids.get(token), tokenize };
}

/**
 * @param {string} left
 * @param {string} right
 */
function pairOf(left, right) {
  return `${left.length} ${left}${right}`;
}

const UNKNOWN_PENALTY = 10; // below the worst piece, as the library has it

/**
 * Unigram language model (Kudo 2018): the most probable way to cut the piece. Characters without
 * an entry are spelled by their bytes.
 * @param {{vocab: [string, number][]}} model
 * @returns {Vocabulary}
 */
function unigram({ vocab }) {
  const tokens = vocab.map(([token]) => token);
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const scores = new Map(vocab);
  const worst = vocab.reduce((least, [, score]) => Math.min(least, score), Infinity);
  const longest = tokens.reduce((most, token) => Math.max(most, Array.from(token).length), 0);
  /** @type {Tokenize} */
  const tokenize = (piece) => {
    const characters = Array.from(piece);
    const ends = bestEnds(characters, scores, longest, worst - UNKNOWN_PENALTY);
    const symbols = cuts(characters, ends).flatMap((one) => (ids.has(one) ? [one] : bytesOf(one)));
    return symbols.map((symbol) => tokenOf(symbol, ids));
  };
  return { tokens, idOf: (token) => ids.get(token), tokenize };
}

/**
 * How the most probable cut of a beginning ends: with a piece from `start`.
 * @typedef {{score: number, start: number}} End
 */

/**
 * The end of every beginning, by its length.
 * @param {string[]} characters
 * @param {Map<string, number>} scores
 * @param {number} longest
 * @param {number} unknownScore
 * @returns {(End | undefined)[]}
 */
function bestEnds(characters, scores, longest, unknownScore) {
  /** @type {(End | undefined)[]} */
  const ends = new Array(characters.length + 1);
  for (let start = 0; start < characters.length; start++) {
    const before = ends[start]?.score ?? 0;
    /** @type {(end: number, score: number) => void} */
    const offer = (end, score) => {
      const known = ends[end];
      if (!known || before + score > known.score) ends[end] = { score: before + score, start };
    };
    let piece = "";
    for (let end = start + 1; end <= Math.min(start + longest, characters.length); end++) {
      piece += characters[end - 1];
      const score = scores.get(piece);
      if (score !== undefined) offer(end, score);
    }
    if (!scores.has(characters[start])) offer(start + 1, unknownScore);
  }
  return ends;
}

/**
 * @param {string[]} characters
 * @param {(End | undefined)[]} ends
 * @returns {string[]}
 */
function cuts(characters, ends) {
  const found = [];
  for (let end = characters.length; end > 0; ) {
    const { start } = /** @type {End} */ (ends[end]);
    found.unshift(characters.slice(start, end).join(""));
    end = start;
  }
  return found;
}

/**
 * Tokens in the order of their ids, and back.
 * @param {Record<string, number>} vocab
 */
function indexed(vocab) {
  const ids = new Map(Object.entries(vocab));
  /** @type {string[]} */
  const tokens = new Array(ids.size);
  for (const [token, id] of ids) tokens[id] = token;
  return { tokens, ids };
}

/**
 * The names of the bytes that spell a text.
 * @param {string} text
 * @returns {string[]}
 */
function bytesOf(text) {
  return Array.from(new TextEncoder().encode(text), (byte) => {
    return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
  });
}

/**
 * @param {string} symbol
 * @param {Map<string, number>} ids
 * @returns {Token}
 */
function tokenOf(symbol, ids) {
  return { id: /** @type {number} */ (ids.get(symbol)), surface: symbol };
}
