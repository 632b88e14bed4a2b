/* The author's bench. It draws the view that Python sends and tells Python what the person typed and pressed. It stands
   behind drawing.js and console.js, whose drawing and whose call console it uses. Top to bottom: the bench (messages,
   what is typed, focus, keys), the text pane, then the screens and panels. */

const TYPED_MS = 350;
const TICK_MS = 300;
const BESIDE = 1000;
const STEP = "  ";
const TYPED_KEY = "simcare.bench.typed";
const OPEN_KEY = "simcare.bench.open";
const BENCH_GONE =
  "The bench lost its connection. What you typed is kept in this browser: reload the page (in a notebook, restart the " +
  "kernel and run the cell again) and it is there.";

class BenchPage {
  constructor(model, host) {
    this.model = model;
    this.root = document.createElement("div");
    this.root.className = "simcare-console simcare-bench";
    this.root.setAttribute("data-lm-suppress-shortcuts", "true");
    host.append(this.root);
    this.ui = { text: "", sentText: "", panel: "problems", search: "", id: "", like: "", dialog: null, why: "", name: null, variant: "", folder: 0, lost: null };
    Object.assign(this, { n: 0, editNo: 0, version: null, key: null, pending: 0, awaited: 0, callNumbers: new Set(), listeners: new Set() });
    this.onView = () => this.receive();
    model.on("change:view", this.onView);
    this.root.addEventListener("keydown", (event) => this.pressed(event));
    for (const name of ["keypress", "keyup", "copy", "cut", "paste"]) this.root.addEventListener(name, (event) => event.stopPropagation());
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.onTheme = () => this.theme();
    this.dark.addEventListener("change", this.onTheme);
    this.bodyWatch = new MutationObserver(this.onTheme);
    this.bodyWatch.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
    this.sizeWatch = new ResizeObserver(() => this.measure());
    this.sizeWatch.observe(this.root);
    this.ticking = setInterval(() => this.tick(), TICK_MS);
    this.theme();
    this.measure();
    this.receive();
    this.rescue();
  }

  close() {
    this.model.off("change:view", this.onView);
    this.dark.removeEventListener("change", this.onTheme);
    this.bodyWatch.disconnect();
    this.sizeWatch.disconnect();
    clearInterval(this.ticking);
    clearTimeout(this.typing);
    clearTimeout(this.waiting);
    this.desk?.close();
    this.root.remove();
  }

  get view() {
    return this.model.get("view") ?? {};
  }

  get busy() {
    return this.pending > (this.view.answered ?? 0) && !this.ui.lost;
  }

  get sheet() {
    return this.root.querySelector("#bench-text");
  }

  theme() {
    this.root.dataset.theme = themeNow(this.dark);
    this.draw();
  }

  measure() {
    const layout = this.root.clientWidth >= BESIDE ? "wide" : "narrow";
    this.root.style.setProperty("--room", `${Math.round(roomFor(this.root))}px`);
    if (layout === this.ui.layout) return;
    this.ui.layout = layout;
    this.root.dataset.width = layout;
    this.draw();
  }

  // -- messages --------------------------------------------------------------------------------------------------------

  /** Tell Python something, and with it whatever was typed since; `quiet` messages do not hold up the buttons. */
  send(kind, fields = {}, quiet = false) {
    const message = { kind, n: ++this.n, panel: this.ui.panel, ...fields };
    if (this.view.draft && !("key" in fields)) message.draft = this.view.draft.key;
    if (this.view.draft && this.ui.text !== this.ui.sentText) Object.assign(message, { text: this.ui.text, edit: this.editNo });
    clearTimeout(this.typing);
    try {
      this.model.send(message);
    } catch {
      return this.lose();
    }
    if ("text" in message) this.ui.sentText = this.ui.text;
    if (!quiet) this.pending = this.n;
    this.awaited = this.n;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.lose(), ANSWER_WITHIN_MS);
    this.draw();
  }

  lose() {
    this.ui.lost = BENCH_GONE;
    this.draw();
    this.root.querySelector(".alert")?.scrollIntoView({ block: "nearest" });
  }

  receive() {
    const { view, ui } = this;
    const before = this.phase;
    this.phase = view.phase;
    ui.lost = null;
    if ((view.answered ?? 0) >= this.awaited) clearTimeout(this.waiting);
    const text = this.model.get("text") ?? {};
    if ((view.draft?.key ?? null) !== this.key && !this.sameFile(view)) this.open(view, text);
    else if (text.version !== this.version && view.draft) this.replace(text.text);
    this.key = view.draft?.key ?? null;
    this.version = text.version;
    if (view.draft) remember(OPEN_KEY, view.draft.key, "sessionStorage");
    else if (before === "edit") remember(OPEN_KEY, "", "sessionStorage");
    if (view.edit === this.editNo && ui.text === ui.sentText) remember(TYPED_KEY, "");
    ui.dialog = view.conflict ? "conflict" : view.saving ? "saving" : ui.dialog === "conflict" || ui.dialog === "saving" ? null : ui.dialog;
    if (ui.kept && !view.alert) Object.assign(ui, { why: "", name: null });
    ui.kept = false;
    if (!this.busy) this.locks = false;
    this.draw();
    if (before && before !== view.phase) this.root.querySelector("[data-focus=title]")?.focus();
    this.runCall();
  }

  /** Saving gives a draft another key; what is on the page stays as it is. */
  sameFile(view) {
    return this.key !== null && view.draft && (this.model.get("text") ?? {}).version === this.version;
  }

  open(view, text) {
    Object.assign(this.ui, { text: text.text ?? "", sentText: text.text ?? "", why: "", name: null, variant: "", picture: "" });
    if (view.phase === "edit" && this.ui.layout === "narrow") this.ui.panel = "text";
    else if (view.phase === "edit") this.ui.panel = "problems";
    this.editNo = view.edit ?? 0;
  }

  // -- what is typed ---------------------------------------------------------------------------------------------------

  typed(value) {
    this.ui.text = value;
    this.editNo += 1;
    const { draft } = this.view;
    remember(TYPED_KEY, JSON.stringify({ key: draft.key, name: draft.name, file: draft.file, base: draft.base, typed: value }));
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.send("type", {}, true), TYPED_MS);
    this.draw();
  }

  /** After a reload: bring back what no answer had come for, or else the text that was open. */
  rescue() {
    if (this.view.phase !== "pick") return;
    const kept = remembered(TYPED_KEY);
    const open = remembered(OPEN_KEY, "sessionStorage");
    if (kept) this.send("rescue", JSON.parse(kept));
    else if (open && this.view.drafts.some((draft) => draft.key === open)) this.send("go_on", { key: open });
  }

  /** Take over a text that Python changed as if it had been typed, so that it can be undone. */
  replace(text) {
    const sheet = this.sheet;
    const old = this.ui.text;
    Object.assign(this.ui, { text, sentText: text });
    this.editNo = this.view.edit;
    if (!sheet || text === old) return;
    let start = 0;
    while (start < old.length && start < text.length && old[start] === text[start]) start += 1;
    let end = 0;
    while (end < old.length - start && end < text.length - start && old[old.length - 1 - end] === text[text.length - 1 - end]) end += 1;
    const active = document.activeElement;
    this.insert(sheet, start, old.length - end, text.slice(start, text.length - end));
    if (active !== sheet) active?.focus?.({ preventScroll: true });
  }

  insert(sheet, start, end, words) {
    this.quiet = true;
    sheet.readOnly = false;
    sheet.focus({ preventScroll: true });
    sheet.setSelectionRange(start, end);
    const done = words ? document.execCommand("insertText", false, words) : start === end || document.execCommand("delete");
    if (!done) sheet.setRangeText(words, start, end, "end");
    this.quiet = false;
  }

  /** Put the caret where a problem or a fact stands. */
  goTo(line, column = 1) {
    if (this.ui.layout === "narrow") this.set({ panel: "text" });
    const sheet = this.sheet;
    const lines = this.ui.text.split("\n");
    const at = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
    sheet.focus({ preventScroll: true });
    sheet.setSelectionRange(at, at);
    const high = parseFloat(getComputedStyle(sheet).lineHeight);
    sheet.scrollTop = Math.max(0, (line - 1) * high - sheet.clientHeight / 3);
    sheet.scrollLeft = 0;
    this.root.querySelector(".paper").scrollIntoView({ block: "nearest" });
  }

  nextProblem(step) {
    const problems = this.view.problems ?? [];
    if (problems.length === 0) return;
    this.problem = ((this.problem ?? (step > 0 ? -1 : 0)) + step + problems.length) % problems.length;
    this.goTo(problems[this.problem].line, problems[this.problem].column);
  }

  pressed(event) {
    event.stopPropagation();
    const command = event.ctrlKey || event.metaKey;
    if (this.view.phase !== "edit" || this.ui.dialog || event.defaultPrevented) return;
    if (command && event.key.toLowerCase() === "s") take(event, () => this.send("save"));
    else if (command && event.key === "Enter") take(event, () => this.show("play"));
    else if (event.key === "F8") take(event, () => this.nextProblem(event.shiftKey ? -1 : 1));
  }

  // -- the call --------------------------------------------------------------------------------------------------------

  /** Join the call console, which knows nothing of a bench, to the messages of this widget. */
  callModel() {
    return {
      get: (name) => (this.model.get("call") ?? {})[name] ?? {},
      on: (name, work) => { if (name === "change:view") this.listeners.add(work); },
      off: (name, work) => this.listeners.delete(work),
      send: (content) => { this.send("call", { content }, true); this.callNumbers.add(this.n); },
    };
  }

  runCall() {
    const playing = (this.model.get("call") ?? {}).view !== undefined;
    const host = this.root.querySelector(".call-host");
    if (this.desk && (!playing || !host?.contains(this.desk.root))) {
      this.desk.close();
      this.desk = null;
    }
    if (playing && !this.desk && host) {
      this.desk = new Desk(this.callModel(), host);
      this.desk.root.querySelector("[data-focus=dial]")?.focus();
    } else if (this.callNumbers.delete(this.view.answered)) {
      for (const work of this.listeners) work();
    }
  }

  tick() {
    if (this.view.rehearsal?.state === "running" && this.awaited <= (this.view.answered ?? 0)) this.send("tick", {}, true);
  }

  show(panel, focus = null) {
    this.set({ panel });
    if (this.view.phase === "edit") this.send("look", {}, true);
    if (focus) this.root.querySelector(`[data-focus="${focus}"]`)?.focus();
  }

  set(changes) {
    Object.assign(this.ui, changes);
    this.draw();
  }

  draw() {
    if (this.phase === undefined) return;
    Object.assign(this.root.dataset, { answered: this.view.answered ?? 0, screen: this.view.phase, panel: this.ui.panel });
    patchKids(this.root, [benchFrame(this)]);
    followText(this);
  }
}

function benchFrame(page) {
  const { view, ui } = page;
  const screen = { pick: pickText, edit: editText, closed: closedBench }[view.phase];
  return h("div", { class: "frame", key: "frame" },
    ui.lost && h("div", { class: "alert", role: "alert", key: "lost" }, icon("alert"), h("p", null, ui.lost)),
    view.alert && h("div", { class: "alert", role: "alert", key: `alert-${view.answered}` }, icon("alert"), h("p", null, view.alert)),
    h("div", { class: "told", role: "status", key: "status" }, view.status && h("p", { class: "done-words" }, icon("check"), view.status)),
    h("div", { class: `screen bench-${view.phase}`, key: view.phase }, screen(page)),
    h("p", { class: "training", key: "training" }, view.training),
    benchDialog(page));
}

function closedBench({ view }) {
  return h("div", { class: "card quiet-screen" }, title("The bench cannot open"), h("p", null, view.words));
}

// -- choosing ----------------------------------------------------------------------------------------------------------

function pickText(page) {
  const { view, ui } = page;
  const words = ui.search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = view.calls.filter((item) => words.every((word) => `${item.title} ${item.id}`.toLowerCase().includes(word)));
  return [
    h("header", { class: "intro" }, title("Write a call"),
      h("p", null, "A call is a text: what the patient knows and when they tell it, what is right, and what good care looks like. Here you write it, see at once what is wrong, play it, and rehearse it.")),
    view.drafts.length > 0 && h("section", { class: "card banner", key: "drafts", "aria-label": "Drafts" }, h("h2", null, "Go on where you were"),
      view.drafts.map((draft) => h("div", { class: "open-call", key: draft.key },
        h("p", null, h("strong", null, draft.name), h("br"), draft.words),
        h("div", { class: "actions" },
          button({ class: "primary", onclick: () => page.send("go_on", { key: draft.key }) }, "Go on", h("span", { class: "unseen" }, ` with ${draft.name}`)),
          button({ class: "quiet", onclick: () => page.send("drop", { key: draft.key }) }, "Put it by", h("span", { class: "unseen" }, `: ${draft.name}`)))))),
    h("form", { class: "card new-call", key: "new", "aria-labelledby": "bench-new", onsubmit: (event) => { event.preventDefault(); page.send("start", { id: ui.id, like: ui.like || view.templates[0].id }); } },
      h("h2", { id: "bench-new" }, "Start a new call"),
      h("label", { for: "bench-id" }, "Its id"),
      h("input", { id: "bench-id", class: "field", value: ui.id, autocomplete: "off", spellcheck: "false", "aria-describedby": "bench-id-help", oninput: (event) => { ui.id = event.target.value; } }),
      h("p", { class: "help", id: "bench-id-help" }, "Small letters and digits joined by -, such as cold-house. It gives nothing away."),
      h("label", { for: "bench-like" }, "Start from"),
      h("select", { id: "bench-like", class: "field", onchange: (event) => { ui.like = event.target.value; } },
        view.templates.map((item) => h("option", { value: item.id, key: item.id }, item.label)),
        h("option", { value: "empty", key: "empty" }, "An empty text"),
        view.calls.map((item) => h("option", { value: item.id, key: `call-${item.id}` }, `A copy of ${item.title} (${item.id})`))),
      h("div", { class: "actions" }, h("button", { class: "primary", type: "submit" }, "Start"))),
    h("section", { class: "card search", key: "open", "aria-label": "Open a call" }, h("h2", null, "Open a call"),
      h("label", { for: "bench-search" }, "Find a call by its title or id"),
      h("input", { id: "bench-search", class: "field", type: "search", autocomplete: "off", value: ui.search, oninput: (event) => page.set({ search: event.target.value }) }),
      h("p", { class: "meta", role: "status" }, found.length === view.calls.length ? `${found.length} calls` : `${found.length} of ${view.calls.length} calls`),
      h("ul", { class: "shelf" }, found.map((item) => h("li", { key: item.id },
        button({ class: "link", onclick: () => page.send("open", { id: item.id }) }, item.title), h("span", { class: "meta" }, item.words, item.own && h("span", { class: "tag good" }, "Yours")))))),
  ];
}

// -- writing -----------------------------------------------------------------------------------------------------------

const PANELS = { text: "Text", problems: "Problems", play: "Play", rehearse: "Rehearse", points: "Points", picture: "Picture" };

function editText(page) {
  const { view, ui } = page;
  const wide = ui.layout === "wide";
  const names = Object.keys(PANELS).filter((name) => !wide || name !== "text");
  const shown = names.includes(ui.panel) ? ui.panel : names[0];
  const bodies = { text: textPane, problems: problemsPanel, play: playPanel, rehearse: rehearsePanel, points: pointsPanel, picture: picturePanel };
  return [
    h("header", { class: "intro row", key: "head" },
      h("div", null, title(view.title), h("p", { class: "meta where" }, h("span", { class: `tag ${view.unsaved ? "fair" : "good"}` }, view.unsaved ? "Not saved" : "Saved"), h("span", null, view.where)),
        view.disk && h("p", { class: "disk", role: "status" }, icon("alert"), view.disk)),
      h("div", { class: "actions" },
        button({ class: "primary", disabled: page.busy, onclick: () => page.send("save"), "aria-keyshortcuts": "Control+S" }, "Save"),
        button({ onclick: () => page.send("close") }, icon("back"), "All calls"))),
    h("div", { class: "bench-columns", key: "columns" },
      wide && h("div", { class: "bench-text", key: "text" }, textPane(page)),
      h("div", { class: "bench-panels", key: "panels" },
        panelTabs(page, names, shown),
        names.map((name) => h("div", { class: "panel", key: name, id: `bench-panel-${name}`, role: "tabpanel", "aria-labelledby": `bench-tab-${name}`, hidden: name !== shown },
          (name === shown || name === "play" || name === "text") && bodies[name](page))))),
  ];
}

function panelTabs(page, names, shown) {
  const count = page.view.problems.length;
  const move = (event, step) => take(event, () => {
    const next = names[(names.indexOf(shown) + step + names.length) % names.length];
    page.show(next, `tab-${next}`);
  });
  return h("div", { class: "tabs", role: "tablist", "aria-label": "Parts of the bench" }, names.map((name) => button({
    key: name, id: `bench-tab-${name}`, role: "tab", "aria-selected": String(name === shown), "aria-controls": `bench-panel-${name}`,
    tabindex: name === shown ? "0" : "-1", "data-focus": `tab-${name}`, class: name === shown ? "tab on" : "tab", onclick: () => page.show(name),
    onkeydown: (event) => { if (event.key === "ArrowRight") move(event, 1); if (event.key === "ArrowLeft") move(event, -1); },
  }, name === "problems" ? `Problems (${count})` : PANELS[name])));
}

/** The text with its line numbers, and what is wrong beside the line. The numbers and words follow the text's scrolling. */
function textPane(page) {
  const { view, ui } = page;
  const lines = ui.text.split("\n");
  const wrong = new Map();
  for (const problem of view.problems) if (problem.line <= lines.length) wrong.set(problem.line, [...(wrong.get(problem.line) ?? []), problem]);
  return h("section", { class: "card paper-card", key: "paper", "aria-label": "Text of the call" },
    h("label", { for: "bench-text", class: "unseen" }, "Text of the call"),
    h("div", { class: "paper" },
      h("div", { class: "numbers", "aria-hidden": "true" }, h("div", { class: "rolls" }, lines.map((line, at) => h("div", { class: wrong.has(at + 1) ? "number wrong" : "number" }, at + 1)))),
      h("textarea", { id: "bench-text", class: "sheet", value: ui.text, readOnly: page.busy && page.locks, spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off", "aria-describedby": "bench-keys bench-state",
        oninput: (event) => { if (!page.quiet) page.typed(event.target.value); }, onkeydown: (event) => textKey(page, event), onscroll: () => followText(page) }),
      h("div", { class: "beside", "aria-hidden": "true" }, h("div", { class: "rolls" }, [...wrong].map(([line, problems]) => h("p", { class: problems[0].warning ? "note warning" : "note", key: line,
        style: `top: calc(${line - 1} * var(--high)); left: ${lines[line - 1].length + 2}ch` }, problems[0].words, problems.length > 1 && ` (+${problems.length - 1})`))))),
    h("p", { class: "help", id: "bench-keys" }, h("kbd", null, "Tab"), " leaves the text. ", h("kbd", null, "Enter"), " keeps the indentation, ", h("kbd", null, "Ctrl ]"), " and ", h("kbd", null, "Ctrl ["), " move lines in and out. ", h("kbd", null, "F8"), " goes to the next problem, ", h("kbd", null, "Ctrl S"), " saves, ", h("kbd", null, "Ctrl Enter"), " leads to Play."),
    h("p", { class: "meta", id: "bench-state", role: "status" }, view.edit !== page.editNo ? "Looking ..." : view.problems.length === 0 ? "No problems found." : view.problems.length === 1 ? "1 problem." : `${view.problems.length} problems.`));
}

function followText(page) {
  const sheet = page.sheet;
  if (!sheet) return;
  const [numbers, beside] = page.root.querySelectorAll(".rolls");
  numbers.style.transform = `translateY(${-sheet.scrollTop}px)`;
  beside.style.transform = `translate(${-sheet.scrollLeft}px, ${-sheet.scrollTop}px)`;
}

/** Enter keeps the indentation and Ctrl ] and [ change it; Tab is left alone, so that the keyboard is never caught. */
function textKey(page, event) {
  const sheet = event.target;
  const { value, selectionStart: from, selectionEnd: to } = sheet;
  const command = event.ctrlKey || event.metaKey;
  const begin = value.lastIndexOf("\n", from - 1) + 1;
  const put = (start, end, words) => { page.insert(sheet, start, end, words); page.typed(sheet.value); };
  if (event.key === "Enter" && !command && !event.isComposing && !event.shiftKey) {
    const indent = value.slice(begin, from).match(/^ *(?:- (?=.*\S))?/)[0].replace("-", " ");
    event.preventDefault();
    put(from, to, `\n${indent}`);
  } else if (command && (event.key === "]" || event.key === "[")) {
    event.preventDefault();
    const stop = value.indexOf("\n", Math.max(from, to - 1));
    const end = stop < 0 ? value.length : stop;
    const moved = value.slice(begin, end).split("\n").map((line) => (event.key === "]" ? STEP + line : line.replace(/^ {1,2}/, ""))).join("\n");
    put(begin, end, moved);
    if (from !== to) sheet.setSelectionRange(begin, begin + moved.length);
  }
}

// -- panels ------------------------------------------------------------------------------------------------------------

function panel(name, ...kids) {
  return h("section", { class: `card panel-${name}`, "aria-label": PANELS[name] }, h("h2", null, PANELS[name]), ...kids);
}

function mendFirst(page) {
  return h("p", { class: "help" }, "This opens when the text is in order. ", button({ class: "link", onclick: () => page.show("problems", "tab-problems") }, "See the problems"));
}

function problemsPanel(page) {
  const { problems } = page.view;
  return panel("problems",
    problems.length === 0 && h("p", { class: "done-words" }, icon("check"), "Nothing is wrong with the text. Play it, then rehearse it."),
    h("ol", { class: "problems" }, problems.map((problem, nth) => h("li", { key: `${problem.line}-${problem.code}-${nth}` },
      button({ class: "problem", onclick: () => page.goTo(problem.line, problem.column) },
        h("span", { class: `tag ${problem.warning ? "fair" : "bad"}` }, `Line ${problem.line}`), h("span", null, problem.words), h("span", { class: "code" }, problem.code))))));
}

function playPanel(page) {
  const { view, ui } = page;
  const playing = (page.model.get("call") ?? {}).view !== undefined;
  return panel("play",
    !view.playable && mendFirst(page),
    h("div", { class: "play-row" },
      h("label", { for: "bench-variant" }, "Truth behind the call"),
      h("select", { id: "bench-variant", class: "field", onchange: (event) => { ui.variant = event.target.value; } },
        h("option", { value: "", key: "" }, "By chance, as for a trainee"),
        view.variants.map((variant) => h("option", { value: variant.id, key: variant.id }, `${variant.id}: ${variant.truth}`))),
      button({ class: playing ? "" : "primary", disabled: !view.playable, "data-focus": "play", onclick: () => page.send("play", { variant: ui.variant }) }, icon("play"), playing ? "Play the text as it is now" : "Play this call")),
    view.played && keepPlay(page),
    h("div", { class: "call-host", key: "call-host", foreign: true, hidden: !playing }));
}

function keepPlay(page) {
  const { view, ui } = page;
  return h("form", { class: "keep", key: "keep", "aria-label": "Save this play", onsubmit: (event) => { event.preventDefault(); ui.kept = true; page.locks = true; page.send("keep_play", { name: ui.name ?? view.played.name, why: ui.why }); } },
    h("h3", null, `Save this play into the text (${view.played.variant}, ${view.played.moves} moves)`),
    h("label", { for: "bench-play-name" }, "Its id"),
    h("input", { id: "bench-play-name", class: "field", value: ui.name ?? view.played.name, autocomplete: "off", spellcheck: "false", oninput: (event) => { ui.name = event.target.value; } }),
    h("label", { for: "bench-play-why" }, "What it shows, in a sentence"),
    h("input", { id: "bench-play-why", class: "field", value: ui.why, oninput: (event) => { ui.why = event.target.value; } }),
    h("div", { class: "actions" }, h("button", { type: "submit", disabled: page.busy }, "Save this play into the text")));
}

function rehearsePanel(page) {
  const { rehearsal, playable } = page.view;
  const running = rehearsal.state === "running";
  return panel("rehearse",
    h("p", { class: "help" }, "Nine automated players take every variant. The ideal one should pass, the careless ones should fail."),
    !playable && mendFirst(page),
    h("div", { class: "actions" },
      running ? button({ class: "primary", "data-focus": "stop", onclick: () => page.send("stop") }, "Stop")
        : button({ class: "primary", disabled: !playable || page.busy, "data-focus": "rehearse", onclick: () => page.send("rehearse") }, "Rehearse")),
    rehearsal.state !== "none" && h("div", { class: "progress" },
      h("progress", { max: String(rehearsal.total), value: rehearsal.done, "aria-label": "Rehearsal" }), h("p", { class: "meta", role: "status" }, rehearsal.words)),
    rehearsal.unreached && (rehearsal.findings.length === 0
      ? h("p", { class: "done-words" }, icon("check"), "The call is well built: the ideal player passes, and nobody passes by habit.")
      : h("ul", { class: "plain findings" }, rehearsal.findings.map((words) => h("li", { key: words }, words)))),
    rehearsal.knowing?.length > 0 && h("ul", { class: "plain help" }, rehearsal.knowing.map((words) => h("li", { key: words }, words))),
    rehearsal.unreached && reachedBy(page, rehearsal.unreached),
    whoPasses(page));
}

/** Say what of the text no player and no play brought about; each leads to its line. */
function reachedBy(page, unreached) {
  if (unreached.length === 0) return h("p", { class: "help" }, "Every fact, line, event, row and outcome was brought about by somebody.");
  return h("details", { key: "unreached", open: unreached.length < 6 || undefined },
    h("summary", null, h("span", null, "What nobody brought about"), h("span", { class: "count" }, String(unreached.length))),
    h("ul", { class: "spots" }, unreached.map((item) => h("li", { key: item.words }, button({ class: "link", onclick: () => page.goTo(item.line) }, item.words)))));
}

function whoPasses(page) {
  const { rehearsal } = page.view;
  if (!rehearsal.table?.length) return null;
  return h("div", { class: "table-room", role: "region", tabindex: "0", "aria-label": "Who passes" }, h("table", null,
    h("thead", null, h("tr", null, h("th", { scope: "col" }, "Player"), rehearsal.variants.map((name) => h("th", { scope: "col", key: name }, name)))),
    h("tbody", null, rehearsal.table.map((row) => h("tr", { key: row.player },
      h("th", { scope: "row" }, row.player, h("span", { class: "from" }, row.should)),
      row.cells.map((cell, nth) => h("td", { key: nth }, cell && [
        h("span", { class: `tag ${cell.good ? "good" : ""}` }, `${cell.score}, ${cell.passes}`),
        cell.changed && h("span", { class: "from changed" }, cell.changed),
        h("span", { class: "from" }, cell.decisions),
        cell.missed && h("span", { class: "from" }, cell.missed)])))))));
}

function pointsPanel(page) {
  const { points, rehearsal } = page.view;
  if (!points) return panel("points", mendFirst(page));
  // What was chosen is shown at once; the answer confirms it, or brings back what stands in the text.
  const change = (row, fields) => { Object.assign(row, fields); page.locks = true; page.send("points", { path: row.path, ...fields }); };
  return panel("points",
    h("p", { class: "meta", role: "status" }, points.sums.map((each) => h("span", { class: `tag ${each.sum === 100 ? "good" : "bad"}`, key: each.variant }, `${each.variant}: ${each.sum} points`)), ` Pass mark ${points.pass_mark}.`),
    h("div", { class: "table-room", role: "region", tabindex: "0", "aria-label": "Points of each row" }, h("table", { class: "points-table" },
      h("thead", null, h("tr", null, ["What counts", "Points", "Critical"].map((name) => h("th", { scope: "col", key: name }, name)))),
      h("tbody", null, points.rows.map((row) => {
        const key = row.path.join(".");
        const words = row.variant ? `${row.label}, in ${row.variant}` : row.label;
        return h("tr", { key },
          h("th", { scope: "row" }, row.label, h("span", { class: "from" }, row.variant ? `${row.kind}, in ${row.variant}` : row.kind)),
          h("td", null, h("input", { class: "field number", type: "number", min: "0", max: "100", step: "1", value: String(row.points), "aria-label": `Points: ${words}`, onchange: (event) => change(row, { points: event.target.value }) })),
          h("td", null, row.critical !== null && h("label", { class: "check" }, h("input", { type: "checkbox", checked: row.critical, "aria-label": `Critical: ${words}`, onchange: (event) => change(row, { critical: event.target.checked }) }))));
      })))),
    h("h3", null, "Who would now pass"),
    rehearsal.state === "none"
      ? h("p", { class: "help" }, "Rehearse once: then you see here at once who passes by the points as they are. ", button({ class: "link", disabled: page.busy, onclick: () => page.send("rehearse") }, "Rehearse now"))
      : h("p", { class: "meta", role: "status" }, rehearsal.state === "running" ? rehearsal.words : "The same calls, judged by the points as they are now. Rehearse again to let the players look for new ways."),
    whoPasses(page));
}

function picturePanel(page) {
  const { view, ui } = page;
  const picture = page.model.get("picture") ?? {};
  if (!view.playable) return panel("picture", mendFirst(page));
  const svg = picture.svg?.replace('class="picture auto"', `class="picture ${page.root.dataset.theme}"`);
  const address = svg && `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  return panel("picture",
    h("label", { for: "bench-picture" }, "Show"),
    h("select", { id: "bench-picture", class: "field", onchange: (event) => page.send("picture", { picture: event.target.value }, true) },
      view.pictures.map((item) => h("option", { value: item.id, key: item.id, selected: item.id === picture.id }, item.label))),
    picture.problem && h("p", { class: "help", role: "status" }, picture.problem),
    svg && h("div", { class: "picture-room", role: "region", tabindex: "0", "aria-label": "Picture, scrolls both ways" }, h("img", { src: address, alt: `${picture.name}. ${picture.words}` })),
    svg && h("p", null, h("a", { href: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture.svg)}`, download: `${picture.id.replace(/[^a-z0-9-]+/g, "-")}.svg` }, "Keep this picture as a file")),
    picture.spots && h("details", { key: "spots" }, h("summary", null, h("span", null, "Go to a fact or row in the text"), h("span", { class: "count" }, String(picture.spots.length))),
      h("ul", { class: "spots" }, picture.spots.map((spot) => h("li", { key: `${spot.kind}-${spot.label}-${spot.line}` },
        button({ class: "link", onclick: () => page.goTo(spot.line) }, `${spot.label} (${spot.kind}, line ${spot.line})`))))));
}

// -- dialogs -----------------------------------------------------------------------------------------------------------

function benchDialog(page) {
  const { ui } = page;
  const body = { saving: savingDialog, conflict: conflictDialog }[ui.dialog];
  const cancel = () => page.send("settle", { how: "later" });
  return body && h("dialog", { class: "dialog", key: ui.dialog, "aria-labelledby": "bench-dialog-title",
    mounted: (element) => { element.showModal(); element.querySelector("[data-first]")?.focus(); },
    oncancel: (event) => { event.preventDefault(); cancel(); } }, body(page, cancel));
}

function savingDialog(page, cancel) {
  const { saving } = page.view;
  if (!saving) return null;
  return h("form", { class: "save-form", onsubmit: (event) => { event.preventDefault(); page.send("save_in", { folder: page.ui.folder }); } },
    h("h2", { id: "bench-dialog-title" }, `Save ${saving.file} where?`),
    h("p", null, saving.words),
    h("fieldset", { class: "carries" }, h("legend", null, "Folder"),
      saving.folders.map((folder, nth) => h("label", { class: "toggle", key: folder }, h("input", { type: "radio", name: "bench-folder", checked: nth === page.ui.folder, "data-first": nth === page.ui.folder, onchange: () => page.set({ folder: nth }) }), h("span", null, folder)))),
    h("div", { class: "actions" }, h("button", { class: "primary", type: "submit" }, "Save here"), button({ onclick: cancel }, "Not now")));
}

function conflictDialog(page, cancel) {
  const { conflict } = page.view;
  if (!conflict) return null;
  const settle = (how) => page.send("settle", { how });
  return [
    h("h2", { id: "bench-dialog-title" }, "Two texts for one file"),
    h("p", null, conflict.words),
    h("p", { class: "help" }, "Whichever you choose, the other text is put by and told where."),
    h("div", { class: "actions" },
      button({ class: "primary", "data-first": true, onclick: () => settle("mine") }, "Save mine"),
      button({ onclick: () => settle("theirs") }, "Take the file's"),
      button({ onclick: cancel }, "Not now")),
  ];
}

/** Show the bench of a model in an element; the function returned takes it away again. */
function showBench({ model, el }) {
  const page = new BenchPage(model, el);
  return () => page.close();
}
