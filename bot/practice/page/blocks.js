// Block Kit as DOM nodes. `view` is where the blocks stand: { people, press(block, element, value), fields, before }.
import { chart } from "/page/chart.js";
import { ask } from "/page/confirm.js";
import { h } from "/page/dom.js";
import { field } from "/page/fields.js";
import { mrkdwn, rich, text } from "/page/mrkdwn.js";
import { dataTable } from "/page/table.js";

let ids = 0;

const RENDER = {
  header: (block, view) => h("h3", {}, text(block.text, view.people)),
  divider: () => h("hr"),
  image: () => null,
  section,
  context: (block, view) => h("div", { class: "context" }, block.elements.map((part) => contextPart(part, view))),
  actions: (block, view) => h("div", { class: "actions" }, block.elements.map((e) => element(block, e, view))),
  rich_text: (block, view) => h("div", { class: "rich" }, rich(block, view.people)),
  markdown: (block, view) => h("div", { class: "text" }, mrkdwn(block.text, view.people)),
  alert: (block, view) => h("div", { class: `alert ${block.level ?? "default"}`, role: "note" }, text(block.text, view.people)),
  data_table: (block, view) => dataTable(block, view.people),
  table: (block, view) => dataTable(block, view.people),
  data_visualization: (block) => chart(block),
  input,
};

export function blocks(list, view) {
  return list.map((block) => {
    const draw = RENDER[block.type];
    if (!draw) return h("p", { class: "unknown" }, `The practice workspace does not draw ${block.type} blocks.`);
    const node = draw(block, view);
    node?.classList.add("block");
    return node;
  });
}

function section(block, view) {
  const fields = (block.fields ?? []).map((part) => h("div", { class: "text" }, text(part, view.people)));
  const words = block.text ? h("div", { class: "text" }, text(block.text, view.people)) : null;
  const beside = block.accessory ? h("div", { class: "accessory" }, element(block, block.accessory, view)) : null;
  const side = fields.length ? h("div", { class: "fields" }, fields) : null;
  return h("div", { class: "section" }, h("div", { class: "words" }, words, side), beside);
}

const contextPart = (part, view) => (part.type === "image" ? null : h("span", {}, text(part, view.people)));

function element(block, item, view) {
  if (item.type === "button") return button(block, item, view);
  if (item.type === "overflow") return overflow(block, item, view);
  const made = remember(block, item, view);
  if (!made) return null;
  const label = item.placeholder?.text ?? block.text?.text ?? item.action_id;
  made.node.setAttribute("aria-label", label);
  made.node.addEventListener("change", () => press(block, item, made.value(), made.node, view));
  return made.node;
}

function button(block, item, view) {
  const node = h("button", { type: "button", class: `button ${item.style ?? ""}`, "aria-label": item.accessibility_label });
  node.append(...text(item.text, view.people));
  node.addEventListener("click", () => {
    if (/^https?:/.test(item.url ?? "")) window.open(item.url, "_blank", "noopener");
    press(block, item, item.value ?? null, node, view);
  });
  return node;
}

function overflow(block, item, view) {
  const rows = item.options.map((option) => {
    const choose = () => {
      menu.open = false;
      press(block, item, option.value, menu, view);
    };
    return h("button", { type: "button", onclick: choose }, text(option.text, view.people));
  });
  const menu = h("details", { class: "overflow" }, h("summary", { "aria-label": "More actions" }, "⋯"), h("div", {}, rows));
  return menu;
}

/** Asks first where the element says so; nothing can be pressed twice while the bot has not answered. */
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

function input(block, view) {
  const made = remember(block, block.element, view);
  if (!made) return h("p", { class: "unknown" }, `The practice workspace has no ${block.element.type} field.`);
  if (block.dispatch_action) made.node.addEventListener("change", () => view.press(block, block.element, made.value()));
  made.error = h("p", { class: "error", id: `${made.id}-error`, role: "alert", hidden: true });
  made.node.setAttribute("aria-describedby", made.error.id);
  made.required = !block.optional;
  const optional = block.optional ? h("small", {}, " (optional)") : null;
  const label = h("label", { for: made.id, id: `${made.id}-label` }, text(block.label, view.people), optional);
  if (made.node.tagName === "DIV") made.node.setAttribute("aria-labelledby", label.id);
  const hint = block.hint ? h("p", { class: "below" }, text(block.hint, view.people)) : null;
  return h("div", { class: "input" }, label, made.node, hint, made.error);
}

/** A field, noted in `view.fields` so that the form can be read; what stood in it before stays in it. */
function remember(block, item, view) {
  const before = view.before?.find((old) => old.block_id === block.block_id && old.element.action_id === item.action_id);
  const id = `field-${++ids}`;
  const made = field(item, id, view.people, before && { state: before.read() });
  if (!made) return null;
  Object.assign(made, { id, block_id: block.block_id });
  view.fields?.push(made);
  return made;
}
