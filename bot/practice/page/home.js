// The app's Home tab.
import { blocks } from "/page/blocks.js";
import { h } from "/page/dom.js";
import { states } from "/page/modal.js";
import { state } from "/page/state.js";

const list = document.getElementById("messages");
let stamp = "";

export function drawHome(act) {
  const { home } = state;
  const now = JSON.stringify(home ?? null);
  if (stamp === now && list.querySelector(".home")) return; // so that a table keeps its page
  stamp = now;
  const fields = [];
  const press = (block, element, value) =>
    act("press", { view: home.id, block_id: block.block_id, action_id: element.action_id, value, values: states(fields) });
  const inside = home ? blocks(home.blocks, { people: state.people, press, fields }) : h("p", { class: "empty" }, "Nothing here yet.");
  list.replaceChildren(h("div", { class: "home" }, inside));
}
