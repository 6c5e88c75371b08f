// Tables with a download. Cells are text only, so that no name is interpreted as markup.
function element(tag, properties = {}, children = []) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

const SHORT = 12; // characters that stay on a line: dates, codes, most names

// A column: its heading, the key of the row's value, its format, and whether it is right-aligned.
const LEFT = [showText, showStatus, showYes, showStamp];
const column = (title, key, show = showText, right = !LEFT.includes(show)) => ({ title, key, show, right });

function renderTable(id, columns, rows, { file, open = false, classOf = () => "" }) {
  const place = document.getElementById(`table-${id}`);
  const heads = columns.map(({ title, right }) => element("th", { textContent: title, scope: "col", className: right ? "right" : "" }));
  const cell = (row, { key, show, right }) => {
    const text = show(row[key]);
    return element("td", { textContent: text, className: right ? "right" : text.length <= SHORT ? "short" : "" });
  };
  const lines = rows.map((row) => element("tr", { className: classOf(row) }, columns.map((one) => cell(row, one))));
  const table = element("table", {}, [element("thead", {}, [element("tr", {}, heads)]), element("tbody", {}, lines)]);
  const button = element("button", { type: "button", textContent: "Download CSV" });
  const keys = columns.map(({ key }) => key);
  button.addEventListener("click", () => download(file, csvText(keys, rows.map((row) => keys.map((key) => row[key])))));
  const nothing = element("p", { className: "lead", textContent: "No data." });
  const content = rows.length === 0 ? [nothing] : [element("div", { className: "scroll", tabIndex: 0 }, [table]), button];
  if (open || rows.length === 0) return place.replaceChildren(...content);
  const count = `${rows.length} ${rows.length === 1 ? "row" : "rows"}`;
  const before = place.querySelector("details");
  const summary = element("summary", { textContent: `Table (${count})` });
  place.replaceChildren(element("details", { open: before ? before.open : false }, [summary, ...content]));
}

function download(file, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  element("a", { href: url, download: file }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
