// The line in which people type, with suggestions for its last word.
import { h } from "/page/dom.js";
import { menuButton } from "/page/popup.js";
import { state } from "/page/state.js";
import { hintFor, suggestions } from "/page/suggestions.js";

const line = document.getElementById("line");
const list = document.getElementById("hints");
const hint = document.getElementById("hint");
const shortcuts = document.getElementById("shortcuts");
const typed = []; // what was sent before, for the arrow keys
let marked = -1;
let recalled = 0;
let found = [];

let deliver = () => {};

/** `onLine(text)` gets each line that is sent. */
export function startComposer(onLine) {
  deliver = onLine;
  document.getElementById("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    send(line.value.trim());
  });
  line.addEventListener("input", suggest);
  line.addEventListener("blur", close);
  line.addEventListener("focus", suggest);
  line.addEventListener("keydown", onKey);
}

/** The ⚡ menu, drawn once. `choose(callback_id)` runs a shortcut. */
export function drawShortcuts(choose) {
  if (shortcuts.firstChild) return;
  const rows = state.shortcuts.map((one) => [[h("b", {}, one.name), h("small", {}, one.description)], () => choose(one.callback_id)]);
  shortcuts.append(menuButton("Shortcuts", "⚡", rows));
}

export function setComposer(placeholder, isShown) {
  line.placeholder = placeholder;
  document.getElementById("composer").hidden = document.getElementById("foot").hidden = !isShown;
  if (!hint.firstChild) drawHint();
}

/** Sends a line as if somebody had typed it. */
export function send(words) {
  if (!words) return;
  recalled = typed.push(words);
  write("");
  line.focus({ preventScroll: true });
  deliver(words);
}

function write(words) {
  line.value = words;
  suggest();
}

function suggest() {
  found = document.activeElement === line ? suggestions(line.value) : [];
  marked = found[0]?.isDue ? 0 : -1;
  draw();
}

function draw() {
  list.replaceChildren(...found.map((one, place) => {
    const take = (event) => {
      event.preventDefault(); // keeps the focus in the line
      write(one.line);
    };
    const words = [h("b", {}, one.label), " ", h("i", {}, one.usage ?? ""), h("span", {}, one.about ?? "")];
    return h("li", { role: "option", id: `hint-${place}`, "aria-selected": String(place === marked), onmousedown: take }, words);
  }));
  list.hidden = found.length === 0;
  line.setAttribute("aria-expanded", String(found.length > 0));
  if (marked >= 0) line.setAttribute("aria-activedescendant", `hint-${marked}`);
  else line.removeAttribute("aria-activedescendant");
  list.children[marked]?.scrollIntoView({ block: "nearest" });
  drawHint();
}

function drawHint() {
  const usual = [h("kbd", {}, "/"), " for commands, ", h("kbd", {}, "Enter"), " to send, ", h("kbd", {}, "?"), " for all keys"];
  const command = hintFor(line.value);
  hint.replaceChildren(...(command ? [h("b", {}, command.command), ` ${command.usage_hint}`] : usual));
}

function close() {
  found = [];
  marked = -1;
  draw();
}

function onKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.altKey) return;
  if (found.length && step) {
    marked = marked < 0 ? (step > 0 ? 0 : found.length - 1) : (marked + step + found.length) % found.length;
    draw();
  } else if (found.length && event.key === "Tab" && !event.shiftKey) write(found[Math.max(0, marked)].line);
  else if (event.key === "Enter" && marked >= 0 && found[marked].line.trim() !== line.value.trim()) write(found[marked].line);
  else if (found.length && event.key === "Escape") close();
  else if (step && typed.length) {
    recalled = Math.min(typed.length, Math.max(0, recalled + step));
    line.value = typed[recalled] ?? "";
    close();
  } else return;
  event.preventDefault();
}
