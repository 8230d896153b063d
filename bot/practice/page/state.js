// What the page knows: `state` from the workspace; `here` is the chosen person and place, kept in the address.
const [user, place] = location.hash.slice(1).split("/");
export const HOME = "home";
export const here = { user: user ?? "", place: place ?? "" };
export const state = { people: new Map(), languages: [], channels: [], messages: [], newest: {}, exchanges: [], commands: [], moods: [], ahead: 0 };

export const me = () => state.people.get(here.user);
export const bot = () => [...state.people.values()].find((person) => person.bot);

/** The workspace's time in milliseconds, which visitors may have moved on. */
export const now = () => Date.now() + state.ahead * 1000;
