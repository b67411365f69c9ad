// The tablet at the entrance: printing, back to the first page for the next person.
const print = document.querySelector("[data-print]");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}

const back = document.querySelector("[data-return]");
if (back) {
  let timer;
  const wait = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(
      () => window.location.replace(back.dataset.return),
      Number(back.dataset.returnAfter) * 1000,
    );
  };
  for (const sign of ["pointerdown", "keydown", "afterprint"]) window.addEventListener(sign, wait);
  wait();
}

// A new key and fresh figures each minute, while nobody has begun.
if (document.querySelector("[data-once]") || document.querySelector(".kiosk__closed")) {
  window.setTimeout(() => window.location.replace(window.location.pathname), 60_000);
}
