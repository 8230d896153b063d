// The requests, newest first. Open one to see its headers and bodies.
import { h, keep } from "/page/dom.js";
import { me, state } from "/page/state.js";
import { clock } from "/page/zone.js";

const list = h("div", { class: "exchanges" });
const drawn = new Map(); // id to { stamp, node }

export const exchangeList = () => list;

export function drawExchanges() {
  const newest = state.exchanges.toReversed();
  const wanted = new Set(newest.map(({ id }) => id));
  for (const id of drawn.keys()) if (!wanted.has(id)) drawn.delete(id);
  keep(list, newest.length ? newest.map(row) : [h("p", {}, "Nothing yet. Type a command.")]);
}

function row(exchange) {
  const before = drawn.get(exchange.id);
  const stamp = JSON.stringify(exchange);
  if (before?.stamp !== stamp) {
    const node = before?.node ?? details(exchange.id);
    node.querySelector("summary").replaceChildren(...summary(exchange));
    if (node.open) fill(node, exchange.id);
    drawn.set(exchange.id, { stamp, node });
  }
  return drawn.get(exchange.id).node;
}

function details(id) {
  const node = h("details", { ontoggle: () => node.open && fill(node, id) }, h("summary"), h("div", { class: "inside" }));
  return node;
}

function summary({ direction, kind, at, milliseconds, limit, failure, status }) {
  const took = milliseconds === null ? "…" : `${Math.round(milliseconds)} ms`;
  const isLate = limit && milliseconds > limit;
  const part = limit ? h("meter", { min: 0, max: limit, high: limit * 0.8, value: milliseconds ?? 0, "aria-label": `of ${limit} ms` }) : h("i");
  return [
    h("span", { class: `way ${direction}`, title: direction === "to-bot" ? "Slack to the bot" : "the bot to Slack" },
      h("span", { "aria-hidden": "true" }, direction === "to-bot" ? "→" : "←"), h("span", { class: "unseen" }, direction === "to-bot" ? "to the bot:" : "from the bot:")),
    h("b", {}, kind.replace(/^command /, "")), h("span", { class: failure || isLate ? "bad" : "good" }, failure ?? status ?? ""),
    part, h("span", { class: "took" }, took), h("time", {}, `${clock(at * 1000, me().zone)} · ${direction === "to-bot" ? "Slack to the bot" : "the bot to Slack"}`),
  ];
}

async function fill(node, id) {
  const response = await fetch(`/ui/exchanges/${id}`);
  const inside = node.querySelector(".inside");
  if (!response.ok) return inside.replaceChildren("Too old: this request is no longer kept.");
  const { request, answer, failure } = await response.json();
  inside.replaceChildren(
    h("h4", {}, `${request.method} ${request.address}`), pairs(request.headers), body(request.body),
    h("h4", {}, answer ? `Answer: ${answer.status}` : `No answer${failure ? `: ${failure}` : " yet"}`), ...(answer ? [pairs(answer.headers), body(answer.body)] : []));
}

const pairs = (headers) => h("dl", {}, Object.entries(headers).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));

/** A body for reading: a form with a field on each line, JSON with its structure. */
function body(text) {
  if (!text) return h("p", { class: "soft" }, "(no body)");
  const fields = /^[\w.-]+=/.test(text) ? [...new URLSearchParams(text)].map(([key, value]) => `${key} = ${pretty(value)}`).join("\n") : pretty(text);
  return h("pre", { tabindex: "0" }, fields);
}

function pretty(text) {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
