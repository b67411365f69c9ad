// The banner of incoming calls: asks every few seconds, and only while the page is looked at.
const box = document.querySelector("[data-incoming]");
const EVERY = 5000;
const SLOWEST = 60000;
let wait = EVERY;

async function ask() {
  if (!document.hidden) {
    try {
      const response = await fetch(box.dataset.incoming, { headers: { Accept: "text/html" } });
      // Logged out, the answer is another page: nothing more to ask.
      if (response.redirected || response.status === 403) return;
      if (!response.ok) throw new Error(String(response.status));
      show(await response.text());
      wait = EVERY;
    } catch {
      wait = Math.min(wait * 2, SLOWEST);
    }
  }
  setTimeout(ask, wait);
}

// Only what changed is written, so that a screen reader says each call once and focus stays.
function show(html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const ids = (root) => [...root.querySelectorAll("[data-call]")].map((one) => one.dataset.call);
  if (ids(fresh.content).join() !== ids(box).join()) box.replaceChildren(fresh.content);
}

ask();
