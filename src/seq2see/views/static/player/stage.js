/** The stage: a frame's marks as SVG, with highlights, clicks, and the part in sight that matters. */

import { paint } from "seq2see/svg";

/** @typedef {import("seq2see/render").Frame} Frame */
/** @typedef {import("seq2see/marks").Mark} Mark */
/** @typedef {import("seq2see/marks").Action} Action */

const SPACE = "http://www.w3.org/2000/svg";
const AROUND = 12; // pixels around what matters
const BELOW = 70; // pixels below the stage, for the transport
const SMALLEST = 0.8; // pictures are not shrunk further: their text stays readable

/** Shows frames in an element that scrolls where they are wider than it. */
export class Stage {
  /**
   * @param {HTMLElement} room
   * @param {(action: Action) => void} act What a click on a mark asks for; without a pointer, the tables
   *   below have a button for each number.
   */
  constructor(room, act) {
    this.room = room;
    this.act = act;
    this.zoom = 1; // larger in front of a class
    this.svg = document.createElementNS(SPACE, "svg");
    this.svg.setAttribute("role", "img");
    this.tip = document.createElement("div");
    this.tip.className = "tip";
    this.tip.hidden = true;
    room.append(this.svg, this.tip);
    this.svg.addEventListener("click", (event) => this.clicked(event));
    this.svg.addEventListener("pointerover", (event) => this.pointed(event));
    this.svg.addEventListener("pointerleave", () => this.unpointed());
  }

  /** Room for a picture, in pixels. */
  get width() {
    return Math.max((this.room.clientWidth - 2) / this.zoom, 280);
  }

  /**
   * @param {Frame} frame
   * @param {string} label What it shows, in words.
   */
  show(frame, label) {
    const scale = this.scaleOf(frame);
    this.scale = scale;
    this.svg.setAttribute("viewBox", `0 0 ${frame.width} ${frame.height}`);
    this.svg.setAttribute("width", String(Math.round(frame.width * scale)));
    this.svg.setAttribute("height", String(Math.round(frame.height * scale)));
    this.svg.setAttribute("aria-label", label);
    paint(this.svg, frame.marks);
    this.follow(frame);
  }

  /**
   * In front of a class pictures are enlarged as far as all of them can be seen; else they are shrunk
   * where they are too wide.
   * @param {Frame} frame
   */
  scaleOf({ width, height }) {
    if (this.zoom === 1) return Math.min(1, Math.max(this.width / width, SMALLEST));
    const above = this.room.getBoundingClientRect().top + scrollY;
    const across = Math.max((this.room.clientWidth - 2) / width, 1);
    const down = Math.max((innerHeight - above - BELOW) / height, SMALLEST);
    return Math.min(this.zoom, across, down);
  }

  /** @param {Frame} frame */
  follow({ focus }) {
    if (!focus || this.room.scrollWidth <= this.room.clientWidth) return;
    const scale = this.scale ?? 1;
    const [left, right] = [focus.x * scale, (focus.x + focus.width) * scale];
    const { scrollLeft, clientWidth } = this.room;
    if (left < scrollLeft + 20) this.room.scrollLeft = left - 40;
    else if (right > scrollLeft + clientWidth - 20) this.room.scrollLeft = right - clientWidth + 40;
  }

  /**
   * Bring what matters into the window where the picture is higher than that.
   * @param {Frame} frame
   */
  reveal({ focus, height }) {
    const room = this.room.getBoundingClientRect();
    const seen = room.bottom > BELOW && room.top < innerHeight - BELOW;
    if (!focus || focus.height > 0.9 * height || !seen) return;
    const scale = this.scale ?? 1;
    const top = this.svg.getBoundingClientRect().top + focus.y * scale - AROUND;
    const below = top + focus.height * scale + 2 * AROUND - (innerHeight - BELOW);
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
    if (top < 0) scrollBy({ top, behavior });
    else if (below > 0) scrollBy({ top: Math.min(below, top), behavior });
  }

  /** @param {Event} event */
  clicked(event) {
    const action = markAt(event.target, (mark) => Boolean(mark.action))?.action;
    if (action) this.act(action);
  }

  /** @param {PointerEvent} event */
  pointed(event) {
    const link = markAt(event.target, (mark) => Boolean(mark.link))?.link;
    this.highlight(link ?? null);
    const title = markAt(event.target, (mark) => Boolean(mark.title))?.title;
    this.tip.hidden = !title;
    if (!title) return;
    this.tip.textContent = title;
    const room = this.room.getBoundingClientRect();
    const left = event.clientX - room.left + this.room.scrollLeft + 12;
    this.tip.style.left = `${Math.min(left, this.room.scrollLeft + room.width - this.tip.offsetWidth - 8)}px`;
    this.tip.style.top = `${event.clientY - room.top + this.room.scrollTop + 16}px`;
  }

  unpointed() {
    this.highlight(null);
    this.tip.hidden = true;
  }

  /**
   * Light up everything that belongs to one token.
   * @param {string | null} link
   */
  highlight(link) {
    for (const old of this.svg.querySelectorAll(".linked")) old.classList.remove("linked");
    this.svg.classList.toggle("linking", link !== null);
    if (link === null) return;
    for (const one of this.svg.querySelectorAll(`[data-link="${CSS.escape(link)}"]`)) {
      one.classList.add("linked");
    }
  }
}

/**
 * The mark of an element or of the nearest one around it that fulfils a condition.
 * @param {EventTarget | null} target
 * @param {(mark: Mark) => boolean} fits
 * @returns {Mark | undefined}
 */
function markAt(target, fits) {
  /** @type {(Node & {mark?: Mark}) | null} */
  let node = target instanceof Node ? target : null;
  while (node) {
    if (node.mark && fits(node.mark)) return node.mark;
    node = node.parentNode;
  }
  return undefined;
}
