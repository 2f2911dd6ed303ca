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

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;,=>?@^_`{|}~";

/**
 * @param {string} packed Gzipped JSON, each four bytes as a number of five letters.
 * @returns {Promise<Packed>}
 */
export async function unpack(packed) {
  const bytes = bytesOf(packed);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

/** @param {string} letters */
function bytesOf(letters) {
  const digits = new Uint8Array(128);
  for (let digit = 0; digit < LETTERS.length; digit++) digits[LETTERS.charCodeAt(digit)] = digit;
  const bytes = new DataView(new ArrayBuffer(Math.ceil(letters.length / 5) * 4));
  for (let place = 0; place < letters.length; place += 5) {
    let value = 0;
    for (let next = place; next < place + 5; next++) {
      value = value * 85 + (next < letters.length ? digits[letters.charCodeAt(next)] : 84);
    }
    bytes.setUint32((place / 5) * 4, value);
  }
  const missing = (5 - (letters.length % 5)) % 5; // letters, and so bytes, of the last four
  return bytes.buffer.slice(0, bytes.byteLength - missing);
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
