// A button that prints: shown only where it works.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.querySelector("button").addEventListener("click", () => window.print());
}
