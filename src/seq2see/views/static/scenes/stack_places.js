/** Where the parts of the whole Transformer stand: side by side or, on a phone, below each other. */

import { LABEL } from "seq2see/scenes/grid";
import { textWidth } from "seq2see/text";

/** @typedef {import("seq2see/marks").Box} Box */
/** @typedef {"encoder" | "decoder"} Side */

const MARGIN = 16;
const NARROW = 760;
const AISLE = 110; // between the two sides: what crosses
const ROW = 24; // of a block
const STRIP = 32; // height of the vectors of a stream
const PITCH = 30; // at most, from one vector to the next
const LEAST_PITCH = 10;

/**
 * @param {{sources: string[], reads: string[], layers: Record<Side, number>, room: number,
 *   tall: number}} about `tall` is the height of the distribution.
 */
export function stackPlaces({ sources, reads, layers, room, tall }) {
  const narrow = room < NARROW;
  const free = narrow ? room - 2 * MARGIN - 26 : (room - 2 * MARGIN - AISLE) / 2;
  const width = Math.max(
    Math.min(free, 430),
    280,
    LEAST_PITCH * Math.max(sources.length, reads.length),
  );
  const left = narrow ? MARGIN + 26 : MARGIN;
  const encoder = sidePlace({
    labels: sources,
    layers: layers.encoder,
    rows: 2,
    x: left,
    y: 8,
    width,
  });
  const decoder = sidePlace({
    labels: reads,
    layers: layers.decoder,
    rows: 3,
    x: narrow ? left : left + width + AISLE,
    y: narrow ? encoder.bottom + 34 : 8,
    width,
  });
  const targets = Array.from({ length: layers.decoder }, (_, layer) => {
    const row = decoder.layer(layer).rows[1];
    return { x: row.x - 8, y: row.y + ROW / 2 };
  });
  const start = {
    x: narrow ? left - 6 : left + sources.length * encoder.pitch + 6,
    y: encoder.leaves + STRIP / 2,
  };
  const turn = narrow ? 14 : left + width + AISLE / 2 - 10;
  const word = Math.min(120, width * 0.32);
  const out = {
    x: decoder.x,
    y: decoder.bottom + 16,
    width: width - word - 24,
    word: { x: decoder.x + width - word, y: decoder.bottom + 12, width: word },
  };
  const bottom = Math.max(encoder.bottom, out.y + tall);
  return {
    encoder,
    decoder,
    out,
    crossing: {
      start,
      turn,
      targets,
      label: narrow
        ? { x: left, y: encoder.bottom + 16 }
        : { x: left, y: encoder.leaves + STRIP + 22 },
      anchor: /** @type {const} */ ("start"),
    },
    width: decoder.x + width + MARGIN,
    height: bottom + MARGIN + (narrow ? 0 : 8),
    focus,
  };

  /**
   * What a beat is about.
   * @param {string} id
   * @returns {Box | null}
   */
  function focus(id) {
    const side = id.startsWith("decoder") || id === "reads" ? decoder : encoder;
    if (id === "distribution" || id === "word")
      return { x: out.x, y: out.y - 20, width, height: tall + 20 };
    if (id === "enters" || id === "reads")
      return {
        x: side.x,
        y: side.title - 12,
        width,
        height: side.enters + STRIP - side.title + 12,
      };
    if (id === "crosses")
      return {
        x: left,
        y: encoder.leaves - 10,
        width: narrow ? width : width + AISLE,
        height: STRIP + 40,
      };
    const layer = Number(/\d+/.exec(id)?.[0] ?? 0);
    const { box, stream } = side.layer(layer);
    return { ...box, height: stream + STRIP - box.y };
  }
}

/**
 * @param {{labels: string[], layers: number, rows: number, x: number, y: number, width: number}} about
 */
function sidePlace({ labels, layers, rows, x, y, width }) {
  const pitch = Math.max(Math.min(width / labels.length, PITCH), LEAST_PITCH);
  const lean = Math.max(...labels.map((label) => Math.min(textWidth(label, LABEL), 120)));
  const enters = y + 24 + lean * 0.78 + 22;
  const inside = rows * (ROW + 4) + 4;
  const layerHeight = 18 + inside + 14 + STRIP;
  const first = enters + STRIP;
  const leaves = first + layers * layerHeight + 22;
  return {
    x,
    width,
    pitch,
    title: y + 12,
    enters,
    leaves,
    bottom: leaves + STRIP,
    middle: x + Math.min(width, labels.length * pitch) / 2,
    grid: { top: enters - 2, cell: { width: pitch, height: 0 }, upright: false },
    layer: (/** @type {number} */ layer) => {
      const top = first + layer * layerHeight + 18;
      return {
        box: { x: x - 4, y: top, width: width + 8, height: inside },
        rows: Array.from({ length: rows }, (_, row) => ({
          x: x + 2,
          y: top + 4 + row * (ROW + 4),
          width: width - 4,
          height: ROW,
        })),
        stream: top + inside + 14,
      };
    },
  };
}
