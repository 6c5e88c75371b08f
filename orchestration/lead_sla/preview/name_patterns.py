"""Patterns of the names of columns, in the words of English, German, French, Spanish and Portuguese exports.

Names are compared in small letters without accents, so `Geändert am` is `geandert am` here.
"""

import re

ID = r"(record )?(ids?|guid|uuid|key|nr|no|num|number|nummer|numero|code|codigo|kennung|identifiant|identificador)"
OF = r"(de |da |do |del |du |der |des |la )*"
PEOPLE = (
    "lead|contact|person|mql|kontakt|interessenten|interessent|kunden?|client|customer|contacto|contato|cliente|"
    "prospect|persona|pessoa|visitor|subscriber"
)
DEALS = (
    "deal|opportunity|opp|zcrm deal|auftrags?|angebots?|vorgangs?|geschafts?|verkaufschancen?|opportunite|affaire|"
    "devis|commande|oportunidad|oportunidade|negocio|pedido|order|quote"
)
EVENTS = (
    "event|submission|activity|history|insert|message|response|conversion|entry|ereignis|einsendung|antwort|aktivitat|"
    "evenement|soumission|reponse|evento|envio|respuesta|resposta"
)
MONEY = "eur|usd|gbp|chf|brl|euro?s?|dollar|in"


def _ids_of(things: str) -> str:
    """Both orders: `Kundennummer` and `ID de contacto`; `n` is what is left of N°."""
    return rf"^({things}) ?{ID}$|^({ID}|n) {OF}({things})$"


# Of each, the first pattern that a name has counts most.
PATTERNS: dict[str, tuple[str, ...]] = {
    "deal_id": (
        r"^(deal|opportunity|opp|zcrm deal) ?(record )?(id|key|number)$",
        rf"^(deal|opportunity)$|{_ids_of(DEALS)}",
        rf"^({DEALS})$",
    ),
    "lead_id": (
        r"^(associated )?(lead|contact|person|mql) ?(record )?ids?$",
        r"^(associated|primary|related)? ?contact( name)? ids?$",
        r"^contacts (0 )?id$|^(who|marketo|person|visitor|prospect|customer|anonymous|distinct) ?ids?$",
        rf"^(lead|contact|kontakt|contacto|contato) number.*$|^lead number|{_ids_of(PEOPLE)}",
        rf"^({PEOPLE}|contact person|contact name)$",
    ),
    "event_id": (
        rf"^marketo guid$|{_ids_of(EVENTS)}",
        r"^(marketo guid|guid|submission)$",
        r"^(id|uuid|key)$",
    ),
    "record_id": (
        r"^record id$|^record id (deal|contact|lead)$",
        rf"^(id|uuid|key)$|^{ID}$",
        r"^[a-z0-9 ]*\bid$",
        rf"^[a-z0-9 ]*\b{ID}$|^[a-z0-9 ]*nummer$",
    ),
    "stage": (
        r"^(deal ?stage|sales stage|stage ?name|stage)( id)?$",
        r"^to stage$|^new stage$|^(verkaufs|vertriebs)?(phase|stufe)$|^(etapa|etape|fase)( (de|del|da|do|du) .*)?$",
        r"^(deal )?status( reason)?$|^(statut|estado|situacao|stato)$",
    ),
    "event_type": (
        r"^(event|activity|lead activity) ?type$|^activity type (id|name)$|^event( name)?$",
        r"^(form|form name|type|action|conversion|activity)$"
        r"|^(formular|formularname|art|typ|ereignis|ereignistyp|aktion|aktivitat)$"
        r"|^(formulaire|evenement|formulario|evento|accion|acao|tipo)( (de|do) .*)?$",
        r"^lifecycle ?stage$|^lead status$|^lebenszyklusphase$",
    ),
    "amount": (
        rf"^(deal |opportunity )?amount( ({MONEY}))*$",
        rf"^actual revenue$|^(deal |order )?value( ({MONEY}))*$"
        rf"|^(auftrags|angebots)?(wert|betrag|summe|volumen)( ({MONEY}))*$|^umsatz( ({MONEY}))*$"
        rf"|^(montant|valeur|importe|valor|bedrag|importo)( total)?( ({MONEY}))*$",
        r"^(est|estimated) ?(revenue|value)$|^(deal )?(revenue|price|total)$|^(preis|prix|precio|preco)$",
    ),
    "currency": (
        r"^(amount |deal )?currency( iso)?( code)?$|^(amount|deal currency code)$",
        r"^currency of value$|^wahrung(scode|skurzel)?$|^(devise|monnaie|moneda|divisa|moeda|valuta)$",
    ),
    "segment": (
        r"^segment$|^(sales )?region$",
        r"^(business unit|territory|market|country( region)?|region code)$"
        r"|^(gebiet|vertriebsgebiet|land|markt|territoire|pays|pais|regiao|segmento)$",
    ),
    "channel": (
        r"^(channel|(lead|original|original traffic|traffic|source) ?source( type)?|source( channel)?)$",
        r"^utm (medium|source)$|^lead source chain$|^origin$",
        r"^(herkunft|(lead ?)?quelle|kanal|ursprung|origine|provenance|canal|origen|fuente|origem|fonte)$",
    ),
    "landing_page": (r"^(landing page|first page seen|landing page url|page url|page)$", r"^landing page id$"),
    "created": (
        r"^(create|created|creation) ?(date|on|at|time)?$|^(deal|lead|contact|person) created( on| at| date)?$",
        r"^date created$|^(created date|createdate|created time|hs createdate)$|^first contact date$",
        r"^add(ed)? ?(time|date)$"
        r"|^(erstellt|angelegt|erfasst|registriert)( am)?$|^(erstellungs|anlage|erfassungs)datum$"
        rf"|^cree(e)? le$|^date {OF}creation$|^fecha {OF}(creacion|alta|registro)$|^cread[oa]( el)?$"
        rf"|^data {OF}(criacao|cadastro)$|^criad[oa]( em)?$",
    ),
    "occurred": (
        r"^(occurred|event|activity|submission|submitted|conversion|sent|received) ?(at|on|date|time|timestamp|ts)?$",
        r"^(timestamp|date|time|datetime|when|ts)$",
        r"^(last modified|edited|changed)( date| at| on)?$",
        r"^(zeitstempel|datum|zeitpunkt)$|^(eingereicht|gesendet|abgeschickt|eingegangen)( am)?$|^eingangsdatum$"
        rf"|^(horodateur|horodatage)$|^(envoye|soumis|recu) le$|^date {OF}(envoi|reponse)$"
        rf"|^fecha( y hora)?$|^marca temporal$|^enviado (el|em)$|^fecha {OF}envio$"
        rf"|^data( e hora| hora)?$|^carimbo de data hora$|^data {OF}envio$",
    ),
    "modified": (
        r"^(last )?(modified|updated|update|changed) ?(date|on|at|time|timestamp)?$",
        r"^(system ?modstamp|last modified ?date|hs lastmodifieddate|lastmodifieddate|update time|modified time)$",
        r"^(zuletzt )?(geandert|aktualisiert|bearbeitet)( am)?$|^(letzte anderung|anderungsdatum)$"
        rf"|^(modifiee?|mise? a jour) le$|^(date {OF})?(derniere )?(modification|mise a jour)$"
        rf"|^(fecha {OF})?(ultima )?(modificacion|actualizacion)$|^(modificad|actualizad)[oa]( el)?$"
        rf"|^(data {OF})?(ultima )?(modificacao|atualizacao|alteracao)$|^(modificad|atualizad|alterad)[oa] em$",
    ),
    "closed": (
        r"^(actual )?(close|closed|closing) ?(date|on|at|time)?$|^(deal )?closed (on|date|at)$",
        r"^abschluss(datum)?$|^(abgeschlossen|geschlossen) am$"
        rf"|^date {OF}(cloture|signature)$|^cloturee? le$|^fecha {OF}cierre$|^cerrad[oa] el$"
        rf"|^data {OF}(fechamento|fecho)$|^fechad[oa] em$",
    ),
    "withdrawn": (r"^(is )?(archived|deleted)$", r"^(hs )?(archived|is ?deleted)$|^(archiviert|geloscht)$"),
}
RANK_OF_BARE_PEOPLE = 4  # of names of leads: from it on, a column can have names of people as well as ids
# A moment at which a record became something, and what: `Became an MQL Date`, `Date entered "Proposal (Sales)"`.
ENTERED = (
    re.compile(r"^became an? (?P<what>.+?)(?: date)?$"),
    re.compile(r"^(?:date )?entered (?P<what>.+?)(?: date)?$"),
    re.compile(r"^(?P<what>won|lost|mql|sql|sal|qualified|demo|trial|meeting|proposal|converted) (?:date|time|at|on)$"),
    re.compile(r"^(?P<what>first conversion|recent conversion) date$"),
    re.compile(r"^hs (?:v2 date|date) entered (?P<what>.+)$"),
    re.compile(r"^hs lifecyclestage (?P<what>\w+) date$"),
)
EXPECTED = re.compile(
    r"\b(expected|estimated|est|next|last|probability|forecast|weighted|due|voraussichtlich\w*|erwartet\w*|geplant\w*|"
    r"nachst\w*|prevue?|estimee?|prochaine?|previst[oa]|estimad[oa]|esperad[oa]|proxim[oa])\b"
)
DEAL_WORDS = re.compile(
    r"^(deal|opportunity|opp|pipeline)\b|\b(won|closing|close) (date|time)\b|^stage\b"
    r"|^(auftrag|angebot|abschluss|verkaufschance|wahrung|devise|moneda|moeda)|\b(opportunite|oportunidade?|cloture|"
    r"cierre|fechamento)\b"
)
LEAD_WORDS = re.compile(
    r"^(lead|contact|mql|form|campaign|submission|activity|landing page|email|first name|original source|program)\b"
    r"|\blifecycle ?stage\b|\bbecame an? (mql|sql|lead|marketing|sales)"
    r"|^(kontakt|kunde|interessent|vorname|formular|prenom|nombre|nome)|^(client|cliente|contacto|contato)\b"
)
DEAL_PATH = re.compile(r"deal|opportunit|auftr|angebot|verkaufschance|oportunidad|pedido|affaire", re.IGNORECASE)
LEAD_PATH = re.compile(
    r"lead|contact|people|person|form|activit|kontakt|kunde|interessent|client|contat|response|submission",
    re.IGNORECASE,
)
DATE_WORDS = re.compile(
    r"(date|time|\bat\b|\bon\b|stamp|created|modified|entered|became|closed|day|\bts\b|datum|\bam\b|zeit|fecha|"
    r"^data( (de|da|do|e)\b|$)|horodat)"
)
ID_WORDS = re.compile(
    r"\b(ids?|guid|uuid|key|number|nr|identifiant|codigo)$|nummer$|^(deal|opportunity|lead|contact|record)$"
)
OTHER_IDS = re.compile(
    r"\b(owner|account|company|companies|user|campaign|created by|pipeline|row|seller|sdr|page|besitzer|firma|"
    r"telefon\w*|handy\w*|haus\w*|phone|plz|zip)\b"
)
