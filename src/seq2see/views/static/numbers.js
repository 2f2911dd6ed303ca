/** How numbers are written. */

const MINUS = "\u2212";

/**
 * A number with few digits: 0.123, 12.3, 1,235; zero as 0. A true minus sign.
 * @param {number} value
 * @param {number} [digits] Significant digits.
 * @returns {string}
 */
export function short(value, digits = 3) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "?" : value < 0 ? MINUS + "∞" : "∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const whole = Math.floor(Math.log10(size)) + 1;
  const decimals = Math.min(Math.max(digits - Math.max(whole, 0), 0), digits);
  const text = size.toFixed(decimals);
  const nothing = Number(text) === 0;
  const written = nothing ? "<" + (10 ** -decimals).toFixed(decimals) : grouped(text);
  return (value < 0 ? MINUS : "") + written;
}

/**
 * A number with as many decimals as its neighbours in a row of cells: 0.12, −1.30, 0.00.
 * @param {number} value
 * @returns {string}
 */
export function decimal(value) {
  const text = Math.abs(value).toFixed(Math.abs(value) < 99.5 ? 2 : 0);
  return (value < 0 && Number(text) !== 0 ? MINUS : "") + text;
}

/**
 * A share as a percentage: 97%, 3.2%, <0.1%.
 * @param {number} share
 * @returns {string}
 */
export function percent(share) {
  const value = share * 100;
  if (value >= 99.95) return share < 1 ? ">99.9%" : "100%";
  if (value >= 10) return value.toFixed(0) + "%";
  if (value >= 0.05) return value.toFixed(1) + "%";
  return value > 0 ? "<0.1%" : "0%";
}

/** @param {string} text */
function grouped(text) {
  const [whole, rest] = text.split(".");
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return rest === undefined ? groups : `${groups}.${rest}`;
}
