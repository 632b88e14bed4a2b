/* The plan board. It draws the view that Python sends and tells Python what was changed or asked for; nothing is
   counted here. Words are put on the page as text; only the pictures, which our own Python draws, are parsed as SVG. */

function make(tag, props, ...kids) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (name.startsWith("on") || name === "value" || name === "disabled") made[name] = value;
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...kids.flat(9).filter((kid) => kid !== null && kid !== undefined && kid !== false));
  return made;
}

function picture(texts) {
  return texts.map((text, place) => {
    const svg = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
    return make("div", { class: place ? "picture narrow" : "picture wide" }, svg);
  });
}

function tableOf(caption, found, kind = "numbers") {
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    make("table", { class: kind },
      make("caption", { class: "unseen" }, caption),
      make("thead", null, make("tr", null, found.head.map((word) => make("th", { scope: "col" }, word)))),
      make("tbody", null, found.rows.map((row) => make("tr", null, row.map((word, place) =>
        place ? make("td", null, word) : make("th", { scope: "row" }, word)))))));
}

function folded(caption, found, kind) {
  return make("details", null, make("summary", null, caption), tableOf(caption, found, kind));
}

class Board {
  constructor(model, host) {
    this.model = model;
    this.name = `simcare-plan-${Math.random().toString(36).slice(2)}`;
    this.ui = { open: new Set() };
    this.root = make("div", { class: "simcare-plan", "data-lm-suppress-shortcuts": "true" });
    host.append(this.root);
    for (const name of ["keydown", "keypress", "keyup", "copy", "cut", "paste"]) {
      this.root.addEventListener(name, (event) => event.stopPropagation());
    }
    this.build();
    this.dark = window.matchMedia("(prefers-color-scheme: dark)");
    this.onTheme = () => this.theme();
    this.dark.addEventListener("change", this.onTheme);
    this.watch = new MutationObserver(this.onTheme);
    this.watch.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
    this.fit = new ResizeObserver(() => this.measure());
    this.fit.observe(this.root);
    this.onView = () => this.draw();
    this.onProgress = () => this.drawProgress();
    this.onMessage = (message) => this.save(message);
    model.on("change:view", this.onView);
    model.on("change:progress", this.onProgress);
    model.on("msg:custom", this.onMessage);
    this.theme();
    this.measure();
    this.draw();
    this.drawProgress();
  }

  close() {
    this.model.off("change:view", this.onView);
    this.model.off("change:progress", this.onProgress);
    this.model.off("msg:custom", this.onMessage);
    this.dark.removeEventListener("change", this.onTheme);
    this.watch.disconnect();
    this.fit.disconnect();
    this.root.remove();
  }

  theme() {
    const lab = document.querySelector(".jp-LabShell") !== null;
    const dark = lab ? document.body.dataset.jpThemeLight === "false" : this.dark.matches;
    this.root.dataset.theme = dark ? "dark" : "light";
  }

  measure() {
    const width = this.root.clientWidth;
    this.root.dataset.layout = width >= 1080 ? "broad" : width >= 720 ? "wide" : "narrow";
  }

  get view() {
    return this.model.get("view") ?? {};
  }

  send(kind, fields = {}) {
    try {
      this.model.send({ kind, ...fields });
      this.lost.textContent = "";
    } catch {
      this.lost.textContent = "The board lost its connection, so nothing was changed. Reload the page, or restart the kernel and run the cell again.";
    }
  }

  // -- the parts that stay: headings, controls, progress ---------------------------------------------------------------

  build() {
    const id = (part) => `${this.name}-${part}`;
    this.title = make("h1", { tabindex: "-1" });
    this.about = make("p", { class: "lead" });
    this.lost = make("p", { class: "alert", role: "alert" });
    this.alert = make("p", { class: "alert", role: "alert" });
    this.note = make("p", { class: "note", role: "status" });
    this.sliders = make("div", { class: "sliders" });
    this.roster = make("tbody");
    this.people = make("p", { class: "soft" });
    this.targets = make("ul", { class: "plain" });
    this.changed = make("p", { class: "soft" });
    this.runs = make("select", { id: id("runs"), onchange: (event) => this.send("runs", { value: event.target.value }) });
    this.run = make("button", { type: "button", class: "go", onclick: () => this.send("run") }, "Simulate");
    this.staff = make("button", { type: "button", onclick: () => this.send("staff") }, "Find the staffing");
    this.reset = make("button", { type: "button", class: "quiet", onclick: () => this.send("reset") }, "Undo all changes");
    this.stop = make("button", { type: "button", onclick: () => { this.stop.disabled = true; this.send("cancel"); } }, "Stop");
    this.bar = make("progress", { "aria-label": "How much is simulated" });
    this.said = make("p", { class: "said", "aria-live": "polite" });
    this.progress = make("div", { class: "progress" }, this.bar, this.stop, this.said);
    this.out = make("div", { class: "results" });
    this.foot = make("p", { class: "training" });
    const card = (part, title, ...kids) =>
      make("section", { class: `card ${part}`, "aria-labelledby": id(part) }, make("h2", { id: id(part) }, title), kids);
    const head = ["Team", "People", "Skill", "From", "To"].map((word) => make("th", { scope: "col" }, word));
    this.root.append(
      make("header", null, this.title, this.about), this.lost, this.alert,
      make("div", { class: "columns" },
        make("div", { class: "asking" },
          card("roster", "The roster", make("table", { class: "team-table" },
            make("thead", null, make("tr", null, head)), this.roster), this.people,
            make("div", { class: "aims" }, make("h3", null, "Targets"), this.targets)),
          card("numbers", "The program", this.sliders),
          make("section", { class: "card go-card", "aria-label": "Simulate" },
            this.changed, make("div", { class: "row" }, this.run, this.staff,
              make("label", { for: id("runs"), class: "unseen" }, "How often"), this.runs, this.reset), this.progress, this.note)),
        this.out),
      this.foot);
  }

  drawProgress() {
    const progress = this.model.get("progress") ?? {};
    const busy = progress.words !== undefined;
    this.progress.hidden = !busy;
    this.root.toggleAttribute("data-busy", busy);
    for (const button of [this.run, this.staff]) button.disabled = busy;
    if (!busy) {
      if (document.activeElement === this.stop) this.run.focus();
      this.stop.disabled = false;
      this.said.textContent = "";
      return;
    }
    if (progress.of) {
      this.bar.max = progress.of;
      this.bar.value = progress.done;
    } else {
      this.bar.removeAttribute("value");
    }
    this.said.textContent = progress.words;
  }

  drawSliders(sliders) {
    const same = this.sliders.childElementCount === sliders.length;
    if (!same) this.sliders.replaceChildren(...sliders.map((each) => this.slider(each)));
    for (const each of sliders) {
      const box = this.sliders.querySelector(`[data-key="${each.key}"]`);
      const input = box.querySelector("input");
      if (Number(input.value) !== each.value) input.value = String(each.value);
      input.setAttribute("aria-valuetext", each.text);
      box.querySelector(".amount").textContent = each.text;
    }
  }

  slider(each) {
    const id = `${this.name}-${each.key}`;
    const output = make("span", { class: "amount", "aria-hidden": "true" });  // the slider says it by itself
    const asShare = each.unit === "share" || each.unit === "a year";
    const input = make("input", {
      id, type: "range", min: each.low, max: each.high, step: each.step, "aria-describedby": `${id}-usual`,
      oninput: () => {
        const number = Number(input.value);
        output.textContent = asShare ? `${Math.round(number * 1000) / 10}%` : number.toLocaleString("en-US");
      },
      onchange: () => this.send("slide", { key: each.key, value: input.value }),
    });
    input.value = String(each.value);
    return make("div", { class: "slider", "data-key": each.key },
      make("label", { for: id }, each.label), output, input, make("p", { class: "usual", id: `${id}-usual` }, each.usual));
  }

  drawRoster(view) {
    if (this.roster.childElementCount !== view.roster.length) {
      this.roster.replaceChildren(...view.roster.map((team) => this.team(team, view.skills, view.times)));
    }
    view.roster.forEach((team, at) => {
      const row = this.roster.children[at];
      for (const [key, value] of Object.entries({ people: team.people, skill: team.skill, start: team.start, end: team.end })) {
        const field = row.querySelector(`[name=${key}]`);
        if (field && (document.activeElement !== field || key === "people") && field.value !== String(value)) field.value = String(value);
      }
    });
    this.people.textContent = `${view.people} in all.`;
  }

  team(team, skills, times) {
    const change = (key) => (event) => this.send("team", { team: team.team, key, value: event.target.value });
    const people = make("input", {
      type: "number", name: "people", min: 0, max: team.most, step: 1, inputmode: "numeric", "aria-label": `People in ${team.team}`, onchange: change("people"),
    });
    people.value = String(team.people);
    const skill = make("select", { name: "skill", "aria-label": `Skill of ${team.team}`, onchange: change("skill") },
      skills.map((name) => make("option", { value: name }, name)));
    skill.value = team.skill;
    const time = (key, word) => {
      if (!team[key]) return make("td", { class: "none", "data-word": word }, "–");
      const field = make("select", { name: key, "aria-label": `${word}, ${team.team}`, onchange: change(key) },
        times.map(([value, words]) => make("option", { value }, words)));
      field.value = team[key];
      return make("td", { "data-word": word }, field);
    };
    const where = team.zone ? `, ${team.zone.replaceAll("_", " ")}` : "";
    return make("tr", null,
      make("th", { scope: "row" }, make("span", { class: "team-name" }, team.team),
        make("span", { class: "usual" }, `${team.who}; ${team.hours}${where}`)),
      make("td", { "data-word": "People" }, people), make("td", { "data-word": "Skill" }, skill), time("start", "From"), time("end", "To"));
  }

  // -- what is drawn anew ----------------------------------------------------------------------------------------------

  draw() {
    const view = this.view;
    if (!view.seq) return;
    const focused = this.root.contains(document.activeElement) ? document.activeElement.id : "";
    this.title.textContent = view.title;
    this.about.textContent = view.about;
    this.alert.textContent = view.alert;
    this.note.textContent = view.note;
    this.drawSliders(view.sliders);
    this.drawRoster(view);
    this.targets.replaceChildren(...view.targets.map((words) => make("li", null, words)));
    this.targets.parentElement.hidden = !view.targets.length;
    this.changed.textContent = view.changed.length ? `Changed: ${view.changed.join("; ")}.` : "";
    this.reset.hidden = !view.changed.length;
    if (this.runs.childElementCount !== view.runs.options.length) {
      this.runs.replaceChildren(...view.runs.options.map((number) => make("option", { value: number }, `${number} times`)));
    }
    this.runs.value = String(view.runs.value);
    for (const at of this.out.querySelectorAll("details")) {
      this.ui.open[at.open ? "add" : "delete"](at.firstElementChild.textContent);
    }
    this.out.replaceChildren(...this.results(view));
    for (const at of this.out.querySelectorAll("details")) at.open = this.ui.open.has(at.firstElementChild.textContent);
    this.foot.textContent = view.training;
    this.root.dataset.seq = view.seq;
    if (focused && !document.activeElement?.closest?.(".simcare-plan")) document.getElementById(focused)?.focus({ preventScroll: true });
  }

  card(part, title, ...kids) {
    const id = `${this.name}-${part}`;
    return make("section", { class: `card ${part}`, "aria-labelledby": id }, make("h2", { id }, title), kids);
  }

  results(view) {
    const result = view.result;
    if (!result) {
      return [
        view.staffing && this.staffing(view),
        this.card("empty", "No answer yet", make("p", null, "Move a slider, change the roster, then press Simulate. Each run is the whole program, call by call, with its own luck; together they say how sure the answer is.")),
      ].filter(Boolean);
    }
    return [
      this.card("answer", "The answer",
        view.stale && make("p", { class: "stale" }, "Something was changed since; simulate again to see what it does."),
        make("p", { class: "sentence" }, result.sentence),
        make("ul", { class: "verdicts" }, result.targets.map((each) =>
          make("li", { class: each.verdict.replace(" ", "-") }, make("strong", null, each.verdict), ` ${each.words}`))),
        make("p", { class: "soft" }, `${result.runs}.`),
        make("div", { class: "row" },
          view.pinned ? this.press("unpin", "Forget plan A") : this.press("pin", "Keep as plan A"),
          make("span", { class: "soft" }, "Download:"),
          ...[["report", "Report"], ["answers", "Answers (CSV)"], ["days", "Days (CSV)"], ["intervals", "Half-hours (CSV)"], ["plan", "Plan (YAML)"]]
            .map(([what, words]) => make("button", { type: "button", class: "quiet", id: `${this.name}-file-${what}`,
              onclick: () => this.send("file", { value: what }) }, make("span", { class: "unseen" }, "Download: "), words)))),
      view.comparison && this.comparison(view.comparison),
      view.staffing && this.staffing(view),
      this.card("tiles-card", "In numbers",
        make("dl", { class: "tiles" }, result.tiles.map((tile) => make("div", { title: tile.plain },
          make("dt", null, tile.title), make("dd", null, make("span", { class: "number" }, tile.value), make("span", { class: "usual" }, tile.between))))),
        folded("All answers", result.answers), folded("Teams", result.teams), folded("Billing codes", result.codes, "numbers codes")),
      this.card("fan", "Day by day", this.choice("fan", "What to show by day", result.fan),
        make("p", { class: "soft" }, `${result.fan.plain}. The line is the median; the dark band holds half of the runs, the light band nine of ten.`),
        picture(result.fan.svg), folded("Day by day as a table", result.fan.table)),
      this.card("heat", "Through the week", this.choice("heat", "What to show through the week", result.heat),
        make("p", { class: "soft" }, `${result.heat.plain}. The stronger the color, the more.`),
        picture(result.heat.svg), folded("Through the week as a table", result.heat.table)),
      this.card("rests", "What it rests on", make("p", null, result.assumptions.words),
        folded("Every number with its source", result.assumptions.table, "sources")),
    ].filter(Boolean);
  }

  press(kind, words) {
    return make("button", { type: "button", id: `${this.name}-${kind}`, onclick: () => this.send(kind) }, words);
  }

  choice(kind, label, found) {
    const id = `${this.name}-choose-${kind}`;
    const select = make("select", { id, onchange: (event) => this.send(kind, { value: event.target.value }) },
      found.options.map(([value, words]) => make("option", { value }, words)));
    select.value = found.value;
    return make("div", { class: "row" }, make("label", { for: id }, label), select);
  }

  comparison(found) {
    return this.card("compared", "Plan A and this plan",
      make("p", null, `Changed from plan A: ${found.changes.join("; ")}.`),
      make("p", { class: "soft" }, `Both had the same luck in ${found.runs} runs, so that a difference is known better than either side. The interval holds the mean difference with 95% confidence.`),
      make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Differences" },
        make("table", { class: "numbers compare" },
          make("caption", { class: "unseen" }, "Plan A and this plan, answer by answer"),
          make("thead", null, make("tr", null, ["Answer", "Plan A", "This plan", "Difference", "Interval", ""].map((word) =>
            word ? make("th", { scope: "col" }, word) : make("th", { scope: "col" }, make("span", { class: "unseen" }, "What it means"))))),
          make("tbody", null, found.rows.map((row) => make("tr", null,
            make("th", { scope: "row" }, row.title),
            make("td", { "data-word": "Plan A" }, row.first), make("td", { "data-word": "This plan" }, row.second),
            make("td", { class: "strong", "data-word": "Difference" }, row.difference),
            make("td", { "data-word": "Interval" }, row.between),
            make("td", { class: row.good || "soft" }, row.good || row.word)))))));
  }

  staffing(view) {
    const found = view.staffing;
    return this.card("staffing", "The staffing answer", make("p", { class: "sentence" }, found.sentence),
      found.met && make("div", { class: "row" }, this.press("use", "Take this roster over")),
      folded(`The ${found.table.rows.length} rosters that were tried`, found.table));
  }

  /** Save a file that Python made: the page hands it to the browser, nothing is fetched. */
  save(message) {
    if (message?.kind !== "file") return;
    const url = URL.createObjectURL(new Blob([message.text], { type: `${message.type};charset=utf-8` }));
    const link = make("a", { href: url, download: message.name });
    this.root.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 30_000);
  }
}

function render({ model, el }) {
  const board = new Board(model, el);
  return () => board.close();
}

export default { render };
