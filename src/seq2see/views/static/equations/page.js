/**
 * What a page holds of a model and a translation: the numbers of the trace, the weights if they are
 * there, and what follows from these. The rules of the architectures read from it.
 */

import { symbol } from "seq2see/equations/tree";

/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/timeline").NumberRef} NumberRef */
/** @typedef {import("seq2see/equations/expression").Expression} Expression */
/** @typedef {import("seq2see/equations/expression").Index} Index */
/** @typedef {import("seq2see/equations/tree").SymbolFormula} SymbolFormula */

/** @typedef {(name: string) => {shape: number[], data: Float32Array} | null} Parameters */

/**
 * What is known of the numbers whose names fit a pattern.
 *
 * `axes` are those of the trace; `place` is `source` or `target` by the side, `token` counts the
 * vocabulary. `symbol` is the letter, `over` what stands above it, `tag` what tells apart what has
 * the same letter; `first` is what the first place along the first axis is called, if not 1.
 * `words` is the end of the keys of its texts; the name without numbers unless given. `quick` gives
 * the value of what the trace leaves out, where that must be faster than by the rule.
 * @typedef {{pattern: RegExp, axes: string | ((groups: Record<string, string>) => string),
 *   symbol: string | ((page: Page) => string), over?: string, tag?: string,
 *   first?: number, words?: string, quick?: (page: Page, index: number[]) => number | null,
 *   rule: (page: Page, index: number[], groups: Record<string, string>) => Expression}} Entry
 */

/** @typedef {{entry: Entry, groups: Record<string, string>, axes: string[]}} Known */

const BOS_ID = 2;
const LONGEST_AXIS = 2 ** 17; // three axes of that length still have exact places

// What goes through the whole model is only read off the trace: working it out would take as long
// as running the model.
const ONLY_TRACED = /\.(stream|hidden|cell|outputs|readout|summary)$/;

// A matrix that parts share is stored once, under the name of one of them.
/** @type {Record<string, string[]>} */
const SHARED = {
  "encoder.embedding.weight": ["embedding.weight", "output.weight", "output.vocabulary.weight"],
  "embedding.weight": ["encoder.embedding.weight", "output.weight", "output.vocabulary.weight"],
  "source_embedding.weight": ["target_embedding.weight", "output.weight"],
  "target_embedding.weight": ["source_embedding.weight", "output.weight"],
  "output.vocabulary.weight": ["embedding.weight", "encoder.embedding.weight"],
  "output.weight": [
    "embedding.weight",
    "encoder.embedding.weight",
    "target_embedding.weight",
    "source_embedding.weight",
  ],
};

export class Page {
  /**
   * @param {Trace} trace
   * @param {Parameters} parameters
   * @param {Entry[]} entries
   */
  constructor(trace, parameters, entries) {
    this.trace = trace;
    this.settings = trace.model.settings;
    this.parameters = parameters;
    this.entries = entries;
    /** @type {Map<string, Known>} */
    this.knownNames = new Map();
    /** @type {Map<string, Map<number, number | null>>} */
    this.derived = new Map(); // by name and place
    /** @type {Map<string, ReturnType<Parameters>>} */
    this.matrices = new Map();
    const choices = trace.steps.flatMap((step) => [step.chosen, ...step.top]);
    /** @type {Map<number, string>} */
    this.tokens = new Map(choices.map(({ id, token }) => [id, token]));
  }

  /**
   * A setting of the model.
   * @param {string} key Without `model.`.
   * @returns {any}
   */
  setting(key) {
    return this.settings[`model.${key}`];
  }

  get sourceLength() {
    return this.trace.source.ids.length;
  }

  /**
   * Id of the token that a step reads: `<s>` first.
   * @param {number} step
   */
  previousId(step) {
    return step ? this.trace.target.ids[step - 1] : BOS_ID;
  }

  /**
   * A number as a part of an expression.
   * @param {string} name
   * @param {...Index} index
   * @returns {import("seq2see/equations/expression").NumberLeaf}
   */
  number(name, ...index) {
    const value = index.some(isLetter) ? null : this.value(name, /** @type {number[]} */ (index));
    return { kind: "number", name, index, value, symbol: () => this.symbol(name, index) };
  }

  /**
   * A weight as a part of an expression.
   * @param {string} name
   * @param {Index[]} index
   * @param {string} base Its letter.
   * @param {Index[]} [shown] Index to be shown, where it is not that of the stored matrix.
   * @param {string[]} [sup]
   * @returns {import("seq2see/equations/expression").ParameterLeaf}
   */
  parameter(name, index, base, shown = index, sup = []) {
    const value = index.some(isLetter) ? null : this.weight(name, /** @type {number[]} */ (index));
    const stands = { parameter: { name, index: /** @type {number[]} */ (index) } };
    const symbolOf = () =>
      symbol(
        base,
        shown.map((one) => (typeof one === "number" ? one + 1 : one)),
        {
          sup,
          stands: value === null ? null : stands,
        },
      );
    return { kind: "parameter", name, index, value, symbol: symbolOf };
  }

  /**
   * A matrix of weights, also where it is stored under another name; null where the page has none.
   * @param {string} name
   */
  matrix(name) {
    let found = this.matrices.get(name);
    if (found === undefined) {
      found = null;
      for (const one of [name, ...(SHARED[name] ?? [])]) found ??= this.parameters(one);
      this.matrices.set(name, found);
    }
    return found;
  }

  /**
   * @param {string} name
   * @param {number[]} index
   * @returns {number | null}
   */
  weight(name, index) {
    const found = this.matrix(name);
    return found && at(found, index);
  }

  /**
   * A number: as the trace has it, or worked out; null where neither can be done.
   * @param {string} name
   * @param {number[]} index
   * @returns {number | null}
   */
  value(name, index) {
    const tensor = this.trace.tensors.get(name);
    if (tensor) return at(tensor, index);
    const recorded = name.startsWith("output.") ? this.recorded(name, index) : null;
    if (recorded !== null || ONLY_TRACED.test(name)) return recorded;
    let values = this.derived.get(name);
    if (!values) this.derived.set(name, (values = new Map()));
    const place = index.reduce((sum, one) => sum * LONGEST_AXIS + one, 0);
    let value = values.get(place);
    if (value === undefined) {
      const { entry, groups } = this.known(name);
      value = entry.quick ? entry.quick(this, index) : entry.rule(this, index, groups).value;
      values.set(place, value);
    }
    return value;
  }

  /**
   * What the trace's steps say of the output.
   * @param {string} name
   * @param {number[]} index Step, and token unless it is of the whole step.
   * @returns {number | null}
   */
  recorded(name, [step, id]) {
    const { chosen, top } = this.trace.steps[step];
    // Both are known of the same token, so this is Σ exp(logit) over the whole vocabulary.
    if (name === "output.total") {
      const { logit, logProb, generated } = chosen;
      return logit === null ? null : Math.exp(logit - (generated ?? logProb));
    }
    const choice = [chosen, ...top].find((one) => one.id === id);
    if (!choice) return null;
    switch (name) {
      case "output.logits":
        return choice.logit;
      case "output.generated":
        return choice.generated === null ? null : Math.exp(choice.generated);
      case "output.probs":
        return Math.exp(choice.logProb);
      case "output.log_probs":
        return choice.logProb;
      default:
        return null;
    }
  }

  /**
   * What is known of a name.
   * @param {string} name
   * @returns {Known}
   */
  known(name) {
    let found = this.knownNames.get(name);
    if (!found) {
      for (const entry of this.entries) {
        const match = entry.pattern.exec(name);
        if (!match) continue;
        const groups = match.groups ?? {};
        found = { entry, groups, axes: this.axes(name, entry, groups) };
        this.knownNames.set(name, found);
        return found;
      }
      throw new Error(`There is no equation of ${name}: no rule has that name.`);
    }
    return found;
  }

  /**
   * @param {string} name
   * @param {Entry} entry
   * @param {Record<string, string>} groups
   */
  axes(name, { axes }, groups) {
    if (this.trace.has(name)) return this.trace.tensor(name).axes;
    const all = typeof axes === "string" ? axes : axes(groups);
    const place = name.startsWith("encoder.") ? "source" : "target";
    return all.split(" ").map((axis) => (axis === "place" ? place : axis));
  }

  /**
   * The symbol of a number, with places counted from 1.
   * @param {string} name
   * @param {Index[]} index
   * @returns {SymbolFormula}
   */
  symbol(name, index) {
    const { entry, groups, axes } = this.known(name);
    const base = typeof entry.symbol === "string" ? entry.symbol : entry.symbol(this);
    const layered = groups.layer !== undefined && Number(this.setting("num_layers")) > 1;
    const sup = layered ? [Number(groups.layer) + 1] : [];
    const sub = groups.initial === undefined ? [] : ["0"];
    index.forEach((one, axis) => {
      const shown = this.place(one, axes[axis], axis === 0 ? (entry.first ?? 1) : 1);
      if (axes[axis] === "head") sup.push(shown);
      else sub.push(shown);
    });
    const whole = !index.some(isLetter);
    return symbol(base, sub, {
      sup: entry.tag ? [...sup, entry.tag] : sup,
      over: entry.over ?? { forward: "→", backward: "←" }[groups.direction] ?? null,
      stands: whole ? { number: { name, index: /** @type {number[]} */ (index) } } : null,
    });
  }

  /**
   * @param {Index} one
   * @param {string} axis
   * @param {number} first
   * @returns {any}
   */
  place(one, axis, first) {
    if (typeof one === "string") return one;
    return axis === "token" ? this.token(one) : one + first;
  }

  /**
   * Label of a token of the target's vocabulary.
   * @param {number} id
   */
  token(id) {
    return this.tokens.get(id) ?? `#${id}`;
  }
}

/**
 * @param {{shape: number[], data: Float32Array}} tensor
 * @param {number[]} index
 */
function at({ shape, data }, index) {
  let place = 0;
  for (let axis = 0; axis < index.length; axis++) place = place * shape[axis] + index[axis];
  return data[place];
}

/** @param {Index} one */
function isLetter(one) {
  return typeof one === "string";
}
