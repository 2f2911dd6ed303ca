/** Merges the matrices of a JSON file of cases into words and prints the results: see test_matrices.py. */

import { readFileSync } from "node:fs";

import { mergedIntoWords } from "../../src/seq2see/views/static/merging.js";

const cases = JSON.parse(readFileSync(process.argv[2], "utf8"));
const merged = cases.map(({ rows, columns, values }) => {
  const result = mergedIntoWords({ rows, columns, values: Float32Array.from(values.flat()) });
  return { rows: result.rows, columns: result.columns, values: [...result.values] };
});
console.log(JSON.stringify(merged));
