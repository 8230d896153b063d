// A small menu beside a button, over everything else on the page.
import { h } from "/page/dom.js";

/** A button that opens a list of [nodes, choose()]. */
export function menuButton(name, sign, items) {
  const rows = items.map(([label, choose]) => h("button", { type: "button", role: "menuitem", onclick: () => {
    list.hidePopover();
    choose();
  } }, label));
  const list = h("div", { class: "menu-list", popover: "auto", role: "menu", "aria-label": name, onkeydown: (event) => step(event, rows) }, rows);
  const button = h("button", { type: "button", class: "more", "aria-label": name, "aria-haspopup": "menu" }, sign);
  button.addEventListener("click", () => {
    list.togglePopover();
    if (list.matches(":popover-open")) place(list, button, rows);
  });
  list.addEventListener("toggle", (event) => event.newState === "closed" && button.focus());
  return h("div", { class: "overflow" }, button, list);
}

function place(list, button, rows) {
  const at = button.getBoundingClientRect();
  const [width, height] = [list.offsetWidth, list.offsetHeight];
  const wanted = at.left < innerWidth / 2 ? at.left : at.right - width;
  list.style.left = `${Math.max(8, Math.min(wanted, innerWidth - width - 8))}px`;
  list.style.top = `${at.bottom + height + 8 > innerHeight ? Math.max(8, at.top - height - 4) : at.bottom + 4}px`;
  rows[0]?.focus();
}

function step(event, rows) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  event.stopPropagation();
  rows[(rows.indexOf(document.activeElement) + by + rows.length) % rows.length].focus();
}
