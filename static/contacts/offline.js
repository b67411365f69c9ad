// Entries made while the network is away: kept on this machine under the agent's name, sent once
// when it is back. The key in each form makes a second sending the same entry to the server.
const EVERY = 15_000;
const LOST = Symbol("no answer");

export function keepOffline(form, banner) {
  const place = `saisies:${banner.dataset.agent}`;
  const kept = () => JSON.parse(localStorage.getItem(place) || "[]");
  const keep = (entries) => {
    if (entries.length) localStorage.setItem(place, JSON.stringify(entries));
    else localStorage.removeItem(place);
    tell(entries);
  };
  const remove = (key) => keep(kept().filter((entry) => entry.key !== key));
  let sending = false;

  function tell(entries, words = "") {
    banner.replaceChildren();
    const refused = entries.filter((entry) => entry.state === "refused");
    const waiting = entries.length - refused.length;
    const login = entries.some((entry) => entry.state === "login");
    if (waiting) {
      const told = line(`${login ? banner.dataset.login : banner.dataset.waiting} ${waiting} `);
      if (login) told.append(link(location.pathname, banner.dataset.again));
    }
    if (refused.length) refused.forEach(retake);
    if (!entries.length && words) line(words);
  }
  function line(words) {
    const paragraph = document.createElement("p");
    paragraph.className = "entry-offline__line";
    paragraph.textContent = words;
    banner.append(paragraph);
    return paragraph;
  }
  function link(href, words) {
    const anchor = document.createElement("a");
    anchor.href = href;
    anchor.textContent = words;
    return anchor;
  }
  function retake(entry) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--secondary button--small";
    button.textContent = banner.dataset.retake;
    button.addEventListener("click", () => {
      fill(form, entry.fields);
      remove(entry.key);
      form.querySelector("[role=combobox], select")?.focus();
    });
    line(`${banner.dataset.refused} `).append(button);
  }

  async function send(fields) {
    const body = new URLSearchParams(fields);
    // The session may have been renewed since: the token of the page in front of the agent.
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    try {
      return await fetch(form.action, {
        method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual",
      });
    } catch {
      return LOST;
    }
  }
  async function sendKept() {
    if (sending || !kept().length) return;
    sending = true;
    try {
      for (const entry of kept().filter((one) => one.state !== "refused")) {
        const answer = await send(entry.fields);
        if (answer === LOST || answer.status >= 500) break;
        if (answer.status === 201) remove(entry.key);
        else mark(entry.key, needsLogin(answer) ? "login" : "refused");
      }
      if (!kept().length) tell([], banner.dataset.sent);
    } finally {
      sending = false;
    }
  }
  const mark = (key, state) =>
    keep(kept().map((entry) => (entry.key === key ? { ...entry, state } : entry)));

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.sending) return;
    form.dataset.sending = "yes";
    const fields = [...new FormData(form, event.submitter)].filter(([, value]) => typeof value === "string");
    const answer = await send(fields);
    delete form.dataset.sending;
    if (answer === LOST || needsLogin(answer)) {
      const key = form.elements.key.value;
      const state = answer === LOST ? "waiting" : "login";
      keep([...kept().filter((entry) => entry.key !== key), { key, fields, state }]);
      startAfresh(form);
    } else if (answer.status === 201) {
      location.assign((await answer.json()).location);
    } else {
      // Anything else is a page to show: the server says the same again, since the key is the same.
      if (event.submitter?.name) hidden(form, event.submitter);
      HTMLFormElement.prototype.submit.call(form);
    }
  });
  addEventListener("online", sendKept);
  setInterval(sendKept, EVERY);
  tell(kept());
  sendKept();
}

// A redirection is to the login page; a token refused is that of a session gone.
function needsLogin(answer) {
  return answer.type === "opaqueredirect" || answer.status === 403;
}

function hidden(form, button) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: button.name, value: button.value });
  form.append(field);
}

function startAfresh(form) {
  form.reset();
  // What is kept here to be sent is no draft to give back: it would be entered twice.
  form.dispatchEvent(new Event("input"));
  form.elements.key.value = crypto.randomUUID?.() ?? drawn();
  form.dispatchEvent(new Event("entry:afresh"));
}

// Where the page is not served over TLS, there is no randomUUID.
function drawn() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function fill(form, fields) {
  for (const [name, value] of fields) {
    if (name === "csrfmiddlewaretoken") continue;
    const control = form.elements[name];
    if (control) control.value = value;
  }
  form.dispatchEvent(new Event("entry:afresh"));
}
