/** The numerals of 1972: three squares wide, five high. */

const ROWS = ["75557", "22222", "71747", "71717", "55711", "74717", "74757", "71111", "75757", "75717"];

/**
 * Draws a number of one or two digits into an empty picture.
 * @param {SVGElement} svg
 * @param {number | null} value nothing for null
 */
export function drawNumeral(svg, value) {
  const digits = value === null ? "" : String(Math.min(99, Math.max(0, value)));
  if (svg.getAttribute("data-shown") === digits) return;
  let path = "";
  [...digits].forEach((digit, place) => {
    [...ROWS[Number(digit)]].forEach((row, y) => {
      for (let x = 0; x < 3; x += 1) if (Number(row) & (4 >> x)) path += `M${place * 4 + x} ${y}h1v1h-1z`;
    });
  });
  svg.setAttribute("data-shown", digits);
  svg.setAttribute("viewBox", `0 0 ${Math.max(3, digits.length * 4 - 1)} 5`);
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", path);
  svg.replaceChildren(shape);
}
