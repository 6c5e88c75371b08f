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
        ("contacts.0.id", "contacts id"),
        ("person.id", "person id"),
        ("properties.id", "id"),
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


@pytest.mark.parametrize(
    ("name", "role"),
    [
        *[
            (name, "lead_id")
            for name in ("Kundennummer", "Kontakt-ID", "N° client", "ID de contacto", "Código do cliente")
        ],
        *[(name, "deal_id") for name in ("Auftrags-Nr.", "Identifiant opportunité", "ID del negocio", "Pedido")],
        *[(name, "created") for name in ("Erstellt am", "Date de création", "Fecha de creación", "Data de criação")],
        *[(name, "modified") for name in ("Geändert am", "Modifié le", "Última modificación", "Atualizado em")],
        *[(name, "closed") for name in ("Abschlussdatum", "Date de clôture", "Fecha de cierre", "Data de fechamento")],
        *[(name, "occurred") for name in ("Zeitstempel", "Horodateur", "Marca temporal", "Carimbo de data/hora")],
        *[
            (name, "amount")
            for name in ("Auftragswert", "Betrag in EUR", "Montant", "Importe", "Valor", "Amount (USD)")
        ],
        *[(name, "currency") for name in ("Währung", "Devise", "Moneda", "Moeda")],
    ],
)
def test_names_in_other_languages_have_a_role(name: str, role: str) -> None:
    assert rank(name, role) is not None


def test_of_several_names_the_plainer_one_fits_better() -> None:
    assert rank("Amount", "amount") == 0
    assert rank("Est. Revenue", "amount") == 2
    assert rank("Annual Revenue", "amount") is None
