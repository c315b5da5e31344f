"""A supplier's clients: their files, one's own notes about them, and their invitations."""

from server.endpoint import Call, Endpoint
from server.fields import Line, Name, Page
from server.list_query import ListQuery
from server.party import (
    Added,
    Inviter,
    PartyDraft,
    PartyRow,
    PartyView,
    load_rows,
    load_view,
    require_pace,
    write_changes,
    write_invitation,
    write_party,
)


class ClientDraft(PartyDraft):
    """A client to add. `payment_terms`: those that one grants him. `invite`: send the invitation at once."""

    payment_terms: Line = ""
    invite: bool = False


class ClientPatch(PartyDraft):
    """What to change of a client: the file itself only while nobody of that company has joined."""

    name: Name = ""
    payment_terms: Line = ""


async def clients(call: Call[None, ListQuery]) -> Page[PartyRow]:
    return await call.services.db.read(load_rows, "supplier", call.member.company_id, call.query)


async def client(call: Call) -> PartyView:
    return await call.services.db.read(load_view, "supplier", call.member.company_id, call.path["id"])


async def add(call: Call[ClientDraft]) -> Added:
    inviter = _inviter(call)
    if call.body.invite:
        require_pace(call.services.throttle, call.member.company_id, inviter.at)
    return Added(id=await call.services.db.write(write_party, inviter, call.body, call.body.invite))


async def change(call: Call[ClientPatch]) -> PartyView:
    own_id = call.member.company_id
    return await call.services.db.write(write_changes, "supplier", own_id, call.path["id"], call.body)


async def invite(call: Call) -> None:
    inviter = _inviter(call)
    require_pace(call.services.throttle, call.member.company_id, inviter.at)
    await call.services.db.write(write_invitation, inviter, call.path["id"])


def _inviter(call: Call) -> Inviter:
    return Inviter(call.member, "supplier", call.services.mail, call.services.clock())


ENDPOINTS = [
    Endpoint(
        "GET",
        "/api/clients",
        clients,
        query=ListQuery,
        reply=Page[PartyRow],
        role="viewer",
        summary="One's clients, by name",
    ),
    Endpoint(
        "POST",
        "/api/clients",
        add,
        body=ClientDraft,
        reply=Added,
        status=201,
        role="standard",
        summary="Add a client, and invite him when asked to",
        problems=[(429, "too_many_requests")],
    ),
    Endpoint("GET", "/api/clients/{id}", client, reply=PartyView, role="viewer", summary="A client's file"),
    Endpoint(
        "PATCH",
        "/api/clients/{id}",
        change,
        body=ClientPatch,
        reply=PartyView,
        role="standard",
        summary="Change one's notes about a client, and his file while he has not joined",
        problems=[(409, "keeps_own_file")],
    ),
    Endpoint(
        "POST",
        "/api/clients/{id}/invitation",
        invite,
        status=204,
        role="standard",
        summary="Send a client his invitation, once more if need be",
        problems=[(409, "already_joined"), (422, "invalid"), (429, "too_many_requests")],
    ),
]
