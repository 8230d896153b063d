/* A table of what was read. Text is only ever text. */
export function table(titles, rows) {
  if (!rows.length) return made("p", "None in these days.");
  const whole = made("table"), head = made("tr");
  head.append(...titles.map((title) => Object.assign(made("th", title), { scope: "col" })));
  const top = made("thead"), body = made("tbody");
  top.append(head);
  for (const cells of rows) {
    const row = made("tr");
    row.className = cells.look || "";
    row.append(...cells.map(cell));
    body.append(row);
  }
  whole.append(top, body);
  return whole;
}

function cell(given) {
  const one = made("td");
  if (given?.child) one.append(given.child);
  else if (given && typeof given === "object") { one.textContent = given.words ?? ""; one.className = "words"; }
  else one.textContent = given ?? "";
  return one;
}

function made(kind, text = "") {
  return Object.assign(document.createElement(kind), { textContent: text });
}
