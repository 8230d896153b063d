// data_visualization, plainly: columns for bar, line and area, a list of shares for pie.
import { h } from "/page/dom.js";

const HEIGHT = 120;

function svg(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export function chart(block) {
  const drawn = block.chart.type === "pie" ? shares(block.chart.segments) : columns(block.chart);
  return h("figure", { class: "chart" }, h("figcaption", {}, block.title), drawn);
}

function shares(segments) {
  const total = segments.reduce((sum, one) => sum + one.value, 0) || 1;
  return h("ul", {}, segments.map((one) => h("li", {}, `${one.label}: ${one.value} (${Math.round((100 * one.value) / total)} %)`)));
}

function columns({ series, axis_config: axis }) {
  const values = series.flatMap((one) => one.data.map((point) => point.value));
  const top = Math.max(...values, 0) || 1;
  const group = 560 / axis.categories.length;
  const width = Math.min(36, (group * 0.7) / series.length);
  const picture = svg("svg", { viewBox: `0 0 560 ${HEIGHT + 42}`, role: "img" });
  axis.categories.forEach((category, place) => {
    const middle = group * (place + 0.5);
    series.forEach((one, which) => {
      const value = one.data.find((point) => point.label === category)?.value ?? 0;
      const tall = (value / top) * HEIGHT;
      const x = middle + (which - series.length / 2) * width;
      const box = { x: x + 1, y: HEIGHT + 18 - tall, width: width - 2, height: tall, rx: 3, class: `series${which % 6}` };
      picture.append(svg("rect", box, svg("title", {}, `${one.name}, ${category}: ${value}`)));
      if (value && series.length === 1) picture.append(svg("text", { x: middle, y: HEIGHT + 12 - tall }, String(value)));
    });
    picture.append(svg("text", { x: middle, y: HEIGHT + 36, class: "label" }, category));
  });
  const key = series.map((one, which) => h("span", { class: `series${which % 6}` }, one.name));
  const unit = axis.y_label ? h("small", {}, axis.y_label) : null;
  return [unit, picture, series.length > 1 ? h("div", { class: "key" }, key) : null];
}
