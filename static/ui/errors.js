// A form that came back with errors: the summary takes the focus so that it is read first.
export function focusErrors(root) {
  root.querySelector("[data-form-errors]:not([data-quiet] *)")?.focus();
}
