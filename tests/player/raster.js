/** Draws the pixels of a JSON file of cases and prints the pictures in base64: see test_matrices.py. */

import { readFileSync } from "node:fs";

import { png } from "../../src/seq2see/views/static/raster.js";

const cases = JSON.parse(readFileSync(process.argv[2], "utf8"));
const pictures = cases.map(({ pixels, width, palette }) =>
  Buffer.from(png(Uint8Array.from(pixels), width, palette)).toString("base64"),
);
console.log(JSON.stringify(pictures));
