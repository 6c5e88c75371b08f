"""What HubSpot's records do that breaks a naive reader, one test each: nothing lost, nothing twice."""

import pytest

from lead_sla.crm.hubspot import reading
from tests.support.pulls import Account


@pytest.mark.usefixtures("small_pages")
def test_ids_that_sort_as_text(hubspot: Account) -> None:
    ids = hubspot.company.ids("contacts")
    assert ids != sorted(ids), "the case is about ids whose order as text is another"
    deal = hubspot.company.ids("deals")[0]
    for one in ids:
        hubspot.company.associate(deal, one)
    hubspot.pull()
    assert hubspot.current("deals")[deal]["contact_id"] == ids[0]
    hubspot.assert_complete()
    hubspot.pass_days(1)
    for one in ids:
        hubspot.company.edit("contacts", one, region="americas")
    hubspot.pass_days(1)
    hubspot.pull()
    hubspot.assert_complete()


def test_a_short_page_with_a_cursor(hubspot: Account) -> None:
    hubspot.server.faults.shorten_page(1, 2, "list contacts")
    hubspot.server.faults.shorten_page(2, 0, "list contacts")
    hubspot.pull()
    hubspot.pass_days(1)
    for one in hubspot.company.ids("contacts"):
        hubspot.company.edit("contacts", one, region="americas")
    hubspot.pass_days(1)
    hubspot.server.forget()
    hubspot.server.faults.shorten_page(1, 2, "search contacts")
    hubspot.pull()
    assert {line["segment"] for line in hubspot.current("contacts").values()} == {"americas"}
    hubspot.assert_complete()


def test_chained_merges(hubspot: Account) -> None:
    hubspot.pull()
    a, b, c, d = hubspot.company.ids("contacts")[:4]
    hubspot.pass_days(1)
    ab = hubspot.company.merge("contacts", b, a)
    hubspot.company.pass_time(3600)
    hubspot.pull()
    assert hubspot.merges() == {("contact", a, ab), ("contact", b, ab)}
    hubspot.pass_days(1)
    abc = hubspot.company.merge("contacts", c, ab, keep_id=True)
    hubspot.pass_days(1)
    abcd = hubspot.company.merge("contacts", abc, d)
    hubspot.pass_days(1)
    hubspot.pull()
    assert abc == c
    into_abcd = {("contact", one, abcd) for one in (a, b, ab, c, d)}
    assert hubspot.merges() == {("contact", a, ab), ("contact", b, ab)} | into_abcd
    hubspot.pass_days(8)
    hubspot.pull()
    assert not any(row["archived"] for row in hubspot.rows("contacts")), "a merged record is not gone"
    hubspot.assert_complete()


def test_merged_deals(hubspot: Account) -> None:
    hubspot.pull()
    a, b = hubspot.company.ids("deals")[:2]
    hubspot.pass_days(1)
    merged = hubspot.company.merge("deals", a, b)
    hubspot.pass_days(8)
    hubspot.pull()
    assert hubspot.merges() == {("deal", a, merged), ("deal", b, merged)}
    assert not any(row["archived"] for row in hubspot.rows("deals"))
    hubspot.assert_complete()


def test_a_merge_that_a_search_does_not_know_yet(hubspot: Account) -> None:
    hubspot.pull()
    a, b = hubspot.company.ids("contacts")[:2]
    hubspot.pass_days(8)
    hubspot.company.merge("contacts", a, b)
    hubspot.pull()
    assert not any(row["archived"] for row in hubspot.rows("contacts"))
    hubspot.assert_complete()


def test_a_record_that_was_restored_and_merged(hubspot: Account) -> None:
    hubspot.pull()
    a, b = hubspot.company.ids("contacts")[:2]
    hubspot.company.archive("contacts", a)
    hubspot.pass_days(1)
    hubspot.pull()
    hubspot.company.restore("contacts", a)
    merged = hubspot.company.merge("contacts", b, a)
    hubspot.pass_days(1)
    hubspot.pull()
    assert ("contact", a, merged) in hubspot.merges()
    assert a in hubspot.current("contacts"), "what it stated holds for the record that has taken it in"
    hubspot.assert_complete()


@pytest.mark.parametrize("end", ["archive", "delete"])
def test_a_merged_record_goes_and_returns_with_the_one_that_has_taken_it_in(hubspot: Account, end: str) -> None:
    hubspot.pull()
    a, b, c = hubspot.company.ids("contacts")[:3]
    ab = hubspot.company.merge("contacts", b, a)
    hubspot.pass_days(1)
    hubspot.pull()
    abc = hubspot.company.merge("contacts", ab, c)
    hubspot.pass_days(1)
    hubspot.pull()
    getattr(hubspot.company, end)("contacts", abc)
    hubspot.pass_days(8)
    hubspot.pull()
    assert not {a, b, ab, c, abc} & hubspot.current("contacts").keys()
    hubspot.assert_complete()
    if end == "archive":
        hubspot.company.restore("contacts", abc)
        hubspot.pass_days(8)
        hubspot.pull()
        assert {a, b, ab, c, abc} <= hubspot.current("contacts").keys()
        hubspot.assert_complete()


def test_archiving_without_a_modified_date(hubspot: Account) -> None:
    hubspot.pull()
    contact, deal = hubspot.company.ids("contacts")[0], hubspot.company.ids("deals")[0]
    hubspot.pass_days(1)
    hubspot.company.archive("contacts", contact)
    hubspot.company.archive("deals", deal)
    hubspot.pull()
    for name, record_id in (("contacts", contact), ("deals", deal)):
        assert record_id not in hubspot.current(name)
        one, other = [row for row in hubspot.rows(name) if row["id"] == record_id]
        assert other == {**one, "archived": True}
    hubspot.assert_complete()
    hubspot.company.restore("contacts", contact)
    hubspot.pass_days(8)
    hubspot.pull()
    assert contact in hubspot.current("contacts")
    hubspot.assert_complete()


def test_a_record_that_is_deleted_for_good(hubspot: Account) -> None:
    hubspot.pull()
    contact = hubspot.company.ids("contacts")[0]
    hubspot.company.delete("contacts", contact)
    hubspot.pass_days(7)
    hubspot.pull()
    assert contact not in hubspot.current("contacts")
    hubspot.assert_complete()


def test_several_labels_and_pages_of_associations(hubspot: Account) -> None:
    hubspot.server.limits.association_page = 1
    deal, ids = hubspot.company.ids("deals")[-1], hubspot.company.ids("contacts")
    for one in reversed(ids):
        for label in (None, "Decision maker", "Billing"):
            hubspot.company.associate(deal, one, label)
    hubspot.pull()
    assert hubspot.current("deals")[deal]["contact_id"] == ids[0]
    every = reading.read_associations(hubspot.connect(), [deal])
    assert every == {deal: set(ids)}
    hubspot.assert_complete()


def test_an_association_that_comes_late(hubspot: Account) -> None:
    deal = hubspot.company.add_deal(pipeline="default", dealstage="open")
    hubspot.company.pass_time(3600)
    hubspot.pull()
    assert hubspot.current("deals")[deal]["contact_id"] is None
    hubspot.pass_days(20)
    contact = hubspot.company.ids("contacts")[3]
    hubspot.company.associate(deal, contact)
    hubspot.pull()
    assert hubspot.current("deals")[deal]["contact_id"] == contact
    one, other = [row for row in hubspot.rows("deals") if row["id"] == deal]
    assert one["version"] == other["version"]
    hubspot.assert_complete()


def test_truncated_history(hubspot: Account) -> None:
    deal = hubspot.company.ids("deals")[0]
    for number in range(12):
        hubspot.company.pass_time(60)
        hubspot.company.edit("deals", deal, amount=str(200 + number))
    hubspot.company.pass_time(3600)
    hubspot.pull()
    first = hubspot.current("deals")[deal]["history"]
    hubspot.pass_days(1)
    for number in range(12, 24):
        hubspot.company.pass_time(60)
        hubspot.company.edit("deals", deal, amount=str(200 + number))
    hubspot.pass_days(1)
    hubspot.pull()
    history = hubspot.current("deals")[deal]["history"]
    assert history[: len(first)] == first
    assert [state["amount"] for state in history][-24:] == [str(200 + number) for number in range(24)]
    hubspot.pass_days(1)
    rows = hubspot.rows("deals")
    hubspot.pull()
    assert hubspot.rows("deals") == rows


def test_a_deleted_stage(hubspot: Account) -> None:
    hubspot.company.delete_stage("default", "won")
    hubspot.pull()
    stages = {state["stage"] for line in hubspot.current("deals").values() for state in line["history"]}
    assert stages == {"default/open", "default/won"}
    hubspot.assert_complete()
