/* Plain words for the codes of the API. */
const ACTIONS = {
  "clock-in": "Clocked in", "clock-out": "Clocked out", create: "Added", change: "Changed", delete: "Deleted", restore: "Restored", "end-day": "Ended the day at the break",
};
const WAYS = { slack: "Slack", teams: "Microsoft Teams", form: "Form", api: "API", cli: "Command line", system: "Automatic" };
const RULES = {
  break: "Breaks", stretch: "Work without a break", day: "Length of the day", rest: "Rest between days", "weekly-rest": "Weekly rest", week: "Length of the week", night: "Night work",
};
const PARTS = { person: "Signed", manager: "Approved" };

export const action = (code) => ACTIONS[code] || code;
export const rule = (code) => RULES[code] || code;
export const part = (code) => PARTS[code] || code;
export const way = (code, token) => `${WAYS[code] || code}${token ? `, token ${token.name || token.id}` : ""}`;

export function hours(seconds) {
  const minutes = Math.floor(seconds / 60), whole = Math.floor(minutes / 60);
  return `${whole ? `${whole}\u00a0h ` : ""}${minutes % 60}\u00a0min`;
}

export const agreement = (one) => (one.outcome === "applied" ? "with both sides' agreement" : "without the person's agreement");

export function agreed(one) {
  if (!one) return "";
  const said = one.outcome === "applied" ? "Both sides agreed" : "The person didn't agree";
  return one.personText ? `${said}. They say: ${one.personText}` : said;
}
