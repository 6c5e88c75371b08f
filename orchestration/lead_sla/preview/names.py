"""What the name of a column says about it, in the words that exports use."""

import re

PARTS = re.compile(r"[A-Z]{2,}s\b|[A-Z]+(?![a-z])|[A-Z]?[a-z\u00df-\u00ff]+|[A-Z]?[^\W\d_]+|\d+")
# Pipedrive and Dynamics write the object or a warning before a name.
PREFIX = re.compile(r"^(\(Do Not Modify\)\s*|(Deal|Person|Lead|Contact|Organization) - (?!ID$))")
# The number of one of several columns, and the mark of a custom field of Salesforce.
SUFFIX = re.compile(r" \[\d+\]$|__c$")

# Of each, the first pattern that a name has counts most.
PATTERNS: dict[str, tuple[str, ...]] = {
    "deal_id": (r"^(deal|opportunity|opp|zcrm deal) ?(record )?(id|key|number)$", r"^(deal|opportunity)$"),
    "lead_id": (
        r"^(associated )?(lead|contact|person|mql) ?(record )?ids?$",
        r"^(associated|primary|related)? ?contact( name)? ids?$",
        r"^contacts (0 )?id$|^(who|marketo|person|visitor|prospect|customer) ?ids?$",
        r"^(lead|contact|kontakt|contacto|contato) number.*$|^lead number",
        r"^(lead|contact|contact person|contact name|kontakt|contacto|contato|person)$",
    ),
    "event_id": (
        r"^(event|submission|activity|marketo guid|history|response|conversion) ?(id|guid)$",
        r"^(marketo guid|guid|submission)$",
        r"^(id|uuid|key)$",
    ),
    "record_id": (r"^record id$|^record id (deal|contact|lead)$", r"^(id|uuid|key)$", r"^[a-z0-9 ]*\bid$"),
    "stage": (
        r"^(deal ?stage|sales stage|stage ?name|stage)( id)?$",
        r"^to stage$|^new stage$|^(phase|stufe|etapa|étape|etape|fase)$",
        r"^(deal )?status( reason)?$",
    ),
    "event_type": (
        r"^(event|activity|lead activity) ?type$|^activity type (id|name)$|^event$",
        r"^(form|form name|type|action|conversion|activity)$",
        r"^lifecycle ?stage$|^lead status$",
    ),
    "amount": (
        r"^(deal |opportunity )?amount$",
        r"^actual revenue$|^(deal )?value$|^(betrag|montant|importe|valor|bedrag|importo)$",
        r"^(est|estimated) ?(revenue|value)$|^(deal )?(revenue|price|total)$",
    ),
    "currency": (r"^(amount |deal )?currency( iso)?( code)?$|^(amount|deal currency code)$", r"^currency of value$"),
    "segment": (
        r"^segment$|^(sales )?region$",
        r"^(business unit|territory|market|country( region)?|region code)$",
    ),
    "channel": (
        r"^(channel|(lead|original|original traffic|traffic|source) ?source( type)?|source( channel)?)$",
        r"^utm (medium|source)$|^lead source chain$|^origin$",
    ),
    "landing_page": (r"^(landing page|first page seen|landing page url|page url|page)$", r"^landing page id$"),
    "created": (
        r"^(create|created|creation) ?(date|on|at|time)?$|^(deal|lead|contact|person) created( on| at| date)?$",
        r"^date created$|^(created date|createdate|created time|hs createdate)$|^first contact date$",
        r"^add(ed)? ?(time|date)$",
    ),
    "occurred": (
        r"^(occurred|event|activity|submission|submitted|conversion) ?(at|on|date|time|timestamp)?$",
        r"^(timestamp|date|time|datetime|when)$",
        r"^(last modified|edited|changed)( date| at| on)?$",
    ),
    "modified": (
        r"^(last )?(modified|updated|update|changed) ?(date|on|at|time|timestamp)?$",
        r"^(system ?modstamp|last modified ?date|hs lastmodifieddate|lastmodifieddate|update time|modified time)$",
    ),
    "closed": (
        r"^(actual )?(close|closed|closing) ?(date|on|at|time)?$|^(deal )?closed (on|date|at)$",
        r"^(abschluss|fecha de cierre|date de clôture)$",
    ),
    "withdrawn": (r"^(is )?(archived|deleted)$", r"^(hs )?(archived|is ?deleted)$"),
}
# A moment at which a record became something, and what: `Became an MQL Date`, `Date entered "Proposal (Sales)"`.
ENTERED = (
    re.compile(r"^became an? (?P<what>.+?)(?: date)?$"),
    re.compile(r"^(?:date )?entered (?P<what>.+?)(?: date)?$"),
    re.compile(r"^(?P<what>won|lost|mql|sql|sal|qualified|demo|trial|meeting|proposal|converted) (?:date|time|at|on)$"),
    re.compile(r"^(?P<what>first conversion|recent conversion) date$"),
    re.compile(r"^hs (?:v2 date|date) entered (?P<what>.+)$"),
    re.compile(r"^hs lifecyclestage (?P<what>\w+) date$"),
)
EXPECTED = re.compile(r"\b(expected|estimated|est|next|last|probability|forecast|weighted|due)\b")
DEAL_WORDS = re.compile(r"^(deal|opportunity|opp|pipeline)\b|\b(won|closing|close) (date|time)\b|^stage\b")
LEAD_WORDS = re.compile(
    r"^(lead|contact|mql|form|campaign|submission|activity|landing page|email|first name|original source|program)\b"
    r"|\blifecycle ?stage\b|\bbecame an? (mql|sql|lead|marketing|sales)"
)
DEAL_PATH = re.compile(r"deal|opportunit", re.IGNORECASE)
LEAD_PATH = re.compile(r"lead|contact|people|person|form|activit", re.IGNORECASE)
DATE_WORDS = re.compile(r"(date|time|\bat\b|\bon\b|stamp|created|modified|entered|became|closed|day)")
ID_WORDS = re.compile(r"\b(ids?|guid|uuid|key|number)$|^(deal|opportunity|lead|contact|record)$")
OTHER_IDS = re.compile(r"\b(owner|account|company|companies|user|campaign|created by|pipeline|row|seller|sdr|page)\b")


def plain_name(name: str) -> str:
    """The words of a name in small letters; of a path in JSON those of its last part."""
    bare = PREFIX.sub("", SUFFIX.sub("", name))
    last = [part for part in bare.split(".") if not part.isdigit()][-1:] if " " not in bare else [bare]
    words = PARTS.findall(last[0] if last and last[0] else bare)
    return " ".join(word.lower() for word in words)


def rank(name: str, role: str) -> int | None:
    """How well a name fits a role, 0 best; None if it does not."""
    plain = plain_name(name)
    return next((at for at, pattern in enumerate(PATTERNS[role]) if re.search(pattern, plain)), None)


def may_be_id(name: str) -> bool:
    """Whether a name fits the id of anything."""
    return any(rank(name, role) is not None for role in ("deal_id", "lead_id", "event_id", "record_id"))


def what_was_entered(name: str) -> str | None:
    """What a record became at the moments in a column, as a code."""
    plain = plain_name(name)
    for pattern in ENTERED:
        if found := pattern.match(plain):
            return found["what"].replace(" ", "_")
    return None
