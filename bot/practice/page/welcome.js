// The card for new visitors: three things to try, each done by one press.
import { send } from "/page/composer.js";
import { h } from "/page/dom.js";
import { here, me, now, state } from "/page/state.js";
import { instant, local, weekday, weekdayClock } from "/page/zone.js";

const ANA = "U0ANA";
const MARCO = "U0MARCO";
const DAY = 24 * 3600000;
const card = document.getElementById("welcome");
const skipping = { words: h("span"), button: null };

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
    act("clock", { to: new Date(instant(`${local(nextWorkingDay(zone), zone).slice(0, 10)}T09:30`, zone)).toISOString() });
  };
  const forgetting = step("Forget to clock out", skipping.words, "", skip);
  skipping.button = forgetting.querySelector("button");
  card.replaceChildren(
    h("header", {}, h("h3", { id: "welcome-title" }, "Three things to try"),
      h("button", { type: "button", class: "close", "aria-label": "Close this card", onclick: close }, "✕")),
    h("ol", {},
      step("Clock in", "You're Ana, and you've just arrived at the bakery.", "/clockin", say(ANA, "/clockin")),
      step("Read a report", "You're Marco, her manager.", "/attendance report last week", say(MARCO, "/attendance report last week")),
      forgetting));
}

/** This time of day on the next working day: tomorrow, or Monday before a weekend. */
function nextWorkingDay(zone) {
  let at = now() + DAY;
  while (/^(Sat|Sun)/.test(weekdayClock(at, zone))) at += DAY;
  return at;
}

function drawSkip() {
  const { zone } = state.people.get(ANA);
  const at = nextWorkingDay(zone);
  const isTomorrow = local(at, zone).slice(0, 10) === local(now() + DAY, zone).slice(0, 10);
  const name = `Skip to ${isTomorrow ? "tomorrow" : weekday(at, zone)}`;
  skipping.words.textContent = isTomorrow
    ? `${name}. The bot asks Ana when she left.`
    : `${name}, her next working day. The bot asks Ana when she left.`;
  skipping.button.textContent = name;
}

function step(title, words, label, press) {
  const item = h("li", {}, h("span", { class: "words" }, h("b", {}, `${title}.`), " ", words, " "),
    h("button", { type: "button", class: "try", onclick: () => {
      item.classList.add("done");
      press();
    } }, label));
  return item;
}

/** Shown in the first channel, until somebody closes it. One line once there are messages to see. */
export function drawWelcome() {
  const isClosed = sessionStorage.getItem("welcome") === "closed";
  card.hidden = isClosed || here.place !== state.channels[0]?.id || !state.people.has(ANA) || !state.people.has(MARCO);
  card.classList.toggle("small", state.messages.length > 0);
  if (!card.hidden) drawSkip();
}
