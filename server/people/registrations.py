"""The numbers under which a company is registered, and the obvious form of each.

The form is that of the Canada Revenue Agency (GST/TPS: 9 digits, RT, 4 digits), Revenu Québec (QST/TVQ: 10
digits, TQ, 4 digits), the Registraire des entreprises (NEQ: 10 digits) and the European Union (VAT: a country,
then 2 to 12 signs). A scheme that is not listed is taken as it is written.
"""

import re
from typing import Final

from server.sentences import declare

FORMS: Final = {
    "GST": re.compile(r"\d{9}RT\d{4}"),
    "TPS": re.compile(r"\d{9}RT\d{4}"),
    "QST": re.compile(r"\d{10}TQ\d{4}"),
    "TVQ": re.compile(r"\d{10}TQ\d{4}"),
    "NEQ": re.compile(r"\d{10}"),
    "VAT": re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,12}"),
    "DUNS": re.compile(r"\d{9}"),
    "GLN": re.compile(r"\d{13}"),
}
_SCHEME: Final = re.compile(r"[A-Z][A-Z0-9]{1,9}\Z", re.ASCII)
_SPACING: Final = re.compile(r"[\s.-]")

declare(
    {
        "bad_scheme": (
            "Le type de numéro a de 2 à 10 lettres majuscules, comme TPS ou NEQ.",
            "The kind of number has 2 to 10 capital letters, such as GST or NEQ.",
        ),
        "bad_registration": (
            "Ce numéro n’a pas la forme attendue, par exemple 123456789 RT0001 (TPS), "
            "1234567890 TQ0001 (TVQ) ou 1234567890 (NEQ).",
            "This number has not the form expected, for example 123456789 RT0001 (GST), "
            "1234567890 TQ0001 (QST) or 1234567890 (NEQ).",
        ),
    }
)


def scheme_fault(scheme: str) -> str | None:
    """The code of what is wrong with a scheme's name, or None."""
    return None if _SCHEME.match(scheme) else "bad_scheme"


def value_fault(scheme: str, value: str) -> str | None:
    """The code of what is wrong with a number under its scheme, however it is spaced."""
    bare = _SPACING.sub("", value).upper()
    form = FORMS.get(scheme)
    sound = bool(bare) if form is None else bare.isascii() and form.fullmatch(bare)
    return None if sound else "bad_registration"
