// Leaving the page at once: a click, or Shift pressed three times alone, each within five seconds.
// Without this script the link does the same by itself.
const link = document.querySelector(".leave");
const status = document.querySelector(".exit [role=status]");
const lights = document.createElement("span");
let presses = 0;
let modified = false;
let timer;

lights.className = "lights";
lights.setAttribute("aria-hidden", "true");
lights.append(...[1, 2, 3].map(() => document.createElement("i")));
link.append(lights);
document.querySelector(".keys").hidden = false;

function show(count, words) {
  presses = count;
  status.textContent = words;
  link.classList.toggle("counting", count > 0);
  lights.childNodes.forEach((light, index) => light.classList.toggle("on", index < count));
}

function leave() {
  document.documentElement.classList.add("leaving");
  status.setAttribute("role", "alert");
  show(0, link.dataset.loading);
  location.replace(link.href);
}

link.addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});

document.addEventListener("keyup", (event) => {
  const alone = event.key === "Shift" && !modified;
  modified = event.shiftKey;
  clearTimeout(timer);
  if (!alone) return presses && show(0, "");
  if (presses === 2) return leave();
  show(presses + 1, presses ? link.dataset.one : link.dataset.two);
  timer = setTimeout(() => show(0, ""), 5000);
});

addEventListener("pageshow", () => {
  document.documentElement.classList.remove("leaving");
  status.setAttribute("role", "status");
  show(0, "");
});
