// What is being typed survives a session that ends: kept in this tab until it has been sent, given
// back to the same person after they log in again. It leaves with the tab, with the logout, and as
// soon as someone else is logged in. Only forms with a long text are kept; never a file.
const PREFIX = "draft:";
const ENTRIES = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));

export function keepDrafts(root) {
  const owner = root.querySelector('meta[name="draft-owner"]')?.content;
  try {
    if (!owner) return ENTRIES().forEach(markUnsent);
    const forms = [...root.querySelectorAll("main form")].filter(isLong);
    settle(owner, forms);
    forms.forEach((form) => keep(form, owner, root));
    root.querySelector('form[action*="logout"]')
      ?.addEventListener("submit", () => ENTRIES().forEach((key) => sessionStorage.removeItem(key)));
  } catch {
    // No storage in this browser: the page works without it.
  }
}

const isLong = (form) => form.method === "post" && form.querySelector("textarea");
const keyOf = (form, owner) => `${PREFIX}${owner}:${new URL(form.action).pathname}`;
const read = (key) => JSON.parse(sessionStorage.getItem(key));
const write = (key, draft) => sessionStorage.setItem(key, JSON.stringify(draft));

// On the login page: what was sent last did not arrive.
function markUnsent(key) {
  write(key, { ...read(key), sent: false });
}

// A page served to the owner after a form was sent: it arrived, unless the form itself came back.
function settle(owner, forms) {
  const shown = new Set(forms.filter((form) => hasText(form)).map((form) => keyOf(form, owner)));
  for (const key of ENTRIES()) {
    const foreign = !key.startsWith(`${PREFIX}${owner}:`);
    if (foreign || (read(key).sent && !shown.has(key))) sessionStorage.removeItem(key);
  }
}

function keep(form, owner, root) {
  const key = keyOf(form, owner);
  if (sessionStorage.getItem(key) && !hasText(form)) restore(form, read(key).values, root);
  const save = (sent) => {
    if (hasText(form)) write(key, { sent, values: valuesOf(form) });
    else sessionStorage.removeItem(key);
  };
  form.addEventListener("input", () => save(false));
  form.addEventListener("submit", () => save(true));
}

const hasText = (form) =>
  [...form.querySelectorAll("textarea")].some((area) => area.value.trim() !== "");
const fieldsOf = (form) =>
  [...form.elements].filter(
    (field) => field.name && !["hidden", "file", "password", "submit"].includes(field.type),
  );
const isChoice = (field) => ["radio", "checkbox"].includes(field.type);

function valuesOf(form) {
  return fieldsOf(form)
    .filter((field) => !isChoice(field) || field.checked)
    .map((field) => [field.name, field.value]);
}

function restore(form, values, root) {
  for (const field of fieldsOf(form)) {
    const kept = values.filter(([name]) => name === field.name).map(([, value]) => value);
    if (isChoice(field)) field.checked = kept.includes(field.value);
    else if (kept.length) field.value = kept[0];
  }
  const told = root.createElement("p");
  told.className = "help";
  told.setAttribute("role", "status");
  told.dataset.draft = "";
  form.prepend(told);
  told.textContent = root.querySelector('meta[name="draft-restored"]').content;
}
