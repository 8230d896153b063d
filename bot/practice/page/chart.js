// data_visualization: bars, lines, areas and pies, each figure in words for people who can't see it.
import { h } from "/page/dom.js";

const WIDTH = 560;
const HEIGHT = 100;
const LEFT = 40;
const TOP = 18;
const LETTER = 6; // the width of a letter in a label, roughly

function svg(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export function chart(block) {
  const drawn = block.chart.type === "pie" ? pie(block) : plot(block);
  return h("figure", { class: "chart" }, h("figcaption", {}, block.title), drawn);
}

function pie({ title, chart: { segments } }) {
  const total = segments.reduce((sum, one) => sum + one.value, 0) || 1;
  const picture = svg("svg", { viewBox: "-50 -50 100 100", role: "img", "aria-label": title });
  let turned = 0;
  segments.forEach(({ label, value }, which) => {
    const part = value / total;
    const point = (turn) => `${48 * Math.sin(turn * 2 * Math.PI)} ${-48 * Math.cos(turn * 2 * Math.PI)}`;
    const line = part >= 1 ? "M0 -48A48 48 0 1 1 -0.01 -48Z" : `M0 0L${point(turned)}A48 48 0 ${part > 0.5 ? 1 : 0} 1 ${point(turned + part)}Z`;
    picture.append(svg("path", { d: line, class: `shape series${which % 6}` }, svg("title", {}, `${label}: ${value}`)));
    turned += part;
  });
  const share = ({ value }) => `${Math.round((100 * value) / total)} %`;
  const key = segments.map((one, which) => h("li", { class: `series${which % 6}` }, `${one.label}: ${one.value} (${share(one)})`));
  return h("div", { class: "pie" }, picture, h("ul", { class: "key" }, key));
}

const MARK = { bar: bars, line: (...plan) => [line(...plan)], area: (...plan) => [filled(...plan), line(...plan)] };

function plot({ title, chart: { type, series, axis_config: axis } }) {
  const values = series.map((one) => axis.categories.map((name) => one.data.find(({ label }) => label === name)?.value ?? 0));
  const scale = scaleOf(Math.max(...values.flat(), 0));
  const words = series.map((one, which) => `${one.name}: ${axis.categories.map((name, place) => `${name} ${values[which][place]}`).join(", ")}`);
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${TOP + HEIGHT + 36}`, role: "img", "aria-label": `${title}. ${words.join(". ")}` });
  for (const value of [0, 0.5, 1].map((part) => part * scale)) {
    const y = at(value, scale);
    picture.append(svg("line", { x1: LEFT, x2: WIDTH, y1: y, y2: y, class: "grid" }), svg("text", { x: LEFT - 6, y: y + 4, class: "tick" }, String(value)));
  }
  series.forEach((one, which) => picture.append(svg("g", { class: `series${which % 6}` },
    ...MARK[type](values[which], scale, axis.categories, which, series.length, one.name))));
  picture.append(...labels(axis.categories));
  const key = series.map((one, which) => h("li", { class: `series${which % 6}` }, one.name));
  return [axis.y_label ? h("small", {}, axis.y_label) : null, picture,
    series.length > 1 ? h("ul", { class: "key" }, key) : null, axis.x_label ? h("small", {}, axis.x_label) : null];
}

/** A line for each part of a name, and only as many names as fit beside each other. */
function labels(categories) {
  const lines = categories.map((name) => name.split(" · "));
  const widest = Math.max(...lines.flat().map((words) => words.length)) * LETTER + LETTER;
  const every = Math.ceil(widest / ((WIDTH - LEFT) / categories.length));
  return lines.filter((_, place) => place % every === 0).map((words, shown) => {
    const x = middle(shown * every, categories);
    return svg("text", { x, y: TOP + HEIGHT + 16, class: "label" }, ...words.map((part, line) => svg("tspan", { x, dy: line ? 12 : 0 }, part)));
  });
}

/** The top of the scale: an even number that is easily halved. */
function scaleOf(most) {
  const step = 10 ** Math.floor(Math.log10(most || 1));
  return [1, 2, 4, 6, 8, 10].map((times) => times * step).find((top) => top >= most);
}

const at = (value, scale) => TOP + HEIGHT - (value / scale) * HEIGHT;
const middle = (place, categories) => LEFT + ((WIDTH - LEFT) / categories.length) * (place + 0.5);

function bars(values, scale, categories, which, many, name) {
  const width = Math.min(36, (((WIDTH - LEFT) / categories.length) * 0.75) / many);
  return values.flatMap((value, place) => {
    const x = middle(place, categories) + (which - many / 2) * width;
    const box = { x: x + 1, y: at(value, scale), width: width - 2, height: Math.max(0, TOP + HEIGHT - at(value, scale)), rx: 2, class: "shape" };
    const bar = svg("rect", box, svg("title", {}, `${name}, ${categories[place]}: ${value}`));
    return value && many === 1 ? [bar, svg("text", { x: x + width / 2, y: at(value, scale) - 5 }, String(value))] : [bar];
  });
}

const points = (values, scale, categories) => values.map((value, place) => `${middle(place, categories)} ${at(value, scale)}`);

const line = (values, scale, categories) => svg("polyline", { points: points(values, scale, categories).join(","), class: "trace" });

function filled(values, scale, categories) {
  const [first, last] = [middle(0, categories), middle(categories.length - 1, categories)];
  const around = [`${first} ${TOP + HEIGHT}`, ...points(values, scale, categories), `${last} ${TOP + HEIGHT}`];
  return svg("polygon", { points: around.join(","), class: "fill" });
}
