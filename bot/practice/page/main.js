// The page: draws what has changed, and sends what people do.
import { drawShortcuts, setComposer, startComposer } from "/page/composer.js";
import { post } from "/page/dom.js";
import { offerChannels } from "/page/fields.js";
import { drawHome } from "/page/home.js";
import { startKeys } from "/page/keys.js";
import { drawMessages, forgetMessages, toEnd } from "/page/messages.js";
import { drawModal } from "/page/modal.js";
import { drawPanel, startPanel } from "/page/panel.js";
import { drawPulse } from "/page/pulse.js";
import { drawSide, startSide } from "/page/side.js";
import { bot, here, HOME, state } from "/page/state.js";
import { startTheme } from "/page/theme.js";
import { drawTries } from "/page/tries.js";
import { listen, refresh } from "/page/updates.js";
import { drawWelcome, startWelcome } from "/page/welcome.js";

const get = (id) => document.getElementById(id);
let failure = ""; // of the last action
let isLost = false;

export function go(change) {
  const isOther = change.user && change.user !== here.user;
  Object.assign(here, change);
  if (isOther && here.place.startsWith("D")) here.place = `D${here.user.slice(1)}`;
  forgetMessages();
  document.body.classList.remove("menu");
  refresh(draw);
  if (here.place === HOME) act("home", {});
  else get("line").focus({ preventScroll: true });
}

function draw() {
  history.replaceState(null, "", `#${here.user}/${here.place}`);
  offerChannels(state.channels);
  drawSide(go);
  const channel = state.channels.find(({ id }) => id === here.place);
  setComposer(`Message ${channel ? `#${channel.name}` : bot()?.name}`, here.place !== HOME);
  drawShortcuts((shortcut) => act("shortcut", { shortcut }));
  drawTries();
  drawWelcome();
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
    ? "The practice workspace has stopped. Start it again, and this page reconnects."
    : isDown
      ? `${bot()?.name ?? "The app"} isn't running. This page reconnects when it's back.`
      : failure && `${bot()?.name ?? "The app"} couldn't handle that (${failure}).`;
  if (notice.textContent !== words) notice.textContent = words;
  notice.hidden = !words;
}

startTheme();
startSide(go, act);
startPanel();
startKeys(go);
startWelcome(go, act);
startComposer((line) => {
  toEnd(); // to see the answer
  act(line.startsWith("/") ? "command" : "say", { line, channel: here.place });
});
listen(draw, (lost) => {
  isLost = lost;
  drawNotice();
});
