// The table is DataTables'. This file fills it from the page's JSON, narrows it by the filters,
// and keeps the view in the address: q, one key per filter, sort, page, row, behind.
const $ = window.$;
const data = JSON.parse(document.getElementById("data").textContent);
const keys = Object.keys(data.columns);
const at = Object.fromEntries(keys.map((key, i) => [key, i + 1])); // a row begins with its table

// What the tables and the publications know is not sent again with every row.
const own = {}; // a row's record, by its id
for (const [i, [name, ...values]] of data.rows.entries()) {
  const row = Object.fromEntries(data.sent.map((key, j) => [key, values[j]]));
  const papers = row.citekeys.map((cite) => data.papers[cite]);
  const read = papers.length === 1 ? papers[0].read : {};
  Object.assign(row, { table: data.tables[name].title, source: papers.map((p) => p.label) });
  Object.assign(row, { design: read.design, access: read.access });
  own[row.id] = data.tables[name].rows[i - (data.tables[name].first ??= i)];
  row.says ??= own[row.id][data.lone[name]];
  data.rows[i] = [name, ...keys.map((key) => row[key] ?? null)];
}
const places = new Map(data.rows.map((row, i) => [row[at.id], i]));
const byId = (id) => document.getElementById(id);
const count = new Intl.NumberFormat("en");
const EMPTY = "not reported";
const chosen = Object.fromEntries(data.facets.map((key) => [key, new Set()]));
let behind = null; // the places of the rows behind a number
let base = []; // the places that search and number leave, before the filters
const opened = new Set(); // the ids of open rows, the last one last
let settled = false; // the address is written only after it was read

/** An element with attributes and children; text stays text, whatever stands in it. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A link to an address of the web, or its mere words where it is none. */
function link(address, words) {
  if (!/^https?:\/\//.test(address ?? "")) return make("span", {}, words);
  return make("a", { href: address, rel: "noreferrer" }, words);
}

/** For DataTables, which reads headings, and in its search what has an &, as HTML. */
const escapeHtml = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const linkPaper = (paper) => link(paper.links[0]?.[1], paper.label);
const linkRow = (id) => make("a", { href: `#row=${encodeURIComponent(id)}` }, id);
const listValues = (value) => (Array.isArray(value) ? value : [value ?? EMPTY]);

/* The table. */

function showCell(key, value, row) {
  if (key === "source") {
    const papers = row[at.citekeys].map((cite) => data.papers[cite]);
    const links = papers.slice(0, 3).map((paper) => linkPaper(paper));
    const more = papers.length > 3 ? [`and ${papers.length - 3} more`] : [];
    return make("div", { class: "papers" }, ...links, ...more);
  }
  if (key === "says") {
    const title = { type: "button", class: "opener", "aria-expanded": "false" };
    return make("button", title, value || row[at.id]);
  }
  if (value !== null && (key === "n" || key === "of"))
    return make("span", {}, `${value} `, make("small", {}, data.tables[row[0]].counts[key]));
  return make("span", {}, Array.isArray(value) ? value.join(", ") : String(value ?? ""));
}

/** What a spreadsheet would take for a formula is marked as text; a number stays a number. */
function escapeFormula(text) {
  return /^[=+\-@\t\r]/.test(text) && !/^-\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
}

const asText = (value) => (Array.isArray(value) ? value.join("; ") : String(value ?? ""));

function saveBibliography(event, table) {
  const cites = table.rows({ search: "applied" }).data().toArray().flatMap((r) => r[at.citekeys]);
  const entries = [...new Set(cites)].sort().map((cite) => data.papers[cite].bib);
  $.fn.dataTable.fileSave(new Blob([entries.join("\n\n") + "\n"]), "evidence.bib");
}

const passes = (i, but) =>
  data.facets.every(
    (key) =>
      key === but ||
      !chosen[key].size ||
      listValues(data.rows[i][at[key]]).some((value) => chosen[key].has(value)),
  );

$.fn.dataTable.ext.search.push((settings, text, i) => {
  if (behind && !behind.has(i)) return false;
  base.push(i);
  return passes(i);
});

/* The filters. */

const facetLists = Object.fromEntries(
  data.facets.map((key) => {
    const values = new Map();
    for (const row of data.rows)
      for (const value of listValues(row[at[key]])) values.set(value, (values.get(value) ?? 0) + 1);
    const sorted = [...values].sort((a, b) => (a[0] === EMPTY) - (b[0] === EMPTY) || b[1] - a[1]);
    const list = make("div", { role: "group", "aria-label": data.columns[key] });
    for (const [value] of sorted) {
      const box = make("input", { type: "checkbox", value });
      box.addEventListener("change", () => {
        chosen[key][box.checked ? "add" : "delete"](value);
        table.draw();
      });
      list.append(make("label", {}, box, make("span", {}, value), make("output")));
    }
    byId("facets").append(make("details", {}, make("summary", {}, data.columns[key]), list));
    return [key, list];
  }),
);

/** Beside each value, how many rows it would show with the other filters as they are. */
function countFacets() {
  const seen = base;
  base = [];
  for (const key of data.facets) {
    const counts = new Map();
    for (const i of seen)
      if (passes(i, key))
        for (const value of listValues(data.rows[i][at[key]]))
          counts.set(value, (counts.get(value) ?? 0) + 1);
    for (const label of facetLists[key].children) {
      const [box, , output] = label.children;
      box.checked = chosen[key].has(box.value);
      output.textContent = count.format(counts.get(box.value) ?? 0);
      label.hidden = !counts.has(box.value) && !box.checked;
    }
    facetLists[key].parentElement.classList.toggle("chosen", chosen[key].size > 0);
  }
  const number = data.facets.reduce((sum, key) => sum + chosen[key].size, 0);
  byId("chosen").textContent = number ? `(${number} chosen)` : "";
}

/* The table itself. */

byId("wait").remove();
const table = $("#rows")
  .on("search.dt", countFacets)
  .DataTable({
    deferRender: true,
    autoWidth: false,
    order: [],
    pageLength: 25,
    createdRow: (element, row) => (element.id = `row-${row[at.id]}`),
    columns: keys.map((key) => ({
      title: escapeHtml(data.columns[key]),
      data: at[key],
      name: key,
      className: `c-${key}`,
      type: key === "n" || key === "of" ? "num" : "string",
      visible: !data.hidden.includes(key),
      searchable: !["table", "n", "of"].includes(key),
      render: (value, kind, row) => {
        if (kind === "display") return showCell(key, value, row);
        if (kind === "filter") return escapeHtml(asText(value));
        if (kind === "sort" && key === "table") return Object.keys(data.tables).indexOf(row[0]);
        return (key === "n" || key === "of") && kind !== "export" ? value : asText(value);
      },
      createdCell: (cell, value, row) => {
        cell.setAttribute("data-label", data.columns[key]);
        if (key === "n" && row[at.of] !== null)
          cell.setAttribute("data-of", `${row[at.of]} ${data.tables[row[0]].counts.of}`);
      },
    })).concat({
      data: (row, kind) => (kind === "filter" ? escapeHtml(own[row[at.id]].join(" ")) : ""),
      className: "record",
      visible: false,
    }),
    layout: {
      topStart: "search",
      topEnd: {
        buttons: [
          {
            extend: "csvHtml5",
            text: "Save as CSV",
            filename: "evidence",
            title: null,
            bom: true,
            exportOptions: {
              columns: ":not(.record)",
              orthogonal: "export",
              modifier: { search: "applied", order: "applied" },
              format: { body: (text) => escapeFormula(text) },
            },
          },
          { text: "Save as BibTeX", action: saveBibliography },
        ],
      },
      bottomStart: "info",
      bottomEnd: { paging: { buttons: 5 } },
    },
    language: {
      search: "Search all fields",
      info: "Rows _START_ to _END_ of _TOTAL_",
      infoEmpty: "No rows",
      infoFiltered: "(of _MAX_ in all)",
      zeroRecords: "No row fits. Clear a filter or shorten the search.",
    },
  });

byId("clear").addEventListener("click", () => {
  history.replaceState(null, "", "#");
  readAddress();
});
// A fragment of its own would be a view.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("evidence").focus();
});

/* A row opened: its whole record. */

function describe(fields, values) {
  const list = make("dl");
  fields.forEach((field, i) => {
    if (values[i] === null) return;
    const value = field.row && places.has(values[i]) ? linkRow(values[i]) : link(values[i], values[i]);
    const unit = field.unit && field.unit !== "%" ? ` (${field.unit})` : "";
    list.append(
      make("dt", { title: field.about }, field.title + unit),
      make("dd", {}, value, field.unit === "%" ? " %" : ""),
    );
  });
  return list;
}

function describePaper(cite) {
  const paper = data.papers[cite];
  const title = places.has(cite) ? data.rows[places.get(cite)][at.says] : "";
  const list = make("dl");
  for (const [name, title] of Object.entries(data.reading)) {
    const empty = name === "confirmed_by" ? "nobody yet" : null;
    if (paper.read[name] ?? empty)
      list.append(make("dt", {}, title), make("dd", {}, paper.read[name] ?? empty));
  }
  const all = make("a", { href: `#q=${encodeURIComponent(cite)}` }, "all rows of this source");
  const links = paper.links.map(([name, address]) => link(address, name));
  return make(
    "section",
    {},
    make("p", {}, make("b", {}, paper.label), ` ${title}`),
    make("p", { class: "links" }, ...links, places.has(cite) ? linkRow(cite) : "", all),
    list,
  );
}

function describeRow(row) {
  const [name, id] = [row[0], row[at.id]];
  const table = data.tables[name];
  const box = make("div", { class: "record" }, describe(table.fields, own[id]));
  for (const child of Object.values(table.children))
    if (child.rows[id]) {
      const many = make("details", {}, make("summary", {}, `${child.title} (${child.rows[id].length})`));
      many.open = child.rows[id].length < 4;
      many.append(...child.rows[id].map((values) => describe(child.fields, values)));
      box.append(many);
    }
  box.append(...row[at.citekeys].slice(0, 3).map(describePaper));
  const rest = row[at.citekeys].slice(3).map((cite) => linkRow(cite));
  if (rest.length) box.append(make("p", { class: "links" }, ...rest));
  return box;
}

function setOpen(row, show) {
  if (show) row.child(describeRow(row.data()), "opened").show();
  else row.child.hide();
  row.node().querySelector(".opener").setAttribute("aria-expanded", String(show));
  opened.delete(row.data()[at.id]);
  if (show) opened.add(row.data()[at.id]);
}

table.on("click", ".opener", (event) => {
  const row = table.row(event.target.closest("tr"));
  setOpen(row, !row.child.isShown());
  writeAddress();
});

/** Show the row with this id, on its page, whatever was searched for. */
function openRow(id) {
  const place = places.get(id);
  if (place === undefined) return say(`No row is called “${id}”.`);
  const order = () => table.rows({ search: "applied", order: "applied" }).indexes().indexOf(place);
  if (order() < 0) clear();
  if (order() < 0) table.draw();
  table.page(Math.floor(order() / table.page.len())).draw("page");
  const row = table.row(place);
  setOpen(row, true);
  row.node().querySelector(".opener").focus({ preventScroll: true });
  row.node().scrollIntoView({ block: "start" });
}

/* What stands behind a number of the report. */

function showBehind(name) {
  const panel = byId("behind");
  panel.hidden = true;
  behind = null;
  if (name === null) return;
  const number = data.numbers[name];
  if (!number) return say(`The report has no number “${name}”.`);
  behind = new Set();
  for (const [first, last] of number.rows) for (let i = first; i <= last; i++) behind.add(i);
  const [before, ...after] = number.context.split(`⟦${number.text}⟧`);
  const context = after.length
    ? [before, make("mark", {}, number.text), after.join(number.text)]
    : [make("mark", {}, number.text), ` – ${number.context}`];
  panel.replaceChildren(
    make("h2", { id: "behind-title" }, `Behind “${number.text}”`),
    make("p", {}, ...context),
    make(
      "p",
      { class: "links" },
      make("a", { href: `../report/index.html#${encodeURIComponent(name)}` }, `Back to this ${number.kind} of the report`),
      make("a", { href: `../notebooks/${encodeURIComponent(number.notebook)}.html#cell-${encodeURIComponent(number.cell)}` }, `The cell that computed it: ${number.notebook}, [${number.cell}]`),
      make("a", { href: "#" }, "All rows"),
    ),
  );
  const unread = number.unread.map((cite) => linkPaper(data.papers[cite]));
  if (unread.length) panel.append(make("p", { class: "links" }, "Nothing read yet of:", ...unread));
  const more = number.more ? ` and ${number.more} more` : "";
  if (number.elsewhere.length)
    panel.append(make("p", {}, `Not shown here, but in data/: ${number.elsewhere.join(", ")}${more}.`));
  panel.hidden = false;
}

/* The address. */

function say(words) {
  byId("notice").textContent = words;
}

function clear() {
  table.search("");
  for (const key of data.facets) chosen[key].clear();
  showBehind(null);
}

function readAddress() {
  settled = false;
  const view = new URLSearchParams(location.hash.slice(1));
  say("");
  clear();
  for (const id of opened) setOpen(table.row(places.get(id)), false);
  table.search(view.get("q") ?? "");
  for (const key of data.facets)
    for (const value of view.getAll(key)) chosen[key].add(value);
  const [sort, direction] = (view.get("sort") ?? "").split(",");
  table.order(keys.includes(sort) ? [[keys.indexOf(sort), direction === "desc" ? "desc" : "asc"]] : []);
  showBehind(view.get("behind"));
  table.page(Number(view.get("page") ?? 1) - 1).draw(view.has("page") ? "full-hold" : "full-reset");
  if (view.has("row")) openRow(view.get("row"));
  settled = true;
  if (view.has("behind")) byId("behind").scrollIntoView({ block: "nearest" });
}

function writeAddress() {
  if (!settled) return;
  const view = new URLSearchParams();
  if (table.search()) view.set("q", table.search());
  for (const key of data.facets) for (const value of chosen[key]) view.append(key, value);
  const [sort] = table.order();
  if (sort?.[1]) view.set("sort", `${keys[sort[0]]},${sort[1]}`);
  if (table.page()) view.set("page", table.page() + 1);
  const old = new URLSearchParams(location.hash.slice(1));
  if (behind) view.set("behind", old.get("behind"));
  if (opened.size) view.set("row", [...opened].at(-1));
  if (view.toString() !== old.toString()) history.replaceState(null, "", `#${view}`);
}

table.on("draw", writeAddress);
window.addEventListener("hashchange", readAddress);
table.rows.add(data.rows);
if (window.matchMedia("(max-width: 80rem)").matches) byId("filters").open = false;
readAddress();
document.documentElement.dataset.ready = "yes";
