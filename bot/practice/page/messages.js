// The messages of a place, grouped by day.
import { h, keep } from "/page/dom.js";
import { messageNode } from "/page/message.js";
import { me, now, state } from "/page/state.js";
import { day } from "/page/zone.js";

const TOGETHER = 300; // seconds; one author's messages share a heading
const list = document.getElementById("messages");
const pill = document.getElementById("newer");
const drawn = new Map(); // ts to { stamp, node }
let isAtEnd = true;
let last = "";

list.addEventListener("scroll", () => {
  isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  if (isAtEnd) pill.hidden = true;
});
pill.addEventListener("click", toEnd);
new ResizeObserver(() => isAtEnd && toEnd()).observe(list);

export function forgetMessages() {
  drawn.clear();
  list.replaceChildren();
  pill.hidden = isAtEnd = true;
  last = "";
}

export function drawMessages(act) {
  const { messages } = state;
  const wanted = new Set(messages.map(({ ts }) => ts));
  for (const key of drawn.keys()) if (!wanted.has(key) && !key.startsWith("day")) drawn.delete(key);
  keep(list, messages.length ? nodes(messages, act) : [h("p", { class: "empty" }, "No messages yet.")]);
  const newest = messages.at(-1)?.ts ?? "";
  if (isAtEnd) toEnd();
  else if (newest > last && last) pill.hidden = false;
  last = newest;
}

function nodes(messages, act) {
  const { zone } = me();
  const all = [];
  let before = null;
  for (const message of messages) {
    const today = day(message.ts * 1000, zone, now());
    const isNewDay = !before || day(before.ts * 1000, zone, now()) !== today;
    if (isNewDay) all.push(once(`day ${today}`, "", () => h("h3", { class: "day" }, h("span", {}, today))));
    const isJoined = !isNewDay && before.user === message.user && before.visible_to === message.visible_to
      && message.visible_to === null && message.ts - before.ts < TOGETHER;
    all.push(once(message.ts, JSON.stringify([message, isJoined]), () => messageNode(message, isJoined, act)));
    before = message;
  }
  return all;
}

/** Reuses the node while its message is the same, so that a table keeps its page. */
function once(key, stamp, make) {
  if (drawn.get(key)?.stamp !== stamp) drawn.set(key, { stamp, node: make() });
  return drawn.get(key).node;
}

/** Shows the newest message, and follows until somebody scrolls away. */
export function toEnd() {
  list.scrollTop = list.scrollHeight;
  isAtEnd = true;
  pill.hidden = true;
}
