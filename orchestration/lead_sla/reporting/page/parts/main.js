// The selection of segment, SLA and month. It is part of the address, so that it can be shared.
const choose = { segment: document.getElementById("segment"), sla: document.getElementById("sla"), period: document.getElementById("period") };

function fill(select, options, chosen) {
  select.replaceChildren(...options.map(([value, text]) => element("option", { value, textContent: text, selected: value === chosen })));
}

function readAddress() {
  const address = new URLSearchParams(location.hash.slice(1));
  const slas = TABLES.dim_slas;
  const sla = slas.find((row) => row.sla_id === address.get("sla")) || slas[0];
  const segment = address.get("segment") ?? "";
  const periods = [...new Set(TABLES.fct_sla_daily_cumulative.map((row) => row.period_start))].sort().reverse();
  const period = periods.find((start) => monthOf(start) === address.get("month")) || currentPeriod();
  return { sla, segment: segment === sla.segment ? segment : "", period, periods };
}

function show() {
  const shown = readAddress();
  const segments = [...new Set(TABLES.dim_slas.map((row) => row.segment))].sort();
  fill(choose.segment, [["", "every segment"], ...segments.map((name) => [name, name])], shown.segment);
  const slas = TABLES.dim_slas.filter((row) => shown.segment === "" || row.segment === shown.segment);
  fill(choose.sla, slas.map((row) => [row.sla_id, row.label]), shown.sla.sla_id);
  fill(choose.period, shown.periods.map((start) => [start, monthOf(start)]), shown.period);
  document.getElementById("headline").textContent = headline(shown);
  document.getElementById("lead-goals").textContent = `The month's goal on each basis. ${aboutGoals(shown)}`;
  for (const [name, render] of Object.entries(SECTIONS)) {
    render(shown, `${name}-${shown.sla.sla_id}-${monthOf(shown.period)}.csv`.replace(/[^\w.-]+/g, "_"));
  }
  document.getElementById("shown").hidden = false;
  drawLazily(shown);
}

function headline(shown) {
  const known = daysOf(shown).filter((row) => row.actual !== null);
  const last = known[known.length - 1];
  const name = `${shown.sla.label}, ${monthOf(shown.period)}`;
  if (!last) return `${name}: nothing is known yet.`;
  const reached = showNumber(last.actual_cumulative);
  return `${name}: ${last.status === "no_target" ? inUnit(shown, reached) : reached} ${goalOf(shown, last)} - ${showStatus(last.status)}`;
}

function goalOf(shown, day) {
  const month = inUnit(shown, showNumber(day.target));
  if (day.status === "no_target") return "to date";
  if (day.status === "too_early") return `to date, the goal of the month is ${month}`;
  const due = ["met", "missed"].includes(day.status) ? month : `${inUnit(shown, showNumber(day.target_cumulative))} to date`;
  return `of ${due}, ${showPercent(day.attainment_rate)}`;
}

function go(changes) {
  const { sla, segment, period } = readAddress();
  const address = new URLSearchParams({ sla: sla.sla_id, segment, month: monthOf(period), ...changes });
  history.replaceState(null, "", "#" + address);
  show();
}

choose.sla.addEventListener("change", () => go({ sla: choose.sla.value }));
choose.period.addEventListener("change", () => go({ month: monthOf(choose.period.value) }));
choose.segment.addEventListener("change", () => {
  const segment = choose.segment.value;
  const { sla } = readAddress();
  const fitting = segment === "" || sla.segment === segment ? sla : TABLES.dim_slas.find((row) => row.segment === segment);
  go({ segment, sla: fitting.sla_id });
});
window.addEventListener("hashchange", show);
document.querySelector(".switches").addEventListener("submit", (event) => event.preventDefault());
loadTables().then(show);
