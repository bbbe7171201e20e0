"use strict";
// Sorts and filters the table of units. Without it the page says the same, in its first order.
(() => {
  const table = document.getElementById("units");
  const body = table.tBodies[0];
  const units = Array.from(body.rows);
  const controls = document.getElementById("controls");
  const text = document.getElementById("text");
  const status = document.getElementById("status");
  const open = document.getElementById("open");
  const shown = document.getElementById("shown");
  const empty = document.getElementById("empty");
  const numbers = new Intl.NumberFormat("vi");

  // --- filter: "thanh tra" and "THANH TRA" find "Thanh tra"; "dao tao" finds "Đào tạo" ---
  const fold = (s) =>
    s.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[đðɖ]/g, "d");
  const words = units.map((row) =>
    fold(row.cells[0].textContent + " " + row.cells[1].firstElementChild.textContent));

  const filter = () => {
    const wanted = fold(text.value).split(/\s+/).filter(Boolean);
    let count = 0;
    units.forEach((row, at) => {
      const match = wanted.every((word) => words[at].includes(word))
        && (!status.value || row.dataset.status === status.value)
        && (!open.checked || "open" in row.dataset);
      if (row.hidden === match) row.hidden = !match;
      count += match;
    });
    const all = count === units.length;
    document.documentElement.toggleAttribute("data-filtered", !all);
    empty.hidden = count > 0 || units.length === 0;
    shown.textContent = all
      ? `Hiện cả ${numbers.format(count)} đơn vị.`
      : `Hiện ${numbers.format(count)} trong ${numbers.format(units.length)} đơn vị.`;
  };

  // --- sort: ascending, descending, as it was at first; what is empty stays last ---
  const collator = new Intl.Collator("vi", { numeric: true });
  const rank = new Map(Array.from(status.options, (option, at) => [option.value, at]));
  const keys = {
    text: (cell, row) => (cell.firstElementChild || cell).textContent,
    number: (cell) => parseInt(cell.textContent.replaceAll(".", "") || "0", 10),
    date: (cell) => {
      const time = cell.querySelector("time");
      return time ? Date.parse(time.dateTime) : "";
    },
    status: (cell, row) => rank.get(row.dataset.status),
  };
  const next = { none: "ascending", ascending: "descending", descending: "none" };

  const sort = (heading) => {
    const direction = next[heading.getAttribute("aria-sort")];
    for (const other of table.tHead.rows[0].cells) other.setAttribute("aria-sort", "none");
    heading.setAttribute("aria-sort", direction);
    let rows = units;
    if (direction !== "none") {
      const key = keys[heading.dataset.sort];
      const sign = direction === "ascending" ? 1 : -1;
      const compare = heading.dataset.sort === "text" ? collator.compare : (a, b) => a - b;
      const keyed = units.map((row) => [key(row.cells[heading.cellIndex], row), row]);
      keyed.sort(([a], [b]) =>
        (a === "") - (b === "") || (a === "" ? 0 : sign * compare(a, b)));
      rows = keyed.map(([, row]) => row);
    }
    const fragment = document.createDocumentFragment();
    fragment.append(...rows);
    body.append(fragment);
  };

  // Rows laid out as grids are still rows: not every browser says so by itself.
  table.setAttribute("role", "table");
  for (const group of [table.tHead, body]) group.setAttribute("role", "rowgroup");
  for (const row of table.rows) {
    row.setAttribute("role", "row");
    for (const cell of row.cells) {
      const role = { col: "columnheader", row: "rowheader" }[cell.scope] || "cell";
      cell.setAttribute("role", role);
    }
  }

  for (const heading of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(heading));
    heading.append(button);
    heading.setAttribute("aria-sort", "none");
  }
  controls.addEventListener("input", filter);
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("reset", () => setTimeout(filter));
  controls.hidden = shown.hidden = false;
  filter();
  addEventListener("pageshow", filter);
})();
