// Behind the scenes: the clock, how Slack behaves, and the requests between Slack and the bot.
import { clockControl, drawClock } from "/page/clock.js";
import { h } from "/page/dom.js";
import { drawExchanges, exchangeList } from "/page/exchange.js";
import { state } from "/page/state.js";

const MOODS = {
  well: "answers at once", slow: "takes 2.5 s to answer", limited: "answers 429, try again later",
  failing: "answers 500", silent: "doesn't answer for 30 s",
};
const panel = document.getElementById("panel");
const button = document.getElementById("behind");
let isMade = false;

export function startPanel() {
  button.addEventListener("click", () => open(panel.hidden));
  if (localStorage.getItem("behind") === "open" && matchMedia("(min-width: 1100px)").matches) open(true);
}

function open(isOpen) {
  panel.hidden = !isOpen;
  document.body.classList.toggle("behind", isOpen);
  button.setAttribute("aria-expanded", String(isOpen));
  localStorage.setItem("behind", isOpen ? "open" : "closed");
  if (isMade) drawExchanges();
}

export function drawPanel(act) {
  if (!isMade) make(act);
  for (const input of panel.querySelectorAll("[name=mood]")) input.checked = input.value === state.mood;
  drawClock();
  if (!panel.hidden) drawExchanges();
}

function make(act) {
  isMade = true;
  panel.tabIndex = -1;
  const moods = state.moods.map((name) => h("label", {},
    h("input", { type: "radio", name: "mood", value: name, onchange: () => act("mood", { mood: name }) }),
    h("span", {}, h("b", {}, name), h("small", {}, ` ${MOODS[name] ?? ""}`))));
  panel.replaceChildren(
    h("header", {}, h("h2", {}, "Behind the scenes"),
      h("button", { type: "button", class: "close", "aria-label": "Close the panel", onclick: () => { open(false); button.focus(); } }, "✕")),
    h("section", {}, h("h3", {}, "Clock"), clockControl(act)),
    h("fieldset", {}, h("legend", {}, "Slack is …"), h("div", { class: "moods" }, moods)),
    h("section", { class: "wire" }, h("h3", {}, "Requests"),
      h("p", {}, "All requests between Slack and the bot, newest first. The bot has 3 seconds to answer."), exchangeList()));
}
