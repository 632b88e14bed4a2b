/* The debrief of a shift: what was urgent and how one could have known, who did what when, the rows, the twin, and moments
   to go back to. It stands behind shift.js; the cohort's pages show a shift again with its parts, without going back. */

function shiftDebrief(page) {
  const { view } = page;
  return [
    toldHead(view),
    toldActions(page, "top"),
    h("div", { class: "debrief-main", key: "main" },
      toldUrgent(view), toldTake(view), toldLanes(view), toldTwin(page), toldCounted(view),
      toldTime(view, (call) => page.send("see", { item: call.item })), toldChoices(page)),
    toldActions(page, "foot"),
  ];
}

function toldHead(view) {
  const { result } = view;
  return h("header", { class: "intro", key: "head" }, h("p", { class: "eyebrow" }, `Debrief: ${view.title}`, view.exercise && `, for the exercise “${view.exercise.title}”`), title(result.headline),
    h("div", { class: `score ${result.passed ? "good" : "short"}` },
      h("p", { class: "score-number" }, h("strong", null, result.score), h("span", null, " of 100")),
      h("div", null, h("p", null, result.words), h("p", { class: "help" }, view.practice))));
}

function toldUrgent(view) {
  return view.lessons.length > 0 && h("section", { class: "card", key: "lessons", "aria-label": "What was urgent" }, h("h2", null, "What was urgent, and how you could have known"),
    h("ul", { class: "lessons" }, view.lessons.map((lesson) => toldLesson(lesson))));
}

function toldTake(view) {
  return view.take.length > 0 && h("section", { class: "card", key: "take", "aria-label": "Next time" }, h("h2", null, "Take this to the next shift"),
    h("ul", { class: "plain" }, view.take.map((words) => h("li", { key: words }, words))));
}

function toldCounted(view) {
  return h("section", { class: "card", key: "areas", "aria-label": "What counted" }, h("h2", null, "What counted"),
    h("dl", { class: "facts areas" }, view.areas.map((area) => h("div", { key: area.title }, h("dt", null, area.title), h("dd", null, area.points)))),
    view.groups.map((group) => h("details", { class: "group", key: group.area, open: group.area === "urgent" || undefined },
      h("summary", null, h("span", null, group.title), h("span", { class: "count" }, String(group.rows.length))),
      h("ul", { class: "told-rows" }, group.rows.map((row, nth) => h("li", { key: nth },
        h("p", null, h("span", { class: `tag ${row.tone}` }, row.share), " ", h("strong", null, row.who), " ", row.critical && h("span", { class: "tag bad" }, "This alone fails it")),
        h("p", { class: "why" }, `${row.words}.`, row.why && h("span", null, ` ${row.why}`))))))));
}

/** Where the time went, and each call with a press that leads to its debrief. */
function toldTime(view, see) {
  return h("section", { class: "card", key: "time", "aria-label": "Your time" }, h("h2", null, "Where your time went"),
    h("dl", { class: "facts" }, view.spent.map((item) => h("div", { key: item.what }, h("dt", null, item.what), h("dd", null, item.time)))), h("p", { class: "why" }, view.minutes),
    view.calls.length > 0 && h("ul", { class: "told-rows" }, view.calls.map((call) => h("li", { key: call.item },
      h("p", null, h("span", { class: `tag ${call.passed ? "good" : "fair"}` }, `${call.score} of 100`), " ", h("strong", null, call.who), " ",
        button({ class: "link", onclick: () => see(call) }, "See its debrief", h("span", { class: "unseen" }, ` (${call.who})`))),
      h("p", { class: "why" }, `${call.meta}. ${call.verdict}`)))));
}

function toldChoices(page) {
  const { view } = page;
  return view.choices.length > 0 && h("section", { class: "card", key: "choices", "aria-label": "Moments to go back to" }, h("h2", null, "What if you had done something else?"),
    h("p", { class: "help" }, "Go back to any of these moments and work on from there: the same people, the same luck."),
    h("ol", { class: "choices" }, view.choices.map((choice) => h("li", { key: choice.move },
      h("div", null, h("p", null, h("span", { class: "at" }, choice.time), " ", h("strong", null, choice.did)), h("p", { class: "why" }, `Waiting then: ${choice.instead}`)),
      button({ class: "quiet", "aria-label": `Work on from ${choice.time}: ${choice.did}`, onclick: () => page.send("branch", { at: choice.move }) }, icon("again"), "From here again")))));
}

function toldActions(page, where) {
  return h("div", { class: `actions ${where}`, key: where },
    button({ class: "primary", onclick: () => page.send("shifts") }, "Other shifts"),
    page.view.exercise && placeOf("calls") && h("a", { class: "button", href: placeOf("calls") }, "Back to the exercises"),
    page.view.rewind && button({ onclick: () => page.send("again") }, icon("again"), "This shift again"));
}

function toldLesson(lesson) {
  const word = lesson.urgent ? (lesson.found ? "Found in time, or not yours to find" : "Missed or late") : lesson.found ? "Loud, and it kept nobody waiting" : "Loud, and it came first";
  return h("li", { key: lesson.item },
    h("p", null, h("strong", null, lesson.who), " ", h("span", { class: `tag ${lesson.found ? "good" : lesson.urgent ? "bad" : "fair"}` }, word)),
    h("blockquote", null, lesson.parts.map((part, nth) => (part.clue ? h("mark", { key: nth }, part.text) : h("span", { key: nth }, part.text)))),
    h("p", null, lesson.why), h("p", { class: "why" }, `${lesson.words}.`, lesson.source && h("span", { class: "source" }, ` Source: ${lesson.source}`)));
}

function toldLanes(view) {
  return h("section", { class: "card lanes-card", key: "lanes", "aria-label": "Who did what when" }, h("h2", null, "Who did what when"),
    h("div", { class: "lanes", "aria-hidden": "true" },
      h("div", { class: "lane" }, h("span", { class: "lane-name" }), h("div", { class: "lane-hours" }, view.hours.map((hour, nth) => h("span", { key: hour.left, class: `hour ${nth % 2 ? "half" : ""}`, style: `left:${hour.left}%` }, hour.words)))),
      view.lanes.map((lane) => h("div", { class: `lane of-${lane.id}`, key: lane.id }, h("span", { class: "lane-name" }, lane.name),
        h("div", { class: "lane-rows" }, (lane.rows.length ? lane.rows : [[]]).map((row, nth) => h("div", { class: "lane-row", key: nth },
          row.map((bar, at) => h("span", { key: at, class: `bar ${bar.doing} ${bar.urgent ? "urgent" : ""}`, title: bar.words, style: `left:${bar.left}%;width:max(3px,${bar.width}%)` })))))))),
    h("ul", { class: "keys-of" },
      [["call", "on the line"], ["wrap", "after a call, notes"], ["read", "reading, answering, handing over"], ["wait", "waiting for news"], ["rings", "a line rings"], ["waits", "something waits"], ["waits urgent", "something urgent waits"], ["own", "others' own work"]].map(([kind, words]) => h("li", { key: kind }, h("span", { class: `bar ${kind}` }), words))),
    h("details", null, h("summary", null, h("span", null, "The same in words")),
      view.lanes.map((lane) => h("div", { key: lane.id }, h("h3", null, lane.name),
        h("ul", { class: "plain" }, lane.rows.flat().length === 0 ? h("li", null, "Nothing") : lane.rows.flat().map((bar, nth) => h("li", { key: nth }, bar.words + (bar.urgent ? " (urgent)" : ""))))))));
}

function toldTwin(page) {
  const { view, progress } = page;
  const running = progress.of > 0;
  return h("section", { class: "card twin", key: "twin", "aria-label": "The outcomes to expect" }, h("h2", null, "The outcomes to expect"),
    running && h("div", { class: "twin-run", key: "run" },
      h("p", { id: "shift-twin" }, progress.words), h("progress", { max: String(progress.of), value: progress.done, "aria-labelledby": "shift-twin" }),
      button({ onclick: () => page.model.send({ kind: "stop_twin" }) }, "Stop")),
    !running && !view.twin && h("p", { class: "help" }, "A model works this shift when you end it: of your own calls, or of a new hire while these are few."),
    view.twin && [
      h("p", { key: "words" }, view.twin.words),
      h("div", { class: "twin-room", key: "table", tabindex: "0", role: "region", "aria-label": "Your shift beside the model's" }, h("table", null,
        h("thead", null, h("tr", null, ["", "You", "Middle", "Nine in ten"].map((words) => (words ? h("th", { scope: "col", key: words }, words) : h("td", { key: "corner" }))))),
        h("tbody", null, view.twin.rows.map((row) => h("tr", { key: row.title }, h("th", { scope: "row" }, row.title), h("td", null, row.yours), h("td", null, row.middle), h("td", null, row.range)))))),
      !running && h("div", { class: "actions", key: "others" }, view.twin.others.map((other) => button({ key: other.skill, class: "quiet", onclick: () => page.model.send({ kind: "twin", skill: other.skill }) }, `A model of ${other.words}`))),
    ]);
}
