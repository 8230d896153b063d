// Slack's own kind of Markdown, and rich_text, as DOM nodes.
import { h } from "/page/dom.js";

const EMOJI = {
  wave: "👋", white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", rotating_light: "🚨", tada: "🎉",
  house: "🏠", office: "🏢", door: "🚪", calendar: "📅", spiral_calendar_pad: "🗓️", clock9: "🕘", clock3: "🕒",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", stopwatch: "⏱️", alarm_clock: "⏰", bar_chart: "📊", memo: "📝",
  pencil2: "✏️", wastebasket: "🗑️", bell: "🔔", lock: "🔒", bulb: "💡", coffee: "☕", sunny: "☀️", moon: "🌔", zzz: "💤",
  palm_tree: "🌴", large_green_circle: "🟢", large_yellow_circle: "🟡", red_circle: "🔴", white_circle: "⚪",
  bust_in_silhouette: "👤", busts_in_silhouette: "👥", inbox_tray: "📥", outbox_tray: "📤", arrow_left: "⬅️",
  arrow_right: "➡️", leftwards_arrow_with_hook: "↩️", page_facing_up: "📄", information_source: "ℹ️", thumbsup: "👍",
};
const SPAN = new RegExp(
  [
    "```([\\s\\S]+?)```", // 1 block of code
    "`([^`\\n]+)`", // 2 code
    "<([^<>\\n]+)>", // 3 link or mention
    ":([a-z0-9_+-]+):", // 4 emoji
    "(?<![\\w*])\\*(?=\\S)([^*\\n]*?\\S)\\*(?![\\w*])", // 5 bold
    "(?<![\\w_])_(?=\\S)([^_\\n]*?\\S)_(?![\\w_])", // 6 italic
    "(?<![\\w~])~(?=\\S)([^~\\n]*?\\S)~(?![\\w~])", // 7 struck out
  ].join("|"),
  "g",
);

const decoded = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
const emoji = (name, otherwise) => EMOJI[name] ?? otherwise;

/** A text object (plain_text or mrkdwn) as nodes; `people` by id give mentions their names. */
export function text(object, people) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text, people);
  return [object.text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji(name, whole))];
}

/** Lines that begin with > become quotes, everything else stays in line. */
export function mrkdwn(source, people) {
  const parts = [];
  for (const piece of source.split(/((?:^&gt; ?.*(?:\n|$))+)/m)) {
    if (!piece.startsWith("&gt;")) parts.push(...spans(piece, people));
    else parts.push(h("blockquote", {}, spans(piece.replace(/^&gt; ?/gm, "").trimEnd(), people)));
  }
  return parts;
}

function spans(source, people) {
  const nodes = [];
  let from = 0;
  for (const match of source.matchAll(SPAN)) {
    nodes.push(...signs(decoded(source.slice(from, match.index))), span(match, people));
    from = match.index + match[0].length;
  }
  return [...nodes, ...signs(decoded(source.slice(from)))];
}

/** ✅ and ⚠️ are drawn by the page: not every machine has a font for them. */
function signs(words) {
  return words.split(/(✅|⚠️)/u).map((part) =>
    part === "✅" || part === "⚠️" ? h("span", { class: part === "✅" ? "sign done" : "sign warning" }, part) : part);
}

function span([whole, block, code, marked, name, bold, italic, struck], people) {
  if (block) return h("pre", {}, decoded(block.replace(/^\n|\n$/g, "")));
  if (code) return h("code", {}, decoded(code));
  if (marked) return linked(marked, people);
  if (name) return emoji(name, whole);
  if (bold) return h("strong", {}, spans(bold, people));
  if (italic) return h("em", {}, spans(italic, people));
  return h("s", {}, spans(struck, people));
}

function linked(marked, people) {
  const bar = marked.indexOf("|");
  const [target, label] = bar < 0 ? [marked, null] : [marked.slice(0, bar), marked.slice(bar + 1)];
  if (target.startsWith("@")) return mention(target.slice(1), label, people);
  if (target.startsWith("#")) return h("span", { class: "mention" }, `#${label ?? target.slice(1)}`);
  if (target.startsWith("!date^")) return decoded(label ?? "");
  if (target.startsWith("!")) return h("span", { class: "mention loud" }, `@${label ?? target.slice(1)}`);
  return link(decoded(target), decoded(label ?? target));
}

const mention = (id, label, people) => h("span", { class: "mention" }, `@${people.get(id)?.name ?? label ?? id}`);

function link(url, label) {
  if (!/^(https?|mailto):/.test(url)) return label;
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label);
}

/** A rich_text block. */
export function rich(block, people) {
  return (block.elements ?? []).map((part) => {
    if (part.type === "rich_text_list") {
      const items = part.elements.map((item) => h("li", {}, item.elements.map((e) => leaf(e, people))));
      return h(part.style === "ordered" ? "ol" : "ul", {}, items);
    }
    const tag = { rich_text_quote: "blockquote", rich_text_preformatted: "pre" }[part.type] ?? "span";
    return h(tag, {}, (part.elements ?? []).map((e) => leaf(e, people)));
  });
}

function leaf(element, people) {
  if (element.type === "user") return mention(element.user_id, null, people);
  if (element.type === "emoji") return emoji(element.name, `:${element.name}:`);
  if (element.type === "link") return link(element.url, element.text ?? element.url);
  if (element.type === "broadcast") return h("span", { class: "mention loud" }, `@${element.range}`);
  if (element.type === "date") return element.fallback ?? new Date(element.timestamp * 1000).toLocaleString();
  const tags = { bold: "strong", italic: "em", strike: "s", code: "code" };
  return Object.entries(element.style ?? {})
    .filter(([style, on]) => on && tags[style])
    .reduce((inside, [style]) => h(tags[style], {}, inside), element.text ?? "");
}

/** The plain words of a rich_text block, to sort by. */
export const words = (block) => rich(block, new Map()).map((node) => node.textContent).join(" ");
