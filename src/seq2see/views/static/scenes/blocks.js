/** The blocks of a Transformer in a trace: their names, how many there are, and a head worth seeing. */

/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/trace").AttentionKind} AttentionKind */

/** @type {WeakMap<Trace, Map<string, unknown>>} */
const MEMORY = new WeakMap();

/**
 * What does not change with time is computed once for each trace.
 * @template T
 * @param {Trace} trace
 * @param {string} key
 * @param {() => T} make
 * @returns {T}
 */
export function once(trace, key, make) {
  let known = MEMORY.get(trace);
  if (!known) MEMORY.set(trace, (known = new Map()));
  if (!known.has(key)) known.set(key, make());
  return /** @type {T} */ (known.get(key));
}

/**
 * Whether a trace is of a Transformer.
 * @param {Trace} trace
 */
export function isTransformer(trace) {
  return trace.layers("encoder").length > 0 && trace.layers("decoder").length > 0;
}

/**
 * The beginning of the names of a block of attention: `decoder.layers.2.cross_attention`.
 * @param {AttentionKind} kind
 * @param {number} layer
 */
export function attentionBlock(kind, layer) {
  return kind === "cross"
    ? `decoder.layers.${layer}.cross_attention`
    : `${kind}.layers.${layer}.self_attention`;
}

/**
 * A head and a row of it; `most` is the column that gets the most.
 * @typedef {{layer: number, head: number, row: number, most: number}} Telling
 */

/**
 * The head that was chosen and, as far as nothing was chosen, one that does something telling: it
 * gives most of its weight to a word that is neither the one that asks nor next to it.
 * @param {Trace} trace
 * @param {AttentionKind} kind
 * @param {{layer: number | null, head: number | null, step: number | null}} choices
 * @returns {Telling}
 */
export function tellingHead(trace, kind, { layer, head, step }) {
  const last = trace.steps.length - 1;
  const row = kind === "encoder" || step === null ? null : Math.min(step, last);
  const chosen = [kind, layer, head, row].join();
  return once(trace, `telling ${chosen}`, () => mostTelling(trace, kind, layer, head, row));
}

/**
 * @param {Trace} trace
 * @param {AttentionKind} kind
 * @param {number | null} onlyLayer
 * @param {number | null} onlyHead
 * @param {number | null} onlyRow
 * @returns {Telling}
 */
function mostTelling(trace, kind, onlyLayer, onlyHead, onlyRow) {
  const names = trace.layers(kind);
  const [heads, count] = trace.tensor(names[0]).shape;
  const wanted = (
    /** @type {number | null} */ only,
    /** @type {number} */ number,
    /** @type {number} */ of,
  ) => only === null || number === Math.min(only, of - 1);
  const { columns, rows } = trace.attention(kind, 0, 0);
  let best = { layer: 0, head: 0, row: 0, most: 0 };
  let most = -1;
  for (let layer = 0; layer < names.length; layer++) {
    if (!wanted(onlyLayer, layer, names.length)) continue;
    for (let head = 0; head < heads; head++) {
      if (!wanted(onlyHead, head, heads)) continue;
      for (let row = 0; row < count; row++) {
        if (!wanted(onlyRow, row, count)) continue;
        const weights = trace.row(names[layer], head, row);
        const column = largest(weights);
        const isWord = columns.words[column] !== null && rows.words[row] !== null;
        // A weight of nearly 1 shows nothing of softmax, so from 0.9 on more is not better.
        const value = Math.min(weights[column], 0.9) * (isWord ? 1 : 0.2) * far(kind, row, column);
        if (value > most) [most, best] = [value, { layer, head, row, most: column }];
      }
    }
  }
  return best;
}

/**
 * How much it tells that one place attends to another.
 * @param {AttentionKind} kind
 * @param {number} row
 * @param {number} column
 */
function far(kind, row, column) {
  const distance = Math.abs(row - column);
  if (kind === "cross") return distance > 1 ? 1 : 0.7;
  return distance === 0 ? 0.3 : distance === 1 ? 0.7 : 1;
}

/**
 * Where the largest number stands, the first of equals.
 * @param {ArrayLike<number>} values
 */
export function largest(values) {
  let place = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[place]) place = i;
  return place;
}

/**
 * Which number of the trace an attention weight is; null where it is a mean of several.
 * @param {Trace} trace
 * @param {AttentionKind} kind
 * @param {number | null} layer
 * @param {number | null} head
 * @returns {((row: number, column: number) => import("seq2see/timeline").NumberRef) | null}
 */
export function weightNumbers(trace, kind, layer, head) {
  const names = trace.layers(kind);
  if (layer === null && names.length > 1) return null;
  const name = names[layer ?? 0];
  if (trace.tensor(name).axes[0] !== "head")
    return (row, column) => ({ name, index: [row, column] });
  return head === null ? null : (row, column) => ({ name, index: [head, row, column] });
}

/**
 * The chosen layer and head, or null for the mean of all, within what the trace has.
 * @param {Trace} trace
 * @param {AttentionKind} kind
 * @param {{layer: number | null, head: number | null}} choices
 */
export function chosenMap(trace, kind, { layer, head }) {
  const within = (/** @type {number | null} */ number, /** @type {number} */ count) =>
    number === null ? null : Math.min(number, count - 1);
  return { layer: within(layer, trace.layers(kind).length), head: within(head, trace.numHeads) };
}
