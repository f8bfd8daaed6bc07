"use strict";
// Search, selection by segment, and details of the points of a chart. Without this script the chart
// and its table are complete; texts from the data are set as text, never as markup.
for (const chart of document.querySelectorAll("[data-points]")) {
  const id = chart.dataset.points;
  const rows = JSON.parse(document.getElementById(`${id}-points`).textContent);
  const marks = [...chart.querySelectorAll(".points path")];
  const lookup = document.getElementById(`${id}-lookup`);
  const search = lookup.querySelector("input");
  const segment = lookup.querySelector("select");
  const status = lookup.querySelector("[role=status]");
  const money = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const order = rows.map((_, at) => at).sort((a, b) => rows[a].clv - rows[b].clv);
  let shown = order;
  let here = -1;

  function write(lines) {
    status.replaceChildren(
      ...lines.map((line) => {
        const p = document.createElement("p");
        p.append(...line.map((text) => {
          const part = document.createElement("bdi");
          part.textContent = text;
          return part;
        }));
        return p;
      })
    );
  }

  function called(row) {
    return row.name ? [row.name, ` (${row.customer})`] : [row.customer];
  }

  function mark(at) {
    if (at === here) return;
    if (here >= 0) marks[here].classList.remove("here");
    here = at;
    if (at < 0) return;
    marks[at].classList.add("here");
    marks[at].parentNode.append(marks[at]);
    const row = rows[at];
    const more = [row.segment, row.group].filter((text, i, all) => text && all.indexOf(text) === i);
    write([
      [...called(row), more.length ? ` · ${more.join(" · ")}` : ""],
      [`CLV ${money.format(row.clv)} · influence ${money.format(row.influence)}`
        + ` · network value ${money.format(row.network_value)}`],
    ]);
  }

  function select() {
    const wanted = search.value.trim().toLowerCase();
    shown = order.filter((at) => {
      const row = rows[at];
      const fits = !segment.value || row.segment === segment.value;
      return fits && [row.customer, row.name || ""].some((t) => t.toLowerCase().includes(wanted));
    });
    const kept = new Set(shown);
    marks.forEach((path, at) => path.classList.toggle("faint", !kept.has(at)));
    mark(-1);
    if (shown.length === 1) mark(shown[0]);
    else write([[`${shown.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")} points match`]]);
  }

  for (const name of [...new Set(rows.map((row) => row.segment))].filter(Boolean).sort()) {
    const option = document.createElement("option");
    option.value = option.textContent = name;
    segment.append(option);
  }
  search.addEventListener("input", select);
  segment.addEventListener("change", select);
  marks.forEach((path, at) => path.addEventListener("pointerenter", () => mark(at)));
  chart.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || !shown.length) return;
    event.preventDefault();
    const at = shown.indexOf(here);
    mark(shown[at < 0 ? 0 : (at + step + shown.length) % shown.length]);
  });
  select();
  lookup.hidden = marks.length !== rows.length;
}
