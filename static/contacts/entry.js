// The entry screen under trained hands: a motif found by typing, its service proposed, shortcuts,
// what the person already asked, and nothing lost with the network. The page works without it.
import { searchSelects } from "../ui/search-select.js";
import { keepOffline } from "./offline.js";

const form = document.getElementById("saisie");
const motif = form.elements.motif;
searchSelects(form);
const search = form.querySelector("[role=combobox]");
// An answer that was refused is read first, from its summary.
if (!document.querySelector("[data-form-errors], #deja .alert")) search.focus();

// --- the service proposed from the motif ---------------------------------------------------------
const proposal = document.getElementById("service-propose");
const propose = () => {
  const service = motif.selectedOptions[0]?.dataset.service;
  const own = form.elements.service.value;
  proposal.textContent = service && !own ? `${proposal.dataset.words} ${service}` : "";
};
motif.addEventListener("change", propose);
form.elements.service.addEventListener("change", propose);

// --- what usually follows on each channel, until the agent says otherwise -------------------------
const AT_ONCE = ["guichet", "phone"];
let said = false;
form.addEventListener("change", (event) => {
  if (event.target.name === "outcome") said = true;
  if (event.target.name === "channel" && !said) {
    form.elements.outcome.value = AT_ONCE.includes(event.target.value) ? "answered" : "to_handle";
  }
});
form.addEventListener("entry:afresh", () => {
  said = false;
  motif.closest("[data-search-select]").dispatchEvent(new Event("search-select:reset"));
  propose();
  asked.replaceChildren();
  search.focus();
});

// --- what the person already asked ---------------------------------------------------------------
const asked = document.getElementById("deja");
let waiting, last = "";
const look = () => {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const { phone, email } = form.elements;
    const who = new URLSearchParams({ phone: phone.value.trim(), email: email.value.trim(), motif: motif.value });
    if (!phone.value.trim() && !email.value.trim()) return asked.replaceChildren();
    if (String(who) === last) return;
    last = String(who);
    try {
      const answer = await fetch(`${asked.dataset.url}?${who}`, { headers: { Accept: "text/html" } });
      // A slower answer to what was typed before is worth nothing.
      if (answer.ok && !answer.redirected && last === String(who)) asked.innerHTML = await answer.text();
      form.elements.seen.value = asked.querySelector("button") ? "1" : "";
    } catch {
      // No network: the server will propose them when the entry is sent.
      last = "";
    }
  }, 300);
};
for (const control of [form.elements.phone, form.elements.email, motif]) {
  control.addEventListener("input", look);
  control.addEventListener("change", look);
}

// --- shortcuts -----------------------------------------------------------------------------------
const press = (button) => button && form.requestSubmit(button);
const acts = {
  KeyR: () => { form.elements.outcome.value = "answered"; said = true; },
  KeyT: () => { form.elements.outcome.value = "to_handle"; said = true; },
  KeyM: () => search.focus(),
  KeyN: () => form.elements.text.focus(),
  KeyU: () => form.elements.full_name.focus(),
  KeyJ: () => press(asked.querySelector("button[name=attach]")),
};
const channels = form.elements.channel;
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    // What is pointed at in an open list is taken first.
    document.activeElement?.blur();
    return press(form.querySelector(".form-actions [type=submit]"));
  }
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const channel = /^(?:Digit|Numpad)([1-5])$/.exec(event.code);
  if (channel) {
    event.preventDefault();
    channels[Number(channel[1]) - 1].checked = true;
    channels[Number(channel[1]) - 1].dispatchEvent(new Event("change", { bubbles: true }));
  } else if (acts[event.code] && !event.shiftKey) {
    event.preventDefault();
    acts[event.code]();
  }
});

keepOffline(form, document.getElementById("hors-ligne"));
