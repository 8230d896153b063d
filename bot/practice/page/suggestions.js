// Suggestions for the end of a line: commands, the words that their hints name, people and channels.
import { state } from "/page/state.js";

const MOST = 8;

/** Suggestions, each with the whole line it would make; `isDue` says that Enter takes the first of them. */
export function suggestions(line) {
  if (/^\/\S*$/.test(line)) return commands(line);
  const [, before, word] = /^([\s\S]*?)(\S*)$/.exec(line);
  if (/^[@#]/.test(word)) return names(before, word);
  const command = hintFor(line);
  return command && before.trim() === command.command ? words(command, before, word) : [];
}

/** The command that a line begins with. */
export const hintFor = (line) => state.commands.find((one) => line.startsWith(`${one.command} `));

function commands(line) {
  const fitting = state.commands.filter((one) => one.command.startsWith(line));
  const isWhole = fitting.some((one) => one.command === line);
  return fitting.map((one) => ({ label: one.command, usage: one.usage_hint, about: one.description, line: `${one.command} `, isDue: !isWhole }));
}

function words(command, before, word) {
  const offered = /^\[([^\]]*\|[^\]]*)\]/.exec(command.usage_hint ?? "")?.[1].split("|").map((one) => one.trim()) ?? [];
  return offered.filter((one) => one.startsWith(word) && one !== word).map((one) => ({ label: one, line: `${before}${one} ` }));
}

function names(before, word) {
  const begin = word.slice(1).toLowerCase();
  const people = [...state.people.values()].map(({ handle, name }) => ({ handle, about: name, sign: "@" }));
  const channels = state.channels.map(({ name }) => ({ handle: name, about: "channel", sign: "#" }));
  const all = word[0] === "@" ? people : channels;
  const fits = ({ handle, about }) => handle.toLowerCase().startsWith(begin) || about.toLowerCase().startsWith(begin);
  const isWhole = all.some(({ handle }) => handle === begin);
  return all.filter(fits).slice(0, MOST).map(({ handle, about, sign }) =>
    ({ label: sign + handle, about, line: `${before}${sign}${handle} `, isDue: !isWhole }));
}
