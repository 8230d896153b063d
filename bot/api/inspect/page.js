/* Reads with the token that was typed in. It's kept in this variable alone, and sent in a header. */
import { table } from "/inspect/table.js";
import { action, agreed, agreement, hours, part, rule, way } from "/inspect/words.js";

const at = (id) => document.getElementById(id);
let token = "", reads = null, people = new Map(), others = new Map(), offices = new Map(), next = null, rows = new Map(), changed = {};

class Refused extends Error {}

async function ask(path, accept = "application/json") {
  let answer;
  try {
    answer = await fetch(path, { headers: { Authorization: `Bearer ${token}`, Accept: accept }, cache: "no-store", credentials: "omit" });
  } catch {
    throw new Refused("The server can't be reached. Try again in a moment.");
  }
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new Refused(answer.status === 401 ? "This token doesn't work. It may have ended. Ask the company for another one." : problem.detail || "That didn't work. Try again.");
}

/* Runs what somebody asked for, with its buttons off meanwhile, and says what went wrong. */
async function doing(words, work) {
  const buttons = [...document.querySelectorAll("button")].filter((one) => !one.disabled);
  const had = document.activeElement;
  buttons.forEach((one) => { one.disabled = true; });
  say(words);
  try {
    say((await work()) || "");
  } catch (error) {
    if (!(error instanceof Refused)) console.error(error);
    say(error instanceof Refused ? error.message : "Something went wrong on this page. Reload it and try again.", "bad");
  } finally {
    buttons.forEach((one) => { one.disabled = false; });
    if (document.activeElement === document.body) had?.focus();
  }
}

function say(words, look = "") {
  at("status").textContent = words;
  at("status").className = look;
}

function span() {
  const asked = new URLSearchParams({ startDate: at("first").value, endDate: at("last").value });
  if (at("person").value) asked.set("userId", at("person").value);
  return asked;
}

/* Somebody whom nobody knows any more has no name, and an operator only the command line's. */
function name(id) {
  const known = people.get(id) || others.get(id);
  if (known || !id) return known || "";
  return at("replaced").checked ? "Somebody" : id.replace(/^cli:/, "Operator ");
}

const isInspector = () => reads.role === "inspector";

function moment(utc) {
  const how = { timeZone: reads.timeZone, dateStyle: "medium", timeStyle: "short", hourCycle: "h23" };
  return utc ? new Intl.DateTimeFormat("en-GB", how).format(new Date(`${utc}Z`)) : "";
}

/* `08:02` on that day, with its date on any other. */
function time(utc, day) {
  if (!utc) return "";
  const there = new Intl.DateTimeFormat("sv-SE", { timeZone: reads.timeZone, dateStyle: "short", timeStyle: "short" }).format(new Date(`${utc}Z`));
  return there.startsWith(day) ? there.slice(11) : moment(utc);
}

async function open() {
  token = at("token").value.trim();
  if (/[^!-~]/.test(token)) throw new Refused("This token doesn't work. Copy it whole, without spaces.");
  reads = await (await ask("/inspect/token")).json();
  await readNames();
  offices = new Map((await (await ask("/offices")).json()).map((one) => [one.id, one.name]));
  const role = isInspector() ? "Inspector" : "Representative of the employees";
  at("about").textContent = `${role} · ${reads.startDate} to ${reads.endDate} · ${people.size === 1 ? "1 person" : `${people.size} people`} · works until ${moment(reads.expires)}`;
  if (people.size === 1) at("person").selectedIndex = 1;
  for (const id of ["first", "last"]) Object.assign(at(id), { min: reads.startDate, max: reads.endDate });
  at("first").value = reads.startDate;
  at("last").value = reads.endDate;
  at("zone").textContent = `Times in ${reads.timeZone}.`;
  at("token").value = "";
  at("open").hidden = true;
  at("choice").hidden = false;
  at("person").focus();
  return "Choose a person and days, then Show.";
}

async function readNames() {
  const found = await (await ask(`/inspect/names${at("replaced").checked ? "?replaced=true" : ""}`)).json();
  const chosen = at("person").value;
  people = new Map(found.people.map((one) => [one.id, one.name]));
  others = new Map(Object.entries(found.others));
  at("person").replaceChildren(new Option("Everyone", ""), ...[...people].map(([id, called]) => new Option(called, id)));
  at("person").value = chosen;
}

/* Names or codes, in what is shown as well. */
async function replaceNames() {
  await readNames();
  if (!at("results").hidden) await show();
}

async function show() {
  rows = new Map();
  changed = isInspector() ? await (await ask(`/inspect/changes?${span()}`)).json() : {};
  const asked = span();
  asked.set("limit", "500");
  if (isInspector()) asked.set("includeDeleted", "true");
  await records(`/attendance-events?${asked}`);
  const worked = await (await ask(`/reports/worked-time?${span()}`)).json();
  at("worked").replaceChildren(table(["Person", "Worked", "Days", "Records", "Breaks", "Entered later", "Missing clock-outs"], worked.map((one) => [
    name(one.userId), hours(one.workedSeconds), one.days, one.records, one.breakSeconds === null ? "" : hours(one.breakSeconds), one.enteredLater, one.unresolved,
  ])));
  if (isInspector()) {
    const found = await (await ask(`/reports/findings?${span()}`)).json();
    at("findings").replaceChildren(table(["Date", "Person", "Rule", "Measured", "Asked", "Article", "What the person says"], found.map((one) => [
      one.date, name(one.userId), rule(one.rule), hours(60 * one.measuredMinutes), hours(60 * one.askedMinutes), { words: one.article }, { words: one.remark },
    ])));
    await signatures();
  }
  at("signatures-section").hidden = !isInspector();
  at("findings-section").hidden = !isInspector();
  at("changes-section").hidden = true;
  at("results").hidden = false;
}

async function signatures() {
  const found = await (await ask(`/inspect/signatures?${span()}`)).json();
  at("signatures").replaceChildren(table(["Period", "Person", "What", "By", "When", "Hours as signed", "State"], found.map((one) => [
    `${one.startDate} to ${one.endDate}`, name(one.userId), part(one.part), name(one.byUserId), moment(one.moment), hours(60 * one.workedMinutes), { words: state(one) },
  ])));
}

function state(one) {
  if (one.standing === "stands") return "Stands";
  if (one.standing === "changed") return "Records changed after it";
  const gone = `Taken back by ${name(one.withdrawnByUserId)}, ${moment(one.momentWithdrawn)}`;
  return one.reason ? `${gone}: ${one.reason}` : gone;
}

/* A page of events, joined to records. */
async function records(path) {
  const answer = await ask(path);
  next = /<([^>]+)>; rel="next"/.exec(answer.headers.get("Link") || "")?.[1] || null;
  for (const event of await answer.json()) {
    const isIn = event.type === "CLOCK-IN", key = isIn ? event.id : event.linkedAttendanceEventId;
    const row = rows.get(key) || {};
    row[isIn ? "in" : "out"] = event;
    rows.set(key, row);
  }
  at("more").hidden = next === null;
  const titles = ["Date", "Person", "Clock-in", "Clock-out", "Office", "Entered", ...(isInspector() ? ["Comments", "Changes"] : [])];
  at("records").replaceChildren(table(titles, [...rows].map(([id, row]) => record(id, row))));
}

/* Whether another record took its place. */
function isReplaced(row) {
  return row.in?.momentDeleted && Object.values(changed).some((one) => one.formerEventId === row.in.id);
}

function record(id, row) {
  const one = row.in || row.out, said = [row.in?.comment, row.out?.comment].filter(Boolean).join("\n");
  const entered = `${moment((row.out || row.in).momentCreated)} by ${name((row.out || row.in).createByUserId)}`;
  const change = changed[id] && lastChange(changed[id]);
  const cells = [one.date, name(one.userId), time(row.in?.timestamp, one.date), time(row.out?.timestamp, one.date), offices.get(one.officeId) || one.officeId, { words: change || entered }];
  if (isInspector()) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: isReplaced(row) ? "Replaced: changes" : one.momentDeleted ? "Deleted: changes" : "Changes" });
    button.setAttribute("aria-label", `Changes to the record of ${name(one.userId)} on ${one.date}`);
    button.addEventListener("click", () => doing("Reading the changes…", () => changes(one.id)));
    cells.push({ words: said }, { child: button });
  }
  return Object.assign(cells, { look: one.momentDeleted ? "gone" : "" });
}

/* `Changed 24 Nov, 18:30 by Marco, without agreement: You left at four`, and below it the person's words. */
function lastChange(one) {
  const how = one.correction ? `, ${agreement(one.correction)}` : "";
  const said = `${one.isAddition ? "Added" : "Changed"} ${moment(one.moment)} by ${name(one.byUserId)}${how}${one.reason ? `: ${one.reason}` : ""}`;
  return one.correction?.personText ? `${said}\nThe person says: ${one.correction.personText}` : said;
}

async function changes(id) {
  const found = await (await ask(`/attendance-events/${encodeURIComponent(id)}/history`)).json();
  at("changes").replaceChildren(table(["When", "Who", "What", "How", "Clock-in", "Clock-out", "Reason", "Agreement", "Comments"], found.map((one) => [
    moment(one.moment), name(one.byUserId), action(one.action), way(one.via, one.token),
    moment(one.clockIn.timestamp), moment(one.clockOut?.timestamp), { words: one.reason }, { words: agreed(one.correction) }, { words: [one.clockIn.comment, one.clockOut?.comment].filter(Boolean).join("\n") },
  ])));
  at("changes-section").hidden = false;
  at("changes-title").focus();
}

/* The lines of a long answer. Each but the last says how far the check has come. */
async function lastLine(answer) {
  const lines = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "", last = null;
  for (let part = await lines.read(); !part.done; part = await lines.read()) {
    const whole = (rest + part.value).split("\n");
    rest = whole.pop();
    if (whole.length) last = JSON.parse(whole.at(-1));
    if (last?.of) say(`Checking: ${Math.min(99, Math.floor((100 * last.passed) / last.of))} % so far.`);
  }
  if (last?.head === undefined) throw new Refused("The check was interrupted. Try again.");
  return last;
}

async function check() {
  const found = await lastLine(await ask("/inspect/verification"));
  const lines = [Object.assign(document.createElement("p"), {
    className: found.holds ? "good" : "bad",
    textContent: found.holds ? "No problems found. Every record keeps the rules, and the audit trail is complete." : `Problems found: ${found.problems.length + found.otherProblems}.`,
  })];
  for (const one of found.problems) lines.push(Object.assign(document.createElement("p"), { textContent: one }));
  if (found.otherProblems) lines.push(Object.assign(document.createElement("p"), { textContent: `About people or days that this token doesn't read: ${found.otherProblems}.` }));
  const head = document.createElement("p");
  head.append(`Checked ${moment(found.moment)}: ${found.entries} entries of the audit trail. Its head: `, Object.assign(document.createElement("code"), { textContent: found.head }));
  at("check-result").replaceChildren(...lines, head);
  at("checked").hidden = false;
}

async function download(path, accept, kind) {
  const file = await (await ask(path, accept)).blob();
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: `attendance ${at("first").value} to ${at("last").value}.${kind}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  return "Downloaded.";
}

async function pdf() {
  if (!at("person").value) throw new Refused("Choose one person for the PDF.");
  return download(`/inspect/file?${span()}${at("replaced").checked ? "&replaced=true" : ""}`, "application/pdf", "pdf");
}

function on(id, kind, words, work) {
  at(id).addEventListener(kind, (event) => { event.preventDefault(); doing(words, work); });
}

on("open", "submit", "Opening…", open);
on("choice", "submit", "Reading…", show);
on("replaced", "change", "Reading names…", replaceNames);
on("more", "click", "Reading…", () => records(next));
on("csv", "click", "Preparing the file…", () => download(`/attendance-events?${span()}`, "text/csv", "csv"));
on("pdf", "click", "Preparing the file…", pdf);
on("check", "click", "Checking. This takes a while for many records…", check);
at("close").addEventListener("click", () => location.reload());
