// The model that the console expects, over plain requests: what the console sends is posted, the answer is the new view.
import desk from "./room.js";

const AWAY = "The service did not answer, so this was not done. Every earlier move is saved: try again, or reload the page.";
const OUT = "You are not signed in any more. Reload the page to sign in; every move is saved.";

const WHILE_IT_RUNS_MS = 500;

const values = { view: {}, sheet: {}, call: {}, progress: {} };
const listeners = new Map();
let sheetId = "";
/* How many messages were sent, and how many of them are not answered yet. */
let sent = 0;
let flying = 0;

/** Ask the service and take over what it answers; raise an error with words where it does not. */
async function ask(message) {
  const turn = message ? ++sent : sent;
  const cookie = document.cookie.split("; ").find((part) => part.startsWith("_xsrf="));
  const answer = await fetch(`desk?sheet=${sheetId}`, {
    method: message ? "POST" : "GET",
    headers: { "Content-Type": "application/json", "X-XSRFToken": (cookie ?? "").slice("_xsrf=".length) },
    body: message ? JSON.stringify(message) : undefined,
    redirect: "error",
  }).catch(() => { throw new Error(AWAY); });
  if (!answer.ok) throw new Error(answer.status === 403 ? OUT : AWAY);
  const drawn = await answer.json();
  if (turn === sent) take(drawn, message !== undefined);
}

/** Look now and then how far the model is that works a shift beside the page; a message has precedence. */
function look() {
  if (!values.progress.of) return;
  if (flying) setTimeout(look, WHILE_IT_RUNS_MS);
  else ask().catch(() => {});
}

/** Take over what a room shows; where nothing was asked of it, only what changed. */
function take(drawn, whole) {
  sheetId = drawn.sheet_id;
  if (drawn.sheet) put("sheet", drawn.sheet);
  const call = drawn.call?.phase ? { view: drawn.call, sheet: values.sheet } : {};
  for (const [name, value] of Object.entries({ call, progress: drawn.progress ?? {}, view: drawn.view })) {
    if (whole || JSON.stringify(value) !== JSON.stringify(values[name])) put(name, value);
  }
  if (values.progress.of) setTimeout(look, WHILE_IT_RUNS_MS);
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
    flying += 1;
    ask(content).finally(() => { flying -= 1; }).catch((error) => {
      const inCall = content.kind === "call";
      const said = inCall ? content.content : content;
      const failed = { alert: error.message, draft: said.kind === "say" ? said.text : null };
      if (inCall) put("call", { ...values.call, view: { ...values.call.view, ...failed } });
      put("view", inCall ? { ...values.view, alert: null } : { ...values.view, ...failed });
    });
  },
};

const place = document.querySelector("#desk");
ask().then(
  () => { place.replaceChildren(); desk.render({ model, el: place }); },
  (error) => { place.querySelector(".wait").textContent = error.message; },
);
