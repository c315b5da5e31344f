"""Mails as they were sent, for a demonstration without a mail server. Elsewhere there is no such page.

A person sees the mails to her and those that her company caused: they hold prices and links that sign in.
"""

from typing import Annotated

from pydantic import Field
from sqlmodel import Session
from starlette.responses import HTMLResponse

from persistence.outbox import OutboxMail, State, mail_seen_by, mails_seen_by
from persistence.page import Rows
from server.fields import Draft, Instant, Page, View
from server.http.endpoint import Call, Endpoint
from server.http.list_query import After, cursor_checked
from server.problem import Problem

# The application's own policy forbids the inline styles that mails live by; here nothing else is allowed.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


class MailView(View):
    """One mail. `state`: queued, sending, sent or given_up."""

    id: str
    to: str
    subject: str
    text: str
    html: str
    at: Instant
    state: State


class MailsQuery(Draft):
    """`after`: the `next` of the page before. `limit`: mails on a page."""

    after: After | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


async def mails(call: Call[None, MailsQuery]) -> Page[MailView]:
    """The mails that this member may see, newest first."""
    _require_demo(call)
    rows = await call.services.db.read(load_page, call.member.email, call.member.company_id, call.query)
    return Page[MailView](items=[view(row) for row in rows.items], next=rows.next)


def load_page(session: Session, email: str, company_id: str, query: MailsQuery) -> Rows[OutboxMail]:
    """A page of them. Raises Problem for a cursor that no page gave out."""
    with cursor_checked():
        return mails_seen_by(session, email, company_id, query.after, query.limit)


async def mail_page(call: Call) -> HTMLResponse:
    """One mail as its reader sees it."""
    _require_demo(call)
    member = call.member
    row = await call.services.db.read(mail_seen_by, call.path["id"], member.email, member.company_id)
    if row is None:
        raise Problem(404, "not_found")
    return HTMLResponse(
        row.html, headers={"Content-Security-Policy": MAIL_POLICY, "Cache-Control": "no-store"}
    )


def _require_demo(call: Call) -> None:
    if not call.services.settings.demo:
        raise Problem(404, "not_found")


def view(row: OutboxMail) -> MailView:
    """The mail as it is shown; `at` is when it was sent, else when it was written."""
    return MailView.model_validate(
        {
            "id": row.id,
            "to": row.to,
            "subject": row.subject,
            "text": row.text,
            "html": row.html,
            "at": row.sent_at or row.created_at,
            "state": row.state,
        }
    )


ENDPOINTS = [
    Endpoint(
        "GET",
        "/api/mails",
        mails,
        query=MailsQuery,
        reply=Page[MailView],
        role="viewer",
        people=True,
        summary="List the mails that this member may see, in a demonstration",
        problems=[(404, "not_found")],
    ),
    Endpoint(
        "GET",
        "/api/mails/{id}",
        mail_page,
        media="text/html",
        role="viewer",
        people=True,
        summary="Show one mail as its reader sees it, in a demonstration",
        problems=[(404, "not_found")],
    ),
]
