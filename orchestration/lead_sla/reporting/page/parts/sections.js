// What each section's table shows. The keys are the mart's columns, and so are the headings of the downloads.
const SECTIONS = {
  waterfall(shown, file) {
    const columns = [
      column("Date", "date"),
      column(headed(shown, "Delivered so far"), "actual_cumulative", showNumber),
      column(headed(shown, "Goal to date"), "target_cumulative", showNumber),
      column(headed(shown, "Gap"), "gap", showSigned),
      column("Attained", "attainment_rate", showPercent),
      column(headed(shown, "Needed a day from here"), "required_per_remaining_weight", showNumber),
      column(headed(shown, "Projected total"), "projected_total", showNumber),
      column(headed(shown, "at least"), "projected_low", showNumber),
      column(headed(shown, "at most"), "projected_high", showNumber),
      column("Chance", "hit_probability", showPercent),
      column("Months compared", "months_compared", showNumber),
      column("Status", "status", showStatus),
    ];
    renderTable("waterfall", columns, daysOf(shown), { file });
  },
  daily(shown, file) {
    const columns = [
      column("Date", "date"),
      column("Type", "type"),
      column("Leads", "leads", showNumber),
      column("Points", "points", showNumber),
      column(inMoney("Value"), "value", showNumber),
    ];
    const booked = find("fct_sla_daily", { sla_id: shown.sla.sla_id }).filter((row) => monthOf(row.date) === monthOf(shown.period));
    renderTable("daily", columns, booked.map((row) => ({ ...row, type: typeLabel(row.event_type) })), { file });
  },
  gap(shown, file) {
    const columns = [
      column("Type", "type"),
      column("Planned leads", "planned_leads", showNumber),
      column("Actual leads", "actual_leads", showNumber),
      column(headed(shown, "Number of leads"), "volume_effect", showSigned),
      column(headed(shown, "Mix of types"), "mix_effect", showSigned),
      column(headed(shown, "Moved up"), "upgrade_effect", showSigned),
      column(headed(shown, "Gap"), "gap", showSigned),
    ];
    renderTable("gap", columns, gapOf(shown), { file, classOf: (row) => (row.rank === -1 ? "total" : "") });
  },
  rates(shown, file) {
    const columns = [
      column("Type", "type"),
      column("Estimate", "method"),
      column("Leads", "leads", showNumber),
      column("Customers", "customers", showNumber),
      column("Close rate", "close_rate", showRate),
      column("at least", "close_rate_low", showRate),
      column("at most", "close_rate_high", showRate),
      column("Shrunk", "shrunk_close_rate", showRate),
    ];
    const rows = find("fct_close_rates", { period_start: shown.period, segment: shown.sla.segment });
    renderTable("rates", columns, rows.map((row) => ({ ...row, type: typeLabel(row.event_type) })), { file });
  },
  goals(shown, file) {
    const columns = [
      column("Basis", "basis"),
      column(headed(shown, "Goal"), "amount", showNumber),
      column("In use", "is_chosen", showYes),
      column(headed(shown, "Target"), "target", showNumber),
    ];
    renderTable("goals", columns, goalsOf(shown), { file });
  },
  months(shown, file) {
    const columns = [
      column("Month", "period_start", monthOf),
      column(headed(shown, "Delivered"), "actual_cumulative", showNumber),
      column(headed(shown, "Goal to date"), "target_cumulative", showNumber),
      column("Attained", "attainment_rate", showPercent),
      column("Status", "status", showStatus),
    ];
    renderTable("months", columns, monthsOf(shown), { file });
  },
  card(shown, file) {
    const columns = [
      column("Type", "type"),
      column("Close rate", "close_rate", showRate),
      column("Points", "points", showNumber),
      column(inMoney("Average deal"), "average_deal_value", showNumber),
      column(inMoney("Value"), "value", showNumber),
      column("Source", "rate_source"),
    ];
    const cards = find("fct_rate_cards", { period_start: shown.period });
    const rows = cards.map((row) => ({ ...row, type: typeLabel(row.event_type), rank: typeRank(row.event_type) }));
    rows.sort((one, other) => other.rank - one.rank);
    renderTable("card", columns, rows, { file, open: true });
  },
  sources(shown, file) {
    const columns = [
      column("Kind", "kind"),
      column("Source", "source"),
      column("Leads", "leads", showNumber),
      column("Customers", "customers", showNumber),
      column("Close rate", "close_rate", showRate),
      column("at least", "close_rate_low", showRate),
      column("at most", "close_rate_high", showRate),
      column("Points", "points", showNumber),
      column(inMoney("Value"), "value", showNumber),
      column(inMoney("Won"), "won_value", showNumber),
    ];
    renderTable("sources", columns, sourcesOf(shown), { file, open: true });
  },
  agreement(shown, file) {
    const columns = [
      column("What", "what"),
      column("From", "effective_from"),
      column("Basis", "goal_basis"),
      column("Figure", "figure", (value) => value ?? NOTHING, true),
      column("Change", "change_policy"),
      column("Why", "reason"),
      column("Marketing", "approved_by_marketing"),
      column("Sales", "approved_by_sales"),
    ];
    renderTable("agreement", columns, [...agreedTargets(shown), ...agreedRates(shown)], { file, open: true });
  },
  quality(shown, file) {
    const columns = [
      column("Feed", "feed"),
      column("Reason", "label"),
      column("Rows", "row_count", showNumber),
      column("New", "new_row_count", showNumber),
      column("Meaning", "meaning"),
      column("Remedy", "remedy"),
    ];
    const known = TABLES.rpt_data_quality.filter((row) => row.row_count > 0 || ["landed", "accepted"].includes(row.reason));
    const explained = known.map((row) => ({ ...find("dim_data_quality_reasons", { reason: row.reason })[0], ...row }));
    const rows = explained.sort((one, other) => one.feed.localeCompare(other.feed) || one.sort_order - other.sort_order);
    renderTable("quality", columns, rows, { file, open: true });
  },
  restatements(shown, file) {
    const columns = [
      column("Since", "published_at", showStamp),
      column("Agreement", "sla_id"),
      column("Day", "date"),
      column("Closed month", "is_closed_period", showYes),
      column("Figure", "figure"),
      column("Before", "previous_value", showNumber),
      column("Now", "current_value", showNumber),
      column("Change", "change", showSigned),
      column("Reason", "reason"),
    ];
    const newest = [...TABLES.rpt_restatements].sort((one, other) => other.published_at.localeCompare(one.published_at));
    renderTable("restatements", columns, newest, { file });
  },
  trust(shown, file) {
    const columns = [
      column("Tenth of the month", "elapsed_tenth", showNumber),
      column("Days", "days", showNumber),
      column("Within the band", "band_hit_rate", showPercent),
      column("Interval score", "mean_interval_score", showPercent),
      column("Error of the projection", "mean_absolute_error_projection", showPercent),
      column("Error of the run rate", "mean_absolute_error_run_rate", showPercent),
    ];
    renderTable("trust", columns, find("rpt_forecast_backtest", { sla_id: shown.sla.sla_id }), { file });
  },
  chances(shown, file) {
    const columns = [
      column("Fifth", "probability_bin", showNumber),
      column("Days", "days", showNumber),
      column("Chance given", "predicted_rate", showPercent),
      column("Target reached", "realized_rate", showPercent),
    ];
    renderTable("chances", columns, find("rpt_forecast_calibration", { sla_id: shown.sla.sla_id }), { file });
  },
};

function agreedTargets(shown) {
  const rows = find("dim_agreed_targets", { sla_id: shown.sla.sla_id, period_start: shown.period });
  return rows.map((row) => ({ ...row, what: "Target", figure: showNumber(row.amount) }));
}

// For each type the rate in force on the first of the month, as on the rate card.
function agreedRates(shown) {
  const counting = TABLES.dim_agreed_rates.filter((row) => row.effective_from <= shown.period);
  const latest = new Map(counting.map((row) => [row.event_type, row]));
  return [...latest.values()].map((row) => ({
    ...row,
    what: `Close rate of ${typeLabel(row.event_type)}`,
    figure: showRate(row.close_rate),
    reason: row.note,
    goal_basis: null,
    change_policy: null,
  }));
}
