/** Rasters: small ones by hand, their bytes against Node's own zlib. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";

import {
  LEVELS,
  pooled,
  png,
  signedRaster,
  weightsRaster,
} from "../../src/seq2see/views/static/raster.js";
import { THEMES } from "../../src/seq2see/views/static/theme.js";

/** Width, height, palette and places of a picture. */
function parts(bytes) {
  const buffer = Buffer.from(bytes);
  const found = {};
  for (let place = 8; place < buffer.length;) {
    const length = buffer.readUInt32BE(place);
    found[buffer.toString("latin1", place + 4, place + 8)] = buffer.subarray(
      place + 8,
      place + 8 + length,
    );
    place += length + 12;
  }
  const [width, height] = [found.IHDR.readUInt32BE(0), found.IHDR.readUInt32BE(4)];
  const lines = inflateSync(found.IDAT); // checks the stream's own checksum
  const rows = Array.from({ length: height }, (_, y) => [
    ...lines.subarray(y * (width + 1) + 1, (y + 1) * (width + 1)),
  ]);
  return { width, height, rows, palette: [...found.PLTE] };
}

/** The colours of a data address, row by row. */
function colours(address) {
  const [head, content] = address.split(",");
  assert.equal(head, "data:image/png;base64");
  const { rows, palette } = parts(Buffer.from(content, "base64"));
  const hex = (value) => value.toString(16).padStart(2, "0");
  return rows.map((row) =>
    row.map(
      (place) =>
        "#" +
        palette
          .slice(3 * place, 3 * place + 3)
          .map(hex)
          .join(""),
    ),
  );
}

test("pixels come back", () => {
  const read = parts(
    png(Uint8Array.from([0, 1, 2, 2, 1, 0]), 3, ["#000000", "#ff8000", "#0102fe"]),
  );
  assert.deepEqual([read.width, read.height], [3, 2]);
  assert.deepEqual(read.rows, [
    [0, 1, 2],
    [2, 1, 0],
  ]);
  assert.deepEqual(read.palette, [0, 0, 0, 255, 128, 0, 1, 2, 254]);
});

test("more than one stored block", () => {
  const pixels = Uint8Array.from({ length: 400 * 500 }, (_, i) => (i * 7) % 251);
  const { rows } = parts(png(pixels, 400, Array(251).fill("#123456")));
  assert.deepEqual(rows.flat(), [...pixels]);
});

test("pixels that are no picture are refused", () => {
  assert.throws(
    () => png(Uint8Array.from([1, 2, 3]), 2, ["#000000"]),
    /3 pixels are no picture 2 wide; give whole rows/,
  );
  assert.throws(() => png(new Uint8Array(0), 2, ["#000000"]), /0 pixels/);
});

for (const [name, theme] of Object.entries(THEMES)) {
  test(`weights have the theme's colours: ${name}`, () => {
    const [first, last] = [theme.weights[0], theme.weights.at(-1)];
    assert.deepEqual(colours(weightsRaster([0, 1, 1, 0], 2, theme)), [
      [first, last],
      [last, first],
    ]);
  });

  test(`values have the theme's colours: ${name}`, () => {
    const [[low, none, high, beyond]] = colours(signedRaster([-2, 0, 2, 9], 4, theme, 2));
    assert.deepEqual(
      [low, none, high, beyond],
      [theme.negative.at(-1), theme.positive[0], theme.positive.at(-1), theme.positive.at(-1)],
    );
  });
}

test("weights that are larger are never lighter", () => {
  const ramp = Array.from({ length: LEVELS }, (_, i) => i / (LEVELS - 1));
  const { rows } = parts(
    Buffer.from(weightsRaster(ramp, LEVELS, THEMES.light).split(",")[1], "base64"),
  );
  assert.deepEqual(
    rows[0],
    [...rows[0]].sort((a, b) => a - b),
  );
  assert.equal(new Set(rows[0]).size, LEVELS);
});

test("tiles keep their largest weight", () => {
  const values = [0.1, 0.2, 0.3, 0.4, 0.5, 0.9, 0.7, 0.8];
  const { values: small, width } = pooled(values, 4, 2);
  assert.equal(width, 2);
  assert.deepEqual([...small], [0.2, 0.4, 0.9, 0.8].map(Math.fround));
  assert.deepEqual([...pooled(values, 4, 10).values], values.map(Math.fround));
});
