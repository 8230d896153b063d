// What can be pressed or chosen: buttons, menus, selects and pickers, which send each choice to the bot at once.
import { ask } from "/page/confirm.js";
import { h } from "/page/dom.js";
import { field } from "/page/fields.js";
import { text } from "/page/mrkdwn.js";
import { menuButton } from "/page/popup.js";
import { here } from "/page/state.js";

let ids = 0;

export function element(block, item, view) {
  if (item.type === "button") return button(block, item, view);
  if (item.type === "icon_button") return icon(block, item, view);
  if (item.type === "overflow") return overflow(block, item, view);
  if (item.type === "image") return picture(item);
  const made = remember(block, item, view);
  if (!made) return h("span", { class: "unknown" }, `The practice workspace has no ${item.type}.`);
  made.node.setAttribute("aria-label", item.placeholder?.text ?? block.text?.text ?? item.action_id);
  made.node.addEventListener("change", () => press(block, item, made.value(), made.node, view));
  return made.node;
}

/** A picture is shown as its description, because nothing is loaded from elsewhere. */
export const picture = ({ alt_text: words, title }) => h("span", { class: "image", role: "img", "aria-label": words ?? "" }, `🖼 ${title?.text ?? words ?? ""}`);

function button(block, item, view) {
  const node = h("button", { type: "button", class: `button ${item.style ?? ""}`, "aria-label": item.accessibility_label });
  node.append(...text(item.text, view.people));
  node.addEventListener("click", () => {
    if (/^https?:/.test(item.url ?? "")) window.open(item.url, "_blank", "noopener");
    press(block, item, item.value ?? null, node, view);
  });
  return node;
}

/** A button that may be for some people only; nothing for the others. */
function icon(block, item, view) {
  if (item.visible_to_user_ids && !item.visible_to_user_ids.includes(here.user)) return null;
  const node = h("button", { type: "button", class: "icon-button", title: item.text.text, "aria-label": item.accessibility_label ?? item.text.text },
    h("span", { class: item.icon, "aria-hidden": "true" }));
  node.addEventListener("click", () => press(block, item, item.value ?? null, node, view));
  return node;
}

function overflow(block, item, view) {
  const rows = item.options.map((option) => [text(option.text, view.people), () => press(block, item, option.value, node, view)]);
  const node = menuButton("More actions", "⋯", rows);
  return node;
}

/** Asks first if the element says so. Nothing can be pressed twice until the bot has answered. */
async function press(block, item, value, node, view) {
  if (item.confirm && !(await ask(item.confirm, view.people))) return;
  node.setAttribute("aria-busy", "true");
  node.inert = true;
  try {
    await view.press(block, item, value);
  } finally {
    node.removeAttribute("aria-busy");
    node.inert = false;
  }
}

/** A field, added to `view.fields` so that the form can be read. It keeps what was in it before. */
export function remember(block, item, view) {
  const before = view.before?.find((old) => old.block_id === block.block_id && old.element.action_id === item.action_id);
  const id = `field-${++ids}`;
  const made = field(item, id, view.people, before && { state: before.read() });
  if (!made) return null;
  Object.assign(made, { id, block_id: block.block_id });
  view.fields?.push(made);
  return made;
}
