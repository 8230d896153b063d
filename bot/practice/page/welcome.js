// The card for new visitors: three things to try, each done by one press.
import { send } from "/page/composer.js";
import { h } from "/page/dom.js";
import { here, me, now, state } from "/page/state.js";
import { instant, local } from "/page/zone.js";

const ANA = "U0ANA";
const MARCO = "U0MARCO";
const DAY = 24 * 3600000;
const card = document.getElementById("welcome");

/** `go` changes person and place, `act` does what the page can do. */
export function startWelcome(go, act) {
  const close = () => {
    sessionStorage.setItem("welcome", "closed");
    drawWelcome();
    document.getElementById("line").focus();
  };
  const say = (user, line) => () => {
    go({ user, place: state.channels[0].id });
    send(line);
  };
  const skip = () => {
    go({ user: ANA, place: `D${ANA.slice(1)}` });
    const { zone } = me();
    act("clock", { to: new Date(instant(`${local(now() + DAY, zone).slice(0, 10)}T09:30`, zone)).toISOString() });
  };
  card.replaceChildren(
    h("header", {}, h("h3", { id: "welcome-title" }, "Three things to try"),
      h("button", { type: "button", class: "close", "aria-label": "Close this card", onclick: close }, "✕")),
    h("ol", {},
      step("Clock in", "You're Ana, and you've just arrived at the bakery.", "/clockin", say(ANA, "/clockin")),
      step("Read a report", "You're Marco, her manager.", "/attendance report last week", say(MARCO, "/attendance report last week")),
      step("Forget to clock out", "Skip to tomorrow. The bot asks Ana when she left.", "Skip to tomorrow", skip)));
}

function step(title, words, label, press) {
  const item = h("li", {}, h("span", {}, h("b", {}, `${title}.`), ` ${words} `),
    h("button", { type: "button", class: "try", onclick: () => {
      item.classList.add("done");
      press();
    } }, label));
  return item;
}

/** Shown in the first channel, until somebody closes it. */
export function drawWelcome() {
  const isClosed = sessionStorage.getItem("welcome") === "closed";
  card.hidden = isClosed || here.place !== state.channels[0]?.id || !state.people.has(ANA) || !state.people.has(MARCO);
}
