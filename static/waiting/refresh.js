// Keeps a part of the page up to date: fetches the page itself, and swaps the part when it differs.
export function keepFresh(onChange = () => {}) {
  const part = document.querySelector("[data-refresh]");
  if (!part) return;
  const live = document.querySelector("[data-live]");
  const lost = document.querySelector("[data-lost]");
  const every = Number(part.dataset.refresh) * 1000;

  async function refresh() {
    try {
      const response = await fetch(window.location.pathname, { cache: "no-store" });
      // Logged out, or the link was withdrawn: the page itself says it best.
      if (response.redirected || response.status === 404) return window.location.reload();
      if (!response.ok) throw new Error(response.statusText);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.querySelector("[data-refresh]");
      if (fresh && fresh.dataset.signature !== part.dataset.signature) swap(fresh);
      lost.hidden = true;
    } catch {
      lost.hidden = false;
    }
    return window.setTimeout(refresh, every);
  }

  function swap(fresh) {
    const before = { ...part.dataset };
    const place = focusPlace();
    part.replaceChildren(...fresh.childNodes);
    for (const name of ["signature", "said", "call"]) {
      if (name in fresh.dataset) part.dataset[name] = fresh.dataset[name];
    }
    restoreFocus(place);
    // Minutes that pass are not announced; who waits or is called is.
    if (part.dataset.said !== before.said) live.textContent = part.dataset.said;
    onChange(before, part.dataset);
  }

  // A button is known by its form's address and its own name, which outlive the swap.
  function focusPlace() {
    const button = document.activeElement;
    if (!part.contains(button) || !button.form) return null;
    return [button.form.getAttribute("action"), button.name];
  }

  function restoreFocus(place) {
    if (!place) return;
    const same = [...part.querySelectorAll("button")].find(
      (button) => button.form?.getAttribute("action") === place[0] && button.name === place[1],
    );
    (same ?? document.querySelector("#appeler"))?.focus();
  }

  window.setTimeout(refresh, every);
}
