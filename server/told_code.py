"""A code of which people are told, too."""

from enum import StrEnum
from typing import Self


class ToldCode(StrEnum):
    """A code with the sentence that says it."""

    sentence: str

    def __new__(cls, value: str, sentence: str) -> Self:
        code = str.__new__(cls, value)
        code._value_ = value
        code.sentence = sentence
        return code
