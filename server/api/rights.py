"""What a member may do in an order: his columns of the policy table, so that he can begin one away from the network.

They are the same for everybody of a role, and as long as the program is. So they travel compressed, which nothing that
is somebody's own does, and a browser that has them is told that nothing changed.
"""

import gzip
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from starlette.responses import Response

from schema.order import Role
from schema.policy import POLICY, STATES
from server.fields import View
from server.http.encodings import accepted_encodings
from server.http.endpoint import Call, Endpoint
from server.orders.door import role_of


class SideRights(View):
    """One's role on a side, and field → word for each state."""

    role: str
    states: dict[str, dict[str, str]]


class RightsView(View):
    """As the greeting of an order's socket gives them, for each side one's company may have."""

    client: SideRights
    supplier: SideRights


async def show(call: Call) -> Response:
    """One's rights, or that they are still those which the browser has."""
    told = _told(role_of(call.member, "client"), role_of(call.member, "supplier"))
    headers = {"Cache-Control": "private, no-cache", "ETag": told.tag, "Vary": "Accept-Encoding"}
    if call.request.headers.get("if-none-match") == told.tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in accepted_encodings(call.request):
        headers["Content-Encoding"] = "gzip"
        return Response(told.packed, headers=headers, media_type="application/json")
    return Response(told.plain, headers=headers, media_type="application/json")


class _Told(NamedTuple):
    """One answer: its bytes, the same compressed, and a weak name, for any encoding."""

    plain: bytes
    packed: bytes
    tag: str


@lru_cache
def _told(client: Role, supplier: Role) -> _Told:
    """Return what is told to who has these roles."""
    view = RightsView(client=_column(client), supplier=_column(supplier))
    plain = view.model_dump_json().encode()
    return _Told(plain, gzip.compress(plain, mtime=0), f'W/"{sha256(plain).hexdigest()[:20]}"')


def _column(role: Role) -> SideRights:
    return SideRights(role=role, states={state: POLICY.column(role, state) for state in STATES})


ENDPOINTS = [
    Endpoint(
        "GET",
        "/api/rights",
        show,
        reply=RightsView,
        role="viewer",
        tagged=True,
        summary="What one may do in an order",
    ),
]
