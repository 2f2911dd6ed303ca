/** The first frame of the first trace, until the player is there. */

import { DEFAULTS, render } from "seq2see/render";
import { paint } from "seq2see/svg";
import { readTrace } from "seq2see/trace";

/**
 * @param {HTMLElement} root
 * @param {any} data
 */
export function mount(root, data) {
  const frame = render(readTrace(data.sentences[0].traces[0]), 0, { ...DEFAULTS, width: 900 });
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("width", String(frame.width));
  svg.setAttribute("height", String(frame.height));
  paint(svg, frame.marks);
  root.append(svg);
}
