// The page: who and where one is, what is drawn when something changes, and what one does.
import { setComposer, startComposer } from "/page/composer.js";
import { post } from "/page/dom.js";
import { offerChannels } from "/page/fields.js";
import { drawHome } from "/page/home.js";
import { startKeys } from "/page/keys.js";
import { drawMessages, forgetMessages, toEnd } from "/page/messages.js";
import { drawModal } from "/page/modal.js";
import { listen } from "/page/news.js";
import { drawPanel, startPanel } from "/page/panel.js";
import { drawPulse } from "/page/pulse.js";
import { drawSide, startSide } from "/page/side.js";
import { bot, here, HOME, state } from "/page/state.js";
import { startTheme } from "/page/theme.js";
import { drawTries } from "/page/tries.js";

const get = (id) => document.getElementById(id);
let failure = ""; // what came of the last act, until the next
let isLost = false;
let isDrawn = true;

export function go(change) {
  const isOther = change.user && change.user !== here.user;
  Object.assign(here, change);
  forgetMessages();
  document.body.classList.remove("menu");
  if (isOther) {
    if (here.place.startsWith("D")) here.place = state.people.get(here.user) ? `D${here.user.slice(1)}` : "";
    start();
  } else draw();
  if (here.place === HOME) act("home", {});
  else get("line").focus({ preventScroll: true });
}

function start() {
  listen(here.user, soon, (lost) => {
    isLost = lost;
    drawNotice();
  });
}

/** Draws once for all the news of a moment. */
function soon() {
  if (!isDrawn) return;
  isDrawn = false;
  if (document.hidden) setTimeout(draw, 100);
  else requestAnimationFrame(draw);
}

function draw() {
  isDrawn = true;
  here.user = state.me;
  const places = [...state.channels.map(({ id }) => id), state.direct, ...(state.hasHome ? [HOME] : [])];
  if (!places.includes(here.place)) here.place = places[0]; // a first visit, or an address from another day
  history.replaceState(null, "", `#${here.user}/${here.place}`);
  offerChannels(state.channels);
  drawSide(go);
  const channel = state.channels.find(({ id }) => id === here.place);
  setComposer(`Message ${channel ? `#${channel.name}` : bot()?.name}`, here.place !== HOME);
  drawTries();
  if (here.place === HOME) drawHome(act);
  else drawMessages(act);
  drawModal(state.modal, here.user, state.people);
  drawPanel(act);
  drawPulse();
  drawNotice();
}

async function act(name, body) {
  const told = await post(name, { user: here.user, ...body }).catch(() => ({ failure: "no connection" }));
  failure = told.failure ?? "";
  drawNotice();
}

function drawNotice() {
  const notice = get("notice");
  const isDown = state.botIsUp === false;
  const words = isLost
    ? "The practice workspace is gone. This page waits for it to come back."
    : isDown
      ? `${bot()?.name ?? "The app"} is down: nothing listens at its address. This page notices when it is back.`
      : failure && `${bot()?.name ?? "The app"} did not take that: ${failure}.`;
  if (notice.textContent !== words) notice.textContent = words;
  notice.hidden = !words;
}

startTheme();
startSide(go);
startPanel();
startKeys(go);
startComposer((line) => {
  toEnd(); // whoever says something wants to see what comes of it
  act(line.startsWith("/") ? "command" : "say", { line, channel: here.place });
});
start();
