// DOM nodes from plain values. Text only ever becomes a text node: nothing here reads markup.

/** An element: `on…` are listeners, null and false leave an attribute out, children are nodes, strings or lists. */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined));
  return node;
}

/** Makes these the children of `parent`. Leaves those alone that are already in their place. */
export function keep(parent, nodes) {
  const wanted = new Set(nodes);
  for (let child = parent.firstElementChild; child; ) {
    const next = child.nextElementSibling;
    if (!wanted.has(child)) child.remove();
    child = next;
  }
  let at = parent.firstElementChild;
  for (const node of nodes) {
    if (node === at) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
  }
}

export async function post(act, body) {
  const request = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`/ui/${act}`, request);
  return response.ok ? response.json() : { failure: await response.text() };
}
