// Formats figures by the same rules as the command line, emails and alerts.
const NOTHING = "-";

function showNumber(value) {
  if (value === null || value === undefined) return NOTHING;
  const rounded = Math.round(Math.abs(value) * 10) / 10;
  const decimals = Number.isInteger(rounded) || rounded >= 1000 ? 0 : 1;
  const shown = { minimumFractionDigits: decimals, maximumFractionDigits: decimals, roundingMode: "halfEven" };
  const text = Math.abs(value).toLocaleString("en-US", shown);
  return value < 0 && /[1-9]/.test(text) ? "-" + text : text;
}

// What follows a figure of an SLA, and the heading of its column: money has its currency.
const inUnit = (shown, text) => (shown.sla.unit === "value" && text !== NOTHING ? `${text} ${publication().reporting_currency}` : text);
const headed = (shown, title) => (shown.sla.unit === "value" ? inMoney(title) : title);
const inMoney = (title) => `${title} (${publication().reporting_currency})`;

function showSigned(value) {
  return value === null || value === undefined ? NOTHING : (value > 0 ? "+" : "") + showNumber(value);
}

function showPercent(ratio, decimals = 1) {
  if (ratio === null || ratio === undefined) return NOTHING;
  const shown = { minimumFractionDigits: decimals, maximumFractionDigits: decimals, roundingMode: "halfEven" };
  return (100 * ratio).toLocaleString("en-US", shown) + " %";
}

function showRate(ratio) {
  return showPercent(ratio, 2);
}

function showText(value) {
  return value === null || value === undefined || value === "" ? NOTHING : String(value);
}

function showStamp(text) {
  return text === null ? NOTHING : text.slice(0, 16).replace("T", " ");
}

function showYes(value) {
  return value ? "yes" : "no";
}

const WORDS = JSON.parse(document.getElementById("words").textContent);

function showStatus(code) {
  return code === null ? NOTHING : `${WORDS.symbol[code]} ${WORDS.status[code]}`;
}

// CSV as defined by RFC 4180. Text that a spreadsheet would evaluate as a formula is preceded by an apostrophe.
function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? "'" + value : value;
  return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

function csvText(names, rows) {
  const lines = [names, ...rows].map((row) => row.map(csvCell).join(","));
  return "\ufeff" + lines.join("\r\n") + "\r\n";
}
