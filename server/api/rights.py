"""What a member may do in an order: his columns of the policy table, so that he can begin one away from the network."""

from schema.order import Side
from schema.policy import POLICY, STATES
from server.door import role_of
from server.endpoint import Call, Endpoint
from server.fields import View


class SideRights(View):
    """One's role on a side, and field → word for each state."""

    role: str
    states: dict[str, dict[str, str]]


class RightsView(View):
    """As the greeting of an order's socket gives them, for each side one's company may have."""

    client: SideRights
    supplier: SideRights


async def show(call: Call) -> RightsView:
    return RightsView(client=_on(call, "client"), supplier=_on(call, "supplier"))


def _on(call: Call, side: Side) -> SideRights:
    role = role_of(call.member, side)
    return SideRights(role=role, states={state: POLICY.column(role, state) for state in STATES})


ENDPOINTS = [
    Endpoint(
        "GET", "/api/rights", show, reply=RightsView, role="viewer", summary="What one may do in an order"
    ),
]
