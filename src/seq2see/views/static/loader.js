/**
 * Starts the player from one text, where modules cannot be fetched: in a saved page, in a notebook, in
 * a widget. Each module becomes an address of its own, in the order in which they need each other, so
 * that several players in one document do not meet.
 */

/**
 * What `seq2see.views.modules.pack` packs: names and texts of modules, each after those it imports.
 * @typedef {{modules: [string, string][], style: string,
 *   data: import("seq2see/player/player").PageData}} Packed
 */

/**
 * @param {string} packed Base64 of gzipped JSON.
 * @returns {Promise<Packed>}
 */
export async function unpack(packed) {
  const letters = atob(packed.trim());
  const bytes = new Uint8Array(letters.length);
  for (let place = 0; place < letters.length; place++) bytes[place] = letters.charCodeAt(place);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

/**
 * Import modules that import each other by name.
 * @param {[string, string][]} modules
 * @returns {Promise<any>} What the last one exports.
 */
export async function importLast(modules) {
  const addresses = new Map();
  for (const [name, text] of modules) {
    const linked = text.replace(/\bfrom "(seq2see\/[^"]+)"/g, (whole, imported) =>
      addresses.has(imported) ? `from "${addresses.get(imported)}"` : whole,
    );
    const parts = [linked, `\n//# sourceURL=${name}.js\n`];
    addresses.set(name, URL.createObjectURL(new Blob(parts, { type: "text/javascript" })));
  }
  try {
    return await import([...addresses.values()].pop());
  } finally {
    for (const address of addresses.values()) URL.revokeObjectURL(address);
  }
}

/**
 * Start a player.
 * @param {HTMLElement} root Where.
 * @param {string} packed
 * @param {{theme?: "light" | "dark", address?: boolean}} [options] As `mount` takes them.
 * @returns {Promise<import("seq2see/player/player").Player>}
 */
export async function start(root, packed, options) {
  const { modules, style, data } = await unpack(packed);
  const sheet = document.createElement("style");
  sheet.textContent = style;
  root.before(sheet);
  const { mount } = await importLast(modules);
  return mount(root, data, options);
}
