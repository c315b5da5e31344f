"""Who is asking: the same answer for HTTP requests and for WebSockets.

    principal = await identify(services.db, services.clock, connection)   # Request or WebSocket; None: signed out

The cookie `session`, or `Authorization: Bearer` with the secret of a session or of an API token.
A program that holds an API token is a Principal too, with `bot=True`; its role follows from its scopes.
"""

import contextlib
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import OperationalError
from sqlmodel import Session
from starlette.requests import HTTPConnection

from persistence.clock import Clock
from persistence.database import Database
from persistence.person import MemberRole
from persistence.session import SignedIn, find_session, touch_session
from persistence.token import TokenHolder, find_token, touch_token
from schema.language import LANGUAGES, Language

COOKIE = "session"
RANK: dict[MemberRole, int] = {"viewer": 0, "standard": 1, "manager": 2}

_LANGUAGE_RANGE = re.compile(
    r"(\*|[a-z]{1,8})(?:-[a-z0-9]{1,8})*(?:[ \t]*;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?"
)
"""One item of an Accept-Language header, in lower case: its language, and its weight."""


@dataclass(frozen=True)
class Principal:
    """A signed-in member of a company, or a program of it.

    `user_id` of a program is its token's id. Exactly one of `session_id` and `token_id` is set.
    """

    user_id: str
    name: str
    email: str
    language: Language
    company_id: str
    company_name: str
    role: MemberRole
    session_id: str | None = None
    token_id: str | None = None
    bot: bool = False
    scopes: frozenset[str] = frozenset()

    def at_least(self, role: MemberRole) -> bool:
        """Whether this member's role is `role` or a higher one."""
        return RANK[self.role] >= RANK[role]

    def may(self, scope: str) -> bool:
        """Whether a scope is held; people hold them all, their role decides."""
        return not self.bot or scope in self.scopes


async def identify(db: Database, clock: Clock, connection: HTTPConnection) -> Principal | None:
    """Return who is asking, or None. One read; a write at most once a minute, to note the use."""
    secret = _secret(connection)
    if secret is None:
        return None
    at = clock()
    found = await db.read(_find, secret, at)
    if found is None:
        return None
    if found.stale:
        # Nobody is kept out because it cannot be noted that he came.
        with contextlib.suppress(OperationalError):
            await db.write(_touch, found, at)
    return member(found) if isinstance(found, SignedIn) else program(found)


def member(found: SignedIn) -> Principal:
    """Return the principal of a signed-in person."""
    person = found.person
    return Principal(
        user_id=person.id,
        name=person.name,
        email=person.email,
        language=language_of(person.language),
        company_id=person.company_id,
        company_name=found.company.name,
        role=role_of(person.role),
        session_id=found.session_id,
    )


def program(found: TokenHolder) -> Principal:
    """Return the principal of a program: "standard" when it may write anything, else "viewer"."""
    scopes = frozenset(found.token.scopes)
    return Principal(
        user_id=found.token.id,
        name=found.token.name,
        email="",
        language=language_of(found.language),
        company_id=found.token.company_id,
        company_name=found.company.name,
        role="standard" if scopes - {"read"} else "viewer",
        token_id=found.token.id,
        bot=True,
        scopes=scopes,
    )


def language_of(word: str) -> Language:
    """Return the language for a kept word; French unless it says English."""
    return "en" if word == "en" else "fr"


def role_of(word: str) -> MemberRole:
    """Return the role for a kept word; a word that is no role gives the least of them."""
    return "manager" if word == "manager" else "standard" if word == "standard" else "viewer"


def spoken_language(connection: HTTPConnection, principal: Principal | None) -> Language:
    """Return the language to answer in: a person's own; of a program, that which it prefers, else that of whoever made
    its token; of a stranger, that which he prefers, else French."""
    if principal is not None and not principal.bot:
        return principal.language
    usual = principal.language if principal is not None else LANGUAGES[0]
    return _preferred(connection.headers.get("accept-language", ""), usual)


def _preferred(accepted: str, usual: Language) -> Language:
    """The language of the greatest weight (RFC 9110, 12.5.4); of equal ones that named first, else the usual one. What
    is malformed is passed over."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        if found := _LANGUAGE_RANGE.fullmatch(part.strip()):
            weights[found[1]] = max(weights.get(found[1], 0), float(found[2] or 1))
    named = [word for word, weight in weights.items() if word in LANGUAGES and weight]
    return language_of(
        max([*named, usual, *LANGUAGES], key=lambda word: weights.get(word, weights.get("*", 0)))
    )


def _secret(connection: HTTPConnection) -> str | None:
    scheme, _, value = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value.strip():
        return value.strip()
    return connection.cookies.get(COOKIE) or None


def _find(session: Session, secret: str, at: datetime) -> SignedIn | TokenHolder | None:
    return find_session(session, secret, at) or find_token(session, secret, at)


def _touch(session: Session, found: SignedIn | TokenHolder, at: datetime) -> None:
    if isinstance(found, SignedIn):
        touch_session(session, found.session_id, at)
    else:
        touch_token(session, found.token.id, at)
