/** Marks to SVG: elements that are changed in place, or text. */

/** @typedef {import("seq2see/marks").Mark} Mark */

const SPACE = "http://www.w3.org/2000/svg";

/**
 * Make an element's children these marks, reusing what has the same key and tag. Elements remember
 * their mark as `mark`. What is not seen yet is not there: it cannot be pointed at or read out.
 * @param {Element} parent
 * @param {Mark[]} marks
 */
export function paint(parent, marks) {
  const old = new Map();
  for (const child of parent.children) old.set(child.getAttribute("data-key"), child);
  let place = parent.firstElementChild;
  for (const mark of marks) {
    if (mark.attrs.opacity === 0) continue;
    let element = old.get(mark.key);
    if (element && element.tagName !== mark.tag) element = undefined;
    if (element) old.delete(mark.key);
    else {
      element = document.createElementNS(SPACE, mark.tag);
      element.setAttribute("data-key", mark.key);
    }
    if (element === place) place = element.nextElementSibling;
    else parent.insertBefore(element, place);
    update(element, mark);
  }
  for (const element of old.values()) element.remove();
}

/**
 * @param {Element & {mark?: Mark}} element
 * @param {Mark} mark
 */
function update(element, mark) {
  const before = element.mark;
  if (before === mark) return; // marks are never changed, and scenes keep what stands still
  const attrs = allAttributes(mark);
  const known = before ? allAttributes(before) : {};
  for (const [name, value] of Object.entries(attrs)) {
    if (known[name] !== value) element.setAttribute(name, String(value));
  }
  for (const name of Object.keys(known)) if (!(name in attrs)) element.removeAttribute(name);
  if (mark.tag === "g") paint(element, mark.children ?? []);
  else if (mark.text !== undefined && before?.text !== mark.text) element.textContent = mark.text;
  element.mark = mark;
}

/**
 * The attributes of a mark, those that say what it shows among them.
 * @param {Mark} mark
 * @returns {Record<string, string | number>}
 */
function allAttributes(mark) {
  const { attrs, number, link, title } = mark;
  return {
    ...attrs,
    ...(number ? { "data-number": `${number.name}[${number.index.join(",")}]` } : {}),
    ...(link ? { "data-link": link } : {}),
    ...(title ? { "data-title": title } : {}),
    ...(mark.action ? { class: "clickable" } : {}),
  };
}

/**
 * A picture as a file of its own.
 * @param {{width: number, height: number, marks: Mark[]}} frame
 * @param {{paper: string, title: string}} about
 * @returns {string}
 */
export function svgText(frame, { paper, title }) {
  const { width, height } = frame;
  return (
    `<svg xmlns="${SPACE}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="system-ui, 'Noto Sans', 'Noto Sans CJK SC', sans-serif" role="img">` +
    `<title>${escaped(title)}</title><rect width="${width}" height="${height}" fill="${paper}"/>` +
    `${frame.marks.map(markText).join("")}</svg>\n`
  );
}

/**
 * @param {Mark} mark
 * @returns {string}
 */
function markText(mark) {
  if (mark.attrs.opacity === 0) return "";
  const attrs = Object.entries(mark.attrs).map(([name, value]) => ` ${name}="${escaped(String(value))}"`);
  const inside = mark.tag === "g" ? (mark.children ?? []).map(markText).join("") : escaped(mark.text ?? "");
  return `<${mark.tag}${attrs.join("")}${inside ? `>${inside}</${mark.tag}>` : "/>"}`;
}

/** @param {string} content */
function escaped(content) {
  return content.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
