// Form elements: how they look, what they hold, and the state that Slack would send.
import { h } from "/page/dom.js";
import { text } from "/page/mrkdwn.js";
import { me } from "/page/state.js";
import { instant, local } from "/page/zone.js";

const TYPED = { plain_text_input: "text", number_input: "number", email_text_input: "email", url_text_input: "url" };
const PICKED = { datepicker: ["date", "selected_date", "initial_date"], timepicker: ["time", "selected_time", "initial_time"] };

/** Options of a select, also those in groups. */
const options = (element) => element.options ?? (element.option_groups ?? []).flatMap((group) => group.options);

/** A field for an element: its node, `read()` for its state, `value()` for what was chosen, `isEmpty()`; or null. */
export function field(element, id, people, before) {
  const made = make(element, id, people, before?.state);
  if (!made) return null;
  return { ...made, element, isEmpty: () => [null, ""].includes(made.value()) || made.value()?.length === 0 };
}

let channels = [];

/** The channels that a form may offer. */
export function offerChannels(list) {
  channels = list;
}

function make(element, id, people, state) {
  if (TYPED[element.type]) return typed(element, id, state);
  if (PICKED[element.type]) return picked(element, id, state);
  if (element.type === "datetimepicker") return dateAndTime(element, id, state);
  if (element.type === "static_select") return select(element, id, people, state);
  if (element.type === "users_select") return among(element, id, state, "selected_user", "initial_user", persons(people, [state?.selected_user ?? element.initial_user]));
  if (element.type === "conversations_select") {
    return among(element, id, state, "selected_conversation", "initial_conversation", channels.map(({ id: channel, name }) => [channel, `# ${name}`]));
  }
  if (element.type === "channels_select") {
    return among(element, id, state, "selected_channel", "initial_channel", channels.map(({ id: channel, name }) => [channel, `# ${name}`]));
  }
  if (element.type === "multi_users_select") return several(element, id, state?.selected_users ?? element.initial_users, persons(people, state?.selected_users ?? element.initial_users ?? []), "selected_users");
  if (element.type === "multi_static_select") {
    const start = (state?.selected_options ?? element.initial_options ?? []).map(({ value }) => value);
    const offered = options(element).map((option) => [option.value, text(option.text, people)]);
    const whole = (values) => options(element).filter(({ value }) => values.includes(value));
    return several(element, id, start, offered, "selected_options", whole);
  }
  if (element.type === "radio_buttons" || element.type === "checkboxes") return choices(element, id, people, state);
  return null;
}

function typed(element, id, state) {
  const start = state ? state.value : element.initial_value;
  const shared = { id, placeholder: element.placeholder?.text, minlength: element.min_length, maxlength: element.max_length };
  const node = element.multiline ? h("textarea", { ...shared, rows: 3 }) : h("input", { ...shared, type: TYPED[element.type] });
  node.value = start ?? "";
  const value = () => node.value || null;
  return { node, value, read: () => ({ type: element.type, value: value() }) };
}

function picked(element, id, state) {
  const [kind, held, initial] = PICKED[element.type];
  const node = h("input", { id, type: kind });
  node.value = (state ? state[held] : element[initial]) ?? "";
  const value = () => node.value || null;
  return { node, value, read: () => ({ type: element.type, [held]: value() }) };
}

/** A moment, in the zone of the person who fills it in. Slack sends seconds. */
function dateAndTime(element, id, state) {
  const { zone } = me();
  const start = state ? state.selected_date_time : element.initial_date_time;
  const node = h("input", { id, type: "datetime-local" });
  node.value = start ? local(start * 1000, zone) : "";
  const value = () => (node.value ? instant(node.value, zone) / 1000 : null);
  return { node, value, read: () => ({ type: element.type, selected_date_time: value() }) };
}

function select(element, id, people, state) {
  const all = options(element);
  const start = state ? state.selected_option : element.initial_option;
  const row = (option) => h("option", { value: option.value }, text(option.text, people));
  const node = h("select", { id }, h("option", { value: "" }, element.placeholder?.text ?? "Choose…"),
    element.options ? all.map(row) : element.option_groups.map((group) => h("optgroup", { label: group.label.text }, group.options.map(row))));
  node.value = start?.value ?? "";
  const chosen = () => all.find((option) => option.value === node.value) ?? null;
  return { node, value: () => node.value || null, read: () => ({ type: element.type, selected_option: chosen() }) };
}

/** Everyone who can clock in. Bots and guests can't, but stay in the list if they were chosen before. */
const persons = (people, chosen) => [...people.values()]
  .filter((person) => (!person.bot && person.role !== "guest") || chosen.includes(person.id))
  .map((person) => [person.id, person.name]);

/** One of a list that the workspace knows: people, channels. */
function among(element, id, state, held, initial, offered) {
  const rows = offered.map(([value, label]) => h("option", { value }, label));
  const node = h("select", { id }, h("option", { value: "" }, element.placeholder?.text ?? "Choose…"), rows);
  node.value = (state ? state[held] : element[initial]) ?? "";
  const value = () => node.value || null;
  return { node, value, read: () => ({ type: element.type, [held]: value() }) };
}

/** Several of a list: the chosen ones above, then the list with a box for each, and a search if it is long. */
function several(element, id, start, offered, held, whole = (values) => values) {
  const inputs = offered.map(([value]) => h("input", { type: "checkbox", name: id, value, checked: (start ?? []).includes(value) }));
  const rows = offered.map(([, label], place) => h("label", {}, inputs[place], h("span", {}, label)));
  const value = () => inputs.filter((input) => input.checked).map((input) => input.value);
  const chosen = h("div", { class: "chosen" });
  const chip = (input, place) => h("button", { type: "button", class: "chip", "aria-label": `Remove ${rows[place].textContent}`, onclick: () => {
    input.checked = false;
    node.dispatchEvent(new Event("change"));
  } }, `${rows[place].textContent} ✕`);
  const draw = () => chosen.replaceChildren(...inputs.flatMap((input, place) => (input.checked ? [chip(input, place)] : [])));
  const find = h("input", { type: "search", placeholder: element.placeholder?.text ?? "Search", "aria-label": "Search", oninput: () => {
    const words = find.value.toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(words);
  } });
  const node = h("div", { id, class: "several", role: "group", onchange: draw }, chosen, find, h("div", { class: "choices" }, rows));
  draw();
  return { node, value, read: () => ({ type: element.type, [held]: whole(value()) }) };
}

function choices(element, id, people, state) {
  const many = element.type === "checkboxes";
  const start = many
    ? (state ? state.selected_options : element.initial_options) ?? []
    : [state ? state.selected_option : element.initial_option].filter(Boolean);
  const inputs = options(element).map((option) => {
    const checked = start.some((other) => other.value === option.value);
    return h("input", { type: many ? "checkbox" : "radio", name: id, value: option.value, checked });
  });
  const rows = options(element).map((option, place) => {
    const about = option.description ? h("small", {}, text(option.description, people)) : null;
    return h("label", {}, inputs[place], h("span", {}, text(option.text, people), about));
  });
  const chosen = () => options(element).filter((_, place) => inputs[place].checked);
  const values = () => chosen().map((option) => option.value);
  return {
    node: h("div", { id, class: "choices", role: many ? "group" : "radiogroup" }, rows),
    value: () => (many ? values() : (values()[0] ?? null)),
    read: () => (many ? { type: element.type, selected_options: chosen() } : { type: element.type, selected_option: chosen()[0] ?? null }),
  };
}
