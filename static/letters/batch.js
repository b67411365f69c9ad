// Lines of letters at the speed of a spreadsheet; without this the page keeps its fixed lines.
const form = document.querySelector("[data-batch]");
const body = form.querySelector("tbody");
const pattern = form.querySelector("[data-pattern]");
const count = form.querySelector("[data-count]");
const said = form.querySelector("[data-said]");

const lines = () => [...body.querySelectorAll("[data-line]")];
const cells = (line) => [...line.querySelectorAll("input:not([type=hidden])")];
const cell = (line, name) => line.querySelector(`[name$="-${name}"]`);
const told = ["sender", "subject", "motif", "letter_on"];
const isFilled = (line) => told.some((name) => cell(line, name).value.trim());

// `crypto.randomUUID` is missing on a plain http address: the same key, from random bytes.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [8, 12, 16, 20].reduceRight((key, at) => `${key.slice(0, at)}-${key.slice(at)}`, hex);
}

function addLine() {
  const number = Number(count.value);
  if (number >= Number(form.dataset.most)) return null;
  const text = pattern.innerHTML
    .replaceAll("__n__", number)
    .replaceAll("__r__", lines().length + 1);
  const holder = document.createElement("tbody");
  holder.innerHTML = text;
  const line = holder.querySelector("[data-line]");
  cell(line, "key").value = newKey();
  body.append(line);
  count.value = number + 1;
  return line;
}

// A new line starts where the one above stands: same arrival, same service.
function carry(line) {
  const above = line.previousElementSibling;
  if (!above || isFilled(line)) return;
  for (const name of ["received_on", "service"]) {
    const [from, to] = [cell(above, name), cell(line, name)];
    if (!to.value && from.value) to.value = from.value;
  }
}

function announce() {
  const filled = lines().filter(isFilled).length;
  const words = filled === 1 ? said.dataset.one : said.dataset.many.replace("#", filled);
  if (said.textContent !== words) said.textContent = words;
}

function move(from, back) {
  const all = lines().flatMap(cells);
  let next = all[all.indexOf(from) + (back ? -1 : 1)];
  if (!next && !back) next = cells(addLine() ?? from.closest("[data-line]"))[0];
  next?.focus();
  next?.select();
}

body.addEventListener("focusin", (event) => {
  const line = event.target.closest("[data-line]");
  if (line) carry(line);
});
body.addEventListener("input", (event) => {
  const line = event.target.closest("[data-line]");
  if (line && line === lines().at(-1) && isFilled(line)) addLine();
});
body.addEventListener("change", announce);
body.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  if (event.ctrlKey || event.metaKey) form.requestSubmit();
  else move(event.target, event.shiftKey);
});
form.querySelector("[data-keys]").hidden = false;
// What came back wrong takes the focus (ui/errors.js); else the first cell to type in, unless the
// page is so narrow that showing it would hide the one before.
const wide = matchMedia("(min-width: 48rem)").matches;
if (wide && !document.querySelector("[data-form-errors]")) cell(lines()[0], "service")?.focus();
