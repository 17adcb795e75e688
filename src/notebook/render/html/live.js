

// A live page: what is given can be changed, and the program tells the page anew.
const isSheet = main.classList.contains("sheet");
// What is asked for first.
const HOW_MUCH = isSheet ? "--sheet" : "--by-hand";
const inputs = () => JSON.parse(main.dataset.inputs);
const firstInputs = main.dataset.inputs;
const named = (name) => main.querySelector(`.equation table[data-matrix="${name}"]`);

// What is asked for in the place of the page's first numbers, by the names of the options.
const first = inputs().variant === undefined ? {} : { variant: inputs().variant };
let asked = first;
// A picture is a file, which has no room in an address.
const picture = document.querySelector("form.live input[type=file]");
const pictureOf = (numbers) => picture && numbers[picture.name];
const toAddress = (numbers) => new URLSearchParams(Object.entries(numbers).filter(([name]) => name !== picture?.name)).toString();
const isFirst = (numbers) => toAddress(numbers) === toAddress(first) && !pictureOf(numbers);
const optionOf = (name) => `--${name.replaceAll("_", "-")}`;
const toLine = (numbers) => [
  main.dataset.topic,
  ...Object.entries(numbers).map(([name, text]) => {
    const option = optionOf(name);
    const isFlag = document.querySelector(`form.live input[type=checkbox][name="${name}"]`);
    return isFlag ? option : `${option}=${text.name ?? text}`;
  }),
];
// The address holds numbers, and a place in the page.
const inAddress = () => location.hash.slice(1).split("&").filter(Boolean);
const placeInAddress = () => inAddress().filter((part) => !part.includes("="));
const fromAddress = () => {
  const parts = inAddress().filter((part) => part.includes("="));
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

// A page that nobody touches loads nothing. Where somebody goes to a field the program is loaded, and called once, since
// what has been called before answers sooner.
const getReady = ({ target }) => {
  if (!target.matches("input, select")) return;
  document.removeEventListener("focusin", getReady);
  program([main.dataset.topic, HOW_MUCH, "--format", "html"]).catch(() => {});
};
document.addEventListener("focusin", getReady);
// The numbers that are given.
{
  const form = document.querySelector("form.live");
  const [refused, working, followed] = [".refused", ".working", ".followed"].map((place) => form.querySelector(place));
  const [bar, doing] = working.querySelectorAll("progress, span");
  const controls = [...form.querySelectorAll(".option :is(input, select)")];
  const buttons = form.elements;

  // The pictures that were chosen, to which the history of the page leads back.
  const pictures = [];
  const push = (address) => {
    const shown = pictureOf(asked);
    if (shown && !pictures.includes(shown)) pictures.push(shown);
    // Whoever goes back goes on looking where they are.
    history.scrollRestoration = "manual";
    history.pushState({ changes: (history.state?.changes ?? 0) + 1, picture: pictures.indexOf(shown) }, "", address);
  };

  const given = () => controls.map(({ name }) => named(name)).filter(Boolean);
  const isEdited = (table) => typedIn(table) !== table.dataset.text;
  // A matrix of another size waits until those that have to fit it are of another size, too.
  const isResized = (table) => {
    const [shown, told] = [textsOf(table), rowsOf(table.dataset.text)];
    return shown.length !== told.length || shown[0].length !== told[0].length;
  };
  // What the fields hold, where somebody changed them; on a variant's page, beside its numbers.
  const typed = () => {
    const { variant: isDrawn, ...numbers } = asked;
    const { variant, ...drawn } = isDrawn === undefined ? {} : inputs();
    Object.assign(numbers, { ...drawn, ...numbers });
    for (const control of controls) {
      const table = named(control.name);
      const isText = !["checkbox", "file"].includes(control.type);
      if (!isText) delete numbers[control.name];
      else if (table ? isEdited(table) : isChanged(control)) {
        numbers[control.name] = table ? typedIn(table) : control.value.trim();
      }
      if (control.checked) numbers[control.name] = "";
    }
    if (picture?.files[0]) numbers[picture.name] = picture.files[0];
    return numbers;
  };
  // The page follows what the fields hold, and what is put in beside.
  const follow = (putIn = {}) => {
    const fields = given().filter((table) => !(table.dataset.matrix in putIn)).flatMap((table) => fieldsOf(table).flat());
    const field = fields.find(complaint);
    if (!field) return tell({ ...typed(), ...putIn }, push);
    giveUp();
    return refuse(`${optionOf(field.closest("table").dataset.matrix)}: ${field.ariaLabel} ${complaint(field)}`);
  };

  // A matrix as fields; where it is of another size than before, the table becomes another one.
  const draw = (table, rows) => {
    const focused = document.activeElement;
    const isHere = table.contains(focused);
    const typed = takeTyping(table);
    const heading = (scope, textContent) => Object.assign(document.createElement("th"), { scope, textContent });
    table.tHead.rows[0].replaceChildren(document.createElement("td"), ...rows[0].map((_, column) => heading("col", column)));
    const lines = rows.map((entries, row) => {
      const line = document.createElement("tr");
      line.append(heading("row", row));
      for (const [column, text] of entries.entries()) line.insertCell().append(entryField(text, `${table.dataset.matrix}[${row},${column}]`));
      return line;
    });
    table.tBodies[0].replaceChildren(...lines);
    const group = table.closest(".equation").querySelector(".sizes");
    for (const button of group?.children ?? []) {
      button.disabled = (button.textContent === "− row" && rows.length === 1) || (button.textContent === "− column" && rows[0].length === 1);
    }
    const fields = fieldsOf(table).flat();
    const again = fields.find(({ ariaLabel }) => ariaLabel === focused.ariaLabel) ?? fields[0];
    if (isHere) again.focus({ preventScroll: true });
    if (typed) typeOn(again, typed);
  };
  const sizes = [
    ["+ row", "one row more", (rows) => rows.push(rows[0].map(() => "0"))],
    ["− row", "one row less", (rows) => rows.pop()],
    ["+ column", "one column more", (rows) => rows.forEach((row) => row.push("0"))],
    ["− column", "one column less", (rows) => rows.forEach((row) => row.pop())],
  ];
  // In every form that the command line takes.
  const paste = async (name, text) => {
    typing = undefined;
    const { out, error } = await program(["matrix", optionOf(name), text]).catch(({ message }) => ({ error: message }));
    if (!out) return refuse(error);
    draw(named(name), rowsOf(out.trim()));
    return follow();
  };
  const setUpMatrix = ({ name, dataset: { grows } }, text) => {
    const table = named(name);
    const group = document.createElement("span");
    group.className = "sizes";
    for (const [sign, label, change] of sizes.filter(([sign]) => grows.includes(sign.slice(2)))) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: sign, ariaLabel: `${name}: ${label}` });
      button.addEventListener("click", () => {
        const rows = textsOf(table);
        change(rows);
        draw(table, rows);
        focusOn(button, ...group.children);
        follow();
      });
      group.append(button);
    }
    table.closest(".equation").append(group);
    table.classList.add("given");
    table.dataset.text = text;
    draw(table, rowsOf(text));
    table.addEventListener("change", () => follow());
    table.addEventListener("paste", (event) => {
      const pasted = event.clipboardData.getData("text").trim();
      if (!/[\s,;[]/.test(pasted)) return;
      event.preventDefault();
      paste(name, pasted);
    });
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
    button.addEventListener("click", () => follow({ [name]: value }));
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
  const focusOn = (...all) => all.find((element) => {
    // What has just been disabled keeps the focus for a moment.
    if (!element || element.disabled || element.hidden) return false;
    element.focus({ preventScroll: true });
    return element === document.activeElement;
  });
  // The numbers of the page, in all fields.
  const fill = () => {
    for (const control of controls) {
      const table = named(control.name);
      if (table && isEdited(table)) draw(table, rowsOf(table.dataset.text));
      if (table) continue;
      if (control.type === "checkbox") control.checked = control.name in asked;
      else if (control === picture) picture.files = fileList(pictureOf(asked));
      else {
        control.dataset.text = inputs()[control.name] ?? "";
        if (control !== typing) control.value = control.dataset.text;
      }
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
  const LEAVES = "h2, tbody td, p, li, summary, figcaption, pre";
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
  // Where the focus is, so that it is there again when a section was told anew: what has a name is known by it.
  const nameOf = (element) => element.ariaLabel ?? (element.matches("button") ? element.textContent : undefined);
  const placeOf = (focused) => {
    const section = focused.closest("main > section");
    if (!section) return undefined;
    const kind = focused.localName;
    return { title: titleOf(section), kind, name: nameOf(focused), at: [...section.querySelectorAll(kind)].indexOf(focused) };
  };
  const focusAgain = ({ title, kind, name, at }) => {
    const section = sectionsIn(document).find((section) => titleOf(section) === title);
    if (!section) return;
    const all = [...section.querySelectorAll(kind)];
    const again = name === undefined ? all[at] : all.find((element) => nameOf(element) === name);
    section.firstElementChild.tabIndex = -1;
    focusOn(again, ...(again?.parentElement.children ?? []), section.firstElementChild);
  };
  let leftAt;
  // The page in the place of what stood there; what was open stays open, and who was typing goes on. Where it is the rest
  // of a page, what is there already is left alone.
  const renew = (page, before, isRest) => {
    for (const place of formulasIn(page)) place.innerHTML = formulas.get(place.dataset.formula) ?? place.innerHTML;
    const focused = document.activeElement;
    const place = placeOf(focused) ?? (focused === document.body ? leftAt : undefined);
    document.dispatchEvent(new Event("renewing"));
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
    const gone = past.filter((section) => !all.includes(section));
    const typed = gone.map(takeTyping).find(Boolean);
    if (gone.some((section) => section.contains(refused))) buttons.rest.before(refused, followed);
    gone.forEach((section) => section.remove());
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
    // What is computed anew cannot have the focus until it is there.
    leftAt = focused.closest(".stale") ? place : undefined;
    if (place && !leftAt && (!focused.isConnected || focused === document.body)) focusAgain(place);
    if (typed && nameOf(document.activeElement) === place.name) typeOn(document.activeElement, typed);
    else if (!focused.isConnected) document.activeElement.select?.();
    return changed;
  };

  // Whoever presses a button of the page does not find another one there.
  let released;
  document.addEventListener("pointerdown", ({ target }) => {
    if (!target.closest("main :is(button, summary)")) return;
    // The press comes behind the end of it.
    const end = (done) => () => setTimeout(done);
    released = new Promise((done) => ["pointerup", "pointercancel"].forEach((event) => addEventListener(event, end(done), { once: true })));
  });
  // The line of the command line, at the field that it is about.
  const refuse = (line, isFromLink) => {
    document.querySelectorAll(":is(form.live, .given) [aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
    refused.textContent = line;
    // Whatever was typed, there are ways back.
    if (line && !isSheet) buttons.undo.disabled = buttons.source.disabled = false;
    buttons.rest.before(refused, followed);
    if (!line) return undefined;
    const names = given().filter(isResized).map(({ dataset }) => dataset.matrix).join(" and ");
    const later = names ? ` Your ${names} will be used as soon as all sizes fit.` : "";
    followed.textContent = isFromLink ? "The numbers of the link cannot be used. These are other ones." : `The page is as it was.${later}`;
    const bringUp = () => [followed, refused].forEach((line) => line.scrollIntoView({ block: "nearest" }));
    // The fields hold what can be used.
    if (isFromLink) return bringUp();
    const name = /^--([a-z0-9-]+):/.exec(line)?.[1].replaceAll("-", "_");
    const table = name && named(name);
    const fields = table ? fieldsOf(table).flat() : controls.filter((control) => control.name === name);
    const [wrong, changed] = [fields.filter((field) => table && complaint(field)), fields.filter(isChanged)];
    for (const field of [wrong, changed, fields].find((some) => some.length > 0) ?? []) field.ariaInvalid = "true";
    // Whoever changes a size goes on there.
    const place = document.activeElement.closest(".sizes") ?? table ?? form.querySelector(".options");
    if (name) place?.closest(".equation, .options").after(refused, followed);
    return bringUp();
  };
  // What was refused gives way to what the page shows.
  const takeBack = () => {
    giveUp();
    typing = undefined;
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
  let [asking, completing] = [];
  const giveUp = () => {
    if (!asking) return;
    asking.abort();
    asking = undefined;
    if (!completing) endWorking();
    stay();
  };
  // What was said before a page that is cut short, for as long as its rest is missing.
  let unfinished;
  const show = (page, before, news, isRest) => {
    const changed = renew(page, before, isRest);
    if (inputs().variant !== undefined) drawn = BigInt(inputs().variant);
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
  // The seed of the variant that was shown last.
  let drawn = 0n;
  const hrefOf = (numbers) => {
    const address = [toAddress(numbers), ...placeInAddress()].filter(Boolean).join("&");
    return address ? `#${address}` : location.pathname + location.search;
  };
  // The address is that of what is shown, also where a link was refused, or the way back was left before it was gone.
  const stay = () => history.replaceState(history.state, "", hrefOf(asked));
  const refuseFrom = (line, remember) => {
    refuse(line, !remember);
    stay();
  };
  // What is asked for later stands; what is still being asked for then is given up. What is worked by hand waits for nothing
  // else.
  const tell = async (numbers, remember, news) => {
    const stranger = Object.keys(numbers).find((name) => name !== "variant" && !(name in inputs()) && !controls.some((control) => control.name === name));
    if (stranger) return refuseFrom(`${stranger}: there is no such number on this page`, remember);
    if (pictureOf(numbers) && !pictureOf(numbers).name) return refuseFrom(`--${picture.name}: a link holds no picture, choose its file here`, remember);
    asking?.abort();
    asking = Object.assign(new AbortController(), { isNew: Boolean(remember) });
    const { signal } = asking;
    if (!completing) begin();
    const { page, refusal } = isFirst(numbers) ? { page: parsed(written) } : await ask(numbers, [HOW_MUCH], signal);
    await released;
    if (signal.aborted) return undefined;
    asking = undefined;
    const isOld = page && remember && isShown(page, numbers);
    if (!completing && (isOld || !page)) endWorking();
    if (!page) return refuseFrom(refusal, remember);
    refuse("");
    if (isOld) {
      fill();
      followed.textContent = "Nothing has changed.";
      return undefined;
    }
    completing?.abort();
    completing = undefined;
    const isBack = page.querySelector("main").dataset.inputs === firstInputs && Object.keys(numbers).every((name) => name in JSON.parse(firstInputs));
    asked = isBack ? first : numbers;
    remember?.(hrefOf(asked));
    // What was trained for the page need not be trained again.
    show(isBack && isCutShort(page) ? parsed(written) : page, allSaid(), news);
    if (unfinished) return complete();
    return endWorking();
  };
  // A page of the numbers that are shown already, written otherwise.
  const isShown = (page, numbers) => {
    const given = ({ dataset }) => ({ ...JSON.parse(dataset.inputs), variant: undefined });
    const [shown, told] = [main, page.querySelector("main")].map((page) => JSON.stringify(given(page)));
    const others = (all) => toAddress(Object.fromEntries(Object.entries(all).filter(([name]) => !(name in given(main)))));
    // A variant's numbers are its own also where they are written out.
    const isSame = [asked.variant, undefined].includes(numbers.variant) && shown === told;
    return isSame && others(numbers) === others(asked) && pictureOf(numbers) === pictureOf(asked);
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => follow());
  buttons.source?.addEventListener("click", () => tell(first, push));
  buttons.variant?.addEventListener("click", () => tell({ variant: String(drawn + 1n) }, push));
  // A browser goes back in its own time, and would leave the page where it is sent too often.
  let isGoingBack = false;
  buttons.undo?.addEventListener("click", () => {
    if (refused.textContent || asking?.isNew) return takeBack();
    if (isGoingBack || !history.state?.changes) return undefined;
    isGoingBack = true;
    return history.back();
  });
  buttons.stop.addEventListener("click", () => {
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
    if (toAddress(wanted) !== toAddress(asked) || pictureOf(wanted) !== pictureOf(asked)) return tell(wanted, undefined, news);
    return undefined;
  };
  addEventListener("pagehide", () => (history.scrollRestoration = "auto"));
  addEventListener("popstate", () => {
    isGoingBack = false;
    followAddress();
  });
  form.hidden = false;
  setUp();
  fill();
  followAddress("These are the numbers of the link.")?.then(() => refused.textContent || document.dispatchEvent(new Event("arrived")));
}
