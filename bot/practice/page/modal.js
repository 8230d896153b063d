// The modal in front: a form that is read like Slack reads it, and keeps what was typed when the bot changes it.
import { blocks } from "/page/blocks.js";
import { h, post } from "/page/dom.js";
import { text } from "/page/mrkdwn.js";

let shown = null; // { view, user, dialog, fields }
let closed = null; // the id of a view that was closed here, and may still be reported until the workspace knows

export function drawModal(view, user, people) {
  if (shown && (!view || shown.view.id !== view.id || shown.user !== user)) {
    shown.dialog.remove();
    shown = null;
  }
  if (!view || view.id === closed) return;
  if (!shown || shown.view.hash !== view.hash) draw(view, user, people);
  shown.view = view;
  showErrors(view.errors);
}

/** The state of a form, by block id and action id. */
export function states(fields) {
  const values = {};
  for (const one of fields) (values[one.block_id] ??= {})[one.element.action_id] = one.read();
  return values;
}

function draw(view, user, people) {
  const fields = [];
  const before = shown?.fields;
  const dialog = shown?.dialog ?? h("dialog", { class: "modal", "aria-labelledby": "modal-title" });
  const send = (act, more = {}) => post(act, { user, view: view.id, ...more });
  const press = async (block, element, value) => {
    const pressed = { block_id: block.block_id, action_id: element.action_id, value, values: states(fields) };
    trouble((await send("press", pressed)).failure);
  };
  const close = () => {
    closed = view.id;
    shown = null;
    dialog.remove(); // at once, so that further typing goes into the line again
    document.getElementById("line").focus();
    return send("close").catch(() => (closed = null));
  };
  const submit = async (event) => {
    event.preventDefault();
    if (!complete(fields)) return;
    dialog.setAttribute("aria-busy", "true");
    trouble((await send("submit", { values: states(fields) })).failure);
    dialog.removeAttribute("aria-busy");
  };
  const buttons = [h("button", { type: "button", class: "button", onclick: close }, view.close ? text(view.close, people) : "Cancel")];
  if (view.submit) buttons.push(h("button", { type: "submit", class: "button primary" }, text(view.submit, people)));
  const form = h("form", { onsubmit: submit, novalidate: true },
    h("header", {}, h("h2", { id: "modal-title" }, text(view.title, people)),
      h("button", { type: "button", class: "close", "aria-label": "Close", onclick: close }, "✕")),
    h("div", { class: "body" }, blocks(view.blocks, { people, press, fields, before })),
    h("p", { class: "trouble", role: "alert", hidden: true }),
    h("footer", { class: "buttons" }, buttons));
  dialog.replaceChildren(form);
  dialog.oncancel = (event) => {
    event.preventDefault();
    close();
  };
  shown = { view, user, dialog, fields };
  if (dialog.isConnected) return;
  document.body.append(dialog);
  dialog.showModal();
  (fields[0]?.node ?? dialog).focus();
}

function complete(fields) {
  const missing = fields.filter((one) => one.required && one.isEmpty());
  showErrors(Object.fromEntries(missing.map((one) => [one.block_id, "Please fill in this field."])));
  missing[0]?.node.focus();
  return missing.length === 0;
}

function showErrors(errors) {
  for (const one of shown.fields.filter((each) => each.error)) {
    const words = errors[one.block_id];
    one.error.textContent = words ?? "";
    one.error.hidden = !words;
    one.node.setAttribute("aria-invalid", words ? "true" : "false");
  }
}

function trouble(failure) {
  const line = shown?.dialog.querySelector(".trouble");
  if (!line) return;
  line.hidden = !failure;
  line.textContent = failure ? `We had some trouble connecting (${failure}). Try again?` : "";
}
