// Times as people in a zone read them, and back.
const formats = new Map();

function format(zone, options) {
  const key = `${zone} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }));
  return formats.get(key);
}

export const clock = (ms, zone) => format(zone, { hour: "2-digit", minute: "2-digit" }).format(ms);
export const weekdayClock = (ms, zone) => format(zone, { weekday: "short", hour: "2-digit", minute: "2-digit" }).format(ms).replace(",", "");
export const weekday = (ms, zone) => format(zone, { weekday: "long" }).format(ms);
const year = (ms, zone) => format(zone, { year: "numeric" }).format(ms);

/** Shows the year unless it is this one. */
export function day(ms, zone, now) {
  const shown = year(ms, zone) === year(now, zone) ? {} : { year: "numeric" };
  return format(zone, { weekday: "long", day: "numeric", month: "long", ...shown }).format(ms);
}

export const moment = (ms, zone) =>
  format(zone, { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" }).format(ms);

/** `2026-11-25T22:30` as it reads there. */
export function local(ms, zone) {
  const parts = format(zone, { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const of = Object.fromEntries(parts.formatToParts(ms).map(({ type, value }) => [type, value]));
  return `${of.year}-${of.month}-${of.day}T${of.hour}:${of.minute}`;
}

const offset = (ms, zone) => Date.parse(`${local(ms, zone)}Z`) - Math.floor(ms / 60000) * 60000;

/** The moment at which clocks there show `text`; a time that a clock change skips becomes the one after it. */
export function instant(text, zone) {
  const wanted = Date.parse(`${text.slice(0, 16)}Z`);
  const once = wanted - offset(wanted, zone);
  return wanted - offset(once, zone);
}

/** The next moment at which the clocks there change, within 400 days; null where they never do. */
export function nextChange(ms, zone) {
  const hour = 3600000;
  let from = Math.floor(ms / hour) * hour;
  const start = offset(from, zone);
  for (let days = 0; days < 400; days++, from += 24 * hour) {
    if (offset(from + 24 * hour, zone) === start) continue;
    while (offset(from, zone) === start) from += hour;
    return from;
  }
  return null;
}
