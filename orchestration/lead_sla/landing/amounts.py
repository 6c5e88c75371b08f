"""SQL that reads amounts: plain numbers, and the formats that a feed declares."""

from lead_sla.inputs.feed_columns import AMOUNT_PATTERN
from lead_sla.inputs.feed_options import ValueOptions
from lead_sla.sql import literal

MAX_SHIFT = 999
EXPONENT = "[eE][+-]?[0-9]{1,3}"
OTHER_SIGNS = {".": ",", ",": "."}
SIGN_NAMES = {".": "point", ",": "comma"}
SIGN = "[+\\-\u2212]"
CURRENCY_CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG "
    "HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA "
    "MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD "
    "RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX "
    "USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG"
)
# Other letters than these are no currency: 5 MIO is not 5.
CURRENCY_SIGNS = r"(?:US|CA|AU|NZ|HK|NT|MX|A|C|R|S)?\p{Sc}|kr\.?|zł|Kč|Ft|Fr\.?|Rs\.?"
BLANK = "[ \u00a0\u2009\u202f]"
THOUSANDS = {",": ",", ".": r"\.", " ": BLANK, "'": "['\u2019]"}


def _unambiguous(sign: str) -> str:
    """A pattern of numbers in which the sign can only be the decimal one.

    Where no sign between thousands is known, 1.235 is 1235 in languages with a decimal comma, and 1,235 in others.
    0.235 and 1235.125 are not.
    """
    return rf"\d+[{sign}]?|\d*[{sign}](?:\d{{1,2}}|\d{{4,}})|(?:0\d*|\d{{4,}})?[{sign}]\d{{3}}"


UNAMBIGUOUS = rf"[+-]?({_unambiguous('.')}|(\d+\.?\d*|\.\d+){EXPONENT})"


def amount(text: str, is_number: str | None) -> str:
    """A plain number as decimal(18, 2), rounded half away from zero; null if it is none.

    `is_number` is SQL for whether a point is known to be the decimal sign, so that 1.235 is not ambiguous; None where
    it is not known in any row.
    """
    unambiguous = f"regexp_full_match({text}, '{UNAMBIGUOUS}')"
    any_number = f"regexp_full_match({text}, '{AMOUNT_PATTERN}')"
    is_readable = f"case when {is_number} then {any_number} else {unambiguous} end" if is_number else unambiguous
    # The cast works on decimal digits, not on binary floating point.
    return f"""
        case
            when not ({is_readable}) then null
            when contains(lower({text}), 'e') then {_scientific(text)}
            else try_cast({text} as decimal(18, 2))
        end"""


def amount_problem(text: str, shown: str, options: ValueOptions) -> str:
    """SQL for the reason why text cannot be read as an amount, with the remedy."""
    if options.decimal:
        between = f"{options.thousands!r} between thousands" if options.thousands else "nothing between thousands"
        reason = (
            f" is not a valid decimal(18,2) number with the decimal sign '{options.decimal}' and {between}; "
            "correct it, or `decimal` and `thousands` in feeds.yml"
        )
    else:
        reason = (
            " is not a valid decimal(18,2) number; write 1234.50, without thousands separators or symbols, or declare "
            "`decimal` and `thousands` in feeds.yml"
        )
    if options.thousands:
        return f"{shown} || {literal(reason)}"
    sign = options.decimal or "."
    number = rf"[1-9]\d{{0,2}}[{sign}]\d{{3}}"
    ambiguous = _with_currency(number) if options.decimal else f"^[+-]?{number}$"
    declared = " or ".join(f'`decimal: "{one}"` and `thousands: "{OTHER_SIGNS[one]}"`' for one in OTHER_SIGNS)
    remedy = f" has three digits after its {SIGN_NAMES[sign]}, which can stand between thousands; declare {declared}"
    return f"""{shown} || case
        when regexp_matches({text}, {literal(ambiguous)}) then {literal(f"{remedy} in feeds.yml")}
        else {literal(reason)}
    end"""


def plain_amount(text: str, options: ValueOptions) -> str:
    """An amount in the declared format as a plain number such as `-36300.5` or `58.8e3`; null if it is not in it.

    Currency signs and codes, and k and m for thousands and millions, are understood.
    """
    between = THOUSANDS.get(options.thousands or "")
    sign = str(options.decimal)
    number = rf"\d+(?:[{sign}]\d*)?|[{sign}]\d+" if between else _unambiguous(sign)
    # Most amounts are bare, and finding that out takes a fraction of the time of taking one apart.
    bare = rf"[+-]?(?:{number})"
    if between:
        # In groups of two as well, as in India; the last is always of three.
        number = rf"\d{{1,3}}(?:{between}\d{{2,3}})*{between}\d{{3}}(?:[{sign}]\d*)?|{number}"
    parts = f"regexp_extract({text}, {literal(_with_currency(number))}, ['outer', 'inner', 'number', 'suffix'])"
    ungrouped = f"regexp_replace(parts.number, {literal(between)}, '', 'g')" if between else "parts.number"
    plain = f"""
        case when parts.number <> '' and (parts.outer = '' or parts.inner = '') then
            case when parts.outer || parts.inner in ('', '+') then '' else '-' end
            || replace({ungrouped}, '{sign}', '.')
            || case lower(parts.suffix) when 'k' then 'e3' when 'm' then 'e6' else '' end
        end"""
    return f"""
        case
            when regexp_full_match({text}, '{bare}') then replace({text}, '{sign}', '.')
            else list_transform([{parts}], lambda parts: {plain})[1]
        end"""


def _with_currency(number: str) -> str:
    """A pattern of text with a number, a sign and a currency; its groups are two signs, the number and its suffix."""
    currency = rf"(?:{CURRENCY_SIGNS}|{CURRENCY_CODES.replace(' ', '|')})"
    before = rf"({SIGN}?)(?:{currency}{BLANK}?)?({SIGN}?)"
    return rf"^{before}({number})(?:{BLANK}?([kKmM]))?(?:{BLANK}?{currency})?$"


def _scientific(text: str) -> str:
    """A number with an exponent, written out before it is cast: DuckDB rounds some that are close to zero up.

    The point is inserted into the digits, padded with as many zeros on either side as the exponent can require.
    """
    whole = f"regexp_extract({text}, '^[+-]?([0-9]*)', 1)"
    digits = f"{whole} || regexp_extract({text}, '[.]([0-9]*)', 1)"
    point = f"length({whole}) + cast(regexp_extract({text}, '[eE](.*)$', 1) as integer) + {MAX_SHIFT}"
    padded = f"(repeat('0', {MAX_SHIFT}) || {digits} || repeat('0', {MAX_SHIFT}))"
    sign = f"case when starts_with({text}, '-') then '-' else '' end"
    return f"try_cast({sign} || {padded}[:{point}] || '.' || {padded}[{point} + 1:] as decimal(18, 2))"
