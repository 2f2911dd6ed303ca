/** A raster as a mark. */

/**
 * A picture whose pixels stay sharp; `mirrored` turns left and right about.
 * @param {string} key
 * @param {import("seq2see/marks").Box} box
 * @param {string} href
 * @param {{mirrored?: boolean, opacity?: number}} [look]
 * @returns {import("seq2see/marks").Mark}
 */
export function picture(key, box, href, { mirrored = false, opacity = 1 } = {}) {
  /** @type {Record<string, string>} */
  const turned = mirrored ? { transform: `translate(${2 * box.x + box.width} 0) scale(-1 1)` } : {};
  const style = "image-rendering: pixelated";
  return {
    key,
    tag: "image",
    attrs: { ...box, ...turned, href, opacity, preserveAspectRatio: "none", style },
  };
}
