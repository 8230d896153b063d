// The messages of a place, with a line where a day begins. No more than some hundred are ever drawn at the end.
import { h, keep } from "/page/dom.js";
import { messageNode } from "/page/message.js";
import { earlier, placeOf } from "/page/news.js";
import { here, me } from "/page/state.js";
import { day } from "/page/zone.js";

const DRAWN = 200; // at the end; who looks further up gets more
const TOGETHER = 300; // seconds in which one author's messages stand under one name
const list = document.getElementById("messages");
const pill = document.getElementById("newer");
const drawn = new Map(); // ts to { message, isJoined, node }
let isAtEnd = true;
let isAsking = false;
let last = "";

list.addEventListener("scroll", () => {
  isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  if (isAtEnd) pill.hidden = true;
  if (list.scrollTop < 200) askForEarlier();
});
pill.addEventListener("click", toEnd);
new ResizeObserver(() => isAtEnd && toEnd()).observe(list);

export function forgetMessages() {
  drawn.clear();
  list.replaceChildren();
  pill.hidden = isAtEnd = true;
  last = "";
}

let redraw = () => {};

export function drawMessages(act) {
  redraw = () => drawMessages(act);
  const place = placeOf(here.place);
  if (isAtEnd && place.list.length > DRAWN) {
    place.list.splice(0, place.list.length - DRAWN);
    place.more = true;
  }
  const wanted = new Set(place.list.map(({ ts }) => ts));
  for (const key of drawn.keys()) if (!wanted.has(key) && !key.startsWith("day")) drawn.delete(key);
  keep(list, place.list.length ? nodes(place.list, act) : [h("p", { class: "empty" }, "Nothing has been said here yet.")]);
  const newest = place.list.at(-1)?.ts ?? "";
  if (isAtEnd) toEnd();
  else if (newest > last && last) pill.hidden = false;
  last = newest;
}

function nodes(messages, act) {
  const { zone } = me();
  const all = [];
  let before = null;
  for (const message of messages) {
    const today = day(message.ts * 1000, zone);
    const isNewDay = !before || day(before.ts * 1000, zone) !== today;
    if (isNewDay) all.push(once(`day ${today}`, today, false, () => h("h3", { class: "day" }, h("span", {}, today))));
    const isJoined = !isNewDay && before.user === message.user && before.visible_to === message.visible_to
      && message.visible_to === null && message.ts - before.ts < TOGETHER;
    all.push(once(message.ts, message, isJoined, () => messageNode(message, isJoined, act)));
    before = message;
  }
  return all;
}

/** What was drawn before, while it is still the same: so a table keeps its page when something else changes. */
function once(key, message, isJoined, make) {
  const before = drawn.get(key);
  const isSame = before?.message === message && before.isJoined === isJoined;
  if (!isSame) drawn.set(key, { message, isJoined, node: make() });
  return drawn.get(key).node;
}

/** Shows the newest, and stays with it until somebody scrolls away. */
export function toEnd() {
  list.scrollTop = list.scrollHeight;
  isAtEnd = true;
  pill.hidden = true;
}

async function askForEarlier() {
  if (isAsking || !placeOf(here.place).more) return;
  isAsking = true;
  const { user, place } = here;
  const fromEnd = list.scrollHeight - list.scrollTop;
  try {
    await earlier(user, place);
    if (here.user !== user || here.place !== place) return;
    isAtEnd = false;
    redraw();
    list.scrollTop = list.scrollHeight - fromEnd;
  } catch {
    // the page says already that the workspace is gone, and asks again at the next turn of the wheel
  } finally {
    isAsking = false;
  }
}
