// One message: who, when, for whom, and what.
import { blocks } from "/page/blocks.js";
import { h } from "/page/dom.js";
import { mrkdwn } from "/page/mrkdwn.js";
import { me, state } from "/page/state.js";
import { clock } from "/page/zone.js";

export function messageNode(message, isJoined, act) {
  const author = state.people.get(message.user) ?? { id: message.user, name: "Slackbot" };
  const press = (block, element, value) =>
    act("press", { message: message.ts, block_id: block.block_id, action_id: element.action_id, value });
  const isMine = message.visible_to !== null;
  const at = h("time", {}, clock(message.ts * 1000, me().zone));
  const content = message.blocks.length
    ? blocks(message.blocks, { people: state.people, press })
    : h("div", { class: "text" }, mrkdwn(message.text, state.people));
  const head = [h("b", {}, author.name), author.bot ? h("span", { class: "app" }, "App") : null, at];
  return h("article", { class: `message${isMine ? " own" : ""}${isJoined ? " joined" : ""}`, "data-ts": message.ts, tabindex: "-1" },
    avatar(author),
    h("div", { class: "content" },
      isMine ? h("p", { class: "only" }, "Only visible to you") : null,
      h("div", { class: "head" }, head), content, message.files.map(file),
      message.edited && !isMine ? h("small", { class: "edited" }, "(edited)") : null));
}

function avatar(author) {
  const hue = [...author.id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 6;
  const initials = author.name.split(" ").map((word) => word[0]).join("").slice(0, 2);
  return h("div", { class: `avatar hue${hue}${author.bot ? " bot" : ""}`, "aria-hidden": "true" }, author.bot ? "" : initials);
}

function file({ name, size, address }) {
  const kind = name.split(".").at(-1).toUpperCase();
  return h("a", { class: "file", href: address, download: name },
    h("span", { class: "kind", "aria-hidden": "true" }, kind), h("span", {}, name, h("small", {}, ` ${kilobytes(size)} · Download`)));
}

const kilobytes = (size) => (size < 1024 ? `${size} B` : `${Math.round(size / 1024).toLocaleString("en")} kB`);
