"""The languages in which people are spoken to, the one of Quebec first."""

from typing import Final, Literal

Language = Literal["fr", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en")
