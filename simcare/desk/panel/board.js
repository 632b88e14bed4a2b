/* The panel board. It draws the view that Python sends and tells Python which filter was changed; nothing is counted
   here. Words are put on the page as text; only the pictures, which our own Python draws, are parsed as SVG. */

function make(tag, props, ...kids) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (name.startsWith("on")) made[name] = value;
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...kids.flat(9).filter((kid) => kid !== null && kid !== undefined));
  return made;
}

function picture(texts) {
  return texts.map((text, place) => {
    const svg = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
    return make("div", { class: place ? "picture narrow" : "picture wide" }, svg);
  });
}

function tableOf(caption, head, rows) {
  return make("details", null,
    make("summary", null, caption),
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
      make("table", { class: "plain" },
        make("caption", { class: "unseen" }, caption),
        make("thead", null, make("tr", null, head.map((word) => make("th", { scope: "col" }, word)))),
        make("tbody", null, rows.map((row) => make("tr", null, row.map((word, place) =>
          place ? make("td", null, word) : make("th", { scope: "row" }, word))))))));
}

function heatRow(row) {
  return make("tr", null,
    make("th", { scope: "row" }, row.label),
    row.cells.map((cell) => make("td", { style: `--heat-share:${Math.round(cell.heat * 62)}`, class: cell.same ? "same" : "heat" }, cell.text)));
}

function conditions(found) {
  return make("table", { class: "map" },
    make("caption", null, "Percent of each group who have the condition, the commonest first. The stronger the color, the more."),
    make("thead", null,
      make("tr", null, make("td", { rowspan: "2" }), found.groups.map(([name, span]) =>
        make("th", { scope: "colgroup", colspan: String(span) }, name))),
      make("tr", null, found.head.map((word) => make("th", { scope: "col" }, word)))),
    make("tbody", null, found.rows.map(heatRow)));
}

function pairs(found) {
  return make("table", { class: "map pairs" },
    make("caption", null, "Of the people with the condition on the left, the percent who also have the one above, by its number."),
    make("thead", null, make("tr", null, make("td"), found.head.map(([number, name]) =>
      make("th", { scope: "col", title: name }, number, make("span", { class: "unseen" }, ` ${name}`))))),
    make("tbody", null, found.rows.map(heatRow)));
}

function card(title, ...kids) {
  const id = `panel-${title.toLowerCase().replaceAll(" ", "-")}`;
  return make("section", { class: "card", "aria-labelledby": id }, make("h2", { id }, title), kids);
}

function render({ model, el }) {
  const status = make("p", { class: "words", role: "status" });
  const controls = make("form", { class: "filters", "aria-label": "Filters", onsubmit: (event) => event.preventDefault() });
  const facts = make("dl", { class: "facts" });
  const body = make("div", { class: "cards" });
  const foot = make("p", { class: "training" });
  const root = make("div", { class: "simcare-panel" }, make("h1", null, "Know your panel"), controls, status, facts, body, foot);
  root.id = `simcare-panel-${Math.random().toString(36).slice(2)}`;
  el.append(root);

  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const theme = () => {
    const lab = document.querySelector(".jp-LabShell") !== null;
    const isDark = lab ? document.body.dataset.jpThemeLight === "false" : dark.matches;
    root.dataset.theme = isDark ? "dark" : "light";
  };
  const watch = new MutationObserver(theme);
  watch.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  dark.addEventListener("change", theme);
  const fit = new ResizeObserver(() => { root.dataset.layout = root.clientWidth < 720 ? "narrow" : root.clientWidth < 1100 ? "wide" : "broad"; });
  fit.observe(root);
  theme();

  const choose = (key, value) => {
    root.setAttribute("aria-busy", "true");
    model.send({ key, value });
  };
  const drawFilters = (filters) => {
    if (controls.childElementCount) {  // kept, so that the focus stays where it is
      for (const filter of filters) controls.querySelector(`[name=${filter.key}]`).value = filter.value;
      return;
    }
    for (const filter of filters) {
      const id = `${root.id}-${filter.key}`;
      const select = make("select", { id, name: filter.key, onchange: (event) => choose(filter.key, event.target.value) },
        filter.options.map(([value, words]) => make("option", { value }, words)));
      select.value = filter.value;
      controls.append(make("div", { class: `of-${filter.key}` }, make("label", { for: id }, filter.label), select));
    }
  };
  const draw = () => {
    const view = model.get("view");
    const open = new Set([...body.querySelectorAll("details[open] > summary")].map((at) => at.textContent));
    drawFilters(view.filters);
    status.textContent = view.words;
    facts.replaceChildren(...view.facts.map(([name, value]) => make("div", null, make("dt", null, name), make("dd", null, value))));
    body.replaceChildren(...(view.empty ? [] : [
      card("Age and sex", picture(view.ages.svg), tableOf("Age and sex as a table", view.ages.head, view.ages.rows)),
      card("Conditions", conditions(view.conditions)),
      card("Care gaps",
        make("p", { class: "lead" }, view.gaps.words, " The percent at the end of a bar is due or overdue."),
        make("ul", { class: "legend" }, view.gaps.states.map(([state, words]) => make("li", { class: state }, words))),
        picture(view.gaps.svg), tableOf("All care gaps as a table", view.gaps.head, view.gaps.rows)),
      card("Conditions that come together", pairs(view.pairs)),
    ]));
    for (const summary of body.querySelectorAll("summary")) summary.parentElement.open = open.has(summary.textContent);
    foot.textContent = view.training;
    root.removeAttribute("aria-busy");
    root.dataset.seq = view.seq;
  };
  model.on("change:view", draw);
  draw();
  return () => {
    model.off("change:view", draw);
    watch.disconnect();
    fit.disconnect();
    dark.removeEventListener("change", theme);
  };
}

export default { render };
