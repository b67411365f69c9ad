// « Fiche ou modèle »: finds as one types, and puts the chosen text where it belongs. Without this
// script its buttons send the form, which comes back filled.
const PAUSE = 200;

function prepare(box) {
  const q = box.querySelector("[data-picker-q]");
  const results = box.querySelector("[data-picker-results]");
  const said = box.querySelector("[data-picker-said]");
  const search = box.querySelector("[data-picker-search]");
  const into = document.getElementById(box.dataset.into);
  let shown = null;
  let waiting = 0;
  let asking = null;
  // Before anyone has been in the text, its cursor stands at the beginning: the end is meant.
  let visited = false;
  into.addEventListener("focus", () => (visited = true));

  // Enter in another field sends the form again, rather than this search.
  search.type = "button";

  async function find() {
    window.clearTimeout(waiting);
    asking?.abort();
    asking = new AbortController();
    const words = q.value.trim();
    const address = new URL(box.dataset.url, window.location.href);
    address.searchParams.set("q", words);
    for (const name of (box.dataset.with ?? "").split(" ").filter(Boolean)) {
      const field = box.closest("form")?.elements.namedItem(name);
      if (field?.value) address.searchParams.set(name, field.value);
    }
    try {
      const answer = await fetch(address, { signal: asking.signal });
      if (!answer.ok) throw new Error(answer.statusText);
      results.innerHTML = await answer.text();
      said.textContent = "";
      shown = words;
    } catch (error) {
      if (error.name !== "AbortError") said.textContent = box.dataset.failed;
    }
  }

  function insert(button) {
    const place = visited ? into.selectionEnd : into.value.length;
    const before = into.value.slice(0, place).trimEnd();
    const after = into.value.slice(place).trimStart();
    const parts = [before, button.dataset.insert].filter(Boolean);
    const end = parts.join("\n\n").length;
    into.value = [...parts, after].filter(Boolean).join("\n\n");
    into.dispatchEvent(new Event("input", { bubbles: true }));
    count(button.dataset.sheet);
    said.textContent = box.dataset.inserted;
    into.focus();
    into.setSelectionRange(end, end);
  }

  function count(sheet) {
    const form = box.closest("form");
    if (!sheet || form.querySelector(`input[name="sheet"][value="${CSS.escape(sheet)}"]`)) return;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "sheet", value: sheet });
    form.append(field);
  }

  q.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(find, PAUSE);
  });
  q.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (shown !== q.value.trim()) await find();
    const first = results.querySelector("[data-insert]");
    if (q.value.trim() && first && shown === q.value.trim()) insert(first);
  });
  search.addEventListener("click", find);
  results.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    event.preventDefault();
    insert(button);
  });
  const details = box.closest("details");
  details?.addEventListener("toggle", () => {
    if (!details.open) return;
    q.focus();
    if (shown === null && !results.childElementCount) find();
  });
}

document.querySelectorAll("[data-picker]").forEach(prepare);
