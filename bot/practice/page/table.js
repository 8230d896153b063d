// data_table and table: a header, rows that can be sorted by a click on it and searched, buttons in cells, and pages.
import { h } from "/page/dom.js";
import { element } from "/page/elements.js";
import { rich, words } from "/page/mrkdwn.js";

const NEXT = { none: "ascending", ascending: "descending", descending: "none" };

export function dataTable(block, view) {
  const { people } = view;
  const [header, ...rows] = block.rows;
  const size = block.page_size ?? (block.type === "table" ? rows.length : 5);
  const named = block.row_header_column_index ?? 0;
  const state = { page: 0, column: -1, order: "none", sought: "" };
  const body = h("tbody");
  const heads = header.map((cell, column) => {
    const sort = h("button", { type: "button", onclick: () => sortBy(column) }, shown(cell, people));
    return h("th", { scope: "col", class: isNumber(rows, column) ? "number" : null }, sort);
  });
  const where = h("span", { "aria-live": "polite" });
  const back = h("button", { type: "button", "aria-label": "Previous page", onclick: () => turn(-1) }, "‹");
  const on = h("button", { type: "button", "aria-label": "Next page", onclick: () => turn(1) }, "›");

  function sortBy(column) {
    state.order = NEXT[state.column === column ? state.order : "none"];
    Object.assign(state, { column, page: 0 });
    draw();
  }

  const find = h("input", { type: "search", placeholder: "Search", "aria-label": `Search ${block.caption ?? "the table"}`, oninput: () => {
    Object.assign(state, { sought: find.value.trim().toLowerCase(), page: 0 });
    draw();
  } });

  function turn(by) {
    state.page += by;
    draw();
  }

  function draw() {
    const from = state.page * size;
    const fitting = rows.filter((row) => row.some((cell) => plain(cell).toLowerCase().includes(state.sought)));
    const page = sorted(fitting, state).slice(from, from + size);
    body.replaceChildren(...page.map((row) => h("tr", {}, row.map((cell, column) => tableCell(cell, column)))));
    heads.forEach((head, column) => head.setAttribute("aria-sort", column === state.column ? state.order : "none"));
    where.textContent = fitting.length ? `${from + 1}–${from + page.length} of ${fitting.length}` : "Nothing fits";
    back.disabled = from === 0;
    on.disabled = from + size >= fitting.length;
  }

  function tableCell(cell, column) {
    const kind = cell.type === "raw_number" ? "number" : null;
    const inside = cell.type === "action_cell" ? element(block, cell.element, view) : shown(cell, people);
    return h(column === named ? "th" : "td", { class: kind, scope: column === named ? "row" : null }, inside);
  }

  draw();
  const bar = block.caption ? h("div", { class: "bar" }, h("span", {}, block.caption), rows.length > size ? find : null) : null;
  const pages = rows.length > size ? h("div", { class: "pages" }, where, back, on) : null;
  const table = h("table", { "aria-label": block.caption }, h("thead", {}, h("tr", {}, heads)), body);
  return h("div", { class: "table" }, bar, h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": block.caption ?? "Table" }, table), pages);
}

const shown = (cell, people) => (cell.type === "rich_text" ? rich(cell, people) : [cell.text ?? String(cell.value)]);
const isNumber = (rows, column) => rows.every((row) => row[column].type === "raw_number");

function plain(cell) {
  if (cell.type === "action_cell") return cell.element.text.text;
  return cell.type === "rich_text" ? words(cell) : (cell.text ?? String(cell.value));
}

const key = (cell) => (cell.type === "raw_number" ? cell.value : plain(cell));

function sorted(rows, { column, order }) {
  if (order === "none") return rows;
  const sign = order === "ascending" ? 1 : -1;
  return rows.toSorted((one, other) => {
    const [a, b] = [key(one[column]), key(other[column])];
    const both = typeof a === "number" && typeof b === "number";
    return sign * (both ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true }));
  });
}
