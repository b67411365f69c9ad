// The screen of a room: fresh calls, and a tone for those who asked for it.
import { keepFresh } from "./refresh.js";

const button = document.querySelector("[data-sound]");
let audio = null;

if (button && window.AudioContext) {
  button.hidden = false;
  button.addEventListener("click", () => {
    audio ??= new window.AudioContext();
    button.setAttribute("aria-pressed", "true");
    button.textContent = button.dataset.on;
    tone();
  });
}

keepFresh((before, after) => {
  if (after.call && after.call !== before.call) tone();
});

function tone() {
  if (!audio) return;
  const note = audio.createOscillator();
  const volume = audio.createGain();
  note.frequency.value = 660;
  volume.gain.setValueAtTime(0.2, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.6);
  note.connect(volume).connect(audio.destination);
  note.start();
  note.stop(audio.currentTime + 0.6);
}
