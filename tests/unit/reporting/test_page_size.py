"""The page stays small: where the data are many, the oldest months are left out."""

from lead_sla.reporting.page.tables import MOST_MONTHS, fit


def test_as_many_months_are_carried_as_fit() -> None:
    assert fit(lambda months: "x" * 10 * months, 1000) == ("x" * 130, MOST_MONTHS)
    assert fit(lambda months: "x" * 10 * months, 45) == ("x" * 40, 4)


def test_the_current_month_is_never_left_out() -> None:
    assert fit(lambda months: "x" * 10 * months, 5) == ("x" * 10, 1)
