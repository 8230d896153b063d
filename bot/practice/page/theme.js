// Light or dark: the system's choice, until somebody changes it.
const THEMES = { auto: ["◐", "same as the system"], light: ["☀", "light"], dark: ["☾", "dark"] };
const button = document.getElementById("theme");
const root = document.documentElement;

export function startTheme() {
  set(localStorage.getItem("theme"));
  button.addEventListener("click", () => {
    const names = Object.keys(THEMES);
    set(names[(names.indexOf(root.dataset.theme) + 1) % names.length]);
  });
}

function set(name) {
  root.dataset.theme = name in THEMES ? name : "auto";
  localStorage.setItem("theme", root.dataset.theme);
  const [sign, words] = THEMES[root.dataset.theme];
  button.textContent = sign;
  button.title = `Colours: ${words}`;
  button.setAttribute("aria-label", `Colours: ${words}. Change`);
}
