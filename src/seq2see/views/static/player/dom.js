/** Elements, made in one expression. */

/**
 * Make an element. Attributes that are functions are listeners (`onclick`), those that are false or
 * null are left out, true ones are empty.
 * @param {string} tag
 * @param {Record<string, any>} [attrs]
 * @param {...(Node | string | null | false)} children
 * @returns {HTMLElement}
 */
export function element(tag, attrs = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(name, value === true ? "" : String(value));
    }
  }
  for (const child of children) if (child !== null && child !== false) made.append(child);
  return made;
}

/**
 * Replace what an element holds.
 * @param {Element} parent
 * @param {...(Node | string | null | false)} children
 */
export function fill(parent, ...children) {
  parent.replaceChildren(...children.filter((child) => child !== null && child !== false));
}

let made = 0;

/** An id that no other element of the page has: two players may stand in one page. */
export function freshId() {
  return `s2s-${++made}`;
}
