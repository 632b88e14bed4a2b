/* The shift desk. It draws the view that Python sends and tells Python what the person did; no rule of a shift lives here.
   It stands behind drawing.js and console.js, whose drawing and whose call console it uses; the debrief is in told.js.
   Top to bottom: the desk (messages, the call on hand, focus), then the screens. */

const SHIFT_WIDE = 900;
const REAL_TICK_SECONDS = 10;
const SHIFT_GONE =
  "The desk lost its connection, so this was not done. Every earlier move is saved. Reload the page (in a notebook, restart " +
  "the kernel and run the cell again) and choose Resume.";

class ShiftPage {
  constructor(model, host) {
    this.model = model;
    this.root = document.createElement("div");
    this.root.className = "simcare-console simcare-shift";
    this.root.setAttribute("data-lm-suppress-shortcuts", "true");
    host.append(this.root);
    this.ui = { name: remembered("simcare.learner") ?? "", open: null, dialog: null, busy: false, lost: null, focus: null, sent: null, shown: {} };
    this.listeners = new Set();
    this.phase = null;
    this.since = performance.now();
    this.onView = () => this.receive();
    this.onProgress = () => this.draw();
    model.on("change:view", this.onView);
    model.on("change:progress", this.onProgress);
    this.root.addEventListener("keydown", (event) => { event.stopPropagation(); if (event.key === "Escape" && this.ui.dialog) this.set({ dialog: null }); });
    for (const name of ["keypress", "keyup", "copy", "cut", "paste"]) this.root.addEventListener(name, (event) => event.stopPropagation());
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.onTheme = () => this.theme();
    this.dark.addEventListener("change", this.onTheme);
    this.bodyWatch = new MutationObserver(this.onTheme);
    this.bodyWatch.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
    this.sizeWatch = new ResizeObserver(() => this.measure());
    this.sizeWatch.observe(this.root);
    this.ticking = setInterval(() => this.tick(), 1000 * REAL_TICK_SECONDS);
    this.theme();
    this.measure();
    this.receive();
    if (this.phase === "hello" && this.ui.name) this.send("hello", { name: this.ui.name });
    else this.askForExercise();
  }

  close() {
    this.model.off("change:view", this.onView);
    this.model.off("change:progress", this.onProgress);
    this.dark.removeEventListener("change", this.onTheme);
    this.bodyWatch.disconnect();
    this.sizeWatch.disconnect();
    clearInterval(this.ticking);
    clearTimeout(this.waiting);
    this.desk?.close();
    this.root.remove();
  }

  get view() {
    return this.model.get("view") ?? {};
  }

  get call() {
    return this.model.get("call") ?? {};
  }

  get progress() {
    return this.model.get("progress") ?? {};
  }

  theme() {
    this.root.dataset.theme = themeNow(this.dark);
  }

  /** Find out how wide the desk is. The call console inside goes by data-layout, and its rules look at this root too. */
  measure() {
    const { clientWidth, dataset } = this.root;
    const width = clientWidth >= SHIFT_WIDE ? "wide" : "narrow";
    const inside = Math.min(clientWidth, 1440) - (width === "wide" ? 40 : 24);
    const layout = inside >= WIDE ? "wide" : inside >= MEDIUM ? "medium" : "narrow";
    if (width === dataset.width && layout === dataset.layout) return;
    Object.assign(dataset, { width, layout });
    this.draw();
  }

  // -- messages --------------------------------------------------------------------------------------------------------

  send(kind, fields = {}, focus = null) {
    const { ui } = this;
    if (ui.busy) return;
    try {
      this.model.send({ kind, seq: this.view.seq, elapsed: Math.round((performance.now() - this.since) / 100) / 10, ...fields });
    } catch {
      this.lose();
      return;
    }
    Object.assign(ui, { busy: true, sent: kind, focus });
    this.waiting = setTimeout(() => this.lose(), ANSWER_WITHIN_MS);
    this.draw();
  }

  lose() {
    Object.assign(this.ui, { busy: false, lost: SHIFT_GONE, focus: null });
    this.draw();
    this.root.querySelector(".alert")?.scrollIntoView({ block: "nearest" });
  }

  receive() {
    const { view, ui } = this;
    const first = this.phase === null;
    clearTimeout(this.waiting);
    Object.assign(ui, { busy: false, lost: null });
    this.since = performance.now();
    if (view.learner) remember("simcare.learner", view.learner);
    const moved = view.phase !== this.phase || Boolean(view.on_hand) !== this.hadCall;
    this.hadCall = Boolean(view.on_hand);
    this.phase = view.phase;
    if (moved) {
      Object.assign(ui, { open: null, dialog: null });
      if (!first) Object.assign(ui, { focus: "title" });
      if (!first) this.root.scrollIntoView?.({ block: "start" });
    }
    if (view.alert) ui.focus = "alert";
    this.draw();
    this.runCall();
    if (!first) this.askForExercise();
  }

  /** Where the list of calls led here for an exercise, go to its shift, once; the address says which. */
  askForExercise() {
    const exercise = new URLSearchParams(location.search).get("exercise");
    if (!exercise || this.asked || this.phase !== "pick" || this.view.resume.length) return;
    this.asked = true;
    this.send("set", { exercise });
  }

  /** In a shift whose clock runs, time passes at the desk too; during a call it passes with what is said and done. */
  tick() {
    const { view, ui } = this;
    if (view.phase !== "desk" || !view.clock.real || view.on_hand || ui.busy || ui.dialog || ui.lost) return;
    const at = this.root.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
    this.send("wait", { seconds: REAL_TICK_SECONDS }, at);
  }

  // -- the call on hand ------------------------------------------------------------------------------------------------

  /** Join the call console, which knows nothing of a shift, to the messages of this widget. */
  callModel() {
    return {
      get: (name) => this.call[name] ?? {},
      on: (name, work) => { if (name === "change:view") this.listeners.add(work); },
      off: (name, work) => this.listeners.delete(work),
      send: (content) => this.model.send({ kind: "call", content }),
    };
  }

  runCall() {
    const item = this.call.view ? this.view.on_hand?.item ?? this.view.item : undefined;
    const host = this.root.querySelector(".call-host");
    if (this.desk && (item !== this.callItem || !host?.contains(this.desk.root))) {
      this.desk.close();
      this.desk = null;
    }
    if (item && !this.desk && host) {
      this.callItem = item;
      this.shownCall = this.call.view;
      this.desk = new Desk(this.callModel(), host);
      const at = (name) => this.desk.root.querySelector(`[data-focus=${name}]`);
      (at("say") ?? at("title"))?.focus({ preventScroll: true });
    } else if (this.desk && this.call.view !== this.shownCall) {
      this.shownCall = this.call.view;
      for (const work of this.listeners) work();
    }
  }

  // -- drawing ---------------------------------------------------------------------------------------------------------

  set(changes, focus = null) {
    Object.assign(this.ui, changes);
    if (focus) this.ui.focus = focus;
    this.draw();
  }

  draw() {
    if (this.phase === null) return;
    Object.assign(this.root.dataset, { seq: this.view.seq, screen: this.phase });
    patchKids(this.root, [shiftFrame(this)]);
    const wanted = this.ui.focus;
    if (!wanted || this.ui.busy) return;
    this.ui.focus = null;
    const target = this.root.querySelector(`[data-focus="${wanted}"]`) ?? this.root.querySelector("[data-focus=title]");
    target?.focus({ preventScroll: wanted === "title" });
  }
}

const SHIFT_SCREENS = { seen: shiftSeen, hello: shiftHello, pick: pickShift, brief: shiftBrief, desk: shiftDesk, paused: shiftPaused, left: shiftLeft, closed: shiftClosed, debrief: shiftDebrief };

function shiftFrame(page) {
  const { view, ui } = page;
  return h("div", { class: "frame", key: "frame" },
    ui.lost && h("div", { class: "alert", role: "alert", key: "lost" }, icon("alert"), h("p", null, ui.lost)),
    view.alert && h("div", { class: "alert", role: "alert", tabindex: "-1", "data-focus": "alert", key: `alert-${view.seq}` }, icon("alert"), h("p", null, view.alert)),
    h("div", { class: "told", role: "status", key: "status" },
      view.status && h("p", { class: "done-words" }, icon("check"), view.status)),
    h("div", { class: `screen shift-${view.phase}`, key: view.phase }, SHIFT_SCREENS[view.phase](page)),
    h("p", { class: "training", key: "training" }, view.training),
    shiftDialog(page));
}

function shiftHello(page) {
  const { ui } = page;
  return [
    h("header", { class: "intro" }, title("Work a shift"),
      h("p", null, "Here you work a simulated morning: a list of patients to phone, lines that ring, an inbox, colleagues and one nurse. What comes first is up to you. Afterwards you see what waited, what was missed, and how one could have known.")),
    h("form", { class: "card hello-form", onsubmit: (event) => { event.preventDefault(); page.send("hello", { name: ui.name }); } },
      h("label", { for: "shift-name" }, "Your name or initials"),
      h("input", { id: "shift-name", class: "field", value: ui.name, maxlength: "60", autocomplete: "name", "aria-describedby": "shift-name-help",
        oninput: (event) => { ui.name = event.target.value; } }),
      h("p", { class: "help", id: "shift-name-help" }, "There is no account. It only finds your saved shifts again on this computer."),
      h("button", { class: "primary", type: "submit" }, "Go to the shifts")),
  ];
}

function pickShift(page) {
  const { view } = page;
  return [
    h("header", { class: "intro" }, title("Pick a shift"),
      h("p", null, `Hello ${view.learner}. `, "A shift takes half an hour or more; it is saved at every step. ",
        view.signed_in ? null : button({ class: "link", onclick: () => { remember("simcare.learner", ""); page.ui.name = ""; page.send("who"); } }, "Not you?"))),
    view.resume.length > 0 && h("section", { class: "card banner", key: "resume", "aria-labelledby": "shift-open" },
      h("h2", { id: "shift-open" }, view.resume.length === 1 ? "You have an open shift" : "You have open shifts"),
      view.resume.map((item) => h("div", { class: "open-call", key: item.record },
        h("p", null, h("strong", null, item.title), h("br"), item.words),
        h("div", { class: "actions" },
          button({ class: "primary", onclick: () => page.send("resume", { record: item.record }) }, icon("play"), "Resume", h("span", { class: "unseen" }, ` ${item.title}`)),
          button({ class: "quiet", onclick: () => page.send("drop", { record: item.record }) }, "Close it without a score", h("span", { class: "unseen" }, `: ${item.title}`)))))),
    view.sets.length > 0 && h("section", { class: "card banner", key: "sets", "aria-labelledby": "shift-sets" },
      h("h2", { id: "shift-sets" }, "For an exercise"),
      view.sets.map((set) => h("div", { class: "open-call", key: set.id },
        h("p", null, h("strong", null, set.title), set.assessment && [" ", h("span", { class: "tag fair" }, "Assessment")], h("br"), `Next comes the shift “${set.shift}”. ${set.words}`),
        h("div", { class: "actions" }, button({ class: view.resume.length ? "" : "primary", onclick: () => page.send("set", { exercise: set.id }) }, "Open it", h("span", { class: "unseen" }, ` for ${set.title}`)))))),
    h("ul", { class: "calls" }, view.shifts.map((item, nth) => h("li", { class: "card call-card", key: item.id },
      h("div", { class: "call-words" },
        h("h2", null, item.title, nth === 0 && h("span", { class: "tag start" }, "Begin here")),
        h("p", { class: "who" }, item.about), h("p", { class: "meta" }, item.meta),
        item.tried && h("p", { class: `meta tried ${item.passed ? "passed" : ""}` }, icon(item.passed ? "check" : "again"), item.tried)),
      button({ class: nth === 0 ? "primary" : "", "aria-label": `Open ${item.title}`, onclick: () => page.send("pick", { shift: item.id }) }, "Open")))),
    view.past.length > 0 && h("section", { class: "card owed past", key: "past", "aria-label": "Shifts you have worked" }, h("h2", null, "Shifts you have worked"),
      h("ul", null, view.past.map((item) => h("li", { key: item.record }, h("span", null, h("strong", null, item.title), ` ${item.words}`),
        button({ onclick: () => page.send("look", { record: item.record }) }, "See the debrief", h("span", { class: "unseen" }, ` of ${item.title}, ${item.words}`)))))),
  ];
}

function shiftBrief(page) {
  const { view } = page;
  return [
    h("header", { class: "intro row" },
      h("div", null, h("p", { class: "eyebrow" }, view.when), title(view.title),
        view.exercise && h("p", { class: "meta" }, `Exercise: ${view.exercise.title}`, view.exercise.assessment && h("span", { class: "tag fair" }, "Assessment"))),
      h("div", { class: "actions" }, button({ onclick: () => page.send("shifts") }, icon("back"), "Other shifts"),
        button({ class: "primary dial", onclick: () => page.send("begin") }, icon("play"), "Begin the shift"))),
    view.exercise?.words && h("p", { class: "card assessed", key: "assessed" }, view.exercise.words),
    h("div", { class: "brief-columns" },
      h("section", { class: "card", "aria-label": "The shift" }, h("h2", null, "Before you begin"), h("p", null, view.about), h("p", { class: "meta" }, view.reviewed),
        h("h2", null, "Who is there"), h("ul", { class: "plain" }, view.people.map((words) => h("li", { key: words }, words)))),
      h("section", { class: "card", "aria-label": "How it works" }, h("h2", null, "How a shift works"),
        h("ul", { class: "plain" },
          h("li", null, view.clock),
          h("li", null, "Reading a message takes half a minute, handing something over less. A call takes what you say and do in it."),
          h("li", null, "During a call the phone may ring. Send that line to a colleague, or let it ring."),
          h("li", null, "The nurse is one person. Where she is with somebody else, you wait for her, or for the backup nurse."),
          h("li", null, "What is urgent does not always say so. Read to the last word."),
          h("li", null, "Everything is saved. Close the page and go on later, exactly where you were.")))),
  ];
}

// -- the desk ----------------------------------------------------------------------------------------------------------

function shiftDesk(page) {
  const { view } = page;
  return [
    shiftHead(page),
    news(page),
    view.lines.length > 0 && h("section", { class: "ringing", key: "lines", "aria-label": "Lines that ring" }, view.lines.map((line) => ringing(page, line))),
    view.on_hand ? onHand(page) : h("div", { class: "desk-columns", key: "columns" },
      h("div", { class: "desk-column", key: "list" }, stack(page, "list", "Your list", view.list, "Nobody is left to phone."), notesToWrite(page), finished(page)),
      h("div", { class: "desk-column", key: "inbox" }, stack(page, "inbox", "Inbox", view.inbox, "The inbox is empty."))),
    !view.on_hand && deskFoot(page),
  ];
}

function shiftHead(page) {
  const { view } = page;
  const { clock } = view;
  const name = view.on_hand ? h("p", { class: "shift-title" }, view.title) : title(view.title);
  return h("header", { class: "shift-head", key: "head" },
    h("div", { class: "shift-name" }, name,
      h("p", { class: "meta" }, clock.over ? `The shift ended at ${clock.ends}. Finish what is in your hands.` : `Until ${clock.ends}, ${clock.left} left`)),
    h("div", { class: "clock", role: "group", "aria-label": "Time of the shift" }, icon("clock"), h("span", { role: "timer", "aria-live": "off" }, clock.now)),
    h("ul", { class: "beside", "aria-label": "Who is beside you" }, view.people.map((person) => h("li", { key: person.id, class: person.busy ? "tag fair" : "tag good" }, `${person.name}: ${person.words}`))),
    !view.on_hand && h("div", { class: "call-tools" },
      button({ class: "tool", onclick: () => page.send("pause") }, icon("pause"), "Pause"),
      button({ class: "tool", onclick: () => page.set({ dialog: "cut_off" }) }, icon("heart"), "Too much today")));
}

function news(page) {
  const { view } = page;
  return h("div", { class: "news", role: "log", "aria-live": "assertive", "aria-label": "News", key: "news" },
    view.news.map((item, nth) => h("p", { key: `${view.seq}-${nth}` }, h("span", { class: "at" }, item.time), " ", item.words)));
}

function ringing(page, line) {
  const { view } = page;
  const busy = Boolean(view.on_hand);
  return h("div", { class: "card ring", key: line.item },
    h("div", null, h("h2", null, icon("phone"), line.who), h("p", { class: "meta" }, line.since ? `Has rung for ${line.since}` : "Rings now", line.state && h("span", null, line.state))),
    h("div", { class: "actions" },
      !busy && button({ class: "primary", onclick: () => page.send("take", { item: line.item }) }, "Answer", h("span", { class: "unseen" }, ` ${line.who}`)),
      view.helpers.map((helper) => button({ key: helper.id, onclick: () => page.send("hand", { item: line.item, choice: helper.id }, busy ? null : "title") }, `Send to ${helper.name}`))));
}

function onHand(page) {
  const { on_hand: hand } = page.view;
  return h("div", { class: "on-hand", key: "on-hand" },
    h("details", { class: "card before", key: `brief-${hand.item}`, open: page.ui.shown[hand.item] ?? hand.fresh, ontoggle: (event) => { page.ui.shown[hand.item] = event.target.open; } },
      h("summary", null, h("span", null, `What you know of ${hand.who}`)),
      hand.message && h("blockquote", null, hand.message), h("p", null, hand.brief)),
    h("div", { class: "call-host", key: "call-host", foreign: true }));
}

function stack(page, name, heading, items, empty) {
  return h("section", { class: "stack", key: name, "aria-labelledby": `shift-${name}` },
    h("h2", { id: `shift-${name}`, tabindex: "-1", "data-focus": name }, heading, h("span", { class: "count" }, String(items.length))),
    items.length === 0 && h("p", { class: "card none" }, empty),
    h("ul", { class: "items" }, items.map((item) => h("li", { key: item.item }, work(page, item, name)))));
}

function work(page, item, name) {
  const open = page.ui.open === item.item;
  const unread = name === "inbox" && !item.read;
  const toggle = () => page.set({ open: open ? null : item.item });
  const press = unread && item.may.read ? () => { page.ui.open = item.item; page.send("read", { item: item.item }, `item-${item.item}`); } : toggle;
  return h("article", { class: `card work ${open ? "open" : ""} ${unread ? "unread" : ""}`, "aria-label": `${item.what}, ${item.who}` },
    button({ class: "work-head", "aria-expanded": unread ? null : String(open), onclick: press },
      h("span", { class: "work-words" },
        h("span", { class: "work-who" }, item.who, item.what !== "Phone call" && h("span", { class: "tag" }, item.what)),
        (item.subject || item.state) && h("span", { class: "work-more" }, [item.subject, item.state].filter(Boolean).join(" · ")),
        h("span", { class: "work-more" }, item.since ? `${item.came}, ${item.since} ago` : item.came)),
      h("span", { class: "work-do" }, unread ? "Read" : icon("down"))),
    open && !unread && detail(page, item, name));
}

function detail(page, item, name) {
  const { view } = page;
  const id = item.item;
  return h("div", { class: "work-detail", key: "detail", tabindex: "-1", "data-focus": `item-${id}` },
    item.body && h("blockquote", null, item.body),
    item.kind === "outreach" && item.brief && h("p", null, item.brief),
    item.may.take && h("div", { class: "actions", key: "take" },
      button({ class: "primary", onclick: () => page.send("take", { item: id }) }, icon("phone"), item.kind === "outreach" ? "Phone" : item.kind === "line" ? "Ring back" : "Ring the sender", h("span", { class: "unseen" }, ` ${item.who}`))),
    item.answers.length > 0 && h("fieldset", { class: "answers", key: "answers" }, h("legend", null, "Answer without a call"),
      item.answers.map((answer) => button({ key: answer.id, class: "answer", onclick: () => page.send("answer", { item: id, choice: answer.id }, name) }, icon("send"), h("span", null, answer.say)))),
    h("fieldset", { class: "others", key: "hand" }, h("legend", null, "Hand it to"),
      h("div", { class: "actions" }, view.helpers.map((helper) => button({ key: helper.id, disabled: !item.may.hand, onclick: () => page.send("hand", { item: id, choice: helper.id }, name) }, helper.name)))),
    item.may.put_off && h("fieldset", { class: "others", key: "put-off" }, h("legend", null, "Put it off by"),
      h("div", { class: "actions" }, view.put_off.map((step) => button({ key: step.seconds, onclick: () => page.send("put_off", { item: id, seconds: step.seconds }, name) }, step.words)))));
}

function notesToWrite(page) {
  const { notes } = page.view;
  return notes.length > 0 && h("section", { class: "card owed", key: "notes", "aria-label": "Notes to write" }, h("h2", null, "Notes to write"),
    h("ul", null, notes.map((note) => h("li", { key: note.item }, h("span", null, h("strong", null, note.who), ` ${note.words}`),
      button({ onclick: () => page.send("note", { item: note.item }) }, "Write the note", h("span", { class: "unseen" }, ` of ${note.who}`))))));
}

function finished(page) {
  const { done } = page.view;
  return done.length > 0 && h("details", { class: "card finished", key: "done" },
    h("summary", null, h("span", null, "Off your desk"), h("span", { class: "count" }, String(done.length))),
    h("ul", null, done.map((item) => h("li", { key: item.item },
      h("p", null, h("strong", null, item.who), " ", h("span", { class: "tag" }, item.what)),
      h("p", { class: "meta" }, item.words),
      item.again && h("div", { class: "actions" },
        item.may.take && button({ class: "quiet", onclick: () => page.send("take", { item: item.item }) }, icon("phone"), "Ring after all", h("span", { class: "unseen" }, ` ${item.who}`)),
        item.may.hand && page.view.helpers.map((helper) => button({ class: "quiet", key: helper.id, onclick: () => page.send("hand", { item: item.item, choice: helper.id }, "title") }, `Hand to ${helper.name}`, h("span", { class: "unseen" }, `: ${item.who}`))))))));
}

function deskFoot(page) {
  const { clock } = page.view;
  const end = () => (clock.over ? page.send("finish") : page.set({ dialog: "end" }));
  return h("div", { class: "actions desk-foot", key: "foot" },
    button({ onclick: () => page.send("wait", { seconds: 300 }, "wait"), "data-focus": "wait" }, icon("clock"), "Wait for news, five minutes at most"),
    button({ class: clock.over ? "primary" : "", onclick: end }, "End the shift"));
}

// -- other screens -----------------------------------------------------------------------------------------------------

function shiftPaused(page) {
  return h("div", { class: "card quiet-screen" }, title("Paused"),
    h("p", null, "The clock stands still and nothing of the shift is on the page. Take the time you need."), h("p", { class: "meta" }, page.view.words),
    h("div", { class: "actions" },
      button({ class: "primary", onclick: () => page.send("unpause") }, icon("play"), "Go on with the shift"),
      button({ onclick: () => page.send("shifts") }, "Keep it for later")));
}

/** Show the debrief of one call, in the call console's own words. */
function shiftSeen(page) {
  return [
    h("div", { class: "actions", key: "back" }, button({ onclick: () => page.send("back") }, icon("back"), `Back to ${page.view.title}`)),
    h("div", { class: "call-host", key: "call-host", foreign: true }),
  ];
}

function shiftLeft(page) {
  return h("div", { class: "card quiet-screen" }, title("You left the shift"), page.view.words.map((words) => h("p", { key: words }, words)),
    h("div", { class: "actions" }, button({ class: "primary", onclick: () => page.send("shifts") }, "Back to the shifts")));
}

function shiftClosed(page) {
  return h("div", { class: "card quiet-screen" }, title("The desk cannot open"), page.view.words.map((words) => h("p", { key: words }, words)));
}

const SHIFT_DIALOGS = {
  end: { ask: "End the shift now?", more: "There is time left. What is open stays as it is, and the debrief will say so.", yes: "End it and see the debrief", kind: "finish" },
  cut_off: { ask: "Leave this shift?", more: "That is fine. Nothing is scored and nobody is told. You can pause instead and come back to the same place.", yes: "Leave this shift", kind: "cut_off" },
};

function shiftDialog(page) {
  const asked = SHIFT_DIALOGS[page.ui.dialog];
  const close = () => page.set({ dialog: null }, "title");
  return asked && h("dialog", { class: "dialog", key: page.ui.dialog, "aria-labelledby": "shift-dialog-title",
    mounted: (element) => { element.showModal(); element.querySelector("[data-first]")?.focus(); },
    oncancel: (event) => { event.preventDefault(); close(); } },
    h("div", null, h("h2", { id: "shift-dialog-title" }, asked.ask), h("p", null, asked.more),
      h("div", { class: "actions" },
        button({ class: "primary", "data-first": true, onclick: () => { page.ui.dialog = null; page.send(asked.kind); } }, asked.yes),
        button({ onclick: close }, "Not now"))));
}

/** Show the shift desk of a model in an element; the function returned takes it away again. */
function showShift({ model, el }) {
  const page = new ShiftPage(model, el);
  return () => page.close();
}
