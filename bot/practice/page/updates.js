// The workspace says that something has changed; then this asks for everything that the person sees here.
import { here, state } from "/page/state.js";

const WAIT = 1000; // before another try if the workspace is gone
let source = null;
let isAsking = false;
let isStale = false; // something has changed since it was asked for

/** `draw()` follows each change, `lost(isLost)` says whether the workspace is there. */
export function listen(draw, lost) {
  source = new EventSource("/ui/changes");
  source.addEventListener("message", () => {
    lost(false);
    refresh(draw);
  });
  source.addEventListener("error", () => {
    lost(true);
    source.close();
    setTimeout(listen, WAIT, draw, lost);
  });
}

/** Asks once at a time, and again if something changed meanwhile. */
export async function refresh(draw) {
  isStale = true;
  if (isAsking) return;
  isAsking = true;
  try {
    while (isStale) {
      isStale = false;
      const asked = { ...here };
      const response = await fetch(`/ui/state?${new URLSearchParams(asked)}`);
      if (!response.ok) throw new Error(response.statusText);
      const told = await response.json();
      if (asked.user === here.user && asked.place === here.place) take(told);
      else isStale = true;
    }
    draw();
  } catch {
    // the page already says that the workspace is gone, and notices when it is back
  } finally {
    isAsking = false;
  }
}

function take(told) {
  Object.assign(state, told, { people: new Map(told.people.map((person) => [person.id, person])) });
  Object.assign(here, { user: told.me, place: told.place });
}
