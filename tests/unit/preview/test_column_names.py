"""What names of columns in real exports say."""

import pytest

from lead_sla.preview.names import plain_name, rank, what_was_entered


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Associated Contact IDs", "associated contact ids"),
        ("(Do Not Modify) Modified On", "modified on"),
        ("Deal - Deal created", "deal created"),
        ("Person - ID", "person id"),
        ("Contact Name.id", "contact name id"),
        ("properties.dealstage", "dealstage"),
        ("contacts.0.id", "id"),
        ("ConvertedContactId", "converted contact id"),
        ("Region__c", "region"),
        ("Owner Role [2]", "owner role"),
        ("leadId", "lead id"),
        ("occurred_at", "occurred at"),
    ],
)
def test_a_name_is_its_words(name: str, plain: str) -> None:
    assert plain_name(name) == plain


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Became a Marketing Qualified Lead Date", "marketing_qualified_lead"),
        ("Became an MQL Date", "mql"),
        ('Date entered "Proposal (Sales Pipeline)"', "proposal_sales_pipeline"),
        ("Deal - Won time", "won"),
        ("won_date", "won"),
        ("Recent Conversion Date", "recent_conversion"),
        ("hs_lifecyclestage_customer_date", "customer"),
        ("Create Date", None),
        ("Close Date", None),
    ],
)
def test_the_date_of_a_stage_names_it(name: str, code: str | None) -> None:
    assert what_was_entered(name) == code


def test_of_several_names_the_plainer_one_fits_better() -> None:
    assert rank("Amount", "amount") == 0
    assert rank("Est. Revenue", "amount") == 2
    assert rank("Annual Revenue", "amount") is None
