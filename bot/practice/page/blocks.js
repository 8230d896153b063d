// Block Kit as DOM nodes. `view` is what the blocks are in: { people, press(block, element, value), fields, before }.
import { chart } from "/page/chart.js";
import { h } from "/page/dom.js";
import { element, picture, remember } from "/page/elements.js";
import { mrkdwn, rich, text } from "/page/mrkdwn.js";
import { dataTable } from "/page/table.js";

const RENDER = {
  header: (block, view) => h("h4", {}, text(block.text, view.people)),
  divider: () => h("hr"),
  image: (block) => picture(block),
  section,
  context,
  actions,
  context_actions: actions,
  rich_text: (block, view) => h("div", { class: "rich" }, rich(block, view.people)),
  markdown: (block, view) => h("div", { class: "text" }, mrkdwn(block.text, view.people)),
  alert: (block, view) => h("div", { class: `alert ${block.level ?? "default"}`, role: "note" }, text(block.text, view.people)),
  data_table: dataTable,
  table: dataTable,
  data_visualization: (block) => chart(block),
  card,
  carousel: (block, view) => h("div", { class: "carousel", tabindex: "0", role: "group", "aria-label": "Cards" }, block.elements.map((one) => card(one, view))),
  container,
  input,
};

export function blocks(list, view) {
  return list.map((block) => {
    const draw = RENDER[block.type];
    if (!draw) return h("p", { class: "unknown" }, `The practice workspace does not draw ${block.type} blocks.`);
    const node = draw(block, view);
    node.classList.add("block");
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

function context(block, view) {
  const part = (one) => (one.type === "image" ? picture(one) : h("span", {}, text(one, view.people)));
  return h("div", { class: "context" }, block.elements.map(part));
}

function actions(block, view) {
  return h("div", { class: "actions" }, block.elements.map((one) => element(block, one, view)));
}

function card(block, view) {
  const words = [block.title && h("b", {}, text(block.title, view.people)), block.subtitle && h("small", {}, text(block.subtitle, view.people))];
  const inside = [...words, block.body && h("div", { class: "text" }, text(block.body, view.people))];
  return h("div", { class: "card" }, inside.filter(Boolean), block.actions?.length ? actions({ ...block, elements: block.actions }, view) : null);
}

function container(block, view) {
  const inside = blocks(block.child_blocks ?? block.blocks ?? [], view);
  const title = block.title ? text(block.title, view.people) : [];
  if (!block.is_collapsible) return h("div", { class: "container" }, title.length ? h("b", {}, title) : null, inside);
  return h("details", { class: "container", open: !block.default_collapsed }, h("summary", {}, title), inside);
}

function input(block, view) {
  const made = remember(block, block.element, view);
  if (!made) return h("p", { class: "unknown" }, `The practice workspace has no ${block.element.type} field.`);
  if (block.dispatch_action) made.node.addEventListener("change", () => view.press(block, block.element, made.value()));
  made.error = h("p", { class: "error", id: `${made.id}-error`, role: "alert", hidden: true });
  const hint = block.hint ? h("p", { class: "below", id: `${made.id}-hint` }, text(block.hint, view.people)) : null;
  made.node.setAttribute("aria-describedby", [hint?.id, made.error.id].filter(Boolean).join(" "));
  made.required = !block.optional;
  const words = [text(block.label, view.people), block.optional ? h("small", {}, " (optional)") : null];
  const isGroup = made.node.tagName === "DIV";
  const label = isGroup ? h("div", { class: "name", id: `${made.id}-label` }, words) : h("label", { for: made.id }, words);
  if (isGroup) made.node.setAttribute("aria-labelledby", label.id);
  return h("div", { class: "input" }, label, made.node, hint, made.error);
}
