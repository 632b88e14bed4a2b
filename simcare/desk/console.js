/* The call console. It draws the view that Python sends and tells Python what the person did; no rule of a call lives
   here. Top to bottom: the desk (state, messages, focus, keys), then the screens. What it draws with is in drawing.js. */

// -- the desk ----------------------------------------------------------------------------------------------------------

const WIDE = 1060;
const MEDIUM = 720;
const ANSWER_WITHIN_MS = 8_000;
const PAGES = { calls: "01-take-a-call.ipynb", shifts: "05-work-a-shift.ipynb", progress: "07-how-am-i-doing.ipynb" };
/* The notebooks of a trainee's rooms, as the app shows them beside each other. */
const QUIET = new Set(["sure", "dismiss", "none"]);
/* What may be sent while the patient speaks on; whatever else a person does is not kept waiting by a voice. */
const KERNEL_GONE =
  "The desk lost its connection, so this was not sent. Your words are kept here and every earlier move is saved. " +
  "Reload the page (in a notebook, restart the kernel and run the cell again) and choose Resume.";
const KERNEL_SLOW =
  "The desk has not answered yet. Your words are kept here. If this stays, reload the page (in a notebook, restart the " +
  "kernel and run the cell again) and choose Resume: every move it took is saved.";

/** Where another of a trainee's rooms is: a page of the app, or of a service, which says so; nowhere in a notebook. */
function placeOf(room) {
  return location.pathname.includes("/voila/render/") ? PAGES[room] : document.querySelector("#desk")?.dataset[room];
}

class Desk {
  constructor(model, host) {
    this.model = model;
    this.root = document.createElement("div");
    this.root.className = "simcare-console";
    this.root.setAttribute("data-lm-suppress-shortcuts", "true");
    host.append(this.root);
    this.ui = freshUi();
    this.ui.keys = remembered("simcare.keys") !== "off";
    this.voice = new Voice(this);
    this.shownSeconds = null;
    this.since = performance.now();
    this.phase = null;
    this.onView = () => this.receive();
    model.on("change:view", this.onView);
    this.root.addEventListener("keydown", (event) => this.key(event));
    for (const name of ["keypress", "keyup", "copy", "cut", "paste"]) {
      this.root.addEventListener(name, (event) => event.stopPropagation());
    }
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.onTheme = () => this.theme();
    this.dark.addEventListener("change", this.onTheme);
    this.bodyWatch = new MutationObserver(this.onTheme);
    this.bodyWatch.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
    this.onSize = () => this.measure();
    this.sizeWatch = new ResizeObserver(this.onSize);
    this.sizeWatch.observe(this.root);
    window.addEventListener("resize", this.onSize);
    this.tick = setInterval(() => this.second(), 1000);
    this.theme();
    this.measure();
    this.receive();
    if (this.phase === "hello" && this.ui.name) this.send("hello", { name: this.ui.name });
  }

  close() {
    this.voice.close();
    this.model.off("change:view", this.onView);
    this.dark.removeEventListener("change", this.onTheme);
    this.bodyWatch.disconnect();
    this.sizeWatch.disconnect();
    window.removeEventListener("resize", this.onSize);
    clearInterval(this.tick);
    clearTimeout(this.waiting);
    cancelAnimationFrame(this.frame);
    this.root.remove();
  }

  get view() {
    return this.model.get("view") ?? {};
  }

  get sheet() {
    return this.model.get("sheet") ?? {};
  }

  theme() {
    this.root.dataset.theme = themeNow(this.dark);
  }

  /** Find out how wide the desk is and how high it may be: in a notebook the window is not all there is to see. */
  measure() {
    const width = this.root.clientWidth;
    const room = Math.round(roomFor(this.root));
    if (room !== this.room) this.root.style.setProperty("--room", `${room}px`);
    this.room = room;
    const layout = width >= WIDE ? "wide" : width >= MEDIUM ? "medium" : "narrow";
    if (layout === this.ui.layout) return;
    this.ui.layout = layout;
    this.root.dataset.layout = layout;
    this.draw();
  }

  /** Take over a new view from Python: end the waiting, carry drafts, and move the focus where the work goes on. */
  receive() {
    const view = this.view;
    const ui = this.ui;
    const first = this.phase === null;
    const { sent } = ui;
    clearTimeout(this.waiting);
    ui.busy = false;
    ui.lost = null;
    this.since = performance.now();
    if (view.phase !== this.phase) {
      const before = this.phase;
      this.phase = view.phase;
      Object.assign(ui, { ...freshUi(), layout: ui.layout, keys: ui.keys, sections: ui.sections, draft: ui.draft });
      if (view.phase !== "call" && view.phase !== "paused") ui.draft = "";
      if (first && view.phase === "hello" && document.activeElement === document.body) ui.focus = "name";
      if (!first) ui.focus = view.phase === "call" && before !== "paused" ? "say" : view.phase === "call" ? "say" : "title";
      if (view.phase === "debrief" || view.phase === "brief" || view.phase === "pick") this.root.scrollIntoView?.({ block: "start" });
    } else if (view.phase === "call" && !first) {
      // A proposal that was there before does not take the focus from who goes on typing.
      const offer = view.proposal && (ui.layout === "narrow" || view.proposal.action !== this.offered) && view.proposal;
      if (offer?.urgent || (offer && !view.chips)) ui.focus = "proposal";
      else if (view.chips) ui.focus = "chip-0";
      else if (ui.sent === "do" && view.next && !view.alert) ui.focus = "next";
      else if (ui.sent && ui.sent !== "pause") ui.focus = "say";
    } else if (view.phase === "wrap" && ui.sent === "do") {
      ui.focus = "title";
    } else if (view.phase === "wrap" && ui.sent === "note" && view.note.done) {
      ui.focus = "finish";
    }
    if (ui.sent === "do" && !view.alert) {
      ui.form = null;
      if (ui.layout === "narrow") ui.pane = "talk";
      this.root.querySelector(".decide")?.scrollTo(0, 0);
    }
    if (view.alert && ui.form) ui.focus = "form-error";
    this.offered = view.proposal?.action ?? null;
    if (view.draft === "" && ui.draft === ui.returned) ui.draft = "";
    if (view.draft) {
      ui.draft = [view.draft, ui.draft].filter(Boolean).join(" ");
      ui.given = true;
      ui.returned = ui.draft;
    }
    ui.sent = null;
    ui.sentDraft = null;
    if (view.learner) remember("simcare.learner", view.learner);
    if (view.lines?.length !== this.shownLines) this.pinned = true;
    this.shownLines = view.lines?.length;
    this.draw();
    this.runClock(first);
    this.voice.hear(view, sent);
  }

  send(kind, fields = {}) {
    const ui = this.ui;
    if (ui.busy) return;
    const elapsed = Math.round((performance.now() - this.since) / 100) / 10;
    try {
      this.model.send({ kind, seq: this.view.seq, elapsed, ...fields });
    } catch {
      this.lose(KERNEL_GONE);
      return;
    }
    ui.busy = true;
    ui.sent = kind;
    if (!QUIET.has(kind)) this.voice.hush();
    if (kind === "say") {
      // What is typed while the answer is on its way is the next line, never glued to this one.
      ui.sentDraft = ui.draft;
      ui.draft = "";
    }
    this.waiting = setTimeout(() => this.lose(KERNEL_SLOW), ANSWER_WITHIN_MS);
    this.draw();
  }

  /** Say that Python does not answer, where it is seen, and keep every draft. */
  lose(words) {
    const { ui } = this;
    const draft = [ui.sentDraft, ui.draft].filter(Boolean).join(" ");
    Object.assign(ui, { busy: false, lost: words, draft, sentDraft: null });
    this.draw();
    this.root.querySelector(".alert").scrollIntoView({ block: "nearest" });
  }

  set(changes, focus) {
    Object.assign(this.ui, changes);
    if (focus) this.ui.focus = focus;
    this.draw();
  }

  /** Open a dialog over the screen, or close it and give the focus back to what opened it. */
  ask(dialog, confirm = null) {
    if (dialog) this.opener = document.activeElement;
    this.set({ dialog, confirm });
    if (!dialog && this.opener?.isConnected && this.root.contains(this.opener)) this.opener.focus();
    else if (!dialog) this.root.querySelector("[data-focus=say], [data-focus=title]")?.focus();
  }

  draw() {
    if (this.phase === null) return;
    Object.assign(this.root.dataset, { seq: this.view.seq, phase: this.phase, pane: this.ui.pane });
    patchKids(this.root, [console_(this)]);
    this.follow();
    const wanted = this.ui.focus;
    if (!wanted) return;
    const target = this.root.querySelector(`[data-focus="${wanted}"]`);
    this.ui.focus = null;
    if (target && target !== document.activeElement) target.focus({ preventScroll: wanted === "say" });
    if (wanted === "say" && this.ui.given) target?.select();
    this.ui.given = false;
  }

  /** Keep the newest line in sight unless the person has scrolled back to read. */
  follow() {
    const log = this.root.querySelector(".log");
    if (log && this.pinned) log.scrollTop = log.scrollHeight;
  }

  /** Let the clock run up to the call's own time: smoothly after a move, at once where motion is not wanted. */
  runClock(first) {
    cancelAnimationFrame(this.frame);
    const clock = this.view.clock;
    if (!clock) {
      this.shownSeconds = null;
      return;
    }
    const from = this.shownSeconds ?? clock.t;
    const still = first || from >= clock.t || matchMedia("(prefers-reduced-motion: reduce)").matches;
    const start = performance.now();
    const step = (now) => {
      const part = still ? 1 : Math.min(1, (now - start) / 600);
      this.showClock(from + (clock.t - from) * part);
      if (part < 1) this.frame = requestAnimationFrame(step);
    };
    step(start);
  }

  showClock(seconds) {
    this.shownSeconds = seconds;
    const face = this.root.querySelector(".clock-face");
    if (face) face.firstChild.data = clockText(seconds);
  }

  second() {
    if (this.view.clock?.real && this.view.phase === "call") {
      this.showClock(this.view.clock.t + (performance.now() - this.since) / 1000);
    }
  }

  /** Keep keys inside the desk (JupyterLab would take them) and offer single keys only outside text fields. */
  key(event) {
    event.stopPropagation();
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const view = this.view;
    const typing = event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
    if (event.key === "Escape") this.escape(event);
    const emergency = view.ladder?.find((step) => step.urgent && step.enabled);
    if (event.key === "F9" && emergency && !this.ui.dialog) take(event, () => this.ask("confirm", emergency));
    if (typing || this.ui.dialog || !this.ui.keys) return;
    const chip = view.chips?.options[Number(event.key) - 1];
    if (event.key === "?") take(event, () => this.ask("help"));
    else if (view.phase !== "call") return;
    else if (chip) take(event, () => this.send("intent", { intent: chip.intent, from: "chip" }));
    else if (view.chips && (event.key === "0" || (event.key.toLowerCase() === "n" && !view.proposal))) take(event, () => this.send("none"));
    else if (view.proposal && event.key.toLowerCase() === "y") take(event, () => begin(this, view.proposal.action));
    else if (view.proposal && event.key.toLowerCase() === "n") take(event, () => this.send("dismiss"));
    else if (event.key === "/") take(event, () => openFinder(this, "commands"));
    else if (/^\S$/u.test(event.key) && event.target.matches("[data-focus=next]")) this.root.querySelector("#simcare-say")?.focus();
  }

  escape(event) {
    const { ui, view } = this;
    if (ui.dialog) return;
    if (ui.finder) take(event, () => this.set({ finder: null, pane: "talk" }, "say"));
    else if (ui.form) take(event, () => this.set({ form: null, pane: "talk" }, "say"));
    else if (view.chips) take(event, () => this.send("none"));
    else if (view.proposal) take(event, () => this.send("dismiss"));
  }
}

/** Say how high the desk can be and still be seen whole: in JupyterLab the notebook's panel, elsewhere the window. */
function roomFor(root) {
  const panel = root.closest(".jp-WindowedPanel-outer, .jp-LinkedOutputView");
  if (panel) return panel.clientHeight - 8;
  const above = root.getBoundingClientRect().top + window.scrollY;
  return window.innerHeight - (above < 200 ? above : 0);
}

function freshUi() {
  return {
    draft: "", pane: "talk", form: null, menu: null, dialog: null, finder: null, focus: null, busy: false, sent: null,
    lost: null, sections: {}, layout: null, name: remembered("simcare.learner") ?? "", note: null, search: "", untried: false, keys: true, mark: null, sure: null, confirm: null, sentDraft: null,
  };
}

function take(event, work) {
  if (event.repeat) return;
  event.preventDefault();
  work();
}

function remembered(name, store = "localStorage") {
  try {
    return window[store].getItem(name);
  } catch {
    return null;
  }
}

function remember(name, value, store = "localStorage") {
  try {
    window[store].setItem(name, value);
  } catch {
    // A page without storage simply asks again next time.
  }
}

// -- every screen ------------------------------------------------------------------------------------------------------

const SCREENS = { hello, pick, brief, call, paused, wrap, debrief, left, closed };

function console_(desk) {
  const { view, ui } = desk;
  const screen = SCREENS[view.phase];
  return h("div", { class: "frame", key: "frame" },
    ui.lost && h("div", { class: "alert", role: "alert", key: "lost" }, icon("alert"), h("p", null, ui.lost)),
    view.alert && h("div", { class: "alert", role: "alert", key: `alert-${view.seq}` }, icon("alert"), h("p", null, view.alert)),
    h("div", { class: `screen ${view.phase}`, key: view.phase }, screen ? screen(desk) : h("p", null, "Opening the desk ...")),
    h("p", { class: "training", key: "training" }, view.training),
    dialogs(desk));
}

function title(text, props = {}) {
  return h("h1", { tabindex: "-1", "data-focus": "title", ...props }, text);
}

function hello(desk) {
  const { ui } = desk;
  return [
    h("header", { class: "intro" }, title("Welcome to the call desk"),
      h("p", null, "Here you practice phone calls with made-up patients. You talk, the patient answers, you decide what the call needs. Afterwards you see what counted and why.")),
    h("form", { class: "card hello-form", onsubmit: (event) => { event.preventDefault(); desk.send("hello", { name: ui.name }); } },
      h("label", { for: "simcare-name" }, "Your name or initials"),
      h("input", { id: "simcare-name", class: "field", value: ui.name, maxlength: "60", autocomplete: "name", "data-focus": "name",
        "aria-describedby": "simcare-name-help", oninput: (event) => { ui.name = event.target.value; } }),
      h("p", { class: "help", id: "simcare-name-help" }, "There is no account. It only finds your saved calls again on this computer, and whoever uses it can open them."),
      h("button", { class: "primary", type: "submit" }, "Go to the calls")),
  ];
}

const FEW_CALLS = 6;

/** Return the calls whose card holds every word looked for, by title first; where wanted, only those not tried. */
function callsFound({ view, ui }) {
  const words = ui.search.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (text) => words.every((word) => text.toLowerCase().includes(word));
  const found = view.calls.filter((item) => holds(`${item.title} ${item.who} ${item.meta}`) && !(ui.untried && item.tried));
  return [...found.filter((item) => holds(item.title)), ...found.filter((item) => !holds(item.title))];
}

function pick(desk) {
  const { view, ui } = desk;
  const found = callsFound(desk);
  return [
    h("header", { class: "intro" }, title("Pick a call"),
      h("p", null, `Hello ${view.learner}. `, "Each call has more than one hidden truth: asking is what tells them apart. ",
        view.signed_in ? null : button({ class: "link", onclick: () => { remember("simcare.learner", ""); desk.ui.name = ""; desk.send("who"); } }, "Not you?"),
        placeOf("progress") && [" ", h("a", { href: placeOf("progress") }, "How am I doing?")])),
    view.resume.length > 0 && h("section", { class: "card banner", key: "resume", "aria-labelledby": "simcare-open" },
      h("h2", { id: "simcare-open" }, view.resume.length === 1 ? "You have an open call" : "You have open calls"),
      view.resume.map((attempt) => h("div", { class: "open-call", key: attempt.attempt },
        h("p", null, h("strong", null, attempt.title), h("br"), attempt.words),
        h("div", { class: "actions" },
          button({ class: "primary", onclick: () => desk.send("resume", { attempt: attempt.attempt }) }, icon("play"), "Resume", h("span", { class: "unseen" }, ` ${attempt.title}`)),
          button({ class: "quiet", onclick: () => desk.send("close", { attempt: attempt.attempt }) }, "Close it without a score"))))),
    view.next && h("section", { class: "card banner", key: "next", "aria-labelledby": "simcare-next" },
      h("h2", { id: "simcare-next" }, "Practice next"),
      h("div", { class: "open-call" },
        h("p", null, h("strong", null, view.next.title), h("br"), view.next.why, view.next.care && h("span", { class: "meta care" }, icon("heart"), view.next.care)),
        h("div", { class: "actions" }, button({ class: "primary", onclick: () => desk.send("next") }, "Practice this call")))),
    exercises(desk),
    view.calls.length > FEW_CALLS && h("div", { class: "card search", key: "search" },
      h("label", { for: "simcare-search" }, "Find a call"),
      h("input", { id: "simcare-search", class: "field", type: "search", autocomplete: "off", spellcheck: "false", value: ui.search,
        placeholder: "pills, man of 72, the patient calls ...", oninput: (event) => desk.set({ search: event.target.value }),
        onkeydown: (event) => { if (event.key === "Enter" && found.length === 1) desk.send("pick", { scenario: found[0].id }); } }),
      h("label", { class: "check" }, h("input", { type: "checkbox", checked: ui.untried, onchange: (event) => desk.set({ untried: event.target.checked }) }),
        "Only calls I have not tried"),
      h("p", { class: "meta", role: "status" }, found.length === view.calls.length ? `${found.length} calls` : `${found.length} of ${view.calls.length} calls`)),
    found.length === 0 && h("p", { class: "card", key: "nothing" }, "No call fits. Try fewer words."),
    h("ul", { class: "calls" }, found.map((item) => h("li", { class: "card call-card", key: item.id },
      h("div", { class: "call-words" },
        h("h2", null, item.title, item.guided && h("span", { class: "tag start" }, "Start here: guided")),
        h("p", { class: "who" }, item.who),
        h("p", { class: "meta" }, item.meta),
        item.tried && h("p", { class: `meta tried ${item.passed ? "passed" : ""}` }, icon(item.passed ? "check" : "again"), item.tried),
        item.care && h("p", { class: "meta care" }, icon("heart"), item.care)),
      button({ class: item.guided ? "primary" : "", "aria-label": `Open ${item.title}`, onclick: () => desk.send("pick", { scenario: item.id }) }, "Open")))),
  ];
}

/** The exercises, closed until one is under way: a list of calls comes first to who only wants to practice. */
function exercises(desk) {
  const { view, ui } = desk;
  if (!view.sets?.length) return null;
  const passed = view.sets.filter((set) => set.state === "passed").length;
  const open = ui.sections.sets ?? view.sets.some((set) => set.state === "begun");
  return h("details", { class: "card sets", key: "sets", open, ontoggle: (event) => { ui.sections.sets = event.target.open; } },
    h("summary", null, h("span", null, "Exercises"), h("span", { class: "count" }, `${passed} of ${view.sets.length} passed`)),
    h("ul", { class: "plain-list" }, view.sets.map((set) => h("li", { class: "set", key: set.id },
      h("div", { class: "call-words" },
        h("h3", null, set.title, set.assessment && h("span", { class: "tag fair" }, "Assessment"), set.state === "passed" && h("span", { class: "tag good" }, icon("check"), "Passed")),
        h("p", null, set.about),
        h("p", { class: "meta" }, set.words),
        set.press && set.shift && h("p", { class: "meta" }, `Next comes the shift “${set.shift}”, which is worked on the shift page.`),
        set.state === "begun" && h("progress", { max: String(set.number), value: set.done, "aria-label": `${set.title}: ${set.unit} done` })),
      setPress(desk, set)))));
}

/** What leads on in an exercise: a call opens here, a shift has a page of its own. */
function setPress(desk, set) {
  const whose = h("span", { class: "unseen" }, ` ${set.title}`);
  if (!set.press) return null;
  if (!set.shift) return button({ onclick: () => desk.send("set", { exercise: set.id }) }, set.press, whose);
  const shifts = placeOf("shifts");
  return shifts && h("a", { class: "button", href: `${shifts}?exercise=${encodeURIComponent(set.id)}` }, "Go to the shift", whose);
}

function brief(desk) {
  const { view } = desk;
  return [
    h("header", { class: "intro row" },
      h("div", null, h("p", { class: "eyebrow" }, view.head.when), title(view.head.title), h("p", { class: "who" }, view.head.who),
        view.exercise && h("p", { class: "meta" }, `Exercise: ${view.exercise.title}`, view.exercise.assessment && h("span", { class: "tag fair" }, "Assessment"))),
      h("div", { class: "actions" }, button({ onclick: () => desk.send("calls") }, icon("back"), "Other calls"),
        button({ class: "primary dial", "data-focus": "dial", onclick: () => desk.send("dial") }, icon("phone"), view.head.dial))),
    coach(desk),
    view.exercise?.words && h("p", { class: "card assessed", key: "assessed" }, view.exercise.words),
    h("div", { class: "brief-columns" },
      h("section", { class: "card", "aria-label": "Brief" }, h("h2", null, "Before you dial"), paragraphs(view.brief),
        h("p", { class: "meta" }, view.reviewed),
        h("h2", null, "How the desk works"),
        h("ul", { class: "plain" },
          h("li", null, "Type what you would say and press Enter, or find a phrase in the list."),
          h("li", null, "The clock counts what you do, not how long you think."),
          h("li", null, "Decide when you know enough. 911 is always one press away."),
          h("li", null, "You can pause, and you can leave a call that is too hard. Neither is scored.")),
        voiceSwitch(desk, "brief")),
      chartPane(desk, "brief")),
  ];
}

function paragraphs(text) {
  return String(text ?? "").split(/\n\s*\n/).map((part) => h("p", null, part));
}

// -- the chart ---------------------------------------------------------------------------------------------------------

function chartPane(desk, where) {
  const { sheet, ui } = desk;
  const chart = sheet.chart ?? { sections: [] };
  return h("section", { class: "card chart", key: "chart", "aria-label": "Chart", "data-point": "chart" },
    h("h2", { tabindex: "-1", "data-focus": "chart" }, icon("chart"), "Chart"),
    h("dl", { class: "identity" }, (chart.identity ?? []).map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value)))),
    chart.sections.map((section) => {
      const open = ui.sections[section.id] ?? section.open;
      return h("details", { key: `${where}-${section.id}`, open, ontoggle: (event) => { ui.sections[section.id] = event.target.open; } },
        h("summary", null, h("span", null, section.title), h("span", { class: "count" }, section.count)),
        section.rows.length === 0
          ? h("p", { class: "none" }, "Nothing recorded.")
          : h("ul", { class: "rows" }, section.rows.map((row) => h("li", null,
            h("span", { class: "row-main" }, row.main, row.tag && h("span", { class: `tag ${row.tone ?? ""}` }, row.tag)),
            row.more && h("span", { class: "row-more" }, row.more)))));
    }));
}

// -- the call ----------------------------------------------------------------------------------------------------------

function call(desk) {
  const { view, ui } = desk;
  const wide = ui.layout === "wide";
  const panes = { chart: () => chartPane(desk, "call"), talk: () => talkPane(desk), decide: () => decidePane(desk) };
  const names = ui.layout === "medium" ? ["decide", "chart"] : ["talk", "chart", "decide"];
  const shown = names.includes(ui.pane) ? ui.pane : names[0];
  return [
    callHead(desk),
    coach(desk),
    h("div", { class: "panes", key: "panes" },
      !wide && tabs(desk, names, shown),
      wide ? [panes.chart(), panes.talk(), panes.decide()] : ["chart", "talk", "decide"].map((name) => {
        if (ui.layout === "medium" && name === "talk") return panes.talk();
        return h("div", { class: "pane", key: `pane-${name}`, id: `simcare-pane-${name}`, role: "tabpanel", "aria-labelledby": `simcare-tab-${name}`, hidden: name !== shown },
          panes[name]());
      })),
  ];
}

const PANE_WORDS = { talk: "Talk", chart: "Chart", decide: "Decide" };
const PANE_ICONS = { talk: "talk", chart: "chart", decide: "steps" };

function tabs(desk, names, shown) {
  const move = (event, step) => take(event, () => {
    const next = names[(names.indexOf(shown) + step + names.length) % names.length];
    desk.set({ pane: next }, `tab-${next}`);
  });
  return h("div", { class: "tabs", key: "tabs", role: "tablist", "aria-label": "Parts of the call" },
    names.map((name) => button({
      key: name, id: `simcare-tab-${name}`, role: "tab", "aria-selected": String(name === shown), "aria-controls": `simcare-pane-${name}`,
      tabindex: name === shown ? "0" : "-1", "data-focus": `tab-${name}`, class: name === shown ? "tab on" : "tab",
      onclick: () => desk.set({ pane: name }),
      onkeydown: (event) => {
        if (event.key === "ArrowRight") move(event, 1);
        if (event.key === "ArrowLeft") move(event, -1);
      },
    }, icon(PANE_ICONS[name]), PANE_WORDS[name])));
}

function callHead(desk) {
  const { view, ui } = desk;
  const emergency = view.ladder.find((step) => step.urgent);
  return h("header", { class: "call-head", key: "head" },
    h("div", { class: "call-who" }, title(view.head.patient),
      h("p", { class: "meta" }, h("span", { class: "state" }, view.head.state), h("span", null, view.head.channel))),
    h("div", { class: "clock", "data-point": "timer", role: "group", "aria-label": "Call time" }, icon("clock"),
      h("span", { class: "clock-face", role: "timer", "aria-live": "off" }, clockText(desk.shownSeconds ?? view.clock.t))),
    h("div", { class: "call-tools" },
      emergency && ui.layout === "narrow" && button({ class: "emergency small", disabled: !emergency.enabled, onclick: () => begin(desk, emergency.action) }, icon("phone"), "911"),
      desk.voice.by && button({ class: "tool", onclick: () => desk.voice.turn(!desk.voice.on), "aria-label": desk.voice.on ? "Voice on" : "Voice off" }, icon(desk.voice.on ? "ear" : "mute"), h("span", { class: "word" }, desk.voice.on ? "Voice on" : "Voice off")),
      button({ class: "tool", onclick: () => desk.send("pause"), "aria-label": "Pause the call" }, icon("pause"), h("span", { class: "word" }, "Pause")),
      button({ class: "tool", onclick: () => desk.ask("leave"), "aria-label": "This call is hard for me" }, icon("heart"), h("span", { class: "word" }, "This call is hard for me")),
      button({ class: "tool", onclick: () => desk.ask("help"), "aria-label": "Keys and help" }, icon("help"), h("span", { class: "word" }, "Keys"))));
}

function coach(desk) {
  const hint = desk.view.coach;
  desk.root.dataset.point = hint?.point_at ?? "";
  return h("div", { class: "coach-slot", key: "coach", role: "status" },
    hint && h("div", { class: "coach", key: hint.id }, icon("hint"), h("p", null, h("strong", null, "Coach: "), hint.say)));
}

function talkPane(desk) {
  const { view } = desk;
  const offered = view.proposal && !desk.ui.form;
  const asked = view.chips || offered;
  return h("section", { class: "card talk", key: "talk", "aria-label": "Conversation" },
    h("h2", { class: "unseen" }, "Conversation"),
    h("div", { class: "log", key: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": "What was said", tabindex: "0", "data-focus": "log",
      onscroll: (event) => { const log = event.target; desk.pinned = log.scrollHeight - log.scrollTop - log.clientHeight < 40; } },
      view.lines.map((line) => spoken(line))),
    view.hint && h("p", { class: "heard", key: "hint" }, icon("ear"), h("span", null, view.hint)),
    h("div", { class: "speak", key: "speak" }, !asked && nextStep(desk), offered && proposal(desk), view.chips && chips(desk),
      desk.ui.finder ? finder(desk) : (desk.ui.layout !== "narrow" || !asked) && composer(desk)));
}

function spoken(line) {
  return h("div", { class: `line ${line.side}`, key: line.id },
    h("p", { class: "said-by" }, h("span", { class: "name" }, line.name), h("span", { class: "at" }, line.clock),
      line.channel && h("span", { class: "tag" }, line.channel)),
    h("p", { class: "said" }, line.text));
}

function chips(desk) {
  const { view } = desk;
  return h("div", { class: "ask-back", key: "chips", role: "group", "aria-label": "What did you mean?" },
    h("p", null, h("strong", null, "What did you mean by "), h("q", null, view.chips.text), h("strong", null, "?")),
    h("div", { class: "chip-row" },
      view.chips.options.map((option, index) => button({
        key: option.intent, class: "chip", "data-focus": `chip-${index}`, "aria-keyshortcuts": String(index + 1),
        onclick: () => desk.send("intent", { intent: option.intent, from: "chip" }),
      }, h("kbd", { "aria-hidden": "true" }, String(index + 1)), option.say)),
      button({ key: "none", class: "chip quiet", "aria-keyshortcuts": "0", onclick: () => desk.send("none") }, h("kbd", { "aria-hidden": "true" }, "0"), "None of these")));
}

function proposal(desk) {
  const { proposal: offer } = desk.view;
  return h("div", { class: `ask-back ${offer.urgent ? "urgent" : ""}`, key: `proposal-${offer.action}`, role: "group", "aria-label": offer.ask },
    h("p", null, h("strong", null, offer.ask), " Words alone do nothing: confirm to do it."),
    h("div", { class: "chip-row" },
      button({ class: offer.urgent ? "emergency" : "primary", "data-focus": "proposal", "aria-keyshortcuts": "y", onclick: () => begin(desk, offer.action) }, h("kbd", { "aria-hidden": "true" }, "Y"), offer.yes),
      button({ class: "chip quiet", "aria-keyshortcuts": "n", onclick: () => desk.send("dismiss") }, h("kbd", { "aria-hidden": "true" }, "N"), "Not now")));
}

function composer(desk) {
  const { ui, view } = desk;
  const submit = () => { if (ui.draft.trim()) desk.send("say", { text: ui.draft }); };
  return h("form", { class: "composer", key: "composer", "data-point": "say", onsubmit: (event) => { event.preventDefault(); submit(); } },
    h("label", { for: "simcare-say" }, "Say it in your own words"),
    h("div", { class: "say-row" },
      h("textarea", { id: "simcare-say", class: "field", rows: "2", value: ui.draft, "data-focus": "say", maxlength: "600", "aria-describedby": "simcare-say-help",
        oninput: (event) => { ui.draft = event.target.value; },
        onkeydown: (event) => {
          if (event.key === "Enter" && !event.shiftKey && !event.isComposing) take(event, submit);
          else if (event.key === "/" && !ui.draft && !event.ctrlKey && !event.metaKey && !event.altKey) take(event, () => openFinder(desk, "commands"));
          else if (event.key === "ArrowDown" && !ui.draft) take(event, () => openFinder(desk, "phrases"));
        } }),
      h("button", { class: "primary send", type: "submit", "aria-disabled": ui.busy ? "true" : null }, icon("send"), "Say")),
    h("div", { class: "say-help" },
      h("p", { class: "help", id: "simcare-say-help", role: "status" }, view.status || "Enter says it. Type / for actions."),
      desk.voice.dictates && button({ class: "quiet", onclick: () => desk.voice.dictate() }, icon("mic"), desk.voice.listening ? "Stop listening" : "Dictate"),
      button({ class: "quiet", "data-point": "intents", onclick: () => openFinder(desk, "phrases") }, icon("search"), "Find a phrase")));
}

// -- finding a phrase or an action -------------------------------------------------------------------------------------

function openFinder(desk, mode) {
  desk.set({ finder: { mode, filter: "", active: 0 }, pane: desk.ui.layout === "medium" ? desk.ui.pane : "talk" }, "finder");
}

function commands(desk) {
  const { view } = desk;
  const act = (step) => ({ id: `do-${step.action}`, say: step.label, find: `${step.label} ${step.command ?? ""}`, run: () => begin(desk, step.action) });
  const open = (pane, focus) => () => desk.set({ finder: null, pane }, focus);
  return [
    { topic: "Decide", items: view.ladder.filter((step) => step.enabled).map(act) },
    { topic: "Now", items: [view.next && act(view.next), view.end && act(view.end)].filter(Boolean) },
    { topic: "Other lines", items: view.routes.map(act) },
    { topic: "Tasks", items: view.tasks.map(act) },
    { topic: "The desk", items: [
      { id: "phrases", say: "Find a phrase to say", find: "find phrase list say", run: () => openFinder(desk, "phrases") },
      { id: "chart", say: "Go to the chart", find: "chart", run: open("chart", "chart") },
      { id: "log", say: "Go to the conversation", find: "conversation talk log", run: open("talk", "log") },
      { id: "decide", say: "Go to the decisions", find: "decide ladder", run: open("decide", "decide") },
      { id: "pause", say: "Pause the call", find: "pause", run: () => desk.send("pause") },
      { id: "leave", say: "This call is hard for me", find: "leave hard stop", run: () => desk.ask("leave") },
      { id: "help", say: "Keys and help", find: "help keys shortcuts", run: () => desk.ask("help") },
    ] },
  ].filter((group) => group.items.length);
}

function found(desk) {
  const { mode, filter } = desk.ui.finder;
  const words = filter.toLowerCase().replace(/^\//, "").split(/\s+/).filter(Boolean);
  const groups = mode === "commands" ? commands(desk) : (desk.sheet.phrases ?? []).map((group) => ({
    topic: group.topic,
    items: group.items.map((item) => ({ id: item.intent, say: item.say, find: item.find,
      run: () => { desk.ui.finder = null; desk.send("intent", { intent: item.intent, from: "list" }); } })),
  }));
  return groups
    .map((group) => ({ ...group, items: group.items.filter((item) => words.every((word) => `${item.say} ${item.find} ${group.topic}`.toLowerCase().includes(word))) }))
    .filter((group) => group.items.length);
}

function finder(desk) {
  const { finder: state } = desk.ui;
  const groups = found(desk);
  const items = groups.flatMap((group) => group.items);
  const active = Math.min(state.active, items.length - 1);
  const run = (item) => { desk.set({ finder: null }, "say"); item.run(); desk.draw(); };
  const go = (event, to) => take_(event, () => {
    state.active = Math.max(0, Math.min(items.length - 1, to));
    desk.draw();
    desk.root.querySelector(".option.on")?.scrollIntoView({ block: "nearest" });
  });
  const label = state.mode === "commands" ? "Find an action" : "Find a phrase";
  return h("div", { class: "finder", key: "finder", "data-point": "intents" },
    h("div", { class: "finder-head" },
      h("label", { for: "simcare-find" }, label),
      button({ class: "quiet", onclick: () => desk.set({ finder: null }, "say") }, icon("cross"), "Close")),
    h("input", { id: "simcare-find", class: "field", role: "combobox", "aria-expanded": "true", "aria-controls": "simcare-found", "aria-autocomplete": "list",
      "aria-activedescendant": items[active] ? `simcare-option-${items[active].id}` : null, autocomplete: "off", spellcheck: "false", value: state.filter, "data-focus": "finder",
      placeholder: state.mode === "commands" ? "nurse, message, pause ..." : "dose, dizzy, ride ...",
      oninput: (event) => { state.filter = event.target.value; state.active = 0; desk.draw(); },
      onkeydown: (event) => {
        if (event.key === "ArrowDown") go(event, active + 1);
        else if (event.key === "ArrowUp") go(event, active - 1);
        else if (event.key === "PageDown") go(event, active + 8);
        else if (event.key === "PageUp") go(event, active - 8);
        else if (event.key === "Enter" && items[active]) take(event, () => run(items[active]));
      } }),
    h("div", { class: "found", id: "simcare-found", role: "listbox", "aria-label": label, tabindex: "-1" },
      groups.map((group, nth) => h("div", { key: group.topic, role: "group", "aria-labelledby": `simcare-topic-${nth}` },
        h("div", { class: "topic", id: `simcare-topic-${nth}`, role: "presentation" }, group.topic),
        group.items.map((item) => h("div", { key: item.id, id: `simcare-option-${item.id}`, role: "option", class: item === items[active] ? "option on" : "option",
          "aria-selected": String(item === items[active]), onclick: () => run(item) }, item.say))))),
    h("p", { class: "help", role: "status" }, items.length ? `${items.length} found. Arrow keys and Enter.` : "Nothing fits. Try another word."));
}

function take_(event, work) {
  event.preventDefault();
  work();
}

// -- deciding ----------------------------------------------------------------------------------------------------------

function step_(desk, action) {
  const { view } = desk;
  return [...(view.ladder ?? []), ...(view.routes ?? []), ...(view.tasks ?? []), view.next, view.end].find((step) => step?.action === action);
}

/** Start an action: 911 asks only for one confirmation, what needs a note opens its form, all else is done at once. */
function begin(desk, action) {
  const step = step_(desk, action);
  desk.ui.finder = null;
  if (!step || step.enabled === false) return desk.draw();
  if (desk.view.proposal?.action === action && !step.form) return desk.send("do", { action });
  if (step.urgent || step.confirm) return desk.ask("confirm", step);
  if (desk.ui.layout === "narrow") desk.ui.pane = "talk";
  if (step.form) return desk.set({ form: { step, sbar: { S: "", B: "", A: "", R: "" }, facts: [], confidence: null, error: null }, pane: "decide" }, "form");
  return desk.send("do", { action });
}

function decidePane(desk) {
  const { view, ui } = desk;
  return h("section", { class: "card decide", key: "decide", "aria-label": "Decide", "data-point": "decision" },
    howSure(desk),
    ui.form ? decisionForm(desk) : [
      h("h2", { key: "h", tabindex: "-1", "data-focus": "decide" }, icon("steps"), "What does this call need?"),
      h("ul", { class: "ladder", key: "ladder" }, view.ladder.map((step) => h("li", { key: step.action },
        button({ class: `step ${step.level}`, disabled: !step.enabled, onclick: () => begin(desk, step.action) },
          h("span", { class: "step-words" }, h("span", { class: "step-name" }, step.label), h("span", { class: "step-more" }, step.more)),
          step.done && h("span", { class: "tag done" }, icon("check"), "Done"))))),
      more(desk, "routes", "Other lines", view.routes),
      more(desk, "tasks", "Tasks", view.tasks),
      view.end && button({ class: "end", key: "end", onclick: () => begin(desk, view.end.action) }, view.end.label),
    ]);
}

function nextStep(desk) {
  const { next } = desk.view;
  return next && h("div", { class: "next", key: "next" },
    h("p", null, h("strong", null, "Next: "), next.more),
    button({ class: "primary", "data-focus": "next", onclick: () => desk.send("do", { action: next.action }) }, icon("phone"), next.label));
}

function more(desk, name, words, steps) {
  const open = desk.ui.menu === name;
  return steps.length > 0 && h("div", { class: "more", key: name },
    button({ class: "more-head", "aria-expanded": String(open), "aria-controls": `simcare-${name}`, onclick: () => desk.set({ menu: open ? null : name }) }, words, icon("down")),
    h("ul", { id: `simcare-${name}`, hidden: !open }, steps.map((step) => task(desk, step))));
}

function task(desk, step) {
  return h("li", { key: step.action },
    button({ class: "task", onclick: () => begin(desk, step.action) }, h("span", null, step.label), step.done && h("span", { class: "tag done" }, step.level ? "Done" : "Tried")));
}

const SURE = [50, 60, 70, 80, 90, 100];

function sureness(desk, value, choose, name) {
  return h("fieldset", { class: "sure", key: "sure" },
    h("legend", null, "How sure are you that this is the right step?"),
    h("div", { class: "sure-row" }, SURE.map((percent) => h("label", { key: percent, class: value === percent ? "on" : "" },
      h("input", { type: "radio", name, value: String(percent), checked: value === percent, onchange: () => choose(percent) }), h("span", null, `${percent}%`)))),
    h("p", { class: "help ends" }, h("span", null, "50% is a coin toss"), h("span", null, "100% is certain")));
}

function howSure(desk) {
  const { ask_sure: ask } = desk.view;
  return ask && !desk.ui.form && h("div", { class: "ask-sure", key: "ask-sure" },
    h("p", null, h("strong", null, ask.words)),
    sureness(desk, desk.ui.sure, (sure) => desk.set({ sure }), "simcare-sure-after"),
    button({ disabled: desk.ui.sure === null, onclick: () => desk.send("sure", { confidence: desk.ui.sure }) }, "Save how sure I am"));
}

function decisionForm(desk) {
  const { ui, sheet, view } = desk;
  const { form } = ui;
  const { step } = form;
  const submit = (event) => {
    event.preventDefault();
    if (step.confidence && form.confidence === null) return desk.set({ form: { ...form, error: "Choose how sure you are, then do it." } }, "form-error");
    const note = step.form === "sbar" ? { sbar: { ...form.sbar, facts: form.facts } } : {};
    return desk.send("do", { action: step.action, confidence: form.confidence, ...note });
  };
  return h("form", { class: "decision", key: `form-${step.action}`, onsubmit: submit, "data-point": "sbar" },
    h("h2", { tabindex: "-1", "data-focus": "form" }, step.label),
    h("p", { class: "help" }, step.more),
    step.form === "sbar" && h("div", { class: "sbar", key: "sbar" },
      (sheet.sbar ?? []).map((field) => h("div", { key: field.key, class: "sbar-field" },
        h("label", { for: `simcare-sbar-${field.key}` }, h("span", { class: "letter", "aria-hidden": "true" }, field.key), field.name),
        h("p", { class: "help", id: `simcare-sbar-help-${field.key}` }, field.help),
        h("textarea", { id: `simcare-sbar-${field.key}`, class: "field", rows: "2", maxlength: "800", value: form.sbar[field.key], "aria-describedby": `simcare-sbar-help-${field.key}`,
          oninput: (event) => { form.sbar[field.key] = event.target.value; } }))),
      carries(desk, form.facts, (facts) => desk.set({ form: { ...form, facts } }), "Facts this note carries")),
    step.confidence && sureness(desk, form.confidence, (confidence) => desk.set({ form: { ...form, confidence, error: null } }), "simcare-sure"),
    h("p", { class: "error", role: "alert", tabindex: "-1", "data-focus": "form-error" }, form.error ?? (view.alert ? view.alert : "")),
    h("div", { class: "actions" },
      h("button", { class: step.level === "L4_911" ? "emergency" : "primary", type: "submit" }, step.yes),
      button({ class: "quiet", onclick: () => desk.set({ form: null, pane: "talk" }, "say") }, "Back")));
}

function carries(desk, chosen, change, words) {
  const facts = desk.view.facts ?? [];
  return h("fieldset", { class: "carries", key: "facts" },
    h("legend", null, words),
    facts.length === 0 && h("p", { class: "help" }, "Nothing was heard yet that a note could carry."),
    facts.length > 3 && button({ class: "quiet", key: "all", onclick: () => change(chosen.length < facts.length ? facts.map((fact) => fact.id) : []) },
      chosen.length < facts.length ? `Tick all ${facts.length}` : "Untick all"),
    facts.map((fact) => h("label", { key: fact.id, class: "toggle" },
      h("input", { type: "checkbox", checked: chosen.includes(fact.id), onchange: (event) => change(event.target.checked ? [...chosen, fact.id] : chosen.filter((id) => id !== fact.id)) }),
      h("span", null, fact.label, fact.from && h("span", { class: "from" }, ` ${fact.from}`)))));
}

// -- dialogs -----------------------------------------------------------------------------------------------------------

function dialogs(desk) {
  const { ui } = desk;
  const close = () => desk.ask(null);
  const body = { help: helpDialog, leave: leaveDialog, confirm: confirmDialog }[ui.dialog];
  return body && h("dialog", { class: "dialog", key: ui.dialog, "aria-labelledby": "simcare-dialog-title",
    mounted: (element) => { element.showModal(); element.querySelector("[data-first]")?.focus(); },
    oncancel: (event) => { event.preventDefault(); close(); } }, body(desk, close));
}

function confirmDialog(desk, close) {
  const step = desk.ui.confirm;
  const go = () => { desk.ui.dialog = null; desk.ui.pane = "talk"; desk.send("do", { action: step.action }); };
  const keys = (event) => {
    if (event.key.toLowerCase() === "y") take(event, go);
    if (event.key.toLowerCase() === "n") take(event, close);
  };
  return h("div", { onkeydown: keys },
    h("h2", { id: "simcare-dialog-title" }, step.ask),
    h("p", null, step.more),
    h("div", { class: "actions" },
      button({ class: step.urgent ? "emergency" : "primary", "data-first": true, onclick: go }, h("kbd", { "aria-hidden": "true" }, "Y"), step.yes),
      button({ onclick: close }, h("kbd", { "aria-hidden": "true" }, "N"), "Not now")));
}

function leaveDialog(desk, close) {
  return [
    h("h2", { id: "simcare-dialog-title" }, "Leave this call?"),
    h("p", null, "That is fine. Nothing is scored and nobody is told. You can take a pause instead and come back to the same place."),
    h("div", { class: "actions" },
      button({ class: "primary", "data-first": true, onclick: () => { desk.ui.dialog = null; desk.send("leave"); } }, "Leave this call"),
      button({ onclick: () => { desk.ui.dialog = null; desk.send("pause"); } }, "Pause instead"),
      button({ onclick: close }, "Stay")),
  ];
}

const KEYS = [
  ["Enter", "Say what you typed"], ["Shift + Enter", "A new line in what you type"], ["/", "Find an action: decide, other lines, tasks, pause (in the empty text box too)"],
  ["F9", "Get 911 now; it asks once"], ["Down arrow", "Find a phrase to say (in the empty text box)"], ["1 2 3", "Choose what you meant; 0 for none of these"],
  ["Y or N", "Confirm or dismiss what your words proposed"], ["Escape", "Close a list, a form or a question"], ["Tab", "The next part of the desk"], ["?", "This help"],
];

function helpDialog(desk, close) {
  const { ui, view } = desk;
  return [
    h("h2", { id: "simcare-dialog-title" }, "Keys"),
    h("dl", { class: "keys" }, KEYS.map(([key, words]) => h("div", null, h("dt", null, h("kbd", null, key)), h("dd", null, words)))),
    h("label", { class: "toggle" }, h("input", { type: "checkbox", checked: ui.keys, onchange: (event) => { remember("simcare.keys", event.target.checked ? "on" : "off"); desk.set({ keys: event.target.checked }); } }),
      h("span", null, "Single keys work outside text boxes")),
    voiceSwitch(desk, "help"), dictationSwitch(desk),
    view.listens && h("p", { class: "help" }, view.listens),
    h("div", { class: "actions" }, button({ class: "primary", "data-first": true, onclick: close }, "Close")),
  ];
}

// -- pause, leaving, wrap-up -------------------------------------------------------------------------------------------

function paused(desk) {
  const { view } = desk;
  return h("div", { class: "card quiet-screen" }, title("Paused"),
    h("p", null, "The clock stands still and the conversation is hidden. Take the time you need."),
    h("p", { class: "meta" }, view.words),
    h("div", { class: "actions" },
      button({ class: "primary", "data-focus": "resume", onclick: () => desk.send("unpause") }, icon("play"), "Go on with the call"),
      button({ onclick: () => desk.send("calls") }, "Keep it for later"),
      button({ class: "quiet", onclick: () => desk.ask("leave") }, icon("heart"), "This call is hard for me")));
}

function closed(desk) {
  return h("div", { class: "card quiet-screen" }, title("The desk cannot open"), desk.view.words.map((words) => h("p", null, words)));
}

function left(desk) {
  const { view } = desk;
  return h("div", { class: "card quiet-screen" }, title("You left the call"),
    view.words.map((words) => h("p", null, words)),
    h("div", { class: "actions" }, button({ class: "primary", onclick: () => desk.send("calls") }, "Back to the calls")));
}

function wrap(desk) {
  const { view, ui } = desk;
  const note = ui.note ?? (ui.note = { text: view.note.text ?? "", minutes: view.note.minutes, facts: [] });
  const counted = view.month.before + (Number(note.minutes) || 0);
  return [
    h("header", { class: "intro" }, h("p", { class: "eyebrow" }, view.head.patient), title("The call is over"), h("p", null, view.words)),
    coach(desk),
    h("div", { class: "wrap-columns" },
      h("section", { class: "card note", "aria-label": "Call note", "data-point": "note" },
        h("h2", null, "Write the note"),
        view.note.done
          ? h("p", { class: "done-words" }, icon("check"), "The note is written.")
          : h("form", { onsubmit: (event) => { event.preventDefault(); desk.send("note", { text: note.text, minutes: Number(note.minutes), facts: note.facts }); } },
            h("label", { for: "simcare-note" }, "What happened, what was said, what was done, what comes next"),
            h("textarea", { id: "simcare-note", class: "field", rows: "7", maxlength: "4000", value: note.text, oninput: (event) => { note.text = event.target.value; } }),
            carries(desk, note.facts, (facts) => desk.set({ note: { ...note, facts } }), "Facts this note records"),
            h("div", { class: "minutes" },
              h("label", { for: "simcare-minutes" }, "Minutes for the month"),
              h("input", { id: "simcare-minutes", class: "field number", type: "number", min: "0", max: "240", step: "1", value: String(note.minutes), "aria-describedby": "simcare-minutes-help",
                oninput: (event) => { note.minutes = event.target.value; desk.draw(); } }),
              h("p", { class: "help", id: "simcare-minutes-help" }, view.month.words)),
            h("button", { class: "primary", type: "submit" }, "Save the note")),
        h("div", { class: "month" },
          h("p", null, h("strong", null, `${view.note.done ? view.month.before + view.month.noted : counted} of ${view.month.goal} minutes`), " this month"),
          h("progress", { max: String(view.month.goal), value: Math.min(view.month.goal, view.note.done ? view.month.before + view.month.noted : counted), "aria-label": "Minutes this month" }))),
      h("div", { class: "after" },
        howSure(desk),
        ui.form ? h("section", { class: "card decide" }, decisionForm(desk)) : h("section", { class: "card", "aria-label": "Still to do" },
          h("h2", null, "Still to do?"),
          h("p", { class: "help" }, "What the call needs can still be done now."),
          h("div", { class: "answered", role: "status", key: "answered" }, view.answered.map((line) => spoken(line))),
          h("ul", { class: "task-list" }, view.ladder.filter((step) => step.enabled).map((step) => task(desk, step))),
          more(desk, "routes", "Other lines", view.routes), more(desk, "tasks", "Tasks", view.tasks)),
        h("section", { class: "card", "aria-label": "Finish" },
          h("h2", null, "Finish"),
          h("p", { class: "help" }, view.finish?.help ?? (view.note.done ? "See how the call went." : "You can finish without a note; the debrief will say so.")),
          button({ class: view.note.done ? "primary" : "", "data-focus": "finish", onclick: () => desk.send("finish") }, view.finish?.words ?? "Finish and see the debrief")))),
    h("details", { class: "card", key: "transcript" }, h("summary", null, "Read the conversation again"), h("div", { class: "transcript" }, view.lines.map((line) => spoken(line)))),
  ];
}

// -- the debrief -------------------------------------------------------------------------------------------------------

/** Draw a debrief; a screen that shows a recorded call gives its own `actions` and `beside` (the call, line by line). */
function debrief(desk, { actions = debriefActions, beside = branching } = {}) {
  const { view } = desk;
  const { result } = view;
  return [
    h("header", { class: "intro" }, h("p", { class: "eyebrow" }, `Debrief: ${view.head.title}`),
      title(result.headline),
      h("div", { class: `score ${result.passed ? "good" : "short"}` },
        h("p", { class: "score-number" }, h("strong", null, result.score), h("span", null, " of 100")),
        h("div", null, h("p", null, result.words), h("p", { class: "help" }, view.practice)))),
    coach(desk),
    actions(desk, "top"),
    h("div", { class: "debrief-columns", "data-point": "debrief" },
      h("div", { class: "debrief-main" },
        h("section", { class: "card", "aria-labelledby": "simcare-decision" }, h("h2", { id: "simcare-decision" }, "Your decision"),
          h("p", { class: `verdict ${view.decision.tone}` }, icon(view.decision.tone === "good" ? "check" : "alert"), view.decision.verdict),
          h("dl", { class: "facts" }, view.decision.rows.map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value)))),
          view.decision.why && h("p", { class: "why" }, view.decision.why, view.decision.source && h("span", { class: "source" }, ` Source: ${view.decision.source}`))),
        view.critical.length > 0 && h("section", { class: "card critical", "aria-label": "What alone fails a call" }, h("h2", null, icon("alert"), "What alone fails a call"),
          h("p", { class: "help" }, "One of these is enough for a call not to pass, whatever the points."), h("ul", { class: "plain" }, view.critical.map((words) => h("li", null, words)))),
        h("section", { class: "card", "aria-label": "Behind the call" }, h("h2", null, "What was really going on"), paragraphs(view.truth),
          h("h2", null, "What happened next"), paragraphs(view.next)),
        view.take.length > 0 && h("section", { class: "card", "aria-label": "Next time" }, h("h2", null, "Take this to the next call"),
          h("ul", { class: "plain" }, view.take.map((words) => h("li", null, words)))),
        h("section", { class: "card", "aria-label": "What counted" }, h("h2", null, "What counted"),
          view.groups.map((group) => h("div", { class: "domain", key: group.domain },
            h("h3", null, h("span", null, group.title), h("span", { class: "count" }, group.points)),
            h("ul", { class: "rubric" }, group.rows.map((row) => rubricRow(desk, row)))))),
        view.words && ownWords(desk, view.words),
        view.never.length > 0 && h("section", { class: "card", "aria-label": "Never asked" }, h("h2", null, "What was never asked"),
          asks(view.never.filter((item) => item.red_flag)),
          view.never.some((item) => !item.red_flag) && h("details", { key: "never", open: view.never.every((item) => !item.red_flag) || undefined },
            h("summary", null, h("span", null, "Other things to ask"), h("span", { class: "count" }, String(view.never.filter((item) => !item.red_flag).length))),
            asks(view.never.filter((item) => !item.red_flag))))),
      beside(desk)),
    actions(desk, "foot"),
  ];
}

function branching(desk) {
  return h("section", { class: "card timeline", "aria-label": "Timeline" }, h("h2", null, "The call, line by line"),
    desk.view.rewind && h("p", { class: "help" }, "Go back to any of your moves and play on from there: same patient, same luck."),
    h("ol", { class: "moves" }, desk.view.timeline.map((line) => timelineRow(desk, line))));
}

function debriefActions(desk, where) {
  const { view } = desk;
  const set = view.exercise;
  return h("div", { class: `actions ${where}`, key: where },
    set && button({ class: "primary", onclick: () => desk.send("set", { exercise: set.id }) }, `Go on with “${set.title}”`),
    button({ class: set ? "" : "primary", onclick: () => desk.send("calls") }, view.next_words ?? (set ? "All calls" : "Next call")),
    view.rewind && view.again !== false && button({ onclick: () => desk.send("again") }, icon("again"), "This call again"));
}

/** Coaching on what was typed: what to try first, then what went well; each with the words it rests on. */
function ownWords(desk, words) {
  const one = (item, nth) => h("li", { class: "coaching", key: `${item.move}-${nth}` },
    h("p", { class: "rubric-label" }, item.title),
    h("p", { class: "evidence" }, button({ class: "link", onclick: () => jump(desk, item.move) }, h("span", { class: "at" }, item.clock), " ", h("q", null, item.quote))),
    item.better && h("p", { class: "better" }, icon("hint"), h("span", null, h("strong", null, "Try: "), item.better)),
    h("p", { class: "why" }, item.why, h("span", { class: "source" }, ` Source: ${item.source}`)));
  return h("section", { class: "card own-words", "aria-label": "Your own words" }, h("h2", null, "How you put it"),
    h("p", { class: "help" }, words.intro),
    words.measures.length > 0 && h("ul", { class: "plain" }, words.measures.map((measure) => h("li", null, measure))),
    words.tries.length > 0 && [h("h3", null, "To try next time"), h("ul", { class: "asks" }, words.tries.map(one))],
    words.strengths.length > 0 && [h("h3", null, "What worked"), h("ul", { class: "asks" }, words.strengths.map(one))]);
}

function asks(items) {
  return items.length > 0 && h("ul", { class: "asks" }, items.map((item) => h("li", { key: item.label },
    h("p", { class: "rubric-label" }, item.label, item.red_flag && h("span", { class: "tag bad" }, "Could change everything")),
    item.ask && h("p", { class: "why" }, item.ask.endsWith("?") ? "You could ask: " : "You could say: ", h("q", null, item.ask)))));
}

function rubricRow(desk, row) {
  return h("li", { class: `rubric-row ${row.state}`, key: row.id },
    h("div", { class: "rubric-head" },
      h("span", { class: "mark" }, icon(row.met ? "check" : "cross"), h("span", null, row.word)),
      h("span", { class: "rubric-label" }, row.label, row.critical && h("span", { class: "tag" }, "Critical")),
      h("span", { class: "points" }, row.points)),
    row.detail && h("p", { class: "detail" }, row.detail),
    row.evidence.length > 0 && h("ul", { class: "evidence" }, row.evidence.map((item, nth) => h("li", { key: nth },
      button({ class: "link", onclick: () => jump(desk, item.move) }, h("span", { class: "at" }, item.clock), " ", h("q", null, item.quote))))),
    (row.why || row.source) && h("p", { class: "why" }, row.why, row.source && h("span", { class: "source" }, ` Source: ${row.source}`)));
}

function jump(desk, move) {
  const target = desk.root.querySelector(`[data-move="${move}"]`);
  if (!target) return;
  desk.set({ mark: move });
  target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
}

function timelineRow(desk, line) {
  return h("li", { class: `line ${line.side} ${line.first && desk.ui.mark === line.move ? "marked" : ""}`, key: line.id, tabindex: line.first ? "-1" : null, "data-move": line.first ? String(line.move) : null },
    h("p", { class: "said-by" }, h("span", { class: "name" }, line.name), h("span", { class: "at" }, line.clock), line.decision && h("span", { class: "tag fair" }, "Your decision")),
    h("p", { class: "said" }, line.text),
    line.learned.length > 0 && h("p", { class: "learned" }, icon("ear"), h("span", null, `Heard: ${line.learned.join(", ")}`)),
    line.branch && button({ class: "quiet branch", "aria-label": `Try again from ${line.clock}: ${line.text}`, onclick: () => desk.send("branch", { at: line.move }) }, icon("again"), "Try from here again"));
}

/** Show the console of a model in an element; the function returned takes it away again. */
function showConsole({ model, el }) {
  const desk = new Desk(model, el);
  return () => desk.close();
}
