"""API tokens: how a company's programs sign in. The secret is shown once, when it is made."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field
from sqlmodel import Session

from persistence.token import ApiToken, add_token, revoke_token, tokens_of
from server.fields import Draft, Instant, Name, Page, View
from server.http.endpoint import Call, Endpoint
from server.people.identity import Principal
from server.problem import Problem

Scope = Literal["read", "write", "stock"]


class TokenView(View):
    """A token without its secret, which nobody is shown again."""

    id: str
    name: str
    scopes: list[Scope]
    created_at: Instant
    expires_at: Instant | None
    last_used: Instant | None


class NewTokenView(TokenView):
    """A token that was just made; `token` is its secret and is never shown again."""

    token: str


class TokenDraft(Draft):
    """`days`: how long it works; null for ever."""

    name: Name
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=3)]
    days: Annotated[int, Field(ge=1, le=3650)] | None = None


async def tokens(call: Call) -> Page[TokenView]:
    """The company's tokens that nobody revoked."""
    rows = await call.services.db.read(tokens_of, call.member.company_id)
    return Page[TokenView](items=[TokenView.model_validate(row) for row in rows])


async def make_token(call: Call[TokenDraft]) -> NewTokenView:
    """Make a token, and show its secret this once."""
    at = call.services.clock()
    row, secret = await call.services.db.write(write_token, call.member, call.body, at)
    return NewTokenView(**TokenView.model_validate(row).model_dump(), token=secret)


def write_token(session: Session, member: Principal, draft: TokenDraft, at: datetime) -> tuple[ApiToken, str]:
    """Make a token for the member's company."""
    return add_token(
        session,
        company_id=member.company_id,
        person_id=member.user_id,
        name=draft.name,
        scopes=list(draft.scopes),
        at=at,
        expires_at=at + timedelta(days=draft.days) if draft.days else None,
    )


async def end_token(call: Call) -> None:
    """Revoke a token; what is open under it closes."""
    token_id = call.path["id"]
    at = call.services.clock()
    if not await call.services.db.write(revoke_token, call.member.company_id, token_id, at):
        raise Problem(404, "not_found")
    call.services.revocations.announce(token_id)


ENDPOINTS = [
    Endpoint(
        "GET",
        "/api/tokens",
        tokens,
        reply=Page[TokenView],
        role="manager",
        people=True,
        summary="The company's API tokens",
    ),
    Endpoint(
        "POST",
        "/api/tokens",
        make_token,
        body=TokenDraft,
        reply=NewTokenView,
        status=201,
        role="manager",
        people=True,
        summary="Make an API token",
    ),
    Endpoint(
        "DELETE",
        "/api/tokens/{id}",
        end_token,
        status=204,
        role="manager",
        people=True,
        summary="Revoke an API token",
    ),
]
