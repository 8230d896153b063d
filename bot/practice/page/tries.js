// Lines to start with, by role: a press types and sends one.
import { send } from "/page/composer.js";
import { h } from "/page/dom.js";
import { here, HOME, me, state } from "/page/state.js";

const box = document.getElementById("tries");
const FOR = {
  employee: ["/clockin good morning", "/attendance", "/attendance add", "/clockout"],
  manager: ["/attendance report last week", "/attendance who", "/attendance events last week", "/attendance add"],
  admin: ["/attendance events last week", "/attendance report this month", "/attendance team", "/attendance settings"],
  guest: ["/clockin"],
};
const DIRECT = ["in", "out", "status", "report last week"];
let stamp = "";

export function drawTries() {
  const { role, title } = me();
  const kind = role === "owner" ? "admin" : role || (/manager/i.test(title) ? "manager" : "employee");
  const lines = here.place === state.direct ? DIRECT : FOR[kind];
  box.hidden = here.place === HOME;
  if (stamp === `${kind} ${here.place === state.direct}`) return;
  stamp = `${kind} ${here.place === state.direct}`;
  box.replaceChildren(h("span", {}, "Try"), ...lines.map((line) => h("button", { type: "button", class: "try", onclick: () => send(line) }, line)));
}
