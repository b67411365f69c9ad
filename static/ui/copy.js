// Copying an address; without script the field itself can be selected.
export function copyLinks(root) {
  for (const box of root.querySelectorAll("[data-copy]")) {
    const button = box.querySelector("[data-copy-button]");
    const said = box.querySelector("[data-copy-status]");
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(box.querySelector("input").value);
      said.textContent = box.dataset.copied;
    });
  }
}
