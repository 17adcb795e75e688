
// One's own answers: each is judged once it is whole, and later ones also from the earlier.
{
  const tables = () => [...main.querySelectorAll("table:has(td.blank)")];
  const isWhole = (table) => fieldsOf(table).flat().every((field) => field.value.trim());
  const isReady = (table) => !fieldsOf(table).flat().some(complaint);
  const verdictOf = (table) => table.closest(".equation, .scroll").nextElementSibling;
  const refuse = (table, line, wrong) => {
    verdictOf(table).replaceChildren(line);
    fieldsOf(table).flat().forEach((field) => (field.ariaInvalid = wrong.includes(field) ? "true" : null));
  };
  const judge = async (latest, isTyped) => {
    const fields = fieldsOf(latest).flat();
    const wrong = fields.filter((field) => field.value.trim() && complaint(field));
    if (wrong.length > 0) return refuse(latest, `${wrong[0].ariaLabel} ${complaint(wrong[0])}`, wrong);
    if (!isWhole(latest)) return refuse(latest, "", []);
    const whole = tables().filter(isReady);
    const typed = new Map(whole.map((table) => [table, typedIn(table)]));
    const answers = [...typed].flatMap(([table, text]) => ["--check", `${table.dataset.matrix} = ${text}`]);
    const late = setTimeout(() => verdictOf(latest).replaceChildren("computing …"), 300);
    const line = [...toLine(asked), ...answers, "--format", "json"];
    const told = await program(line, { file: pictureOf(asked) }).catch((error) => ({ error: error.message }));
    clearTimeout(late);
    if (!told.out) {
      const [, name, why] = /^--check: given ".*?": (?:(\w+): )?(.*)$/s.exec(told.error) ?? [, , told.error];
      const table = whole.find((table) => table.dataset.matrix === name) ?? latest;
      return refuse(table, why, fieldsOf(table).flat().filter((field) => why.startsWith(`${field.value.trim()} `)));
    }
    for (const { name, verdict, text, entries } of JSON.parse(told.out).checked) {
      const table = whole.find((table) => table.dataset.matrix === name);
      // Meanwhile something else was typed, which is judged in its turn.
      if (typedIn(table) !== typed.get(table)) continue;
      verdictOf(table).replaceChildren(...words(text));
      if (isTyped && table === latest) verdictOf(table).scrollIntoView({ block: "nearest" });
      fieldsOf(table).forEach((row, i) => row.forEach((field, j) => (field.ariaInvalid = String(!entries[i][j] && verdict !== "carried"))));
    }
    return undefined;
  };
  // What was answered to these numbers outlives a reload, where the browser keeps something for a page from a disk.
  const place = (table) => `worked-examples ${location.pathname} ${main.dataset.inputs} ${table.dataset.matrix}`;
  const keep = (table) => {
    try {
      sessionStorage.setItem(place(table), JSON.stringify(fieldsOf(table).flat().map((field) => field.value)));
    } catch {
      // Then it does not.
    }
  };
  const kept = (table) => {
    try {
      return JSON.parse(sessionStorage.getItem(place(table))) ?? [];
    } catch {
      return [];
    }
  };
  // What is tried outlives a change of the numbers, too.
  const tried = new Map();
  document.addEventListener("renewing", () => {
    for (const shown of main.querySelectorAll("[data-answer]:has(.own input)")) {
      const values = new Map([...shown.querySelectorAll(".own input")].map((field) => [field.ariaLabel, field.value]));
      tried.set(shown.dataset.answer, { isTrying: shown.matches(".trying"), values });
    }
  });
  const setUpTable = (table) => {
    const name = table.dataset.matrix;
    const rows = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("td.blank")]);
    const isOne = rows.length === 1 && rows[0].length === 1;
    rows.forEach((row, i) => row.forEach((cell, j) => cell.append(entryField("", isOne ? `your ${name}` : `your ${name}[${i},${j}]`))));
    fieldsOf(table).flat().forEach((field, index) => (field.value = kept(table)[index] ?? tried.get(name)?.values.get(field.ariaLabel) ?? ""));
    table.addEventListener("change", () => {
      keep(table);
      judge(table, true);
    });
    const verdict = Object.assign(document.createElement("p"), { className: "judged", role: "status" });
    table.closest(".equation, .scroll").after(verdict);
  };
  // A result as a table whose numbers are blanks.
  const emptied = (name, result) => {
    const table = result.matches("table") ? result.cloneNode(true) : document.createElement("table");
    if (!result.matches("table")) table.insertRow().insertCell();
    table.removeAttribute("role");
    table.dataset.matrix = name;
    table.classList.add("matrix");
    const isListed = table.matches(".listed");
    for (const cell of table.querySelectorAll(isListed ? "td[data-open]" : "tbody td")) {
      cell.replaceWith(Object.assign(document.createElement("td"), { className: "blank" }));
    }
    table.createCaption().replaceChildren("your ", ...words(`\`${name}\``));
    return table;
  };
  // A button at each result; the result is hidden for as long as one tries.
  const offer = (shown) => {
    const name = shown.dataset.answer;
    const result = shown.querySelector(".result > table, table.listed, p");
    if (result.matches(".listed") && !result.querySelector("[data-open]")) return;
    const own = Object.assign(document.createElement("div"), { className: "own" });
    const button = Object.assign(document.createElement("button"), { type: "button", className: "try" });
    const label = (text) => Object.assign(button, { textContent: text, ariaLabel: `${text}: ${name}` });
    label("Try it yourself");
    const turn = () => {
      if (!own.hasChildNodes()) {
        const box = Object.assign(document.createElement("div"), { className: "equation scroll" });
        box.append(emptied(name, result));
        own.append(box);
        setUpTable(box.firstElementChild);
        judge(box.firstElementChild);
      }
      const isTrying = shown.classList.toggle("trying");
      label(isTrying ? "Show the result" : "Try it yourself");
      own.hidden = !isTrying && [...own.querySelectorAll("input")].every((field) => !field.value);
      return isTrying;
    };
    button.addEventListener("click", () => {
      const isTrying = turn();
      const fields = [...own.querySelectorAll("input")];
      // Step by step, the result is the next step.
      if (!isTrying && shown.closest(".unsolved")) document.querySelectorAll(".steps button")[2].click();
      if (isTrying) (fields.find((field) => !field.value) ?? fields[0]).focus();
    });
    (result.closest(".equation, .scroll") ?? result).after(own, button);
    const before = tried.get(name);
    if (before) turn();
    if (before && !before.isTrying) turn();
  };
  const setUp = () => {
    main.querySelectorAll("[data-answer]:not(:has(.own))").forEach(offer);
    const fresh = tables().filter((table) => fieldsOf(table).flat().length === 0);
    fresh.forEach(setUpTable);
    fresh.filter((table) => !isReady(table)).forEach((table) => judge(table));
    const answered = fresh.find(isReady);
    if (answered) judge(answered);
  };
  document.addEventListener("renewed", setUp);
  setUp();
}
