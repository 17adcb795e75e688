
const hasModifier = (event) => event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;

const stepping = () => document.body.classList.contains("stepping");

// One idea after the other, by button, key or swipe; the place stands in the address.
{
  // Asked for each time: what a page consists of may change.
  const pieces = () => [...document.querySelectorAll("[data-step]")];
  const comesUp = (piece) => Number(piece.dataset.step);
  const solved = (piece) => Number(piece.dataset.then ?? piece.dataset.step);
  const last = () => Math.max(...pieces().map(solved));
  const bar = document.querySelector(".steps");
  const [toggle, previous, next] = bar.querySelectorAll("button");
  const status = bar.querySelector("[role=status]");
  let shown = Infinity;

  const show = (step) => {
    const all = last();
    shown = Math.min(Math.max(step, 1), all);
    for (const piece of pieces()) {
      piece.classList.toggle("later", comesUp(piece) > shown);
      piece.classList.toggle("unsolved", solved(piece) > shown);
      const answer = piece.dataset.then && piece.querySelector(":scope > details.folded");
      if (answer) answer.open = stepping() && solved(piece) <= shown;
    }
    for (const section of document.querySelectorAll("main > section")) {
      section.classList.toggle("later", comesUp(section.querySelector("[data-step]")) > shown);
    }
    previous.hidden = next.hidden = !stepping();
    previous.disabled = shown === 1;
    next.disabled = shown === all;
    status.textContent = stepping() ? `Step ${shown} of ${all}` : "";
  };
  // Behind the numbers that the address holds.
  const setAddress = (place) => {
    const numbers = location.hash.slice(1).split("&").filter((part) => part.includes("="));
    const address = [...numbers, place].filter(Boolean).join("&");
    history.replaceState(history.state, "", address ? `#${address}` : location.pathname + location.search);
  };
  // Where something is left out, so are its steps.
  const steps = () => [...new Set(pieces().flatMap((piece) => [comesUp(piece), solved(piece)]))].sort((a, b) => a - b);
  const goOn = () => go(steps().find((step) => step > shown) ?? shown);
  const goBack = () => go(steps().findLast((step) => step < shown) ?? shown);
  const go = (step) => {
    show(step);
    setAddress(`step-${shown}`);
    const fresh = pieces().filter((piece) => comesUp(piece) === shown || solved(piece) === shown);
    layOut();
    // All that is new in sight, its beginning above all.
    for (const piece of fresh.reverse()) piece.scrollIntoView({ block: "nearest" });
  };
  const setStepping = (on) => {
    document.body.classList.toggle("stepping", on);
    toggle.setAttribute("aria-pressed", String(on));
  };
  const goToAddress = () => {
    const step = /[#&]step-(\d+)$/.exec(location.hash)?.[1];
    if (!step) return;
    setStepping(true);
    go(Number(step));
  };
  // What is laid out only once it is in sight moves what stands below it.
  const layOut = () => document.querySelectorAll("main > section").forEach((section) => (section.style.contentVisibility = ""));
  const bringUp = (section) => {
    layOut();
    section.scrollIntoView();
  };
  // A browser goes by itself only to a place that stands alone in the address.
  document.addEventListener("arrived", () => {
    const section = document.getElementById(/&(section-\d+)$/.exec(location.hash)?.[1]);
    if (section) bringUp(section);
    else goToAddress();
  });

  toggle.addEventListener("click", () => {
    setStepping(!stepping());
    // From what is in sight, which at the top of the page is the first step.
    const inSight = pieces().find((piece) => piece.getBoundingClientRect().bottom > 0);
    if (stepping()) return go(inSight ? comesUp(inSight) : 1);
    show(Infinity);
    setAddress("");
  });
  previous.addEventListener("click", goBack);
  next.addEventListener("click", goOn);
  document.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: goBack, PageUp: goBack, ArrowRight: goOn, PageDown: goOn }[event.key];
    if (!way || !stepping() || event.defaultPrevented || hasModifier(event)) return;
    if (event.target.matches("input, select")) return;
    // What is wider than the screen is moved by the arrow keys; a presenter sends the others.
    if (event.key.startsWith("Arrow") && event.target.matches(".scroll")) return;
    event.preventDefault();
    way();
  });
  // A swipe to the left goes on, unless it moves something that is wider than the screen.
  let from = null;
  document.addEventListener("touchstart", (event) => {
    const [touch] = event.changedTouches;
    from = event.target.closest(".scroll[tabindex]") ? null : touch;
  });
  document.addEventListener("touchend", (event) => {
    if (!from || !stepping()) return;
    const [to] = event.changedTouches;
    const [across, down] = [to.clientX - from.clientX, to.clientY - from.clientY];
    if (Math.abs(across) > 60 && Math.abs(across) > 2 * Math.abs(down)) (across < 0 ? goOn : goBack)();
  });
  // What the contents lead to has to be there; and where the address holds numbers, they stay in it.
  const isLive = document.querySelector("form.live");
  document.querySelector(".contents").addEventListener("click", (event) => {
    const section = event.target.hash && document.querySelector(event.target.hash);
    if (!section || !(stepping() || isLive)) return;
    event.preventDefault();
    const title = section.querySelector("[data-step]");
    if (stepping()) go(comesUp(title));
    else setAddress(section.id);
    bringUp(section);
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  });
  addEventListener("hashchange", goToAddress);
  document.addEventListener("renewed", () => {
    show(stepping() ? shown : Infinity);
    if (stepping()) setAddress(`step-${shown}`);
  });
  bar.hidden = false;
  show(shown);
  goToAddress();
}

// The code, where somebody wants to see it; that is remembered.
{
  const toggle = document.querySelectorAll(".steps button")[3];
  const name = "worked-examples-code";
  const show = (on) => {
    document.body.classList.toggle("without-code", !on);
    toggle.setAttribute("aria-pressed", String(on));
  };
  const isWanted = () => toggle.getAttribute("aria-pressed") === "true";
  // Some browsers keep nothing for pages that are opened from a disk.
  const remembered = () => {
    try {
      return localStorage.getItem(name) === "shown";
    } catch {
      return false;
    }
  };
  toggle.addEventListener("click", () => {
    show(!isWanted());
    try {
      localStorage.setItem(name, isWanted() ? "shown" : "hidden");
    } catch {
      // Then it is hidden again the next time.
    }
  });
  toggle.hidden = !document.querySelector(".shown > pre");
  show(remembered());
}

// Where a cell comes from: the cells that it was made of are marked, and its sum of products is shown.
{
  const named = (name, near) => {
    const table = `.equation table[data-matrix="${name}"]`;
    return near.querySelector(`table[data-matrix="${name}"]`) ?? document.querySelector(table);
  };
  const at = (table, row, column) => table?.tBodies[0].rows[row]?.cells[column + 1];

  const setUp = (table) => {
    const cells = [...table.querySelectorAll("td[data-uses]")];
    if (cells.length === 0) return;
    const equation = table.closest(".equation");
    const sums = equation.parentElement.querySelectorAll(".sums li");
    const line = document.createElement("p");
    line.className = "sum";
    line.ariaLive = "polite";
    line.textContent = `Point at a cell of ${table.dataset.matrix}, tap it, or go there with Tab and the arrow keys, to see where it comes from.`;
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
      line.innerHTML = sums[cells.indexOf(cell)].innerHTML;
      document.querySelector(".sum.pointed")?.classList.remove("pointed");
      line.classList.add("pointed");
    };
    // One stop for the Tab key; from there the arrow keys go from cell to cell.
    table.setAttribute("role", "grid");
    cells.forEach((cell, index) => (cell.tabIndex = index === 0 ? 0 : -1));
    table.addEventListener("pointerover", (event) => {
      const cell = event.target.closest("td[data-uses]");
      if (cell) mark(cell);
    });
    table.addEventListener("focusin", (event) => {
      mark(event.target);
      // Out from under what has just come up.
      event.target.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
    // In front of a class a click must not take the arrow keys away from the steps.
    table.addEventListener("mousedown", (event) => stepping() && event.preventDefault());
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
  };
  const setUpAll = () => document.querySelectorAll(".equation table:not([role=grid])").forEach(setUp);
  document.addEventListener("renewed", setUpAll);
  setUpAll();
}
