
// A live page: what is given can be changed, and the program tells the page anew; answers can be typed in, and it marks
// them.
const main = document.querySelector("main");
const isSheet = main.classList.contains("sheet");
// What is asked for first.
const HOW_MUCH = isSheet ? "--sheet" : "--by-hand";
const inputs = () => JSON.parse(main.dataset.inputs);
const firstInputs = main.dataset.inputs;
const named = (name) => main.querySelector(`.equation table[data-matrix="${name}"]`);
const rowsOf = (text) => text.split(";").map((row) => row.trim().split(" "));
const toText = (rows) => rows.map((row) => row.join(" ")).join("; ");

// What is asked for in the place of the page's first numbers, by the names of the options.
const first = inputs().variant === undefined ? {} : { variant: inputs().variant };
let asked = first;
// A picture is a file, which has no room in an address.
const picture = document.querySelector("form.live input[type=file]");
const pictureOf = (numbers) => picture && numbers[picture.name];
const toAddress = (numbers) => new URLSearchParams(Object.entries(numbers).filter(([name]) => name !== picture?.name)).toString();
const isFirst = (numbers) => toAddress(numbers) === toAddress(first) && !pictureOf(numbers);
const toLine = (numbers) => [
  main.dataset.topic,
  ...Object.entries(numbers).map(([name, text]) => {
    const option = `--${name.replaceAll("_", "-")}`;
    const isFlag = document.querySelector(`form.live input[type=checkbox][name="${name}"]`);
    return isFlag ? option : `${option}=${text.name ?? text}`;
  }),
];
const fromAddress = () => {
  // A place in the page is no number.
  const parts = location.hash.slice(1).split("&").filter((part) => part.includes("="));
  return parts.length === 0 ? first : Object.fromEntries(new URLSearchParams(parts.join("&")));
};

// The formulas of the page, by their LaTeX, which the program cannot read.
const formulasIn = (page) => [...page.querySelectorAll("[data-formula]")];
const formulas = new Map(formulasIn(main).map((place) => [place.dataset.formula, place.innerHTML]));

const fileList = (file) => {
  const files = new DataTransfer();
  if (file) files.items.add(file);
  return files.files;
};

// Fields for the entries of a matrix, in a table: the arrow keys go from one to the next, as Tab does.
const entryField = (text, label) => {
  const field = document.createElement("input");
  Object.assign(field, { type: "text", autocomplete: "off", spellcheck: false, ariaLabel: label, className: "entry" });
  field.value = field.dataset.text = text;
  field.size = Math.max(text.length, 3);
  return field;
};
const fieldsOf = (table) => [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("input")]);
const typedIn = (table) => toText(fieldsOf(table).map((row) => row.map((field) => field.value.trim())));
const isChanged = (field) => field.value !== field.dataset.text;
const words = (text) => text.split("`").map((piece, index) => {
  if (index % 2 === 0) return piece;
  return Object.assign(document.createElement("code"), { textContent: piece });
});
// A page that nobody touches loads nothing. Where somebody goes to a field the program is loaded, and called once, since
// what has been called before answers sooner.
const getReady = ({ target }) => {
  if (!target.matches("input, select")) return;
  document.removeEventListener("focusin", getReady);
  program([main.dataset.topic, HOW_MUCH, "--format", "html"]).catch(() => {});
};
document.addEventListener("focusin", getReady);
main.addEventListener("keydown", (event) => {
  const { target: field, key } = event;
  if (!field.matches("input.entry") || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const { selectionStart: from, selectionEnd: to, value } = field;
  // Within a longer text, the keys go from letter to letter.
  const leaves = { ArrowLeft: to === 0 || to - from === value.length, ArrowRight: from === value.length || to - from === value.length };
  const way = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
  if (!way || leaves[key] === false) return;
  event.preventDefault();
  const fields = fieldsOf(field.closest("table"));
  const row = fields.findIndex((row) => row.includes(field));
  const next = fields[row + way[0]]?.[fields[row].indexOf(field) + way[1]];
  // What was typed counts once the field is left.
  if (key === "Enter") field.blur();
  (next ?? field).focus();
  (next ?? field).select();
});

// The numbers that are given.
{
  const form = document.querySelector("form.live");
  const [refused, working, followed] = [".refused", ".working", ".followed"].map((place) => form.querySelector(place));
  const [bar, doing] = working.querySelectorAll("progress, span");
  const controls = [...form.querySelectorAll(".option :is(input, select)")];
  const buttons = form.elements;

  // Matrices of another size, until those that have to fit them are of another size, too.
  let waiting = {};
  // What was pasted may be no matrix at all, and then does not wait.
  let pasted;
  // The pictures that were chosen, to which the history of the page leads back.
  const pictures = [];
  const push = (address) => {
    const shown = pictureOf(asked);
    if (shown && !pictures.includes(shown)) pictures.push(shown);
    history.pushState({ changes: (history.state?.changes ?? 0) + 1, picture: pictures.indexOf(shown) }, "", address);
  };

  // What the fields hold, where somebody changed them; on a variant's page, beside its numbers.
  const typed = () => {
    const { variant: isDrawn, ...numbers } = asked;
    const { variant, ...drawn } = isDrawn === undefined ? {} : inputs();
    Object.assign(numbers, { ...drawn, ...numbers, ...waiting });
    for (const control of controls) {
      const table = named(control.name);
      const isText = !["checkbox", "file"].includes(control.type);
      if (!isText) delete numbers[control.name];
      else if (table ? fieldsOf(table).flat().some(isChanged) : isChanged(control)) {
        numbers[control.name] = table ? typedIn(table) : control.value.trim();
      }
      if (control.checked) numbers[control.name] = "";
    }
    if (picture?.files[0]) numbers[picture.name] = picture.files[0];
    return numbers;
  };

  const replace = (name, text, isPasted) => {
    const numbers = { ...typed(), [name]: text };
    waiting[name] = text;
    pasted = isPasted && name;
    tell(numbers, push);
  };
  const sizes = [
    ["+ row", "one row more", (rows) => rows.push(rows[0].map(() => "0"))],
    ["− row", "one row less", (rows) => rows.length > 1 && rows.pop()],
    ["+ column", "one column more", (rows) => rows.forEach((row) => row.push("0"))],
    ["− column", "one column less", (rows) => rows.forEach((row) => row.length > 1 && row.pop())],
  ];
  const setUpMatrix = ({ name, dataset: { grows } }, text) => {
    const [table, rows] = [named(name), rowsOf(text)];
    [...table.tBodies[0].rows].forEach((row, i) =>
      [...row.querySelectorAll("td")].forEach((cell, j) => {
        const field = entryField(rows[i][j], `${name}[${i},${j}]`);
        cell.replaceChildren(field);
      }),
    );
    table.classList.add("given");
    table.addEventListener("change", () => tell(typed(), push));
    table.addEventListener("paste", (event) => {
      const pasted = event.clipboardData.getData("text").trim();
      if (!/[\s,;[]/.test(pasted)) return;
      event.preventDefault();
      replace(name, pasted, true);
    });
    const group = document.createElement("span");
    group.className = "sizes";
    for (const [sign, label, change] of sizes.filter(([sign]) => grows.includes(sign.slice(2)))) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: sign, ariaLabel: `${name}: ${label}` });
      button.addEventListener("click", () => {
        const rows = rowsOf(waiting[name] ?? inputs()[name]);
        change(rows);
        replace(name, toText(rows));
      });
      button.disabled = (sign === "− row" && rows.length === 1) || (sign === "− column" && rows[0].length === 1);
      group.append(button);
    }
    table.closest(".equation").append(group);
  };
  // What the command line takes, in the page's own words; where it is said with a value, a button that takes it.
  const sayHere = (code) => {
    const [, option, value] = /^--([a-z0-9-]+)(?: "?([^"]*)"?)?$/.exec(code.textContent) ?? [];
    const name = option?.replaceAll("-", "_");
    if (!controls.some((control) => control.name === name)) return;
    code.dataset.line = code.textContent;
    // A picture is chosen, and not written.
    const isWritten = value && name !== picture?.name;
    code.textContent = isWritten ? `${name} = ${value}` : name;
    if (!isWritten) return;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "try", textContent: `Put in ${name} = ${value}` });
    button.addEventListener("click", () => tell({ ...typed(), [name]: value }, push));
    (code.closest("summary")?.parentElement ?? code.closest("p")).after(button);
  };
  const setUp = () => {
    const given = inputs();
    main.querySelectorAll(":is(p, summary) code:not([data-line])").forEach(sayHere);
    for (const control of controls) {
      const table = named(control.name);
      control.closest(".option").hidden = Boolean(table);
      if (table && !table.matches(".given")) setUpMatrix(control, given[control.name]);
    }
  };
  // Where a button is gone that somebody has pressed, the next that can be.
  const focusOn = (...all) => all.find((button) => button && !button.hidden && !button.disabled)?.focus({ preventScroll: true });
  // The numbers of the page, in all fields.
  const fill = () => {
    for (const control of controls) {
      const table = named(control.name);
      if (table) fieldsOf(table).flat().forEach((field) => (field.value = field.dataset.text));
      else if (control.type === "checkbox") control.checked = control.name in asked;
      else if (control === picture) picture.files = fileList(pictureOf(asked));
      else control.value = control.dataset.text = inputs()[control.name] ?? "";
    }
    if (isSheet) return;
    const focused = document.activeElement;
    buttons.undo.disabled = !history.state?.changes;
    buttons.source.disabled = isFirst(asked);
    if (focused.disabled) focusOn(buttons.variant);
    const sheet = document.querySelector('header nav a[href*="-sheet-"]');
    const link = form.querySelector(".buttons a");
    link.hidden = !sheet;
    if (sheet) link.href = `${sheet.getAttribute("href").split("#")[0]}#${toAddress(asked.variant === undefined ? inputs() : asked)}`;
  };

  // What is new is marked for a moment.
  const LEAVES = "h2, td, p, li, summary, figcaption, pre";
  const ADDED = ".own, .try, .sizes, .sum, .judged";
  const pieces = () => [...main.querySelectorAll("[data-step]")].map((piece) => ({
    name: piece.querySelector("[data-answer]")?.dataset.answer ?? piece.querySelector("[data-matrix]")?.dataset.matrix,
    leaves: [...piece.querySelectorAll(LEAVES), piece].filter((element) => !element.querySelector(LEAVES) && !element.closest(ADDED)),
  }));
  // A number is the same with more zeros at its end.
  const said = ({ firstElementChild: field, textContent }) => {
    const text = field?.dataset.text ?? textContent;
    return text.trim() && Number.isFinite(Number(text)) ? Number(text) : text;
  };
  const allSaid = () => pieces().map(({ name, leaves }) => ({ name, leaves: leaves.map(said) }));
  // A result is compared with the one of its name, and words with all that there were.
  const mark = (before, isNew) => {
    const past = new Map(before.map(({ name, leaves }) => [name, leaves]));
    const all = new Set(before.flatMap(({ leaves }) => leaves));
    const isOld = (name, element, at) => (name && past.has(name) ? past.get(name)[at] === said(element) : all.has(said(element)));
    const changed = pieces().flatMap(({ name, leaves }) => leaves.filter((element, at) => !isOld(name, element, at)));
    const marked = changed.filter((element) => isNew(element.closest("section")));
    marked.forEach((element) => element.classList.add("changed"));
    setTimeout(() => marked.forEach((element) => element.classList.remove("changed")), 2500);
    return changed.filter((element) => element.matches("td")).length;
  };

  const sectionsIn = (page) => [...page.querySelectorAll("main > section")];
  const titleOf = (section) => section.querySelector("h2").textContent;
  const isCutShort = (page) => "cutShort" in page.querySelector("main").dataset;
  // What a section holds, wherever it stands; and of the sections of a page that is cut short, what they held at first.
  const contentOf = (section) => section.outerHTML.replace(/ (id|aria-labelledby|data-step|data-then)="[^"]*"/g, "");
  const contents = new WeakMap();
  // Takes the place that a section has among all others.
  const takePlace = (section, { id, firstElementChild: title }) => {
    const later = title.dataset.step - section.firstElementChild.dataset.step;
    section.id = id;
    section.setAttribute("aria-labelledby", title.id);
    section.firstElementChild.id = title.id;
    for (const { dataset } of section.querySelectorAll("[data-step]")) {
      for (const half of ["step", "then"]) if (half in dataset) dataset[half] = Number(dataset[half]) + later;
    }
  };
  // What is still missing stays as it was, until it is there.
  const amongOthers = (sections, past) => {
    const all = [...sections];
    let at = 0;
    for (const old of past) {
      const again = sections.find((section) => titleOf(section) === titleOf(old));
      if (again) {
        takePlace(again, old);
        at = all.indexOf(again);
      } else {
        old.classList.add("stale");
        old.inert = true;
        all.splice(at, 0, old);
      }
      at += 1;
    }
    return all;
  };
  // What was there already stays.
  const withThose = (past, sections) => {
    const known = new Map(past.map((section) => [contents.get(section), section]));
    return sections.map((section) => {
      const again = known.get(contentOf(section));
      if (again) takePlace(again, section);
      return again ?? section;
    });
  };
  // Where the focus is, so that it is there again when a section was told anew.
  const placeOf = (focused) => {
    const [section, kind] = [focused.closest("main > section"), focused.localName];
    if (!section) return undefined;
    const table = focused.matches("td input") && focused.closest("table");
    const among = table ? fieldsOf(table).flat() : [...section.querySelectorAll(kind)];
    return { title: titleOf(section), kind, matrix: table && table.dataset.matrix, at: among.indexOf(focused) };
  };
  const elementAt = ({ title, kind, matrix, at }) => {
    const table = matrix && named(matrix);
    if (table) return fieldsOf(table).flat()[at];
    return sectionsIn(document).find((section) => titleOf(section) === title)?.querySelectorAll(kind)[at];
  };
  // The page in the place of what stood there; what was open stays open, and who was typing goes on. Where it is the rest
  // of a page, what is there already is left alone.
  const renew = (page, before, isRest) => {
    for (const place of formulasIn(page)) place.innerHTML = formulas.get(place.dataset.formula) ?? place.innerHTML;
    const focused = document.activeElement;
    const place = placeOf(focused);
    const past = sectionsIn(document);
    const was = new Map(past.map((section) => [titleOf(section), {
      height: section.offsetHeight,
      open: [...section.querySelectorAll("details")].map((details) => details.open),
    }]));
    const sections = sectionsIn(page);
    if (isCutShort(page)) sections.forEach((section) => contents.set(section, contentOf(section)));
    const all = isCutShort(page) ? amongOthers(sections, past) : isRest ? withThose(past, sections) : sections;
    const isNew = (section) => !past.includes(section);
    for (const section of all.filter(isNew)) {
      const { height = 0, open = [] } = was.get(titleOf(section)) ?? {};
      section.querySelectorAll("details").forEach((details, index) => (details.open = open[index] ?? false));
      // What is not in sight is laid out once it is; until then it is as high as it was.
      section.style.contentVisibility = "auto";
      section.style.containIntrinsicBlockSize = `auto ${height}px`;
    }
    past.filter((section) => !all.includes(section)).forEach((section) => section.remove());
    all.forEach((section, at) => main.children[at] === section || main.insertBefore(section, main.children[at]));
    for (const part of ["h1", ".source", !isCutShort(page) && ".contents"].filter(Boolean)) {
      const [old, fresh] = [document, page].map((page) => page.querySelector(part));
      if (old) old.innerHTML = fresh.innerHTML;
    }
    document.title = page.title;
    main.dataset.inputs = page.querySelector("main").dataset.inputs;
    main.toggleAttribute("data-cut-short", isCutShort(page));
    setUp();
    if (!isRest) fill();
    document.dispatchEvent(new Event("renewed"));
    const changed = mark(before, isNew);
    const again = place && !focused.isConnected && elementAt(place);
    if (again) {
      if (focused.matches("input.entry") && isChanged(focused)) again.value = focused.value;
      again.focus({ preventScroll: true });
      again.select?.();
    }
    return changed;
  };

  // The line of the command line, at the field that it is about.
  const refuse = (line, isFromLink) => {
    document.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
    refused.textContent = line;
    // Whatever was typed, there are ways back.
    if (line && !isSheet) buttons.undo.disabled = buttons.source.disabled = false;
    followed.before(refused);
    const name = /^--([a-z0-9-]+):/.exec(line)?.[1].replaceAll("-", "_");
    if (name === pasted) delete waiting[name];
    const names = Object.keys(waiting).join(" and ");
    const later = names ? ` Your ${names} will be used as soon as all sizes fit.` : "";
    if (line) followed.textContent = isFromLink ? "The numbers of the link cannot be used. These are other ones." : `The page is as it was.${later}`;
    if (!name) return;
    const table = named(name);
    const fields = table ? fieldsOf(table).flat() : controls.filter((control) => control.name === name);
    const changed = fields.filter(isChanged);
    for (const field of changed.length > 0 || isFromLink ? changed : fields) field.ariaInvalid = "true";
    (table ?? form.querySelector(".options"))?.closest(".equation, .options").after(refused);
  };
  // What was refused gives way to what the page shows.
  const takeBack = () => {
    waiting = {};
    refuse("");
    fill();
    followed.textContent = "The page is as it was.";
  };
  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");
  // A page, or the line that refuses it; nothing once somebody has lost interest.
  const ask = async (numbers, extent, signal) => {
    // Whoever waits longer than a moment sees that something is being done.
    const late = setTimeout(() => (working.hidden = false), 300);
    const progress = ({ done, of, what }) => {
      Object.assign(bar, { max: of, value: done });
      doing.textContent = `${what}: ${done} of ${of}`;
    };
    const line = [...toLine(numbers), ...extent, "--format", "html"];
    const told = await program(line, { file: pictureOf(numbers), signal, progress }).catch((error) => ({ error: error.message }));
    clearTimeout(late);
    if (signal.aborted) return {};
    return told.out ? { page: parsed(told.out) } : { refusal: told.error };
  };
  const begin = () => {
    bar.removeAttribute("value");
    doing.textContent = "computing";
  };
  const endWorking = () => {
    if (working.contains(document.activeElement)) focusOn(buttons.undo, buttons.variant);
    working.hidden = true;
  };
  let [asking, completing] = [new AbortController(), undefined];
  // What was said before a page that is cut short, for as long as its rest is missing.
  let unfinished;
  const show = (page, before, news, isRest) => {
    const changed = renew(page, before, isRest);
    const alone = pictureOf(asked) ? " The address holds all but the picture." : "";
    const what = changed === 0 ? "The page has" : changed === 1 ? "1 entry has" : `${changed} entries have`;
    unfinished = isCutShort(document) ? { before, news } : undefined;
    buttons.rest.hidden = true;
    if (unfinished) followed.textContent = "What is worked by hand has followed. The rest is being computed.";
    else followed.textContent = refused.textContent ? "The rest has been computed." : news ?? `${what} changed.${alone}`;
  };
  // What no pencil can do.
  const complete = async () => {
    completing = new AbortController();
    const { signal } = completing;
    begin();
    const { page, refusal } = await ask(asked, [], signal);
    if (signal.aborted) return;
    endWorking();
    completing = undefined;
    if (page) show(page, unfinished.before, unfinished.news, true);
    else {
      leaveOut();
      refuse(refusal);
    }
  };
  const leaveOut = () => {
    main.querySelectorAll(".stale").forEach((section) => section.remove());
    const isGone = ({ hash }) => !main.querySelector(hash);
    [...document.querySelectorAll(".contents a")].filter(isGone).forEach((link) => link.parentElement.remove());
    buttons.rest.hidden = false;
    document.dispatchEvent(new Event("renewed"));
  };
  const hrefOf = (numbers) => {
    const address = toAddress(numbers);
    return address ? `#${address}` : location.pathname + location.search;
  };
  // The address is that of what is shown, also where a link was refused.
  const refuseFrom = (line, remember) => {
    refuse(line, !remember);
    if (!remember) history.replaceState(history.state, "", hrefOf(asked));
  };
  // What is asked for later stands; what is still being asked for then is given up. What is worked by hand waits for nothing
  // else.
  const tell = async (numbers, remember, news) => {
    const stranger = Object.keys(numbers).find((name) => name !== "variant" && !(name in inputs()) && !controls.some((control) => control.name === name));
    if (stranger) return refuseFrom(`${stranger}: there is no such number on this page`, remember);
    if (pictureOf(numbers) && !pictureOf(numbers).name) return refuseFrom(`--${picture.name}: a link holds no picture, choose its file here`, remember);
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    if (!completing) begin();
    const { page, refusal } = isFirst(numbers) ? { page: parsed(written) } : await ask(numbers, [HOW_MUCH], signal);
    if (signal.aborted) return undefined;
    if (!page) {
      if (!completing) endWorking();
      return refuseFrom(refusal, remember);
    }
    completing?.abort();
    completing = undefined;
    refuse("");
    waiting = {};
    const isBack = page.querySelector("main").dataset.inputs === firstInputs && Object.keys(numbers).every((name) => name in JSON.parse(firstInputs));
    asked = isBack ? first : numbers;
    remember?.(hrefOf(asked));
    // What was trained for the page need not be trained again.
    show(isBack && isCutShort(page) ? parsed(written) : page, allSaid(), news);
    if (unfinished) return complete();
    return endWorking();
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => tell(typed(), push));
  buttons.source?.addEventListener("click", () => tell(first, push));
  buttons.variant?.addEventListener("click", () => tell({ variant: String(Number(asked.variant ?? 0) + 1) }, push));
  buttons.undo?.addEventListener("click", () => (refused.textContent ? takeBack() : history.back()));
  buttons.stop.addEventListener("click", () => {
    asking.abort();
    completing?.abort();
    takeBack();
    if (completing) leaveOut();
    followed.textContent = completing ? "Stopped. What is not worked by hand is left out." : "Stopped. The page is as it was.";
    completing = undefined;
    working.hidden = true;
    focusOn(buttons.rest, buttons.undo, buttons.variant);
  });
  buttons.rest?.addEventListener("click", () => {
    buttons.rest.hidden = true;
    focusOn(buttons.undo, buttons.variant);
    followed.textContent = "The rest is being computed.";
    complete();
  });
  const followAddress = (news) => {
    const shown = pictures[history.state?.picture];
    const wanted = { ...fromAddress(), ...(shown && { [picture.name]: shown }) };
    if (toAddress(wanted) !== toAddress(asked) || pictureOf(wanted) !== pictureOf(asked)) tell(wanted, undefined, news);
  };
  addEventListener("popstate", () => followAddress());
  form.hidden = false;
  setUp();
  fill();
  followAddress("These are the numbers of the link.");
}

// One's own answers: each is judged once it is whole, and later ones also from the earlier.
{
  const tables = () => [...main.querySelectorAll("table:has(td.blank)")];
  const isWhole = (table) => fieldsOf(table).flat().every((field) => field.value.trim());
  const verdictOf = (table) => table.closest(".equation, .scroll").nextElementSibling;
  const judge = async (latest, isTyped) => {
    const whole = tables().filter(isWhole);
    if (!whole.includes(latest)) {
      verdictOf(latest).replaceChildren();
      fieldsOf(latest).flat().forEach((field) => field.removeAttribute("aria-invalid"));
      return;
    }
    const typed = new Map(whole.map((table) => [table, typedIn(table)]));
    const answers = [...typed].flatMap(([table, text]) => ["--check", `${table.dataset.matrix} = ${text}`]);
    const late = setTimeout(() => verdictOf(latest).replaceChildren("computing …"), 300);
    const line = [...toLine(asked), ...answers, "--format", "json"];
    const told = await program(line, { file: pictureOf(asked) }).catch((error) => ({ error: error.message }));
    clearTimeout(late);
    if (!told.out) return verdictOf(latest).replaceChildren(told.error);
    for (const { name, text, entries } of JSON.parse(told.out).checked) {
      const table = whole.find((table) => table.dataset.matrix === name);
      // Meanwhile something else was typed, which is judged in its turn.
      if (typedIn(table) !== typed.get(table)) continue;
      verdictOf(table).replaceChildren(...words(text));
      if (isTyped && table === latest) verdictOf(table).scrollIntoView({ block: "nearest" });
      fieldsOf(table).forEach((row, i) => row.forEach((field, j) => (field.ariaInvalid = String(!entries[i][j]))));
    }
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
  const setUpTable = (table) => {
    const name = table.dataset.matrix;
    const rows = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("td.blank")]);
    const isOne = rows.length === 1 && rows[0].length === 1;
    rows.forEach((row, i) => row.forEach((cell, j) => cell.append(entryField("", isOne ? `your ${name}` : `your ${name}[${i},${j}]`))));
    fieldsOf(table).flat().forEach((field, index) => (field.value = kept(table)[index] ?? ""));
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
    button.addEventListener("click", () => {
      if (!own.hasChildNodes()) {
        const box = Object.assign(document.createElement("div"), { className: "equation scroll" });
        box.append(emptied(name, result));
        own.append(box);
        setUpTable(box.firstElementChild);
        judge(box.firstElementChild);
      }
      const isTrying = shown.classList.toggle("trying");
      label(isTrying ? "Show the result" : "Try it yourself");
      const fields = [...own.querySelectorAll("input")];
      own.hidden = !isTrying && fields.every((field) => !field.value);
      // Step by step, the result is the next step.
      if (!isTrying && shown.closest(".unsolved")) document.querySelectorAll(".steps button")[2].click();
      if (isTrying) (fields.find((field) => !field.value) ?? fields[0]).focus();
    });
    (result.closest(".equation, .scroll") ?? result).after(own, button);
  };
  const setUp = () => {
    main.querySelectorAll("[data-answer]:not(:has(.own))").forEach(offer);
    const fresh = tables().filter((table) => fieldsOf(table).flat().length === 0);
    fresh.forEach(setUpTable);
    const answered = fresh.find(isWhole);
    if (answered) judge(answered);
  };
  document.addEventListener("renewed", setUp);
  setUp();
}
