"""Exports in other languages than English are proposed by the words for their columns, or by their values."""

import pytest

from lead_sla.settings import Settings
from tests.support.proposed_feeds import landed, propose

GERMAN = (
    "Deal-ID;Kontakt-ID;Phase;Betrag;Währung;Erstellt am;Abschlussdatum;Geändert am\n"
    "D1;1001;Gewonnen;1.000,00;EUR;12.11.2026 09:30;15.11.2026 09:30;16.11.2026 10:30\n"
    "D2;1002;Angebot;1.100,00;EUR;13.11.2026 09:30;16.11.2026 09:30;17.11.2026 10:30\n"
)
FRENCH = (
    "Identifiant opportunité;Identifiant contact;Étape;Montant;Devise;Date de création;Date de clôture;Modifié le\n"
    "O1;C1;Gagné;1 000,00;EUR;12/11/2026 09:30;15/11/2026 09:30;16/11/2026 10:30\n"
    "O2;C2;Devis;1 100,00;EUR;13/11/2026 09:30;16/11/2026 09:30;17/11/2026 10:30\n"
)
SPANISH = (
    "ID de la oportunidad;ID de contacto;Etapa;Importe;Moneda;Fecha de creación;Fecha de cierre;Última modificación\n"
    "O1;C1;Ganada;1.000,00;EUR;12/11/2026 09:30;15/11/2026 09:30;16/11/2026 10:30\n"
    "O2;C2;Oferta;1.100,00;EUR;13/11/2026 09:30;16/11/2026 09:30;17/11/2026 10:30\n"
)
PORTUGUESE = (
    "ID do negócio;ID do cliente;Fase;Valor;Moeda;Data de criação;Data de fechamento;Modificado em\n"
    "O1;C1;Ganho;1.000,00;BRL;12/11/2026 09:30;15/11/2026 09:30;16/11/2026 10:30\n"
    "O2;C2;Proposta;1.100,00;BRL;13/11/2026 09:30;16/11/2026 09:30;17/11/2026 10:30\n"
)


@pytest.mark.parametrize("text", [GERMAN, FRENCH, SPANISH, PORTUGUESE], ids=["de", "fr", "es", "pt"])
def test_deals(settings: Settings, text: str) -> None:
    header, first, *_ = text.splitlines()
    names, won = header.split(";"), first.split(";")[2]
    proposed = propose(settings, "export.csv", text)
    written = proposed.text.replace('"', "")
    deal, lead, stage, amount, currency, created, closed, modified = names
    assert f"record_id: {deal}\n    version: {modified}\n" in written
    assert f"deal_id: {deal}\n      lead_id: {lead}\n      amount: {amount}\n      currency: {currency}\n" in written
    assert f"- stage: {{constant: opened}}\n        occurred_at: {created}\n" in written
    assert (
        f"- stage: {stage}\n        occurred_at: {closed}\n        when: {{column: {stage}, values: [{won}]}}"
        in written
    )
    assert landed(proposed) == (4, 0)


def test_customers_with_a_number(settings: Settings) -> None:
    proposed = propose(
        settings, "export.csv", "Kundennummer;Angelegt am;Name\n1001;12.11.2026;Ada\n1002;13.11.2026;Bo\n"
    )
    assert "lead_id: Kundennummer" in proposed.text
    assert "occurred_at: Angelegt am" in proposed.text
    assert proposed.decisions == 0


def test_orders_of_customers(settings: Settings) -> None:
    text = "Auftrags-Nr.,Kunde,Angelegt am,Wert,Währung\nA-1,K-1,12.11.2026,900,EUR\nA-2,K-1,13.11.2026,800,EUR\n"
    proposed = propose(settings, "export.csv", text)
    assert "deal_id: Auftrags-Nr.\n      lead_id: Kunde\n      amount: Wert" in proposed.text
    assert "# decide: Kunde has to be the id that the feed of leads has; a name credits no lead" in proposed.text


def test_names_in_no_known_language_are_decided_by_values(settings: Settings) -> None:
    text = "Viite,Päivä,Väri\nV-1,12.11.2026,red\nV-2,13.11.2026,red\n"
    proposed = propose(settings, "export.csv", text)
    assert "# decide: Viite is taken for the id of the lead because of its values; is it?" in proposed.text
    assert "# decide: Päivä is taken for the date of the event created; is it?" in proposed.text
    assert landed(proposed) == (2, 0)
