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

const REACHED = ":is(button, input, select, summary, [tabindex]):not(:disabled)"; // by the Tab key

/**
 * Replace what an element holds. Where the focus is inside, it goes to what stands in its place now:
 * whoever works by keyboard is not thrown back to the beginning of the page.
 * @param {Element} parent
 * @param {...(Node | string | null | false)} children
 */
export function fill(parent, ...children) {
  const focused = document.activeElement;
  const place = focused ? [...parent.querySelectorAll(REACHED)].indexOf(focused) : -1;
  parent.replaceChildren(...children.filter((child) => child !== null && child !== false));
  if (place < 0) return;
  const found = [...parent.querySelectorAll(REACHED)];
  const next = found[Math.min(place, found.length - 1)];
  if (next instanceof HTMLElement) next.focus({ preventScroll: true });
}

let made = 0;

/** An id that no other element of the page has: two players may stand in one page. */
export function freshId() {
  return `s2s-${++made}`;
}
