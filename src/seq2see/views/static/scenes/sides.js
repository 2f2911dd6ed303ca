/**
 * The box opens: an encoder turns the source into vectors, a decoder turns these into the translation.
 * What goes across is drawn between them: one vector, or one for each source token.
 */

import { arrow, between, group } from "seq2see/marks";
import { TOKEN_HEIGHT, caption, limitOf, panel, token, tokenWidth, vector } from "seq2see/parts";
import { crossedBy } from "seq2see/scenes/crossing";
import { MARGIN, flowOf } from "seq2see/scenes/layout";
import { portions, procession, staggered, toldOf, upTo } from "seq2see/scenes/pace";
import { isRightToLeft } from "seq2see/text";
import { say } from "seq2see/words/index";

/** @typedef {import("seq2see/scenes/index").Scene} Scene */
/** @typedef {import("seq2see/trace").Trace} Trace */
/** @typedef {import("seq2see/marks").Box} Box */

const WIDEST = 1100;
const STACKED = 720; // below this width the decoder stands under the encoder
const HEAD = 34; // of a panel, for its name
const CELL = 12;
const UNITS = 5;
const PITCH = CELL + 8; // from one vector that crosses to the next
const TALL = UNITS * CELL + 10;

/** @type {Scene} */
export const sides = {
  id: "sides",
  fits: () => true,
  beats(trace) {
    const { vectors, kind } = crossedBy(trace);
    const { shape } = trace.tensor(vectors[0].ref.name);
    const values = {
      count: vectors.length,
      width: shape[shape.length - 1],
      numbers: (vectors.length * shape[shape.length - 1]).toLocaleString("en-US"),
      tokens: trace.source.axis.labels.length,
    };
    const number = { name: vectors[0].ref.name, index: [...vectors[0].ref.index, 0] };
    return [
      { id: "open", words: "sides.open", hold: 1.8 },
      { id: "read", words: "sides.read", values, move: 0.7 },
      { id: "compile", words: `sides.compile.${kind}`, values, number, move: 0.7, hold: 2 },
      { id: "cross", words: `sides.cross.${kind}`, values, hold: 1.8 },
      ...writing(trace).beats,
      { id: "end", words: "sides.end", values, move: 0.3 },
    ];
  },
  draw({ trace, choices, theme, at }) {
    const { language } = choices;
    const plan = layOut(trace, choices.width);
    const { vectors, kind } = crossedBy(trace);
    const limit = limitOf(trace, ...new Set(vectors.map(({ ref }) => ref.name)));
    const written = writing(trace).progress(at);
    const source = trace.source.axis.labels;
    const across = at("cross");

    const sources = source.map((label, i) => {
      const share = staggered(at("read"), i, source.length);
      const look = { ...plan.sources[i], role: /** @type {const} */ ("encoder"), theme };
      const opacity = 0.6 + 0.4 * share;
      return token(`source${i}`, label, { ...look, opacity }, { link: `source:${i}` });
    });
    const targets = trace.target.axis.labels.map((label, i) => {
      const share = written.get(i) ?? 0;
      const home = plan.targets[i];
      const look = { x: home.x, y: home.y - 10 * (1 - share), theme, opacity: share };
      return token(`target${i}`, label, { ...look, role: "output" }, { link: `target:${i}` });
    });
    const crossing = vectors.map(({ ref, from, title }, i) => {
      const share = staggered(at("compile"), i, vectors.length);
      const home = plan.vectors[i];
      const start = plan.sources[from];
      const place = between({ x: start.x + 10, y: start.y }, home, share);
      const look = { ...place, role: /** @type {const} */ ("encoder"), theme, limit, cell: CELL };
      const drawn = { ...look, shown: UNITS, opacity: share, number: ref };
      const link = kind === "all" ? { link: `source:${from}` } : {};
      return vector(`crossing${i}`, trace.row(ref.name, ...ref.index), drawn, { title, ...link });
    });
    const { enter, leave } = plan;
    const look = { colour: theme.encoder.strong, grown: across, width: 3 };
    return {
      width: plan.width,
      height: plan.height,
      focus: null,
      marks: [
        panel("encoder", plan.encoder, say(language, "name.encoder"), { theme, role: "encoder" }),
        panel("decoder", plan.decoder, say(language, "name.decoder"), { theme, role: "decoder" }),
        arrow("leaving", leave.from, leave.to, { ...look, grown: at("compile") }),
        arrow("entering", enter.from, enter.to, look),
        ...sources,
        ...targets,
        ...crossing,
        group("name", [
          caption(
            "what",
            plan.name,
            say(language, `sides.name.${kind}`, { count: vectors.length }),
            {
              theme,
              role: "encoder",
              anchor: "middle",
              bold: true,
              opacity: at("compile"),
            },
          ),
        ]),
      ],
    };
  },
};

/** @param {Trace} trace */
function writing(trace) {
  const { labels } = trace.target.axis;
  return procession("write", portions(upTo(labels.length), 2, 2), (part, index) => ({
    ...toldOf(part, labels, "sides.write", index),
    move: part.length > 1 ? 0.7 : 0.5,
    hold: 1,
    step: part[part.length - 1],
  }));
}

/**
 * @param {Trace} trace
 * @param {number} room
 */
function layOut(trace, room) {
  const width = Math.min(room, WIDEST);
  const { vectors } = crossedBy(trace);
  const source = trace.source.axis.labels.map(tokenWidth);
  const target = trace.target.axis.labels.map(tokenWidth);
  const directions = {
    source: isRightToLeft(trace.source.text),
    target: isRightToLeft(trace.target.text),
  };
  const stacked = room < STACKED;
  const full = width - 2 * MARGIN;
  const middle = stacked ? full : Math.max(Math.min(vectors.length, 9) * PITCH + 64, 150);
  const side = stacked ? full : (full - middle) / 2;
  const perLine = Math.max(Math.floor((middle - 44) / PITCH), 1);
  const lines = Math.ceil(vectors.length / perLine);
  const crossingHeight = lines * TALL;

  /**
   * @param {number[]} widths
   * @param {number} left
   * @param {number} top
   * @param {boolean} reversed
   */
  const flow = (widths, left, top, reversed) =>
    flowOf(widths, { left: left + 12, top, room: side - 24, height: TOKEN_HEIGHT, reversed });
  const reading = flow(source, MARGIN, MARGIN + HEAD, directions.source);
  const encoderHeight = HEAD + reading.height + 14;
  const writing = flow(target, 0, 0, directions.target);
  const decoderHeight = HEAD + writing.height + 14;
  const tallest = Math.max(encoderHeight, decoderHeight, crossingHeight + 30);

  const encoder = { x: MARGIN, y: MARGIN, width: side, height: stacked ? encoderHeight : tallest };
  const between = stacked ? encoder.y + encoder.height + 56 : MARGIN;
  const decoder = {
    x: stacked ? MARGIN : MARGIN + side + middle,
    y: stacked ? between + crossingHeight + 30 : MARGIN,
    width: side,
    height: stacked ? decoderHeight : tallest,
  };
  const centre = MARGIN + (stacked ? full / 2 : side + middle / 2);
  const top = stacked ? between : MARGIN + (tallest - crossingHeight) / 2 + 10;
  const places = vectors.map((_, i) => {
    const line = Math.floor(i / perLine);
    const inLine = Math.min(perLine, vectors.length - line * perLine);
    const column = directions.source ? inLine - 1 - (i % perLine) : i % perLine;
    return { x: centre - (inLine * PITCH) / 2 + column * PITCH + 4, y: top + line * TALL };
  });
  const half = (Math.min(perLine, vectors.length) * PITCH) / 2 + 2;
  const level = MARGIN + tallest / 2 + 5;
  return {
    width,
    height: decoder.y + decoder.height + MARGIN,
    encoder,
    decoder,
    sources: reading.places,
    targets: flow(target, decoder.x, decoder.y + HEAD, directions.target).places,
    vectors: places,
    name: { x: centre, y: top - 8 },
    leave: stacked
      ? { from: { x: centre, y: encoder.y + encoder.height }, to: { x: centre, y: top - 24 } }
      : { from: { x: MARGIN + side, y: level }, to: { x: centre - half, y: level } },
    enter: stacked
      ? { from: { x: centre, y: top + crossingHeight - 6 }, to: { x: centre, y: decoder.y - 2 } }
      : { from: { x: centre + half, y: level }, to: { x: decoder.x - 2, y: level } },
  };
}
