"""A client's suppliers: their files, one's own notes about them, and their invitations."""

from server.endpoint import Call, Endpoint
from server.fields import Name, Page
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


class SupplierDraft(PartyDraft):
    """A supplier to add. `invite`: send the invitation at once."""

    invite: bool = False


class SupplierPatch(PartyDraft):
    """What to change of a supplier: the file itself only while nobody of that company has joined."""

    name: Name = ""


async def suppliers(call: Call[None, ListQuery]) -> Page[PartyRow]:
    return await call.services.db.read(load_rows, "client", call.member.company_id, call.query)


async def supplier(call: Call) -> PartyView:
    return await call.services.db.read(load_view, "client", call.member.company_id, call.path["id"])


async def add(call: Call[SupplierDraft]) -> Added:
    inviter = _inviter(call)
    if call.body.invite:
        require_pace(call.services.throttle, call.member.company_id, inviter.at)
    return Added(id=await call.services.db.write(write_party, inviter, call.body, call.body.invite))


async def change(call: Call[SupplierPatch]) -> PartyView:
    own_id = call.member.company_id
    return await call.services.db.write(write_changes, "client", own_id, call.path["id"], call.body)


async def invite(call: Call) -> None:
    inviter = _inviter(call)
    require_pace(call.services.throttle, call.member.company_id, inviter.at)
    await call.services.db.write(write_invitation, inviter, call.path["id"])


def _inviter(call: Call) -> Inviter:
    return Inviter(call.member, "client", call.services.mail, call.services.clock())


ENDPOINTS = [
    Endpoint(
        "GET",
        "/api/suppliers",
        suppliers,
        query=ListQuery,
        reply=Page[PartyRow],
        role="viewer",
        summary="One's suppliers, by name",
    ),
    Endpoint(
        "POST",
        "/api/suppliers",
        add,
        body=SupplierDraft,
        reply=Added,
        status=201,
        role="standard",
        summary="Add a supplier, and invite him when asked to",
        problems=[(429, "too_many_requests")],
    ),
    Endpoint(
        "GET", "/api/suppliers/{id}", supplier, reply=PartyView, role="viewer", summary="A supplier's file"
    ),
    Endpoint(
        "PATCH",
        "/api/suppliers/{id}",
        change,
        body=SupplierPatch,
        reply=PartyView,
        role="standard",
        summary="Change one's notes about a supplier, and his file while he has not joined",
        problems=[(409, "keeps_own_file")],
    ),
    Endpoint(
        "POST",
        "/api/suppliers/{id}/invitation",
        invite,
        status=204,
        role="standard",
        summary="Send a supplier his invitation, once more if need be",
        problems=[(409, "already_joined"), (422, "invalid"), (429, "too_many_requests")],
    ),
]
