// The page: asks what one person sees, draws it, and passes on what that person does.
import { blocks } from "/page/blocks.js";
import { setComposer, startComposer } from "/page/composer.js";
import { h, keep, post } from "/page/dom.js";
import { drawModal, states } from "/page/modal.js";
import { mrkdwn } from "/page/mrkdwn.js";
import { offerChannels } from "/page/fields.js";

const HOME = "home";
const get = (id) => document.getElementById(id);
const [user, place] = location.hash.slice(1).split("/");
const here = { user: user ?? "", place: place ?? "" }; // who and where one is, kept in the address
const drawn = new Map(); // message ts, or a Home tab's id, to what was drawn of it: { stamp, node }
const read = new Map(); // person and place to the newest message seen there
let state = null;
let asking = new AbortController();

async function watch() {
  for (let after = ""; ; ) {
    asking = new AbortController();
    try {
      const query = new URLSearchParams({ user: here.user, after });
      const answer = await fetch(`/ui/state?${query}`, { signal: asking.signal });
      state = await answer.json();
    } catch (error) {
      after = "";
      if (error.name === "AbortError") continue; // someone else looks now
      tell("The practice workspace is gone. This page waits for it to come back.", true);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      continue;
    }
    after = state.version;
    here.user = state.me;
    if (get("notice").dataset.lost) tell("");
    draw();
  }
}

function go(change) {
  Object.assign(here, change);
  drawn.clear();
  get("messages").replaceChildren();
  if (change.user) {
    here.place = here.place.startsWith("D") ? "" : here.place;
    asking.abort();
  } else draw();
  if (here.place === HOME) act("home", {});
}

function draw() {
  const people = new Map(state.people.map((person) => [person.id, person]));
  const places = [...state.channels.map(({ id }) => id), state.direct, ...(state.hasHome ? [HOME] : [])];
  if (!places.includes(here.place)) here.place = places[0]; // a first visit, or an address from another day
  history.replaceState(null, "", `#${here.user}/${here.place}`);
  drawSide(people);
  if (here.place === HOME) drawHome(people);
  else drawMessages(people);
  drawModal(state.modal, here.user, people);
}

function drawSide(people) {
  const me = people.get(here.user);
  const names = state.people.filter((person) => !person.bot).map((person) => h("option", { value: person.id }, called(person)));
  if (get("person").children.length !== names.length) get("person").replaceChildren(...names);
  get("person").value = here.user;
  get("about").textContent = [me.title, me.zone.replace("_", " "), clock(Date.now() / 1000, me.zone)].filter(Boolean).join(" · ");
  get("workspace").textContent = document.title = state.workspace;
  const bot = state.people.find((person) => person.bot)?.name ?? "App";
  const channels = state.channels.map(({ id, name }) => placeLink(id, `# ${name}`));
  const apps = [placeLink(state.direct, bot), ...(state.hasHome ? [placeLink(HOME, `${bot} home`)] : [])];
  get("places").replaceChildren(h("h2", {}, "Channels"), h("ul", {}, channels), h("h2", {}, "Apps"), h("ul", {}, apps));
  offerChannels(state.channels);
  const channel = state.channels.find(({ id }) => id === here.place);
  get("place").textContent = channel ? `# ${channel.name}` : here.place === HOME ? `${bot} home` : bot;
  get("purpose").textContent = channel ? "Everyone is here" : here.place === HOME ? "" : "A direct message with the app";
  setComposer(state.commands, `Message ${channel ? `#${channel.name}` : bot}`, here.place !== HOME);
}

const called = (person) => (person.role ? `${person.name} (${person.role})` : person.name);

function placeLink(id, label) {
  const newest = state.messages.findLast((message) => message.channel_id === id)?.ts ?? "";
  const seen = `${here.user}/${id}`;
  if (id === here.place || !read.has(seen)) read.set(seen, newest);
  const current = id === here.place ? "page" : null;
  const link = h("button", { type: "button", "aria-current": current, onclick: () => go({ place: id }) }, label);
  if (newest > read.get(seen)) link.append(h("span", { class: "new" }, "new"));
  return h("li", {}, link);
}

function drawMessages(people) {
  const list = get("messages");
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const messages = state.messages.filter((message) => message.channel_id === here.place);
  const nodes = messages.map((message) => once(message.ts, message, () => messageNode(message, people)));
  if (!nodes.length) nodes.push(once("empty", here, () => h("p", { class: "empty" }, "Nothing has been said here yet.")));
  keep(list, nodes);
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

function drawHome(people) {
  const { home } = state;
  const fields = [];
  const press = (block, element, value) =>
    act("press", { view: home.id, block_id: block.block_id, action_id: element.action_id, value, values: states(fields) });
  const inside = () => (home ? blocks(home.blocks, { people, press, fields }) : h("p", { class: "empty" }, "The app shows nothing here yet."));
  keep(get("messages"), [once(HOME, home, () => h("div", { class: "home" }, inside()))]);
}

/** What was drawn before, while it is still the same; so a table keeps its page when something else changes. */
function once(key, thing, make) {
  const stamp = JSON.stringify(thing);
  if (drawn.get(key)?.stamp !== stamp) drawn.set(key, { stamp, node: make() });
  return drawn.get(key).node;
}

function messageNode(message, people) {
  const author = people.get(message.user) ?? { id: message.user, name: "Slackbot" };
  const zone = people.get(here.user).zone;
  const press = (block, element, value) =>
    act("press", { message: message.ts, block_id: block.block_id, action_id: element.action_id, value });
  const content = message.blocks.length
    ? blocks(message.blocks, { people, press })
    : h("div", { class: "text" }, mrkdwn(message.text, people));
  const isMine = message.visible_to !== null;
  const head = [h("b", {}, author.name), author.bot ? h("span", { class: "app" }, "App") : null, h("time", {}, clock(message.ts, zone))];
  return h("article", { class: isMine ? "message own" : "message", "data-ts": message.ts },
    h("div", { class: `avatar hue${hue(author.id)}${author.bot ? " bot" : ""}`, "aria-hidden": "true" }, author.bot ? "" : initials(author.name)),
    h("div", { class: "content" },
      isMine ? h("p", { class: "only" }, "Only visible to you") : null,
      h("div", { class: "head" }, head), content,
      message.files.map(({ name, address }) => h("a", { class: "file", href: address, download: name }, name)),
      message.edited && !isMine ? h("small", { class: "edited" }, "(edited)") : null));
}

const initials = (name) => name.split(" ").map((word) => word[0]).join("").slice(0, 2);
const hue = (id) => [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 6;
const clock = (seconds, zone) =>
  new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(Number(seconds) * 1000);

async function act(name, body) {
  const { failure } = await post(name, { user: here.user, ...body }).catch(() => ({ failure: "no connection" }));
  tell(failure ? `The app did not take that (${failure}). Is the bot running?` : "");
}

function tell(words, isLost = false) {
  const notice = get("notice");
  notice.hidden = !words;
  notice.textContent = words;
  if (isLost) notice.dataset.lost = "yes";
  else delete notice.dataset.lost;
}

get("person").addEventListener("change", (event) => go({ user: event.target.value }));
startComposer((line) => act(line.startsWith("/") ? "command" : "say", { line, channel: here.place }));
watch();
