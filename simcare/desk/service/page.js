// The model that the console expects, over plain requests: what the console sends is posted, the answer is the new view.
import desk from "./room.js";

const AWAY = "The service did not answer, so this was not done. Every earlier move is saved: try again, or reload the page.";
const OUT = "You are not signed in any more. Reload the page to sign in; every move is saved.";

const values = { view: {}, sheet: {} };
const listeners = new Map();
let sheetId = "";

/** Ask the service and take over what it answers; raise an error with words where it does not. */
async function ask(message) {
  const cookie = document.cookie.split("; ").find((part) => part.startsWith("_xsrf="));
  const answer = await fetch(`desk?sheet=${sheetId}`, {
    method: message ? "POST" : "GET",
    headers: { "Content-Type": "application/json", "X-XSRFToken": (cookie ?? "").slice("_xsrf=".length) },
    body: message ? JSON.stringify(message) : undefined,
    redirect: "error",
  }).catch(() => { throw new Error(AWAY); });
  if (!answer.ok) throw new Error(answer.status === 403 ? OUT : AWAY);
  const drawn = await answer.json();
  sheetId = drawn.sheet_id;
  if (drawn.sheet) put("sheet", drawn.sheet);
  put("view", drawn.view);
}

function put(name, value) {
  values[name] = value;
  for (const hear of listeners.get(`change:${name}`) ?? []) hear();
}

const model = {
  get: (name) => values[name],
  set: (name, value) => { values[name] = value; },
  save_changes: () => {},
  on: (event, hear) => { listeners.set(event, (listeners.get(event) ?? new Set()).add(hear)); },
  off: (event, hear) => { listeners.get(event)?.delete(hear); },
  send: (content) => {
    // What was typed goes back into the box, so that nothing has to be typed twice.
    ask(content).catch((error) => put("view", { ...values.view, alert: error.message, draft: content.kind === "say" ? content.text : null }));
  },
};

const place = document.querySelector("#desk");
ask().then(
  () => { place.replaceChildren(); desk.render({ model, el: place }); },
  (error) => { place.querySelector(".wait").textContent = error.message; },
);
