// Renders the charts: definitions from the file, rows from the tables, colors from the style sheet. Each chart is
// rendered when it scrolls into view, and again when the selection changes.
const SPECS = JSON.parse(document.getElementById("specs").textContent);
const THEME = JSON.parse(document.getElementById("theme").textContent);
const ROW = 38;
const NARROW = 520;
const ERRORS_ONLY = 1; // Vega should not warn about a month without a target
const HEIGHTS = {
  waterfall: () => 340,
  daily: () => 220,
  months: () => 240,
  rates: ({ rates }) => ROW * rates.length,
  gap: () => ROW * EFFECTS.length,
  goals: () => ROW * BASES.length,
};
const rendered = new Map();

const named = (name, figure) => `${name}\n${figure}`;

const DATASETS = {
  waterfall: (shown) => ({ days: daysOf(shown), bookings: bookingsOf(shown), forecast: forecastOf(shown) }),
  daily: (shown) => ({ days: daysOf(shown), bookings: bookingsOf(shown) }),
  rates: (shown) => ({
    rates: ratesOf(shown).map((row) => ({
      ...row,
      low: row.close_rate_low,
      high: row.close_rate_high,
      name: named(row.type, row.leads ? `${showRate(row.close_rate)} of ${showNumber(row.leads)} leads` : "no leads"),
    })),
  }),
  gap: (shown) => {
    const bars = EFFECTS.flatMap(([column, effect]) => {
      const rows = gapOf(shown).map((row) => ({ effect, type: row.type, amount: row[column], is_total: row.rank === -1 }));
      const name = named(effect, showSigned(rows.find((row) => row.is_total)?.amount));
      return rows.map((row) => ({ ...row, name })).filter((bar) => bar.amount !== null && bar.is_total === (effect === "gap"));
    });
    const isWhole = bars.length > 0 && bars.every((bar) => bar.is_total);
    const gap = isWhole ? [{ ...bars[0], type: "reasons not known", amount: 0, is_total: false }, ...bars] : bars; // for the legend
    return { zero: [{ zero: 0 }], gap };
  },
  goals: (shown) => ({
    goals: goalsOf(shown).map((row) => {
      const text = showNumber(row.amount);
      return { ...row, amount: row.amount ?? 0, shown: text, name: named(row.basis, text) };
    }),
  }),
  months: (shown, narrow) => ({
    one: [{ one: 1 }],
    months: monthsOf(shown).map((row) => ({
      month: monthOf(row.date),
      attainment: row.attainment_rate ?? 0,
      status: row.status,
      shown: narrow ? WORDS.symbol[row.status] : [WORDS.symbol[row.status], showPercent(row.attainment_rate)],
    })),
  }),
};

async function renderChart(name, shown) {
  const place = document.getElementById(`chart-${name}`);
  const narrow = place.clientWidth < NARROW;
  const datasets = DATASETS[name](shown, narrow);
  const empty = ["gap", "rates"].includes(name) && datasets[name].length === 0; // without a row there is no height
  place.closest("section").classList.toggle("nothing", empty);
  const title = place.closest("section").querySelector("h2").textContent;
  place.setAttribute("aria-label", `${title}: ${shown.sla.label}, ${monthOf(shown.period)}. The table below has the figures.`);
  if (empty) return place.replaceChildren(element("p", { className: "lead", textContent: "Not known for this agreement and month." }));
  const spec = { ...SPECS[name], datasets, width: "container", height: HEIGHTS[name](datasets) };
  const before = rendered.get(name);
  if (before) before.finalize();
  const config = narrow ? { ...THEME, legend: { ...THEME.legend, columns: 1, labelLimit: 125 }, axisY: { labelLimit: 165 } } : THEME;
  rendered.set(name, await vegaEmbed(place, spec, { config, renderer: "svg", actions: false, logLevel: ERRORS_ONLY }));
}

let rendering = Promise.resolve();
let waiting = new Set();

function drawLazily(shown) {
  watcher.disconnect();
  waiting = new Set(Object.keys(DATASETS));
  current = shown;
  for (const name of waiting) watcher.observe(document.getElementById(`chart-${name}`));
}

let current = null;
const watcher = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      const name = target.id.replace("chart-", "");
      if (!isIntersecting || !waiting.delete(name)) continue;
      const shown = current;
      rendering = rendering.then(() => renderChart(name, shown));
    }
  },
  { rootMargin: "600px" },
);

// In print every chart is in view.
window.addEventListener("beforeprint", () => {
  for (const name of waiting) rendering = rendering.then(() => renderChart(name, current));
  waiting.clear();
});
