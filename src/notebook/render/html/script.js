"use strict";

const hasModifier = (event) => event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;

// One section after the other, by button or by arrow key.
{
  const sections = [...document.querySelectorAll("main > section")];
  const bar = document.querySelector(".steps");
  const [toggle, previous, next] = bar.querySelectorAll("button");
  const status = bar.querySelector("[role=status]");
  let shown = sections.length;

  const isStepping = () => toggle.getAttribute("aria-pressed") === "true";
  const show = (count) => {
    shown = Math.min(Math.max(count, 1), sections.length);
    sections.forEach((section, index) => section.classList.toggle("later", index >= shown));
    previous.hidden = next.hidden = !isStepping();
    previous.disabled = shown === 1;
    next.disabled = shown === sections.length;
    status.textContent = isStepping() ? `Section ${shown} of ${sections.length}` : "";
  };
  const go = (count) => {
    show(count);
    const heading = sections[shown - 1].querySelector("h2");
    heading.tabIndex = -1;
    heading.focus();
    heading.scrollIntoView();
  };

  toggle.addEventListener("click", () => {
    toggle.setAttribute("aria-pressed", String(!isStepping()));
    if (isStepping()) go(1);
    else show(sections.length);
  });
  previous.addEventListener("click", () => go(shown - 1));
  next.addEventListener("click", () => go(shown + 1));
  document.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const isTaken = event.defaultPrevented || hasModifier(event) || event.target.matches(".scroll");
    if (way && isStepping() && !isTaken) go(shown + way);
  });
  // What the contents lead to has to be there.
  document.querySelector(".contents").addEventListener("click", (event) => {
    const index = sections.findIndex((section) => `#${section.id}` === event.target.hash);
    if (index >= shown) show(index + 1);
  });
  bar.hidden = false;
  show(shown);
}

// Where a cell comes from: the cells that it was made of are marked, and its sum of products is shown.
{
  const tables = [...document.querySelectorAll(".equation table")];
  const named = (name, near) =>
    tables.find((table) => table.dataset.matrix === name && near.contains(table)) ??
    tables.find((table) => table.dataset.matrix === name);
  const at = (table, row, column) => table?.tBodies[0].rows[row]?.cells[column + 1];

  for (const table of tables) {
    const cells = [...table.querySelectorAll("td[data-uses]")];
    if (cells.length === 0) continue;
    const equation = table.closest(".equation");
    const sums = equation.parentElement.querySelectorAll(".sums li");
    const line = document.createElement("p");
    line.className = "sum";
    line.ariaLive = "polite";
    line.textContent = `Point at a cell of ${table.dataset.matrix}, or go there with Tab and the arrow keys, to see where it comes from.`;
    equation.after(line);

    const mark = (cell) => {
      for (const marked of document.querySelectorAll(".current, .used")) {
        marked.classList.remove("current", "used");
        delete marked.dataset.marks;
      }
      cell.classList.add("current");
      for (const use of cell.dataset.uses.split(" ").filter(Boolean)) {
        const [name, row, column, letter] = use.split(",");
        const used = at(named(name, equation), Number(row), Number(column));
        used?.classList.add("used");
        // Each product has a letter, so that one sees which cell meets which weight.
        if (used && letter) used.dataset.marks = used.dataset.marks ? `${used.dataset.marks} ${letter}` : letter;
      }
      line.textContent = sums[cells.indexOf(cell)].textContent;
    };
    // One stop for the Tab key; from there the arrow keys go from cell to cell.
    table.setAttribute("role", "grid");
    cells.forEach((cell, index) => (cell.tabIndex = index === 0 ? 0 : -1));
    table.addEventListener("pointerover", (event) => {
      const cell = event.target.closest("td[data-uses]");
      if (cell) mark(cell);
    });
    table.addEventListener("focusin", (event) => mark(event.target));
    table.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      if (!step || hasModifier(event)) return;
      event.preventDefault();
      const { cellIndex, parentElement } = event.target;
      const to = table.rows[parentElement.rowIndex + step[0]].cells[cellIndex + step[1]];
      if (!cells.includes(to)) return;
      event.target.tabIndex = -1;
      to.tabIndex = 0;
      to.focus();
    });
  }
}

// What is wider than the screen can be scrolled with the keyboard.
{
  const boxes = [...document.querySelectorAll(".scroll")];
  const update = () => {
    for (const box of boxes) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  addEventListener("resize", update);
  update();
}
