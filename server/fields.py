"""The kinds of text that bodies hold, all bounded, and the base of every body.

    class ClientDraft(Draft):
        name: Line
        note: Paragraph = ""

Control characters and lone surrogates are refused everywhere: PostgreSQL cannot keep them, mails cannot carry them.
What turns letters round is refused in all that others are shown: a name must read as it is signed, and be seen.
"""

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    GetJsonSchemaHandler,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from schema.moment import moment

PLAIN = r"^[^\x00-\x1f\x7f]*$"
_TURNING = r"\u202a-\u202e\u2066-\u2069"
LINE = rf"^[^\x00-\x1f\x7f{_TURNING}]*$"
# Spaces of every width, and signs that show nothing by themselves. Ranges, so that every reader of the API knows them.
_UNSEEN = (
    r"\x00-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
)
NAME = rf"^[^\x00-\x1f\x7f{_TURNING}]*[^{_UNSEEN}][^\x00-\x1f\x7f{_TURNING}]*$"
PARAGRAPH = rf"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f{_TURNING}]*$"
# The definition of HTML's own e-mail field, with at least one dot, so that both agree.
EMAIL = (
    r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?){1,5}$"
)
HEX_ID = r"^[0-9a-f]{32}$"

Word = Annotated[str, StringConstraints(max_length=80, pattern=LINE), AfterValidator(str.strip)]
Line = Annotated[str, StringConstraints(max_length=200, pattern=LINE), AfterValidator(str.strip)]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=120, pattern=NAME), AfterValidator(str.strip)
]
Paragraph = Annotated[str, StringConstraints(max_length=4000, pattern=PARAGRAPH)]
Email = Annotated[str, StringConstraints(max_length=254, pattern=EMAIL), AfterValidator(str.lower)]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_-]+$")]
Password = Annotated[str, StringConstraints(max_length=500, pattern=PLAIN)]
NewPassword = Annotated[str, StringConstraints(min_length=8, max_length=500, pattern=PLAIN)]
Id = Annotated[str, StringConstraints(pattern=HEX_ID)]
Instant = Annotated[
    datetime,
    PlainSerializer(moment, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]


class Draft(BaseModel):
    """A body that a caller sends: unknown fields are refused, and no type stands in for another."""

    model_config = ConfigDict(extra="forbid")


class Patch(Draft):
    """A body of which only what is named counts. It is described without defaults: a caller who filled them in, as
    generated clients do, would change what he never named.
    """

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        described = handler(schema)
        for one in handler.resolve_ref_schema(described)["properties"].values():
            one.pop("default", None)
        return described


class View(BaseModel):
    """What a caller is shown."""

    model_config = ConfigDict(from_attributes=True)


Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """A list, or a part of one: `next` goes in `?after=` to continue, and is null at the end."""

    items: list[Item]
    next: str | None = None
