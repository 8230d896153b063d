// Keys that work everywhere on the page, and the list of them.
import { h } from "/page/dom.js";
import { places } from "/page/side.js";
import { here } from "/page/state.js";

const KEYS = [
  ["/", "start a command"], ["Tab", "accept a suggestion"], ["↑ ↓", "choose a suggestion, recall a line you sent, or move between messages"],
  ["Alt ↑ ↓", "previous or next channel"], ["F6", "next part of the page"],
  ["Esc", "close, and go back to the line"], ["?", "this list"],
];
const get = (id) => document.getElementById(id);

export function startKeys(go) {
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.value !== "";
    const isLine = event.target.id === "line";
    if (event.altKey && /^Arrow(Up|Down)$/.test(event.key)) leaf(event.key === "ArrowDown" ? 1 : -1, go);
    else if (event.key === "F6") round(event.shiftKey ? -1 : 1);
    else if (event.key === "?" && !isTyping && (isLine || !/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName))) tell();
    else if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) get("line").focus();
    else if (event.key === "Escape" && !isLine) {
      document.body.classList.remove("menu");
      get("line").focus();
      return;
    } else if (/^Arrow(Up|Down)$/.test(event.key) && isAmongMessages(event.target)) walk(event);
    else return;
    if (event.key !== "/") event.preventDefault();
    else {
      event.preventDefault();
      get("line").value ||= "/";
      get("line").dispatchEvent(new Event("input"));
    }
  });
}

function leaf(by, go) {
  const all = places();
  go({ place: all[(all.indexOf(here.place) + by + all.length) % all.length] });
}

function round(by) {
  const regions = [get("person"), get("messages"), get("line"), get("panel")].filter((node) => node.offsetParent !== null);
  const at = regions.findIndex((node) => node === document.activeElement || node.contains(document.activeElement));
  regions[(at + by + regions.length) % regions.length].focus();
}

const isAmongMessages = (node) => node.id === "messages" || node.matches("#messages > article");

function walk({ target, key }) {
  const all = [...get("messages").querySelectorAll(":scope > article")];
  const at = all.indexOf(target);
  const to = key === "ArrowUp" ? (at < 0 ? all.length - 1 : at - 1) : at + 1;
  if (to >= 0) (all[to] ?? get("line")).focus();
}

function tell() {
  const rows = KEYS.map(([key, words]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, words)]);
  const dialog = h("dialog", { class: "confirm keys", "aria-labelledby": "keys-title", onclose: () => dialog.remove() },
    h("h2", { id: "keys-title" }, "Keys"), h("dl", {}, rows),
    h("div", { class: "buttons" }, h("button", { type: "button", class: "button primary", onclick: () => dialog.close() }, "Close")));
  document.body.append(dialog);
  dialog.showModal();
}
