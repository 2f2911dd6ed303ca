// Elements of the page.

/**
 * The element with an id.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function find(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`#${id} is no ${kind.name}`);
  return found;
}

/**
 * Fill a list, and choose one of its values if it is there.
 * @param {HTMLSelectElement} select
 * @param {[value: string, label: string][]} choices
 * @param {string | undefined} chosen
 */
export function fill(select, choices, chosen) {
  select.replaceChildren(...choices.map(([value, label]) => new Option(label, value)));
  if (choices.some(([value]) => value === chosen)) select.value = String(chosen);
}

/**
 * A span.
 * @param {string} name
 * @param {...(string | Node)} content
 */
export function span(name, ...content) {
  const made = document.createElement("span");
  if (name) made.className = name;
  made.append(...content);
  return made;
}
