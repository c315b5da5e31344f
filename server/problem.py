"""Problems: what every refused request is answered with (RFC 9457, `application/problem+json`).

    raise Problem(404, "not_found")
    raise Problem(409, "last_manager")
    raise Problem(422, "invalid", errors=[FieldError("price", "out_of_range")])
    raise Problem(429, "too_many_attempts", headers={"Retry-After": "30"}, minutes=1)

The sentence is looked up in `server.sentences` in the caller's language; further keyword values fill it in.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from schema.language import Language
from server.sentences import known, sentence, title

MOST_ERRORS: Final = 1_000
"""Fields of which one answer says what is wrong with them: a sentence for each of a hundred thousand takes seconds."""


class FieldProblem(BaseModel):
    """What is wrong with one field, `addresses.0.city`."""

    field: str
    code: str
    message: str


class ProblemView(BaseModel):
    """The body of a refusal; programs rely on `code`, people read `detail`."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldProblem]


@dataclass(frozen=True)
class FieldError:
    """A field by its dotted path, and the code of what is wrong with it."""

    field: str
    code: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)


class Problem(Exception):
    """A refusal to answer with; see the module."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **values: object,
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.values = values

    def view(self, language: Language) -> ProblemView:
        """Return the body, in the reader's language."""
        return ProblemView(
            type="about:blank",
            title=title(self.status, language),
            status=self.status,
            code=self.code,
            detail=sentence(self.code, language, **self.values),
            errors=[
                FieldProblem(field=e.field, code=e.code, message=sentence(e.code, language, **e.values))
                for e in self.errors
            ],
        )

    def response(self, language: Language) -> Response:
        """Return the response, in the reader's language."""
        body = self.view(language).model_dump_json()
        headers = {"Content-Language": language, "Cache-Control": "no-store", **self.headers}
        if self.status == 401:
            headers.setdefault("WWW-Authenticate", "Bearer")  # RFC 9110, 15.5.2; a browser asks nobody for it
        return Response(body, self.status, headers, media_type="application/problem+json")


def invalid(error: ValidationError) -> Problem:
    """Turn what pydantic found into a problem: an entry for each field, with a code of ours; MOST_ERRORS at most."""
    told = error.errors(include_url=False)[:MOST_ERRORS]
    return Problem(422, "invalid", errors=[_field_error(one) for one in told])


_CODES = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "too_short": "too_few",
    "too_long": "too_many",
    "literal_error": "not_a_choice",
    "enum": "not_a_choice",
    "string_pattern_mismatch": "wrong_form",
    "string_unicode": "wrong_form",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "value_error": "wrong_form",
}


def _field_error(error: Any) -> FieldError:
    kind: str = error["type"]
    # A validator of ours raises PydanticCustomError with a code that has a sentence.
    code = kind if known(kind) and kind not in _CODES else _CODES.get(kind, "wrong_type")
    path = ".".join(str(part) for part in error["loc"])
    context = error.get("ctx", {})
    if code in ("too_short", "too_few") and context.get("min_length") == 1:
        code = "required"  # and no sentence has to count to one
    values = {
        "minimum": context.get("min_length", ""),
        "maximum": context.get("max_length", ""),
        **context,
        "expected": str(context.get("expected", "")).replace(" or ", ", "),
    }
    return FieldError(path, code, values)
