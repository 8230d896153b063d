// The small dialog that asks before something is done.
import { h } from "/page/dom.js";
import { text } from "/page/mrkdwn.js";

/** Asks what a `confirm` object says. Resolves to whether the person agrees. */
export function ask(confirm, people) {
  return new Promise((answer) => {
    const deny = h("button", { type: "button", class: "button", onclick: () => done(false) }, text(confirm.deny, people));
    const style = confirm.style === "danger" ? "danger" : "primary";
    const agree = h("button", { type: "button", class: `button ${style}`, onclick: () => done(true) }, text(confirm.confirm, people));
    const title = h("h2", { id: "confirm-title" }, text(confirm.title, people));
    const words = h("div", { class: "text" }, text(confirm.text, people));
    const dialog = h("dialog", { class: "confirm", "aria-labelledby": "confirm-title", oncancel: () => done(false) });
    const done = (agreed) => {
      dialog.remove();
      answer(agreed);
    };
    dialog.append(title, words, h("div", { class: "buttons" }, deny, agree));
    document.body.append(dialog);
    dialog.showModal();
    agree.focus();
  });
}
