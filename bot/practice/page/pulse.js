// How long the bot took to answer last, of Slack's three seconds.
import { state } from "/page/state.js";

const node = document.getElementById("pulse");

export function drawPulse() {
  const last = state.exchanges.findLast(({ direction }) => direction === "to-bot");
  if (!last) return;
  const seconds = last.limit / 1000;
  const kind = last.kind.replace(/^command /, "");
  node.textContent = last.milliseconds === null
    ? `waiting for ${kind} …`
    : last.failure ? `${kind}: ${last.failure}` : `${kind} answered in ${Math.round(last.milliseconds)} ms of ${seconds} s`;
}
