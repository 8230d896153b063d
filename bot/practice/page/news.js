// What the workspace tells of: everything at first, then only what has changed.
import { state } from "/page/state.js";

const WAIT = 1000; // before another try, where the workspace is gone
let source = null;

/** Listens as that person. `draw()` follows each piece of news, `lost(isLost)` says whether the workspace is there. */
export function listen(user, draw, lost) {
  source?.close();
  const mine = new EventSource(`/ui/news?user=${encodeURIComponent(user)}`);
  source = mine;
  mine.addEventListener("start", (event) => {
    lost(false);
    begin(JSON.parse(event.data));
    draw();
  });
  mine.addEventListener("news", (event) => {
    take(JSON.parse(event.data));
    draw();
  });
  mine.addEventListener("error", () => {
    lost(true);
    mine.close();
    setTimeout(() => source === mine && listen(user, draw, lost), WAIT);
  });
}

function begin(told) {
  state.places = new Map();
  state.exchanges = new Map();
  take(told);
}

function take({ messages = [], gone = [], more = {}, exchanges = [], ...frame }) {
  if (frame.people) frame.people = new Map(frame.people.map((person) => [person.id, person]));
  Object.assign(state, frame);
  for (const [place, hasMore] of Object.entries(more)) placeOf(place).more = hasMore;
  for (const message of messages) put(placeOf(message.channel_id).list, message);
  const deleted = new Set(gone);
  if (gone.length) for (const place of state.places.values()) place.list = place.list.filter(({ ts }) => !deleted.has(ts));
  for (const exchange of exchanges) state.exchanges.set(exchange.id, exchange);
}

export function placeOf(id) {
  if (!state.places.has(id)) state.places.set(id, { list: [], more: false });
  return state.places.get(id);
}

/** Messages stand in the order of their ts, nearly always at the end. */
function put(list, message) {
  let at = list.length;
  while (at > 0 && list[at - 1].ts > message.ts) at--;
  if (list[at - 1]?.ts === message.ts) list[at - 1] = message;
  else if (at > 0 || !list.length || !placeOf(message.channel_id).more) list.splice(at, 0, message); // else it is further up
}

/** The messages before those that are here. */
export async function earlier(user, id) {
  const place = placeOf(id);
  const query = new URLSearchParams({ user, place: id, before: place.list[0]?.ts ?? "" });
  const { messages, more } = await (await fetch(`/ui/messages?${query}`)).json();
  place.list.unshift(...messages);
  place.more = more;
}
