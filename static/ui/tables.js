// A table that fits needs no scrolling region: one stop less for the keyboard.
export function settleTables(root) {
  const settle = (box) => {
    const scrolls = box.scrollWidth > box.clientWidth + 1;
    if (scrolls) box.setAttribute("tabindex", "0");
    else if (document.activeElement !== box) box.removeAttribute("tabindex");
  };
  const watch = new ResizeObserver((entries) => entries.forEach((entry) => settle(entry.target)));
  root.querySelectorAll(".table-scroll").forEach((box) => watch.observe(box));
}
