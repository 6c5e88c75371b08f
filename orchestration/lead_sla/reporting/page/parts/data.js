// The mart's tables in the page, and the rows of each chart.
const TABLES = {};

async function loadTables() {
  const packed = Uint8Array.from(atob(document.getElementById("data").textContent), (sign) => sign.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  for (const [name, { names, columns }] of Object.entries(await new Response(stream).json())) {
    TABLES[name] = columns[0].map((_, row) => Object.fromEntries(names.map((column, place) => [column, columns[place][row]])));
  }
}

function find(table, criteria) {
  return TABLES[table].filter((row) => Object.entries(criteria).every(([column, value]) => row[column] === value));
}

const monthOf = (date) => date.slice(0, 7);
const dayOf = (date) => Number(date.slice(8, 10));
const publication = () => TABLES.publication[0];
const currentPeriod = () => monthOf(publication().as_of_date) + "-01";

function typeLabel(code) {
  const [type] = find("dim_event_types", { event_type: code });
  return type && type.label ? type.label : code;
}

function typeRank(code) {
  const [type] = find("dim_event_types", { event_type: code });
  return type ? type.funnel_rank : 0;
}

function daysOf(shown) {
  return find("fct_sla_daily_cumulative", { sla_id: shown.sla.sla_id, period_start: shown.period }).map((row) => ({
    ...row,
    day: dayOf(row.date),
    is_quiet: [0, 6].includes(new Date(row.date + "T00:00Z").getUTCDay()) || !row.is_business_day,
    is_today: row.date === publication().as_of_date,
  }));
}

// Every type delivered during the month, on every day up to the as-of date, so that a stack has no gaps.
function bookingsOf(shown) {
  const booked = find("fct_sla_daily", { sla_id: shown.sla.sla_id }).filter((row) => monthOf(row.date) === monthOf(shown.period));
  const days = daysOf(shown).filter((row) => row.actual !== null);
  const types = [...new Set(booked.map((row) => row.event_type))].sort((one, other) => typeRank(other) - typeRank(one));
  if (types.length === 0) return [{ day: 1, type: "nothing booked", rank: 0, amount: 0 }]; // a legend needs an entry
  return types.flatMap((code) =>
    days.map(({ date, day }) => {
      const entry = booked.find((row) => row.date === date && row.event_type === code);
      return { day, type: typeLabel(code), rank: typeRank(code), amount: entry ? entry[shown.sla.unit] : 0 };
    }),
  );
}

function forecastOf(shown) {
  const days = daysOf(shown);
  const last = days[days.length - 1];
  const today = days.find((row) => row.is_today);
  if (!today || today.projected_total === null || today.day === last.day) return [];
  const reached = today.actual_cumulative;
  return [
    { day: today.day, low: reached, middle: reached, high: reached },
    { day: last.day, low: today.projected_low, middle: today.projected_total, high: today.projected_high },
  ];
}

// The estimate shown: the method that the card was calibrated with, for an agreed card that of its other types.
function methodOf(shown) {
  const sources = find("fct_rate_cards", { period_start: shown.period }).map((row) => row.rate_source);
  return sources.find((source) => source !== null && source !== "agreed") || "kaplan_meier";
}

function ratesOf(shown) {
  const cards = find("fct_rate_cards", { period_start: shown.period });
  const rows = find("fct_close_rates", { period_start: shown.period, segment: shown.sla.segment, method: methodOf(shown) }).map((row) => {
    const card = cards.find((other) => other.event_type === row.event_type);
    return { ...row, type: typeLabel(row.event_type), rank: typeRank(row.event_type), card: card ? card.close_rate : null };
  });
  return rows.sort((one, other) => other.rank - one.rank);
}

const EFFECTS = [["volume_effect", "number of leads"], ["mix_effect", "mix of types"], ["upgrade_effect", "moved up"], ["gap", "gap"]];

function gapOf(shown) {
  const key = { sla_id: shown.sla.sla_id, period_start: shown.period };
  const byType = find("rpt_sla_gap_drivers_by_type", key);
  const total = find("rpt_sla_gap_drivers", key);
  const parts = byType.map((row) => ({ ...row, type: typeLabel(row.event_type), rank: typeRank(row.event_type) }));
  parts.sort((one, other) => other.rank - one.rank);
  return [...parts, ...total.map((row) => ({ ...row, type: "all types", rank: -1 }))];
}

const BASES = [
  ["custom_amount", "custom", "agreed figure"],
  ["last_period", "last_period", "last month"],
  ["same_period_last_year", "same_period_last_year", "same month last year"],
  ["trailing_3_average", "trailing_3_average", "mean of last three months"],
  ["plan", "plan", "revenue plan"],
];

function goalsOf(shown) {
  const [goal] = find("fct_sla_goals", { sla_id: shown.sla.sla_id, period_start: shown.period });
  if (!goal) return [];
  return BASES.map(([column, basis, label]) => ({ basis: label, amount: goal[column], is_chosen: goal.goal_basis === basis, target: goal.target }));
}

// What the filled goal is: signed by both sides, only written down, a default, or not there at all.
function aboutGoals(shown) {
  if (!goalsOf(shown).some((row) => row.is_chosen && row.amount !== null)) return "None was agreed.";
  const stated = find("dim_agreed_targets", { sla_id: shown.sla.sla_id, period_start: shown.period });
  if (stated.length === 0) return "The filled one is the default of this agreement; none was agreed for the month.";
  const isSigned = stated.every((row) => row.approved_by_marketing && row.approved_by_sales);
  return isSigned ? "The filled one was agreed." : "The filled one counts, but not both sides have signed it.";
}

// The largest source of each kind first.
function sourcesOf(shown) {
  const rows = find("fct_source_close_rates", { period_start: shown.period });
  rows.sort((one, other) => one.source_kind.localeCompare(other.source_kind) || other.leads - one.leads || one.source.localeCompare(other.source));
  return rows.map((row) => ({ ...row, kind: row.source_kind.replace("_", " ") }));
}

// The last day of each month; of the current one the as-of date.
function monthsOf(shown) {
  const days = find("fct_sla_daily_cumulative", { sla_id: shown.sla.sla_id });
  const rows = days.filter((row) => row.actual !== null && row.period_start <= shown.period);
  const last = new Map(rows.map((row) => [row.period_start, row]));
  return [...last.values()].slice(-12);
}
