/* The trainer's cohort board and the trainee's own page, on top of the call console's script. It draws the view that
   Python sends and tells Python what was asked for; nothing is counted here. Words are put on the page as text; only the
   pictures, which our own Python draws, are parsed as SVG. Top to bottom: the page, the frame, then the screens. */

const COHORT_GONE =
  "The page lost its connection, so this was not done. Reload the page, or restart the kernel and run the cell again; " +
  "everything that was kept is saved.";
const PARTS = { who: "Who", skills: "Skills", items: "Calls", learning: "Learning" };

class CohortPage {
  constructor(model, host) {
    this.model = model;
    this.root = document.createElement("div");
    this.root.className = "simcare-console simcare-cohort";
    this.root.setAttribute("data-lm-suppress-shortcuts", "true");
    host.append(this.root);
    this.ui = { part: "who", name: remembered("simcare.learner") ?? "", review: emptyReview(), step: null, busy: false, lost: null, focus: null };
    this.onView = () => this.receive();
    this.onMessage = (message) => this.save(message);
    model.on("change:view", this.onView);
    model.on("msg:custom", this.onMessage);
    for (const name of ["keydown", "keypress", "keyup", "copy", "cut", "paste"]) {
      this.root.addEventListener(name, (event) => event.stopPropagation());
    }
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.onTheme = () => this.theme();
    this.dark.addEventListener("change", this.onTheme);
    this.bodyWatch = new MutationObserver(this.onTheme);
    this.bodyWatch.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
    this.sizeWatch = new ResizeObserver(() => this.measure());
    this.sizeWatch.observe(this.root);
    this.theme();
    this.measure();
    this.receive();
    if (this.phase === "hello" && this.ui.name) this.send("hello", { name: this.ui.name });
  }

  close() {
    this.model.off("change:view", this.onView);
    this.model.off("msg:custom", this.onMessage);
    this.dark.removeEventListener("change", this.onTheme);
    this.bodyWatch.disconnect();
    this.sizeWatch.disconnect();
    clearTimeout(this.waiting);
    this.root.remove();
  }

  get view() {
    return this.model.get("view") ?? {};
  }

  theme() {
    this.root.dataset.theme = themeNow(this.dark);
  }

  measure() {
    const width = this.root.clientWidth;
    this.root.style.setProperty("--room", `${Math.round(roomFor(this.root))}px`);
    this.root.dataset.layout = width >= WIDE ? "wide" : width >= MEDIUM ? "medium" : "narrow";
  }

  send(kind, fields = {}) {
    if (this.ui.busy) return;
    try {
      this.model.send({ kind, ...fields });
    } catch {
      this.set({ lost: COHORT_GONE });
      return;
    }
    this.ui.busy = true;
    this.waiting = setTimeout(() => this.set({ busy: false, lost: COHORT_GONE }), 4 * ANSWER_WITHIN_MS);
    this.draw();
  }

  /** Take over a new view: end the waiting, and put the focus where another screen begins. */
  receive() {
    const { view, ui } = this;
    clearTimeout(this.waiting);
    const place = [view.phase, view.name, view.attempt].join();
    const other = this.place !== undefined && place !== this.place;
    Object.assign(ui, { busy: false, lost: null });
    if (other) Object.assign(ui, { focus: "title", step: null });
    if (other || view.status?.startsWith("Kept")) ui.review = emptyReview();
    if (view.alert) ui.focus = "alert";
    if (view.learner) remember("simcare.learner", view.learner);
    this.place = place;
    this.phase = view.phase;
    this.draw();
    if (other) this.root.scrollIntoView?.({ block: "start" });
  }

  set(changes, focus = null) {
    Object.assign(this.ui, changes);
    if (focus) this.ui.focus = focus;
    this.draw();
  }

  /** Bring a part of a long screen into sight, with the focus on its heading. */
  goTo(part) {
    const target = this.root.querySelector(`[data-focus="${part}"]`);
    target.scrollIntoView({ block: "start" });
    target.focus({ preventScroll: true });
  }

  draw() {
    if (this.phase === undefined) return;
    Object.assign(this.root.dataset, { seq: this.view.seq, phase: this.phase });
    this.root.toggleAttribute("aria-busy", this.ui.busy);
    patchKids(this.root, [cohortFrame(this)]);
    const target = this.ui.focus && this.root.querySelector(`[data-focus="${this.ui.focus}"]`);
    this.ui.focus = null;
    if (target) target.focus({ preventScroll: true });
  }

  /** Save a file that Python made: the page hands it to the browser, nothing is fetched. */
  save(message) {
    if (message?.kind !== "file") return;
    const url = URL.createObjectURL(new Blob([message.text], { type: `${message.type};charset=utf-8` }));
    const link = document.createElement("a");
    Object.assign(link, { href: url, download: message.name });
    this.root.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 30_000);
  }
}

function emptyReview() {
  return { comment: "", rating: "", reviewer: null };
}

// -- every screen ------------------------------------------------------------------------------------------------------

function cohortFrame(page) {
  const { view, ui } = page;
  const screen = { hello: whoAreYou, empty: nobodyYet, cohort, person, replay: replayed, shift: shiftReplayed, closed: closedPage }[view.phase];
  return h("div", { class: "frame", key: "frame" },
    ui.lost && h("div", { class: "alert", role: "alert", key: "lost" }, icon("alert"), h("p", null, ui.lost)),
    view.demo && h("div", { class: "card banner demo", key: "demo" }, h("p", null, h("strong", null, "Demo. "), view.demo),
      button({ onclick: () => page.send("leave_demo") }, "Leave the demo")),
    view.alert && h("div", { class: "alert", role: "alert", tabindex: "-1", "data-focus": "alert", key: `alert-${view.seq}` }, icon("alert"), h("p", null, view.alert)),
    h("div", { class: "told", role: "status", key: "status" }, view.status && h("p", { class: "done-words" }, icon("check"), view.status)),
    h("div", { class: `screen cohort-${view.phase}`, key: view.phase }, screen(page)),
    h("p", { class: "training", key: "training" }, view.training));
}

function closedPage({ view }) {
  return h("div", { class: "card quiet-screen" }, title("This page cannot open"), h("p", null, view.words));
}

function whoAreYou(page) {
  const { view, ui } = page;
  return [
    h("header", { class: "intro" }, title("How am I doing?"),
      h("p", null, "Your calls, what is due, and what to practice next. Write your name as you do at the call desk.")),
    h("form", { class: "card hello-form", onsubmit: (event) => { event.preventDefault(); page.send("hello", { name: ui.name }); } },
      h("label", { for: "cohort-name" }, "Your name or initials"),
      h("input", { id: "cohort-name", class: "field", value: ui.name, maxlength: "60", autocomplete: "name", oninput: (event) => { ui.name = event.target.value; } }),
      view.no_wall && h("p", { class: "help" }, view.no_wall),
      h("button", { class: "primary", type: "submit" }, "Show my calls")),
  ];
}

function nobodyYet(page) {
  return h("div", { class: "card quiet-screen" }, title("See a cohort"),
    h("p", null, "Nobody has practiced here yet. As soon as somebody takes a call, or a roster is imported with ", h("code", null, "simcare roster import"), ", they stand here."),
    h("p", { class: "help" }, `These records were looked at: ${page.view.place}`),
    h("p", null, "Until then you can look at a demo cohort: twelve simulated trainees with eight calls each. It takes some seconds to play."),
    h("div", { class: "actions" },
      button({ class: "primary", disabled: page.ui.busy, onclick: () => page.send("demo") }, page.ui.busy ? "Playing the calls ..." : "Show a demo cohort"),
      button({ onclick: () => page.send("look") }, icon("again"), "Look again")));
}

// -- the cohort --------------------------------------------------------------------------------------------------------

function cohort(page) {
  const { view, ui } = page;
  return [
    h("header", { class: "intro" }, title("See a cohort"), h("p", { role: "status" }, view.words),
      h("p", { class: "help" }, "What you see here is practice. It describes calls and certifies nobody.")),
    h("div", { class: "card choosing", key: "choosing" },
      chooser(page, "group", "Group", view.group), chooser(page, "sort", "Order", view.sort),
      h("div", { class: "actions" },
        button({ onclick: () => page.send("look") }, icon("again"), "Look again"),
        !view.demo && button({ class: "quiet", disabled: ui.busy, onclick: () => page.send("demo") }, "Show a demo cohort"))),
    h("dl", { class: "numbers", key: "numbers" }, view.facts.map(([name, value]) => h("div", { key: name }, h("dt", null, name), h("dd", null, value)))),
    parts(page),
    h("div", { class: `part ${ui.part}`, role: "tabpanel", id: `cohort-part-${ui.part}`, "aria-labelledby": `cohort-tab-${ui.part}`, key: ui.part }, { who, skills, items, learning }[ui.part](page)),
    h("section", { class: "card files", key: "files", "aria-label": "Export" }, h("h2", null, "Export for a spreadsheet"),
      h("div", { class: "actions" }, view.files.map(([what, words]) => button({ key: what, onclick: () => page.send("file", { value: what }) }, words, h("span", { class: "unseen" }, " as CSV"))))),
  ];
}

function chooser(page, kind, label, found) {
  return h("div", { class: "chooser", key: kind }, h("label", { for: `cohort-${kind}` }, label),
    h("select", { id: `cohort-${kind}`, class: "field", onchange: (event) => page.send(kind, { value: event.target.value }) },
      found.options.map(([value, words]) => h("option", { value, key: value, selected: value === found.value }, words))));
}

function parts(page) {
  const names = Object.keys(PARTS);
  const shown = page.ui.part;
  const turn = (event, step) => take(event, () => {
    const next = names[(names.indexOf(shown) + step + names.length) % names.length];
    page.set({ part: next }, `part-${next}`);
  });
  return h("div", { class: "tabs", key: "tabs", role: "tablist", "aria-label": "Parts of the board" },
    names.map((name) => button({
      key: name, id: `cohort-tab-${name}`, role: "tab", "aria-selected": String(name === shown), "aria-controls": name === shown ? `cohort-part-${name}` : null,
      tabindex: name === shown ? "0" : "-1", "data-focus": `part-${name}`, class: name === shown ? "tab on" : "tab",
      onclick: () => page.set({ part: name }),
      onkeydown: (event) => {
        if (event.key === "ArrowRight") turn(event, 1);
        if (event.key === "ArrowLeft") turn(event, -1);
      },
    }, PARTS[name])));
}

/** A table whose first cells are headings; on a phone each row becomes a small card with its words. */
function sheetOf(caption, head, rows, { kind = "", seen = false } = {}) {
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", { class: `sheet-table ${kind}` }, h("caption", { class: seen ? "" : "unseen" }, caption),
      h("thead", null, h("tr", null, head.map((word) => h("th", { scope: "col", key: word }, word)))),
      h("tbody", null, rows.map((row, nth) => h("tr", { key: nth }, row.map((cell, at) =>
        at ? h("td", { key: at, "data-word": head[at] }, cell) : h("th", { key: at, scope: "row" }, cell)))))));
}

function who(page) {
  const head = ["Trainee", "Finished calls", "Passed", "Mean score", "Last call", "Assigned", "Skills due", "Can be described"];
  return h("section", { class: "card", "aria-label": "Who has done what" }, h("h2", null, "Who has done what, and who is due"),
    sheetOf("Trainees", head, page.view.who.map((row) => [
      button({ class: "link", onclick: () => page.send("open", { name: row.name }) }, row.name),
      row.calls, row.passed, row.score, row.last,
      [row.left, row.overdue && " ", row.overdue && h("span", { class: "tag bad" }, row.overdue)],
      row.due.length ? h("span", null, h("span", { "aria-hidden": "true" }, row.due.join(", ")), h("span", { class: "unseen" }, row.due_words)) : "–",
      h("span", { class: `tag ${row.state[0] === "enough" ? "good" : ""}` }, row.state[1]),
    ]), { kind: "stacked paired" }));
}

function skills(page) {
  const found = page.view.skills;
  return h("section", { class: "card", "aria-label": "Skills" }, h("h2", null, "Skills by trainee"),
    h("p", { class: "help" }, "Of 100 things that a call of middling difficulty asks for, how many the trainee does, with the 95% interval. The stronger the color, the more. A dash: too few calls."),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Skills by trainee" },
      h("table", { class: "heat-map" }, h("caption", { class: "unseen" }, "Skills by trainee"),
        h("thead", null, h("tr", null, h("td", null), found.head.map(([name, words]) =>
          h("th", { scope: "col", key: name, title: words }, name, h("span", { class: "unseen" }, ` ${words}`))))),
        h("tbody", null, found.rows.map((row) => h("tr", { key: row.name },
          h("th", { scope: "row" }, button({ class: "link", onclick: () => page.send("open", { name: row.name }) }, row.name)),
          row.cells.map((cell, at) => h("td", { key: at, class: cell.few ? "few" : "heat", style: `--heat-share:${Math.round(cell.heat * 62)}` },
            h("span", { "aria-hidden": "true" }, cell.text, h("span", { class: "between" }, cell.between)), h("span", { class: "unseen" }, cell.words)))))))),
    h("dl", { class: "legend" }, found.head.map(([name, words]) => h("div", { key: name }, h("dt", null, name), h("dd", null, words)))));
}

function items(page) {
  const found = page.view.items;
  const head = ["Call and truth behind it", "Passed", "People", "Mean score", "Decided wrongly", "Tells apart", "What it says"];
  if (!found.variants.length) return h("p", { class: "card" }, "No call was finished yet.");
  return [
    h("section", { class: "card", key: "variants", "aria-label": "How hard each call is" }, h("h2", null, "How hard each call is, and whether it tells people apart"),
      h("p", { class: "help" }, `First meetings only. “Tells apart” is the correlation of passing with how the same person does elsewhere (point-biserial, 95% interval), from ${found.fewest} people on.`),
      sheetOf("Calls as items", head, found.variants, { kind: "stacked" })),
    h("section", { class: "card", key: "one", "aria-label": "One call" }, h("h2", null, "One call in detail"),
      chooser(page, "items", "Call", found.choose),
      h("h3", null, "Whom it fools"),
      h("ul", { class: "fooled" }, found.fooled.map((each) => h("li", { key: each.variant }, h("p", null, h("strong", null, each.variant), `: ${each.words}`),
        each.people.length > 0 && h("ul", { class: "plain" }, each.people.map((one) => h("li", { key: one.attempt }, button({ class: "link", onclick: () => page.send("replay", { attempt: one.attempt }) }, one.words))))))),
      h("h3", null, "Rubric rows"),
      h("p", { class: "help" }, "Held against the points of the other rows of the same call, freed of how hard the truth behind it is."),
      sheetOf("Rubric rows", ["Row", "Kind", "Done", "Share", "Tells apart", "What it says"], found.rows, { kind: "stacked" })),
  ];
}

function learning(page) {
  const found = page.view.learning;
  return [
    h("section", { class: "card", key: "curve", "aria-label": "Learning curve" }, h("h2", null, "How the group learns"),
      found.curve ? [picture(found.curve.svg), folded("The curve as a table", found.curve)] : h("p", null, "Too few people have finished a call for a curve of the group."),
      h("p", { class: "help" }, "Later calls rest on fewer people, and calls differ in difficulty."),
      h("p", null, h("strong", null, "Reliability. "), found.reliability)),
    h("section", { class: "card", key: "mark", "aria-label": "Pass mark" }, h("h2", null, "What supervisors' ratings say of a pass mark"),
      h("p", null, found.mark.words),
      h("p", { class: "help" }, `Borderline regression; it needs ${found.mark.enough} rated calls. Ratings: ${found.mark.scale}. No call's own pass mark is changed by it.`),
      found.mark.svg && picture(found.mark.svg),
      found.mark.rows.length > 0 && folded("Each call by itself", { head: ["Call", "Rated", "Mark", "What it says"], rows: found.mark.rows }, "stacked")),
  ];
}

function picture(texts) {
  return texts.map((text, place) => h("div", { class: place ? "picture small" : "picture large", key: `${place}-${text.length}-${text.slice(-200)}`, foreign: true, mounted: (host) => {
    host.replaceChildren(document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true));
  } }));
}

function folded(words, found, kind = "") {
  return h("details", { key: words }, h("summary", null, h("span", null, words)), sheetOf(words, found.head, found.rows, { kind }));
}

// -- one person --------------------------------------------------------------------------------------------------------

function person(page) {
  const { view } = page;
  const own = view.role === "trainee";
  return [
    !own && backButton(page, "All trainees"),
    h("header", { class: "intro", key: "intro" }, own ? h("p", { class: "eyebrow" }, view.name) : null, title(own ? "How am I doing?" : view.name),
      h("p", null, view.standing),
      own && view.no_wall && h("p", { class: "help" }, view.no_wall, " ", button({ class: "link", onclick: () => { remember("simcare.learner", ""); page.ui.name = ""; page.send("who"); } }, "Not you?"))),
    h("dl", { class: "numbers", key: "numbers" }, view.facts.map(([name, value]) => h("div", { key: name }, h("dt", null, name), h("dd", null, value)))),
    h("div", { class: "person-columns", key: "columns" },
      h("div", { class: "column" }, dueCard(page, own), skillCard(view, own)),
      h("div", { class: "column" }, curveCard(view), decisionCard(view, own))),
    historyCard(page, own),
  ];
}

function backButton(page, words) {
  return h("div", { class: "actions back", key: "back" }, button({ class: "quiet", onclick: () => page.send("back") }, icon("back"), words));
}

function dueCard(page, own) {
  const { view } = page;
  return h("section", { class: "card due", key: "due", "aria-label": "What is under way and due" }, h("h2", null, "What is under way and due"),
    view.next && h("div", { class: "next-call" }, h("p", null, h("strong", null, `Practice next: ${view.next.title}`)), h("p", null, !own && h("span", { class: "soft" }, "They are told: "), view.next.why),
      own && placeOf("calls") && h("a", { class: "button primary", href: placeOf("calls") }, "Go to the calls")),
    view.assigned.map((each) => h("div", { class: "assigned", key: each.title },
      h("p", null, h("strong", null, each.title), ": ", each.words, each.late && [" ", h("span", { class: "tag bad" }, "Overdue")]),
      each.left.length > 0 && h("p", { class: "help" }, `Left: ${each.left.join(", ")}`))),
    view.assigned.length > 0 && h("p", { class: "help", key: "counts" }, `A call passed inside a shift counts here too${view.exercises.length ? "; an exercise counts what is opened from it" : ""}.`),
    view.exercises.length > 0 && h("ul", { class: "plain" }, view.exercises.map((each) => h("li", { key: each.title }, h("strong", null, each.title), `: ${each.words}`, each.passed && [" ", h("span", { class: "tag good" }, "Passed")]))),
    view.due.length > 0 && h("ul", { class: "plain" }, view.due.map((each) => h("li", { key: each.skill }, h("strong", null, each.skill), `: ${each.words}`))),
    !view.due.length && h("p", null, view.begun ? "No skill is due for practice again yet." : "Nothing was practiced yet."));
}

function skillCard(view, own) {
  return h("section", { class: "card", key: "skills", "aria-label": "Skills" }, h("h2", null, "Skills"),
    h("p", { class: "help" }, `Of 100 things that a call of middling difficulty asks for, how many ${own ? "you do" : "they do"}; the bar is the 95% interval, the line the best guess.`),
    h("ul", { class: "bars" }, view.skills.map((each) => h("li", { key: each.skill },
      h("p", { class: "bar-words" }, h("span", null, each.skill), h("span", { class: "amount" }, each.words)),
      !each.few && h("div", { class: "bar", "aria-hidden": "true" },
        h("span", { class: "span", style: `left:${each.low}%;width:${Math.max(1, each.high - each.low)}%` }), h("span", { class: "best", style: `left:${each.share}%` }))))));
}

function decisionCard(view, own) {
  return h("section", { class: "card", key: "decisions", "aria-label": "Decisions" }, h("h2", null, "Decisions"),
    h("p", { class: "help" }, `Shares with their 95% interval. ${own ? "Your" : "Their"} guided calls are left out, and so is trying again.`),
    h("dl", { class: "facts" }, view.decisions.map(([name, value]) => h("div", { key: name }, h("dt", null, name), h("dd", null, value)))));
}

function curveCard(view) {
  return h("section", { class: "card", key: "curve", "aria-label": "Learning curve" }, h("h2", null, "Call by call"),
    view.curve ? [picture(view.curve.svg), h("p", { class: "help" }, "Filled dots passed. The line is the mean of the last five calls."), folded("Call by call as a table", view.curve)]
      : h("p", null, "No call was finished yet that could be drawn."));
}

function historyCard(page, own) {
  const { view } = page;
  return h("section", { class: "card", key: "history", "aria-label": "History" }, h("h2", null, own ? "Your calls and shifts" : "Calls and shifts"),
    !view.history.length && h("p", null, "No call was taken yet."),
    h("ul", { class: "history" }, view.history.map((each) => h("li", { key: each.attempt },
      h("div", null,
        h("p", null, h("strong", null, each.title), !own && each.variant && h("span", { class: "soft" }, ` (${each.variant})`), each.shift && [" ", h("span", { class: "tag" }, "Shift")]),
        h("p", { class: "meta" }, h("span", null, each.when), h("span", { class: each.passed ? "tag good" : "tag" }, each.result),
          each.verdict && h("span", null, each.verdict), each.again && h("span", { class: "tag" }, "Tried again"), each.reviews && h("span", { class: "tag start" }, each.reviews)),
        each.calls.length > 0 && h("ul", { class: "plain", "aria-label": `Calls in ${each.title}, ${each.when}` }, each.calls.map((call) => h("li", { key: call.attempt },
          button({ class: "link", onclick: () => page.send("replay", { attempt: call.attempt }) }, call.words),
          call.reviews && [" ", h("span", { class: "tag start" }, call.reviews)])))),
      each.shift && !each.finished && own && placeOf("shifts") && h("a", { class: "button", href: placeOf("shifts") }, "To the shifts", h("span", { class: "unseen" }, `: ${each.title}, ${each.when}`)),
      each.finished && button({ "aria-label": `${own || each.shift ? "Debrief of" : "Replay"} ${each.title}, ${each.when}`, onclick: () => page.send("replay", { attempt: each.attempt }) },
        icon(own || each.shift ? "chart" : "play"), own || each.shift ? "Debrief" : "Replay")))));
}

// -- a recorded call ---------------------------------------------------------------------------------------------------

function replayed(page) {
  const { view, ui } = page;
  const lines = view.debrief.timeline;
  const desk = {
    view: view.debrief, ui, root: page.root,
    set: ({ mark }) => page.set({ mark, step: Math.max(ui.step ?? 0, lastLineOf(lines, mark)) }),
  };
  return [
    backButton(page, backWords(view)),
    h("p", { class: "eyebrow", key: "whose" }, view.role === "trainee" ? view.words : `${view.words}. Truth behind the call: ${view.variant}. Below, “you” is the trainee.`),
    h("div", { class: "actions jumps", key: "jumps" },
      button({ onclick: () => page.goTo("replay") }, "To the call, line by line"),
      (view.reviews.length > 0 || view.role === "trainer") && button({ onclick: () => page.goTo("reviews") }, "To the comments")),
    h("div", { class: "replay-debrief", key: "debrief" }, debrief(desk, { actions: () => null, beside: () => [
      h("div", { class: "beside-call", key: "beside" }, reviewCard(page), stepper(page, lines)),
    ] })),
  ];
}

function backWords(view) {
  if (view.from_shift) return "Back to the shift";
  return view.role === "trainee" ? "Back to my calls" : "Back";
}

/** A shift seen again: its debrief as its trainee had it, each of its calls a press away, and the comments. */
function shiftReplayed(page) {
  const { view } = page;
  const told = view.debrief;
  const own = view.role === "trainee";
  return [
    backButton(page, backWords(view)),
    h("p", { class: "eyebrow", key: "whose" }, own ? view.words : `${view.words}. Below, “you” is the trainee.`),
    (view.reviews.length > 0 || !own) && h("div", { class: "actions jumps", key: "jumps" }, button({ onclick: () => page.goTo("reviews") }, "To the comments")),
    h("div", { class: "simcare-shift shift-again", key: "told", "data-width": page.root.dataset.layout === "narrow" ? "narrow" : "wide" },
      toldHead(told),
      h("div", { class: "debrief-main", key: "main" },
        toldUrgent(told), toldTake(told), toldLanes(told), toldCounted(told),
        toldTime(told, (call) => page.send("replay", { attempt: call.attempt })))),
    reviewCard(page),
  ];
}

function lastLineOf(lines, move) {
  return lines.reduce((last, line, nth) => (line.move === move ? nth : last), 0);
}

/** The call line by line: all of it at first, or up to the line one has stepped to. */
function stepper(page, lines) {
  const { ui } = page;
  const last = lines.length - 1;
  const step = Math.min(ui.step ?? last, last);
  const go = (to) => page.set({ step: Math.max(0, Math.min(last, to)) });
  const learned = lines.slice(0, step + 1).flatMap((line) => line.learned);
  const at = lines[step];
  return h("section", { class: "card timeline replay", key: "replay", "aria-label": "The call, line by line" }, h("h2", { tabindex: "-1", "data-focus": "replay" }, "The call, line by line"),
    at && h("div", { class: "stepper" },
      h("div", { class: "actions" },
        button({ disabled: step === 0, onclick: () => go(0) }, "First line"),
        button({ disabled: step === 0, "data-focus": "step-back", onclick: () => go(step - 1) }, icon("back"), "Back"),
        button({ disabled: step === last, "data-focus": "step-next", onclick: () => go(step + 1) }, "Next", icon("play")),
        button({ disabled: step === last, onclick: () => go(last) }, "All")),
      h("label", { for: "cohort-step" }, "Line"),
      h("input", { id: "cohort-step", type: "range", min: "0", max: String(last), step: "1", value: String(step), "aria-valuetext": `Line ${step + 1} of ${lines.length}, ${at.clock}`, oninput: (event) => go(Number(event.target.value)) }),
      h("p", { class: "meta" }, `Line ${step + 1} of ${lines.length}, ${at.clock}`),
      h("p", { class: "learned", role: "status" }, icon("ear"), h("span", null, learned.length ? `Known by then: ${learned.join(", ")}` : "Nothing was learned yet."))),
    h("ol", { class: "moves" }, lines.map((line, nth) => h("li", {
      class: `line ${line.side} ${nth === step && step < last ? "now" : ""} ${line.first && ui.mark === line.move ? "marked" : ""}`, key: line.id, hidden: nth > step,
      tabindex: line.first ? "-1" : null, "data-move": line.first ? String(line.move) : null },
      h("p", { class: "said-by" }, h("span", { class: "name" }, line.name), h("span", { class: "at" }, line.clock), line.decision && h("span", { class: "tag fair" }, "The decision")),
      h("p", { class: "said" }, line.text),
      line.learned.length > 0 && h("p", { class: "learned" }, icon("ear"), h("span", null, `Heard: ${line.learned.join(", ")}`))))));
}

function reviewCard(page) {
  const { view, ui } = page;
  const own = view.role === "trainee";
  const what = view.phase === "shift" ? "shift" : "call";
  if (own && !view.reviews.length) return null;
  const { review } = ui;
  const given = () => ({ ...review, reviewer: review.reviewer ?? view.reviewer ?? "" });
  return h("section", { class: "card reviews", key: "reviews", "aria-label": "Comments" }, h("h2", { tabindex: "-1", "data-focus": "reviews" }, own ? "What your supervisor says" : "Comments and rating"),
    view.reviews.map((each) => h("div", { class: "review", key: each.id }, h("p", { class: "meta" }, h("span", null, each.by), each.rating && h("span", { class: "tag" }, each.rating)), each.comment && h("p", { class: "comment" }, each.comment))),
    !own && h("form", { class: "review-form", key: "form", "aria-label": `Say something about this ${what}`, onsubmit: (event) => { event.preventDefault(); page.send("review", given()); } },
      h("label", { for: "cohort-comment" }, "Comment"),
      h("textarea", { id: "cohort-comment", class: "field", rows: "3", maxlength: "5000", value: review.comment, "aria-describedby": "cohort-comment-help", oninput: (event) => { review.comment = event.target.value; } }),
      h("p", { class: "help", id: "cohort-comment-help" }, "The trainee reads it on their own page. It cannot be changed afterward."),
      h("fieldset", null, h("legend", null, "Global rating"), h("div", { class: "ratings" }, [["", "none"], ...view.ratings].map(([value, words]) => h("label", { key: value },
        h("input", { type: "radio", name: "cohort-rating", value, checked: review.rating === value, onchange: () => page.set({ review: { ...ui.review, rating: value } }) }), value ? `${value} ${words}` : words)))),
      h("label", { for: "cohort-reviewer" }, "Your name"),
      h("input", { id: "cohort-reviewer", class: "field", maxlength: "60", autocomplete: "name", value: given().reviewer, oninput: (event) => { review.reviewer = event.target.value; } }),
      h("button", { class: "primary", type: "submit", disabled: ui.busy }, "Keep it")));
}

/** Show the board of a model in an element; the function returned takes it away again. */
function showCohort({ model, el }) {
  const page = new CohortPage(model, el);
  return () => page.close();
}
