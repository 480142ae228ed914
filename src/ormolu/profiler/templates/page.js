"use strict";

// -- colours: as the system has them, light, or dark ------------------------------------------
const root = document.documentElement;
const theme = document.getElementById("theme");
const themes = ["", "light", "dark"];
const named = { "": "as the system", light: "light", dark: "dark" };
function remembered() {
  try { return localStorage.getItem("ormolu-theme") || ""; } catch { return ""; }
}
function show(chosen) {
  if (chosen) root.dataset.theme = chosen; else delete root.dataset.theme;
  theme.textContent = "Colours: " + named[chosen];
  try { localStorage.setItem("ormolu-theme", chosen); } catch { /* a file may keep nothing */ }
}
theme.addEventListener("click", () => {
  show(themes[(themes.indexOf(root.dataset.theme || "") + 1) % themes.length]);
});
show(themes.includes(remembered()) ? remembered() : "");

// -- tables: a heading is a button that sorts ---------------------------------------------------
function valueOf(row, at) {
  const cell = row.cells[at];
  return cell.dataset.value === undefined ? cell.textContent.trim() : cell.dataset.value;
}
function sort(table, heading, at) {
  const numeric = heading.classList.contains("number");
  const before = heading.getAttribute("aria-sort");
  const up = before ? before === "descending" : !numeric;
  const rows = Array.from(table.tBodies[0].rows);
  rows.sort((a, b) => {
    const [x, y] = [valueOf(a, at), valueOf(b, at)];
    const order = numeric ? Number(x) - Number(y) : x.localeCompare(y, undefined, { numeric: true });
    return up ? order : -order;
  });
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", up ? "ascending" : "descending");
  table.tBodies[0].append(...rows);
}
for (const table of document.querySelectorAll("table.sortable")) {
  Array.from(table.tHead.rows[0].cells).forEach((heading, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => sort(table, heading, at));
  });
}

// -- findings: certain, possible ----------------------------------------------------------------
for (const box of document.querySelectorAll("[data-show]")) {
  box.addEventListener("change", () => {
    for (const row of document.querySelectorAll(`tr[data-certain="${box.dataset.show}"]`)) {
      row.hidden = !box.checked;
    }
  });
}

// -- the flame graph ----------------------------------------------------------------------------
const graph = document.getElementById("graph");
if (graph) {
  const boxes = Array.from(graph.querySelectorAll(".box"));
  const told = document.getElementById("told");
  const measure = document.getElementById("measure");
  let by = "time";
  let zoomed = boxes[0];
  const span = (box) => box.dataset[by].split(" ").map(Number);
  const depth = (box) => Number(box.dataset.depth);

  function lay() {
    const [left, right] = span(zoomed);
    const whole = Math.max(right - left, 1e-9);
    for (const box of boxes) {
      const [from, to] = span(box);
      const outside = to <= left + 1e-9 || from >= right - 1e-9;
      const x = Math.max(0, (from - left) / whole);
      const end = Math.min(1, (to - left) / whole);
      box.setAttribute("x", x * 100 + "%");
      box.setAttribute("width", Math.max(0, end - x) * 100 + "%");
      box.setAttribute("visibility", outside || end - x < 0.0005 ? "hidden" : "visible");
    }
  }
  function go(box) {
    if (!box) return;
    for (const other of boxes) other.setAttribute("tabindex", other === box ? "0" : "-1");
    box.focus();
  }
  function parent(box) {
    for (let at = boxes.indexOf(box) - 1; at >= 0; at--) {
      if (depth(boxes[at]) < depth(box)) return boxes[at];
    }
    return null;
  }
  function beside(box, step) {
    const owner = parent(box);
    for (let at = boxes.indexOf(box) + step; boxes[at]; at += step) {
      if (depth(boxes[at]) < depth(box)) return null;
      if (depth(boxes[at]) === depth(box)) return parent(boxes[at]) === owner ? boxes[at] : null;
    }
    return null;
  }
  function below(box) {
    const next = boxes[boxes.indexOf(box) + 1];
    return next && depth(next) > depth(box) ? next : null;
  }
  function zoom(box) { zoomed = box; lay(); go(box); }

  graph.addEventListener("focusin", (event) => {
    const box = event.target.closest(".box");
    if (box) told.textContent = box.dataset.told;
  });
  graph.addEventListener("click", (event) => {
    const box = event.target.closest(".box");
    if (box) zoom(box);
  });
  graph.addEventListener("keydown", (event) => {
    const box = event.target.closest(".box");
    if (!box) return;
    const moves = {
      ArrowDown: () => go(below(box)),
      ArrowUp: () => go(parent(box)),
      ArrowRight: () => go(beside(box, 1)),
      ArrowLeft: () => go(beside(box, -1)),
      Home: () => go(boxes[0]),
      Enter: () => zoom(box),
      " ": () => zoom(box),
      Escape: () => { zoomed = boxes[0]; lay(); go(box); },
    };
    if (moves[event.key]) {
      event.preventDefault();
      moves[event.key]();
    }
  });
  measure.addEventListener("click", () => {
    by = by === "time" ? "number" : "time";
    measure.setAttribute("aria-pressed", String(by === "number"));
    measure.textContent = by === "time" ? "Width: by time" : "Width: by number";
    lay();
  });
}
