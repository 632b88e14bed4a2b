/* Drawing for all screens: a small keyed virtual DOM, icons and buttons. It stands in front of a screen's own module.
   Whatever comes from a scenario or a person is put on the page as text, never as markup. */

/** Return "dark" or "light": what JupyterLab's own theme is, or elsewhere what the person's system says (`dark`, a media query). */
function themeNow(dark) {
  const lab = document.body.dataset.jpThemeLight;
  const inLab = lab !== undefined && document.querySelector(".jp-LabShell, #main.jp-NotebookShell") !== null;
  return (inLab ? lab === "false" : dark.matches) ? "dark" : "light";
}

const SVG_TAGS = new Set(["svg", "path"]);
const PROPERTIES = new Set(["value", "checked", "open", "disabled", "readOnly", "indeterminate"]);

/** Describe an element: `on*` are handlers, `key` survives reordering, `mounted` is called once it is on the page, and
    what a `foreign` one holds is somebody else's. */
function h(tag, props, ...kids) {
  return { tag, props: props ?? {}, kids: kids.flat(9).filter((kid) => kid !== null && kid !== undefined && kid !== false) };
}

function create(node) {
  if (typeof node !== "object") return document.createTextNode(String(node));
  const made = SVG_TAGS.has(node.tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", node.tag)
    : document.createElement(node.tag);
  made.drawn = { tag: node.tag, key: node.props.key, props: {} };
  dress(made, node.props);
  patchKids(made, node.kids);
  return made;
}

function dress(element, props) {
  const before = element.drawn.props;
  for (const name of Object.keys(before)) {
    if (!(name in props)) setProp(element, name, null);
  }
  for (const [name, value] of Object.entries(props)) {
    if (before[name] !== value || PROPERTIES.has(name)) setProp(element, name, value);
  }
  element.drawn.props = props;
}

function setProp(element, name, value) {
  if (name === "key" || name === "mounted" || name === "foreign") return;
  if (name.startsWith("on") || PROPERTIES.has(name)) {
    const next = value ?? (name.startsWith("on") ? null : name === "value" ? "" : false);
    if (element[name] !== next) element[name] = next;
  } else if (value === null || value === undefined || value === false) {
    element.removeAttribute(name);
  } else {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** Make the children of an element be what is described, keeping every node that still fits: focus and scroll survive. */
function patchKids(element, kids) {
  const keyed = new Map();
  const free = [];
  for (const child of element.childNodes) {
    if (child.drawn?.key !== undefined) keyed.set(`${child.drawn.tag} ${child.drawn.key}`, child);
    else free.push(child);
  }
  const kept = kids.map((kid) => {
    if (typeof kid === "object" && kid.props.key !== undefined) {
      const found = keyed.get(`${kid.tag} ${kid.props.key}`);
      keyed.delete(`${kid.tag} ${kid.props.key}`);
      return found;
    }
    const fits = (child) => (typeof kid === "object" ? child.drawn?.tag === kid.tag : child.nodeType === Node.TEXT_NODE);
    const at = free.findIndex(fits);
    return at < 0 ? undefined : free.splice(at, 1)[0];
  });
  for (const child of [...free, ...keyed.values()]) child.remove();
  const mounted = [];
  let cursor = element.firstChild;
  kids.forEach((kid, index) => {
    const child = kept[index];
    if (child === undefined) {
      const made = create(kid);
      element.insertBefore(made, cursor);
      if (kid.props?.mounted) mounted.push([kid.props.mounted, made]);
      return;
    }
    if (typeof kid !== "object") {
      if (child.data !== String(kid)) child.data = String(kid);
    } else {
      dress(child, kid.props);
      if (!kid.props.foreign) patchKids(child, kid.kids);
    }
    if (child === cursor) cursor = cursor.nextSibling;
    else element.insertBefore(child, cursor);
  });
  for (const [hook, made] of mounted) queueMicrotask(() => hook(made));
}

const ICONS = {
  phone: "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 6a2 2 0 0 1 2-2",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3 2",
  check: "M5 12.5l4.5 4.5L19 7.5",
  cross: "M6 6l12 12M18 6L6 18",
  pause: "M8 5v14M16 5v14",
  play: "M8 5l11 7-11 7z",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16.5 16.5L21 21",
  heart: "M12 20s-7.5-4.6-7.5-10A4.3 4.3 0 0 1 12 7a4.3 4.3 0 0 1 7.5 3c0 5.400-7.500 10-7.500 10",
  help: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.7.3-1 .8-1 1.700M12 16.800v.2",
  alert: "M12 4l9 16H3zM12 10v4M12 17v.2",
  back: "M14 6l-6 6 6 6",
  again: "M5 12a7 7 0 1 0 2.200-5.100M7 3v4h4",
  chart: "M6 3h9l4 4v14H6zM9 12h7M9 16h7M9 8h3",
  talk: "M4 5h16v11H10l-5 4v-4H4z",
  steps: "M6 3v18M18 3v18M6 7h12M6 12h12M6 17h12",
  hint: "M9 18h6M10 21h4M12 3a6 6 0 0 0-3.500 10.900V15h7v-1.100A6 6 0 0 0 12 3",
  ear: "M4 10v4h3l5 4V6L7 10zM16 9a4 4 0 0 1 0 6M18.500 6.500a8 8 0 0 1 0 11",
  mute: "M4 10v4h3l5 4V6L7 10zM16 9.500l5 5M21 9.500l-5 5",
  mic: "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3M6 11a6 6 0 0 0 12 0M12 17v4",
  send: "M4 12l16-8-6 16-3-6z",
  down: "M6 9l6 6 6-6",
};

function icon(name) {
  return h("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, h("path", { d: ICONS[name] }));
}

function button(props, ...kids) {
  return h("button", { type: "button", ...props }, ...kids);
}

function clockText(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
