// Shows the values at the pointer. The page is complete without it.
for (const figure of document.querySelectorAll("figure.chart")) {
  const plot = figure.querySelector(".plot");
  if (!plot) continue;
  const series = [...figure.querySelectorAll("table.numbers")].map((table) => ({
    label: table.caption.textContent,
    role: table.classList.item(table.classList.length - 1),
    points: [...table.tBodies[0].rows].map((row) => ({
      place: Number(row.cells[0].textContent.replaceAll(",", "")),
      shown: row.cells[0].textContent,
      value: row.cells[1].textContent,
    })),
  }));
  const last = Number(plot.dataset.last);
  const area = plot.appendChild(document.createElement("div"));
  area.className = "area";
  const rule = area.appendChild(document.createElement("div"));
  rule.className = "rule";
  const values = area.appendChild(document.createElement("div"));
  values.className = "values";
  rule.hidden = values.hidden = true;

  area.addEventListener("pointermove", (event) => {
    const box = area.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    const nearest = series.map(({ label, role, points }) => {
      const place = share * last;
      const point = points.reduce((best, one) =>
        Math.abs(one.place - place) < Math.abs(best.place - place) ? one : best);
      return { label, role, ...point };
    });
    rule.style.left = `${100 * share}%`;
    values.style.left = share < 0.5 ? `calc(${100 * share}% + 10px)` : "";
    values.style.right = share < 0.5 ? "" : `calc(${100 * (1 - share)}% + 10px)`;
    values.replaceChildren(...nearest.map(({ label, role, value, shown }) => {
      const line = document.createElement("div");
      const strong = document.createElement("strong");
      strong.className = role;
      strong.textContent = value;
      line.append(`${label} `, strong, ` at ${shown}`);
      return line;
    }));
    rule.hidden = values.hidden = false;
  });
  area.addEventListener("pointerleave", () => {
    rule.hidden = values.hidden = true;
  });
}
