
// Fields for numbers: those of a matrix stand in its table.
const main = document.querySelector("main");
const rowsOf = (text) => text.split(";").map((row) => row.trim().split(" "));
const toText = (rows) => rows.map((row) => row.join(" ")).join("; ");

const entryField = (text, label) => {
  const field = document.createElement("input");
  Object.assign(field, { type: "text", autocomplete: "off", spellcheck: false, ariaLabel: label, className: "entry" });
  field.value = field.dataset.text = text;
  field.size = Math.max(text.length, 3);
  return field;
};
const fieldsOf = (table) => [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("input")]);
const textsOf = (table) => fieldsOf(table).map((row) => row.map((field) => field.value.trim()));
const typedIn = (table) => toText(textsOf(table));
const isChanged = (field) => field.value !== field.dataset.text;
// Why what a field holds is not one number, where that can be seen without computing.
const complaint = ({ value }) => {
  const text = value.trim();
  if (!text) return "is empty";
  if (/^[-+−–]?\d*,\d+$/.test(text)) return `is ${text}: write a decimal point`;
  if (/[\s,;|#()[\]]/.test(text.replace(/ %$/, "%"))) return "has room for one number";
  return undefined;
};
const words = (text) => text.split("`").map((piece, index) => {
  if (index % 2 === 0) return piece;
  return Object.assign(document.createElement("code"), { textContent: piece });
});

// The field in which somebody is typing: what it holds counts once it is left.
let typing;
document.addEventListener("input", ({ target }) => (typing = target));
for (const end of ["change", "focusout"]) document.addEventListener(end, () => (typing = undefined), true);
// What is being typed in a place that is about to be replaced. A field that goes away with a changed text would tell of it.
const takeTyping = (place) => {
  if (!place.contains(typing)) return undefined;
  const { value, selectionStart, selectionEnd } = typing;
  typing.value = typing.dataset.text;
  return { value, selectionStart, selectionEnd };
};
// It goes on in the field that has come in its place.
const typeOn = (field, { value, selectionStart, selectionEnd }) => {
  field.focus({ preventScroll: true });
  field.value = value;
  field.setSelectionRange(selectionStart, selectionEnd);
  typing = field;
  // A browser tells of a change only where it was typed into this very field.
  const count = () => typing === field && field.dispatchEvent(new Event("change", { bubbles: true }));
  field.addEventListener("blur", count, { once: true });
};

// The arrow keys go from one field to the next, as Tab does.
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
