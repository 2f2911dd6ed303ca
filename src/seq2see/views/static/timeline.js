/**
 * Time: scenes are made of beats, and a beat is a move and then a hold. Everything that a scene shows
 * is a function of how far each of its beats has come, so any instant can be drawn at any time.
 */

/**
 * One thing that happens.
 *
 * `id` is unique within its scene. `words` is the key of its prose in the tables of `words/`, `values`
 * fill the prose's placeholders. `move` and `hold` are seconds. `step` is the decoder step it belongs
 * to, counted from 0. `number` is the one number this beat is about: its equation stands beside.
 * `asks` marks a beat where a learner can predict what comes: `answer` is the index of the source
 * token that is attended most.
 * @typedef {{id: string, words: string, values?: Record<string, string | number>, move?: number,
 *   hold?: number, step?: number | null, number?: NumberRef | null,
 *   asks?: {answer: number} | null}} Beat
 */

/**
 * A number of the trace: the tensor's name and its index along every axis.
 * @typedef {{name: string, index: number[]}} NumberRef
 */

/**
 * A beat on the timeline: it moves from `start` to `still`, and holds until `end`.
 * @typedef {Beat & {start: number, still: number, end: number}} TimedBeat
 */

/** @typedef {{scene: string, beats: TimedBeat[], start: number, end: number}} Chapter */

/** @typedef {{chapters: Chapter[], duration: number}} Timeline */

const MOVE = 0.5;
const HOLD = 1.3;
const LAST_HOLD = 2.5; // a finished diagram is looked at longer

/**
 * Put the scenes' beats one after the other.
 * @param {{id: string, beats: Beat[]}[]} scenes
 * @returns {Timeline}
 */
export function timelineOf(scenes) {
  let time = 0;
  const chapters = scenes.map(({ id, beats }) => {
    const start = time;
    const timed = beats.map((beat, index) => {
      const { move = MOVE, hold = HOLD } = beat;
      const from = time;
      const still = from + move;
      time = still + (index === beats.length - 1 ? Math.max(hold, LAST_HOLD) : hold);
      return { ...beat, start: from, still, end: time };
    });
    return { scene: id, beats: timed, start, end: time };
  });
  return { chapters, duration: time };
}

/**
 * The chapter and the beat at a time. A time outside is moved to the nearest inside.
 * @param {Timeline} timeline
 * @param {number} time Seconds.
 * @returns {{chapter: Chapter, beat: TimedBeat, chapterIndex: number, beatIndex: number}}
 */
export function placeAt(timeline, time) {
  const { chapters } = timeline;
  const chapterIndex = lastStarted(chapters, time);
  const chapter = chapters[chapterIndex];
  const beatIndex = lastStarted(chapter.beats, time);
  return { chapter, beat: chapter.beats[beatIndex], chapterIndex, beatIndex };
}

/**
 * How far each beat of a chapter has come: from 0, not begun, to 1, done; slow at both ends.
 * A beat that the chapter does not have has not begun.
 * @param {Chapter} chapter
 * @param {number} time
 * @returns {(id: string) => number}
 */
export function progressOf(chapter, time) {
  const done = new Map(chapter.beats.map((beat) => [beat.id, eased(beat, time)]));
  return (id) => done.get(id) ?? 0;
}

/**
 * The time at which a beat's picture is complete.
 * @param {Timeline} timeline
 * @param {string} scene
 * @param {string} [id] The first beat unless given.
 * @returns {number | null} Null where there is no such beat.
 */
export function timeOf(timeline, scene, id) {
  const chapter = timeline.chapters.find((one) => one.scene === scene);
  const beat = id === undefined ? chapter?.beats[0] : chapter?.beats.find((one) => one.id === id);
  return beat ? beat.still : null;
}

/**
 * Where stepping leads: to the stillness of the next or the previous beat.
 * @param {Timeline} timeline
 * @param {number} time
 * @param {1 | -1} direction
 * @param {(beat: TimedBeat, from: TimedBeat) => boolean} [stops] Which beats count; all unless given.
 * @returns {number}
 */
export function stepFrom(timeline, time, direction, stops = () => true) {
  const beats = timeline.chapters.flatMap((chapter) => chapter.beats);
  const here = lastStarted(beats, time);
  for (let place = here + direction; place >= 0 && place < beats.length; place += direction) {
    if (stops(beats[place], beats[here])) return beats[place].still;
  }
  return direction > 0 ? timeline.duration : (beats[0]?.still ?? 0);
}

/**
 * @param {{start: number}[]} parts In order.
 * @param {number} time
 */
function lastStarted(parts, time) {
  let place = 0;
  while (place + 1 < parts.length && parts[place + 1].start <= time) place++;
  return place;
}

/**
 * @param {TimedBeat} beat
 * @param {number} time
 */
function eased(beat, time) {
  if (time >= beat.still) return 1;
  if (time <= beat.start) return 0;
  const share = (time - beat.start) / (beat.still - beat.start);
  return share * share * (3 - 2 * share);
}
