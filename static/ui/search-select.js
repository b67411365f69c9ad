// A long list that is searched by typing (the ARIA combobox pattern): `[data-search-select]` holds
// the field of a select, which keeps the value and stays what is used without this script.
const MOST_SHOWN = 8;

export const plain = (text) =>
  text.toLocaleLowerCase("fr").normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[’']/g, " ");

// Each word typed begins a word of the option or of its family; the name counts before the family.
export function ranked(options, typed) {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  const score = ({ name, family }) => {
    let total = 0;
    for (const word of words) {
      if (name.startsWith(word)) total += 4;
      else if (` ${name}`.includes(` ${word}`)) total += 3;
      else if (` ${family}`.includes(` ${word}`)) total += 1;
      else if (name.includes(word)) total += 0.5;
      else return 0;
    }
    return total;
  };
  return options
    .map((option, order) => ({ option, order, score: score(option) }))
    .filter((one) => words.length === 0 || one.score > 0)
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .slice(0, MOST_SHOWN)
    .map((one) => one.option);
}

function optionsOf(select) {
  const seen = new Set();
  const found = [];
  for (const option of select.options) {
    if (!option.value || seen.has(option.value)) continue;
    seen.add(option.value);
    found.push({
      value: option.value,
      label: option.textContent.trim(),
      name: plain(option.textContent.trim()),
      family: plain(option.dataset.family || ""),
      familyLabel: option.dataset.family || "",
    });
  }
  return found;
}

export function searchSelects(root) {
  root.querySelectorAll("[data-search-select]").forEach(enhance);
}

function enhance(box) {
  const select = box.querySelector("select");
  const label = box.querySelector(`label[for="${select.id}"]`);
  const options = optionsOf(select);
  const input = document.createElement("input");
  const list = document.createElement("ul");
  const told = document.createElement("p");
  let shown = [];
  let active = -1;

  input.type = "text";
  input.id = `${select.id}-recherche`;
  input.className = select.className;
  input.autocomplete = "off";
  input.spellcheck = false;
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": `${select.id}-liste`,
    "aria-autocomplete": "list",
  })) input.setAttribute(name, value);
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  list.id = `${select.id}-liste`;
  list.className = "search-select__list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label.textContent.trim());
  list.hidden = true;
  told.className = "visually-hidden";
  told.setAttribute("role", "status");
  select.hidden = true;
  label.htmlFor = input.id;
  box.classList.add("search-select");
  select.after(input, list, told);
  input.value = select.value ? select.selectedOptions[0].textContent.trim() : "";

  const isOpen = () => !list.hidden;
  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const point = (index) => {
    active = index;
    [...list.children].forEach((item, place) =>
      item.setAttribute("aria-selected", String(place === index)));
    if (index < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[index].id);
    list.children[index].scrollIntoView({ block: "nearest" });
  };
  const set = (value) => {
    if (select.value === value) return;
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const choose = (option) => {
    input.value = option.label;
    set(option.value);
    close();
  };
  const open = (typed) => {
    shown = ranked(options, typed);
    list.replaceChildren(...shown.map((option, place) => itemOf(option, place)));
    list.hidden = shown.length === 0;
    input.setAttribute("aria-expanded", String(isOpen()));
    point(shown.length && typed.trim() ? 0 : -1);
    told.textContent = shown.length === 0 ? box.dataset.empty
      : shown.length === 1 ? box.dataset.foundOne : box.dataset.found.replace("{n}", shown.length);
  };
  const itemOf = (option, place) => {
    const item = document.createElement("li");
    item.id = `${list.id}-${place}`;
    item.setAttribute("role", "option");
    item.textContent = option.label;
    if (option.familyLabel) {
      const family = document.createElement("span");
      family.className = "search-select__family";
      family.textContent = option.familyLabel;
      item.append(" ", family);
    }
    // Before the input loses the focus.
    item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(option); });
    return item;
  };

  input.addEventListener("input", () => {
    // Words that name no option any more choose none.
    set("");
    if (input.value.trim()) open(input.value);
    else close();
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen()) return open(select.value ? "" : input.value);
      const step = event.key === "ArrowDown" ? 1 : -1;
      point((active + step + shown.length) % shown.length);
    } else if (event.key === "Enter" && !event.ctrlKey && isOpen() && active >= 0) {
      event.preventDefault();
      choose(shown[active]);
    } else if (event.key === "Escape" && isOpen()) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  // Leaving takes what is pointed at: one key less.
  input.addEventListener("blur", () => {
    if (isOpen() && active >= 0 && input.value.trim()) choose(shown[active]);
    close();
  });
  box.addEventListener("search-select:reset", () => {
    input.value = select.value ? select.selectedOptions[0].textContent.trim() : "";
    close();
  });
}
