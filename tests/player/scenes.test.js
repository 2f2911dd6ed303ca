/** What holds of every scene, whatever model it draws. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { render, timelineFor } from "../../src/seq2see/views/static/render.js";
import { WORDS, say } from "../../src/seq2see/views/static/words/index.js";
import { NAMES, ROOMS, everyMark, freshTrace, leavesOf } from "./pictures.js";

const INSTANTS = 40; // of each scene
const FEWER = 5; // of the longest trace, and in the second room
const ROUNDING = 1.5; // pixels, of marks at the edge of a picture

/** Every scene of every trace in every room. */
function everyScene(tell) {
  for (const name of NAMES) {
    const trace = freshTrace(name);
    for (const choices of ROOMS) {
      const timeline = timelineFor(trace, choices);
      for (const chapter of timeline.chapters) {
        const where = `${name}, ${chapter.scene}, ${choices.width} pixels`;
        tell({ name, trace, choices, timeline, chapter, where });
      }
    }
  }
}

function endOf(beat) {
  return beat.end - 1e-6;
}

test("every model has scenes, with attention where it attends", () => {
  for (const name of NAMES) {
    const trace = freshTrace(name);
    const scenes = timelineFor(trace, ROOMS[0]).chapters.map((chapter) => chapter.scene);
    assert.ok(scenes.includes("blackbox") && scenes.includes("sides"), name);
    assert.equal(scenes.includes("lines"), trace.attends, name);
    assert.equal(scenes.includes("unrolled"), trace.has("decoder.layers.0.hidden"), name);
  }
});

test("attributes are numbers or texts, and siblings have keys of their own", () => {
  everyScene(({ name, trace, choices, timeline, chapter, where }) => {
    const instants = name === "long" || choices !== ROOMS[0] ? FEWER : INSTANTS;
    for (let i = 0; i < instants; i++) {
      const time = chapter.start + ((chapter.end - chapter.start) * (i + 0.5)) / instants;
      const frame = render(trace, time, choices, timeline);
      assert.ok(frame.width > 0 && frame.height > 0, where);
      checkSiblings(frame.marks, `${where}, ${frame.beat.id}`);
    }
  });
});

function checkSiblings(marks, where) {
  const keys = new Set();
  for (const mark of marks) {
    if (!mark) assert.fail(`${where}: an absent mark`);
    if (keys.has(mark.key)) assert.fail(`${where}: two marks ${mark.key}`);
    keys.add(mark.key);
    for (const [name, value] of Object.entries(mark.attrs)) {
      const fine =
        typeof value === "number"
          ? Number.isFinite(value)
          : typeof value === "string" && !/NaN|undefined|Infinity/.test(value);
      if (!fine) assert.fail(`${where}: ${name} of ${mark.key} is ${value}`);
    }
    checkSiblings(mark.children ?? [], where);
  }
}

test("what has appeared stays", () => {
  everyScene(({ name, trace, choices, timeline, chapter, where }) => {
    if (name === "long") return; // the same scenes as of shorter sentences, with more marks
    let seen = new Set();
    for (const beat of chapter.beats) {
      const { marks } = render(trace, endOf(beat), choices, timeline);
      const visible = leavesOf(marks).filter(({ opacity }) => opacity > 0);
      const now = new Set(visible.map(({ path }) => path));
      const gone = [...seen].filter((path) => !now.has(path));
      assert.deepEqual(gone, [], `${where}: gone after ${beat.id}`);
      seen = now;
    }
  });
});

test("at the end everything can be seen", () => {
  everyScene(({ trace, choices, timeline, chapter, where }) => {
    const { marks } = render(trace, endOf({ end: chapter.end }), choices, timeline);
    const hidden = leavesOf(marks).filter(({ opacity }) => opacity <= 0);
    assert.deepEqual(
      hidden.map(({ path }) => path),
      [],
      where,
    );
  });
});

test("the same time is the same picture, whatever was shown before", () => {
  for (const name of NAMES) {
    const choices = ROOMS[0];
    const [one, other] = [freshTrace(name), freshTrace(name)];
    const timeline = timelineFor(one, choices);
    const times = timeline.chapters.map(({ start, end }) => start + 0.37 * (end - start));
    const forwards = times.map((time) => render(one, time, choices, timeline));
    const backwards = [...times]
      .reverse()
      .map((time) => render(other, time, choices))
      .reverse();
    assert.deepEqual(forwards, backwards, name);
    assert.deepEqual(render(one, times[0], choices), forwards[0], name);
  }
});

test("numbers that are shown are those of the trace", () => {
  let compared = 0;
  everyScene(({ trace, choices, timeline, chapter, where }) => {
    const { marks } = render(trace, endOf({ end: chapter.end }), choices, timeline);
    for (const mark of everyMark(marks)) {
      if (!mark.number) continue;
      const value = numberOf(trace, mark.number);
      const text =
        mark.title ?? mark.text ?? mark.children?.find((child) => child.text)?.text ?? "";
      const written = readNumber(text);
      if (!written) continue;
      compared++;
      const difference = Math.abs(written.value - value);
      assert.ok(difference <= written.within, `${where}: ${text} for ${value} (${mark.key})`);
    }
  });
  assert.ok(compared > 10000, `${compared} numbers`);
});

/** Probabilities of next tokens are in the trace's steps, everything else among its tensors. */
function isKnown(trace, name) {
  return name.startsWith("output.") || trace.has(name);
}

/** A number of the trace; probabilities of next tokens are not stored as a tensor. */
function numberOf(trace, { name, index }) {
  if (name.startsWith("output.") && !trace.has(name)) {
    const [step, id] = index;
    const { chosen, top } = trace.steps[step];
    const choice = [chosen, ...top].find((one) => one.id === id);
    assert.ok(choice, `${name} has no token ${id} at step ${step}`);
    return name === "output.probs" ? Math.exp(choice.logProb) : choice.logit;
  }
  const { shape } = trace.tensor(name);
  assert.equal(index.length, shape.length, `${name}[${index}]`);
  index.forEach((place, axis) => assert.ok(place >= 0 && place < shape[axis], `${name}[${index}]`));
  return trace.at(name, ...index);
}

/** The number at the end of a text, and how far rounding may have moved it; null where there is none. */
function readNumber(text) {
  const match = /(?:^|\s)(\u2212?)(<|>)?([\d,]+(?:\.(\d+))?)(%)?$/.exec(text);
  if (!match) return null;
  const [, minus, bound, digits, decimals = "", percent] = match;
  const unit = 10 ** -decimals.length * (percent ? 0.01 : 1);
  const size = Number(digits.replace(/,/g, "")) * (percent ? 0.01 : 1);
  return { value: minus ? -size : size, within: (bound ? 1 : 0.5) * unit * 1.001 + 1e-7 };
}

test("beats have words in every language, times to follow, and numbers that exist", () => {
  everyScene(({ trace, chapter, where }) => {
    const ids = chapter.beats.map((beat) => beat.id);
    assert.equal(new Set(ids).size, ids.length, where);
    for (const language of Object.keys(WORDS)) {
      assert.ok(say(language, `scene.${chapter.scene}`).length <= 24, where);
    }
    for (const beat of chapter.beats) {
      for (const language of Object.keys(WORDS)) {
        const prose = say(language, beat.words, beat.values);
        assert.ok(prose.length > 3 && !/undefined|NaN|[{}]/.test(prose), `${where}: ${prose}`);
      }
      const { move = 0.5 } = beat;
      assert.ok(move >= 0.2 && move <= 0.7, `${where}, ${beat.id}: moves ${move} s`);
      assert.ok(beat.end - beat.still >= 0.8 - 1e-9, `${where}, ${beat.id}: holds too short`);
      if (beat.number) {
        const { name } = beat.number;
        assert.ok(isKnown(trace, name), `${where}, ${beat.id}: the trace has no ${name}`);
        assert.ok(Number.isFinite(numberOf(trace, beat.number)), `${where}, ${beat.id}: ${name}`);
      }
      if (beat.asks) {
        const { answer } = beat.asks;
        assert.ok(answer >= 0 && answer < trace.source.axis.labels.length, `${where} ${beat.id}`);
      }
    }
  });
});

test("marks lie within the picture", () => {
  everyScene(({ trace, choices, timeline, chapter, where }) => {
    const frame = render(trace, endOf({ end: chapter.end }), choices, timeline);
    for (const { mark, path } of leavesOf(frame.marks)) {
      const { x, y, width, height, transform } = mark.attrs;
      if (mark.tag !== "rect" || transform) continue;
      assert.ok(x >= -ROUNDING && y >= -ROUNDING, `${where}: ${path} at ${x}, ${y}`);
      assert.ok(x + width <= frame.width + ROUNDING, `${where}: ${path} ends at ${x + width}`);
      assert.ok(y + height <= frame.height + ROUNDING, `${where}: ${path} ends at ${y + height}`);
    }
  });
});

test("no text is smaller than can be read", () => {
  everyScene(({ trace, choices, timeline, chapter, where }) => {
    const { marks } = render(trace, endOf({ end: chapter.end }), choices, timeline);
    for (const { mark, path } of leavesOf(marks)) {
      if (mark.tag === "text")
        assert.ok(Number(mark.attrs["font-size"]) >= 11, `${where}: ${path}`);
    }
  });
});

test("languages say the same things with the same values", () => {
  const { en, zh } = WORDS;
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
  const placeholders = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
  for (const key of Object.keys(en)) {
    assert.deepEqual(placeholders(zh[key]), placeholders(en[key]), key);
    assert.notEqual(en[key], "", key);
    assert.notEqual(zh[key], "", key);
  }
});
