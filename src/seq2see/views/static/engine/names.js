/** What the names of watched values mean: their axes and their group, as in `trace/names.py`. */

/**
 * @typedef {"weights" | "states" | "summaries" | "inputs" | "inner" | "projections" |
 *   "activations"} Group
 */

/** @typedef {"numbers" | "all"} Detail How much a trace holds; see `docs/formats.md`. */

/** @type {Record<Detail, Set<Group>>} */
export const GROUPS = {
  numbers: new Set(["weights", "states", "summaries", "inputs", "inner"]),
  all: new Set([
    "weights",
    "states",
    "summaries",
    "inputs",
    "inner",
    "projections",
    "activations",
  ]),
};

const GATES = "\\.(\\w+_gate|candidate)";
const STATES = "\\.(hidden|cell)";
const ENCODER = "encoder\\.layers\\.\\d+";
const DECODER = "decoder\\.layers\\.\\d+";
const DIRECTION = `${ENCODER}\\.(forward|backward)`;

/**
 * Patterns of whole names, with axes (tokens first) and group.
 * @type {[string, string, Group][]}
 */
const MEANINGS = [
  ["encoder\\.(embeddings|stream)", "source width", "inputs"],
  ["decoder\\.(embeddings|stream)", "target width", "inputs"],
  ["encoder\\.outputs", "source width", "states"],
  ["decoder\\.readout", "target width", "states"],
  // Recurrent models.
  [`${ENCODER}\\.input`, "source width", "inputs"],
  [`${ENCODER}\\.residual`, "source width", "states"],
  [DIRECTION + GATES, "source width", "inner"],
  [DIRECTION + STATES, "source width", "states"],
  ["encoder\\.summary", "width", "states"],
  ["encoder\\.keys", "source width", "inner"],
  [`decoder\\.initial\\.\\d+${STATES}`, "width", "states"],
  [`${DECODER}\\.input`, "target width", "inputs"],
  [`${DECODER}\\.residual`, "target width", "states"],
  [DECODER + GATES, "target width", "inner"],
  [DECODER + STATES, "target width", "states"],
  ["decoder\\.attention\\.query", "target width", "inner"],
  ["decoder\\.attention\\.scores", "target source", "inner"],
  ["decoder\\.attention\\.weights", "target source", "weights"],
  ["decoder\\.attention\\.(centre|choice)", "target", "weights"],
  ["decoder\\.attention\\.(window|coverage)", "target source", "weights"],
  ["decoder\\.attention\\.context", "target width", "states"],
  ["decoder\\.(concatenation|pieces)", "target width", "inner"],
  ["output\\.p_gen", "target", "weights"],
  // Transformers.
  [`${ENCODER}\\.self_attention\\.weights`, "head source source", "weights"],
  [`${ENCODER}\\.self_attention\\.scores`, "head source source", "inner"],
  [
    `${ENCODER}\\.self_attention\\.(query|keys|values|context)`,
    "head source width",
    "projections",
  ],
  [`${DECODER}\\.self_attention\\.weights`, "head target previous", "weights"],
  [`${DECODER}\\.self_attention\\.scores`, "head target previous", "inner"],
  [`${DECODER}\\.self_attention\\.(query|context)`, "head target width", "projections"],
  [`${DECODER}\\.self_attention\\.(keys|values)`, "head previous width", "projections"],
  [`${DECODER}\\.cross_attention\\.weights`, "head target source", "weights"],
  [`${DECODER}\\.cross_attention\\.scores`, "head target source", "inner"],
  [`${DECODER}\\.cross_attention\\.(query|context)`, "head target width", "projections"],
  [`${DECODER}\\.cross_attention\\.(keys|values)`, "head source width", "projections"],
  [`${ENCODER}(\\.self_attention)?\\.stream`, "source width", "inputs"],
  [`${DECODER}(\\.self_attention|\\.cross_attention)?\\.stream`, "target width", "inputs"],
  [`${ENCODER}\\.feedforward\\.activations`, "source width", "activations"],
  [`${DECODER}\\.feedforward\\.activations`, "target width", "activations"],
  // Made from the above by the recorder.
  ["encoder\\..*stream\\.norm", "source", "summaries"],
  ["decoder\\..*stream\\.norm", "target", "summaries"],
  [`${ENCODER}\\.feedforward\\.(active|largest)`, "source", "summaries"],
  [`${DECODER}\\.feedforward\\.(active|largest)`, "target", "summaries"],
];

const PATTERNS = MEANINGS.map(([pattern, axes, group]) => ({
  pattern: new RegExp(`^(?:${pattern})$`),
  meaning: { axes: axes.split(" "), group },
}));

/**
 * @param {string} name
 * @returns {{axes: string[], group: Group}}
 */
export function meaningOf(name) {
  const found = PATTERNS.find(({ pattern }) => pattern.test(name));
  if (!found) throw new Error(`\`${name}\` is no value that a model passes on.`);
  return found.meaning;
}
