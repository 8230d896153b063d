// The workspace's clock. It only goes forward.
import { h } from "/page/dom.js";
import { me, now } from "/page/state.js";
import { instant, local, moment, nextChange } from "/page/zone.js";

const face = h("p", { class: "face" });
const chosen = h("input", { type: "datetime-local", id: "moment" });
const HOUR = 3600000;

export function clockControl(act) {
  const move = (to) => act("clock", { to: new Date(to).toISOString() });
  const jump = (name, to) => h("button", { type: "button", class: "button", onclick: () => {
    const at = to(now(), me().zone);
    if (at) move(at);
  } }, name);
  const submit = (event) => {
    event.preventDefault();
    if (chosen.value) move(instant(chosen.value, me().zone));
  };
  setInterval(drawClock, 1000);
  return h("div", { class: "clock" }, face,
    h("div", { class: "jumps" },
      jump("1 hour later", (at) => at + HOUR),
      jump("This evening", (at, zone) => next(at, zone, "20:00")),
      jump("Tomorrow at 9", (at, zone) => instant(`${local(at + 24 * HOUR, zone).slice(0, 10)}T09:00`, zone)),
      jump("Next clock change", (at, zone) => (nextChange(at + 3 * HOUR, zone) ?? nextChange(at, "Europe/Berlin")) - 3 * HOUR)),
    h("form", { onsubmit: submit }, h("label", { for: "moment" }, "Another time"), chosen,
      h("button", { type: "submit", class: "button" }, "Move")));
}

/** The next time that clocks there show `time`. */
function next(at, zone, time) {
  const today = instant(`${local(at, zone).slice(0, 10)}T${time}`, zone);
  return today > at ? today : instant(`${local(at + 24 * HOUR, zone).slice(0, 10)}T${time}`, zone);
}

export function drawClock() {
  const person = me();
  if (!person) return;
  face.textContent = `${moment(now(), person.zone)} (${person.zone.split("/").at(-1).replaceAll("_", " ")})`;
  if (document.activeElement !== chosen) chosen.min = local(now(), person.zone);
}
