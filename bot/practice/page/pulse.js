// How long the bot took for its last answer, of Slack's three seconds.
import { state } from "/page/state.js";

const KINDS = { press: "Button", submit: "Form", close: "Form", event: "Event" };

const node = document.getElementById("pulse");

export function drawPulse() {
  const last = state.exchanges.findLast(({ direction }) => direction === "to-bot");
  if (!last) return;
  const seconds = last.limit / 1000;
  const [first, second] = last.kind.split(" ");
  const kind = KINDS[first] ?? second;
  node.textContent = last.milliseconds === null
    ? `${kind}: waiting for the answer …`
    : `${kind}: ${last.failure ?? `answered in ${Math.round(last.milliseconds)} ms of ${seconds} s`}`;
}
