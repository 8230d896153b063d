// The line in which people type, with hints for commands.
import { h } from "/page/dom.js";

const line = document.getElementById("line");
const list = document.getElementById("hints");
const hint = document.getElementById("hint");
const usual = [...hint.childNodes];
const typed = []; // what was sent before, for the arrow keys
let commands = [];
let marked = 0;
let recalled = 0;

/** `send(text)` gets each line that is sent. */
export function startComposer(send) {
  document.getElementById("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    const words = line.value.trim();
    if (!words) return;
    recalled = typed.push(words);
    line.value = "";
    draw();
    send(words);
  });
  line.addEventListener("input", () => {
    marked = 0;
    draw();
  });
  line.addEventListener("blur", () => close());
  line.addEventListener("focus", () => draw());
  line.addEventListener("keydown", onKey);
}

export function setComposer(known, placeholder, isShown) {
  commands = known;
  line.placeholder = placeholder;
  document.getElementById("composer").hidden = hint.hidden = !isShown;
}

const matching = () => (/^\/\S*$/.test(line.value) ? commands.filter((one) => one.command.startsWith(line.value)) : []);

function draw() {
  const found = matching();
  list.replaceChildren(...found.map((one, place) => {
    const take = (event) => {
      event.preventDefault(); // or the line would lose the focus
      complete(one);
    };
    const words = [h("b", {}, one.command), " ", h("i", {}, one.usage_hint ?? ""), h("span", {}, one.description ?? "")];
    return h("li", { role: "option", id: `hint-${place}`, "aria-selected": String(place === marked), onmousedown: take }, words);
  }));
  list.hidden = found.length === 0;
  line.setAttribute("aria-expanded", String(found.length > 0));
  if (found.length) line.setAttribute("aria-activedescendant", `hint-${marked}`);
  else line.removeAttribute("aria-activedescendant");
  const whole = commands.find((one) => line.value.startsWith(`${one.command} `));
  hint.replaceChildren(...(whole ? [h("b", {}, whole.command), ` ${whole.usage_hint}`] : usual));
}

function close() {
  list.hidden = true;
  line.setAttribute("aria-expanded", "false");
}

function complete(command) {
  line.value = `${command.command} `;
  draw();
}

function onKey(event) {
  const found = list.hidden ? [] : matching();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const isWhole = found.some((one) => one.command === line.value);
  if (found.length && step) marked = (marked + step + found.length) % found.length;
  else if (found.length && (event.key === "Tab" || (event.key === "Enter" && !isWhole))) complete(found[marked]);
  else if (found.length && event.key === "Escape") close();
  else if (step && typed.length) {
    recalled = Math.min(typed.length, Math.max(0, recalled + step));
    line.value = typed[recalled] ?? "";
  } else return;
  event.preventDefault();
  if (event.key !== "Escape") draw();
}
