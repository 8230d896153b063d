// The side: the chosen person, the channels, the app; and the head of the place, with the app's tabs.
import { h } from "/page/dom.js";
import { bot, here, HOME, me, now, state } from "/page/state.js";
import { weekdayClock } from "/page/zone.js";

const get = (id) => document.getElementById(id);
const read = new Map(); // person and place to the newest message seen there
const drawn = new Map(); // an element's id to what was drawn in it
let openedAt = null; // messages before that count as read

export function startSide(go, act) {
  get("person").addEventListener("change", (event) => go({ user: event.target.value }));
  get("language").addEventListener("change", async (event) => {
    await act("language", { locale: event.target.value });
    if (here.place === HOME) act("home", {});
  });
  get("menu").addEventListener("click", () => {
    const isOpen = document.body.classList.toggle("menu");
    get("menu").setAttribute("aria-expanded", String(isOpen));
  });
  document.addEventListener("click", ({ target }) => {
    if (!get("side").contains(target) && target !== get("menu")) document.body.classList.remove("menu");
  });
}

export function places() {
  return [...state.channels.map(({ id }) => id), state.direct, ...(state.hasHome ? [HOME] : [])];
}

export function drawSide(go) {
  openedAt ??= String(now() / 1000);
  const people = [...state.people.values()].filter((person) => !person.bot);
  once("person", [here.user, people], () => people.map((person) =>
    h("option", { value: person.id, selected: person.id === here.user }, called(person))));
  get("person").value = here.user;
  const { title, zone, locale } = me();
  get("speaks").hidden = state.languages.length === 0;
  once("language", [here.user, state.languages], () => state.languages.map((one) => h("option", { value: one.locale }, one.name)));
  get("language").value = locale;
  get("about").textContent = [title, zone.replaceAll("_", " "), weekdayClock(now(), zone)].filter(Boolean).join(" · ");
  get("workspace").textContent = document.title = state.workspace;
  const news = places().filter((id) => id !== HOME && isNew(id));
  once("places", [here, state.channels, news, state.people.size], () => [
    h("h2", {}, "Channels"),
    h("ul", {}, state.channels.map(({ id, name }) => link(id, [h("i", { "aria-hidden": "true" }, "#"), name], news, go))),
    h("h2", {}, "Apps"),
    h("ul", {}, link(state.direct, [h("span", { class: "icon", "aria-hidden": "true" }), bot()?.name ?? "App"], news, go)),
  ]);
  drawHead(go);
}

function drawHead(go) {
  const channel = state.channels.find(({ id }) => id === here.place);
  get("place").textContent = channel ? `# ${channel.name}` : (bot()?.name ?? "App");
  get("purpose").textContent = channel ? `${state.people.size} members` : "App";
  get("tabs").hidden = Boolean(channel) || !state.hasHome;
  const tab = (id, name) =>
    h("button", { type: "button", "aria-current": here.place === id ? "page" : null, onclick: () => go({ place: id }) }, name);
  once("tabs", here, () => [tab(HOME, "Home"), tab(state.direct, "Messages")]);
}

/** Redraws only what has changed, so that the focus stays where it is. */
function once(id, thing, make) {
  const stamp = JSON.stringify(thing);
  if (drawn.get(id) === stamp) return;
  const at = get(id).contains(document.activeElement) ? [...get(id).querySelectorAll("button")].indexOf(document.activeElement) : -1;
  drawn.set(id, stamp);
  get(id).replaceChildren(...make());
  get(id).querySelectorAll("button")[at]?.focus();
}

const called = (person) => (person.role ? `${person.name} (${person.role})` : person.name);

function link(id, label, news, go) {
  const isHere = id === here.place || (id === state.direct && here.place === HOME);
  const node = h("button", { type: "button", "aria-current": isHere ? "page" : null, onclick: () => go({ place: id }) }, label);
  if (news.includes(id)) node.append(h("span", { class: "new" }, "new"));
  return h("li", {}, node);
}

function isNew(id) {
  const newest = state.newest[id] ?? "";
  const seen = `${here.user}/${id}`;
  if (id === here.place) read.set(seen, newest);
  return newest > (read.get(seen) ?? openedAt);
}
