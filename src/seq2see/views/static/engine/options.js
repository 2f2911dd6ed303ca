/** What a search may do, and what that means for one source; as `decoding/options.py` has it. */

import { BOS_ID, EOS_ID, PAD_ID, UNK_ID } from "seq2see/engine/interface";

/**
 * `lengthRatio`: most target tokens for each source token, beyond 20; `prefix`: ids that every
 * hypothesis begins with; with `</s>` as the last one they are the whole of it.
 * @typedef {{beamSize: number, numBest: number, lengthPenalty: number, coveragePenalty: number,
 *   minLength: number, maxLength: number, lengthRatio: number, prefix: number[] | null,
 *   allowUnknown: boolean}} SearchOptions
 */

/**
 * The defaults of a packed model.
 * @typedef {{beam_size: number, length_penalty: number, coverage_penalty: number,
 *   min_length: number, max_length: number, length_ratio: number}} Defaults
 */

const LEAST = {
  maxLength: 1,
  beamSize: 1,
  numBest: 1,
  minLength: 0,
  lengthPenalty: 0,
  coveragePenalty: 0,
};

/**
 * Complete options by the defaults of the run, and refuse what makes no sense.
 * @param {Partial<SearchOptions>} given
 * @param {Defaults} defaults
 * @returns {SearchOptions}
 */
export function completed(given, defaults) {
  checkNames(given);
  const numBest = given.numBest ?? 1;
  const options = {
    beamSize: given.beamSize ?? Math.max(defaults.beam_size, numBest),
    numBest,
    lengthPenalty: given.lengthPenalty ?? defaults.length_penalty,
    coveragePenalty: given.coveragePenalty ?? defaults.coverage_penalty,
    minLength: given.minLength ?? defaults.min_length,
    maxLength: given.maxLength ?? defaults.max_length,
    lengthRatio: given.lengthRatio ?? defaults.length_ratio,
    prefix: given.prefix ?? null,
    allowUnknown: given.allowUnknown ?? true,
  };
  check(options);
  return options;
}

const NAMES = [...Object.keys(LEAST), "lengthRatio", "prefix", "allowUnknown"];

/** @param {object} given */
function checkNames(given) {
  const unknown = Object.keys(given).find((name) => !NAMES.includes(name));
  if (unknown === undefined) return;
  const known = NAMES.join(", ");
  throw new Error(
    `\`${unknown}\` is not a setting of a translation; known are ${known} and override.`,
  );
}

/** @param {SearchOptions} options */
function check(options) {
  for (const [name, least] of Object.entries(LEAST)) {
    const value = options[/** @type {keyof typeof LEAST} */ (name)];
    if (!(value >= least)) {
      throw new Error(`\`${name}\` must be at least ${least}, but is ${value}.`);
    }
  }
  const { beamSize, numBest, minLength, maxLength, prefix } = options;
  if (minLength > maxLength) {
    throw new Error(
      `\`minLength\` is ${minLength}, above \`maxLength\`, which is ${maxLength}; lower one or ` +
        "raise the other.",
    );
  }
  if (numBest > beamSize) {
    throw new Error(
      `\`numBest\` is ${numBest}, but a beam of ${beamSize} holds no more than ${beamSize}; ` +
        "raise `beamSize`.",
    );
  }
  const inner = prefix?.at(-1) === EOS_ID ? prefix.slice(0, -1) : prefix;
  if (inner && inner.length > maxLength) {
    throw new Error(
      `The prefix has ${inner.length} tokens, more than \`maxLength=${maxLength}\` allows; ` +
        "shorten it or raise `maxLength`.",
    );
  }
  if (inner?.some((id) => [PAD_ID, BOS_ID, EOS_ID].includes(id))) {
    throw new Error(
      "The prefix contains <pad>, <s>, or </s> before its end, which cannot be forced; give " +
        "ordinary tokens only.",
    );
  }
}

/**
 * What a trace says of a search, by the names of Python.
 * @param {SearchOptions} options
 * @returns {Record<string, number | boolean | number[]>}
 */
export function recorded(options) {
  return {
    max_length: options.maxLength,
    length_ratio: options.lengthRatio,
    min_length: options.minLength,
    beam_size: options.beamSize,
    num_best: options.numBest,
    length_penalty: options.lengthPenalty,
    coverage_penalty: options.coveragePenalty,
    ...(options.prefix?.length ? { prefix: options.prefix } : {}),
    allow_unknown: options.allowUnknown,
  };
}

/**
 * Most target tokens of a source, `</s>` not counted.
 * @param {SearchOptions} options
 * @param {number} sourceLength Its tokens, `</s>` counted.
 * @returns {number}
 */
export function limitOf(options, sourceLength) {
  const { minLength, maxLength, lengthRatio, prefix } = options;
  const room = Math.max(20 + lengthRatio * sourceLength, minLength, prefix?.length ?? 0);
  return Math.min(maxLength, room);
}

/**
 * Log-probabilities with `-Infinity` at whatever must not come next; what is left stays as it is.
 * @param {Float32Array} logProbs
 * @param {SearchOptions} options
 * @param {number} step
 * @returns {Float32Array}
 */
export function allowed(logProbs, options, step) {
  const kept = logProbs.slice();
  kept[PAD_ID] = kept[BOS_ID] = -Infinity;
  if (!options.allowUnknown) kept[UNK_ID] = -Infinity;
  if (step < options.minLength) kept[EOS_ID] = -Infinity;
  const forced = options.prefix?.[step];
  if (forced === undefined) return kept;
  return kept.map((_, id) => (id === forced ? logProbs[id] : -Infinity));
}

/**
 * Of a length, `</s>` counted: `((5 + length) / 6) ** alpha` (Wu et al. 2016, eq. 14).
 * @param {number} length
 * @param {number} alpha
 * @returns {number}
 */
export function lengthPenalty(length, alpha) {
  return ((5 + length) / 6) ** alpha;
}

const COVERAGE_FLOOR = 1e-10;

/**
 * `beta * sum_i log(min(coverage_i, 1))`, never above 0 (Wu et al. 2016, eq. 14, with a floor).
 * @param {Float32Array} coverage Attention that each source position received.
 * @param {number} beta
 * @returns {number}
 */
export function coveragePenalty(coverage, beta) {
  let sum = 0;
  for (const value of coverage) sum += Math.log(Math.min(Math.max(value, COVERAGE_FLOOR), 1));
  return beta * sum;
}
