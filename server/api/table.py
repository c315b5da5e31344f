"""Every endpoint of the API, in one list; a new noun is added here and nowhere else."""

from server.api import (
    accounts,
    bots,
    commands,
    company,
    images,
    invitations,
    links,
    mails,
    order,
    orders,
    parties,
    products,
    rights,
    stock,
    team,
    tokens,
)
from server.http.endpoint import Endpoint

ENDPOINTS: list[Endpoint] = [
    *accounts.ENDPOINTS,
    *links.ENDPOINTS,
    *invitations.ENDPOINTS,
    *company.ENDPOINTS,
    *team.ENDPOINTS,
    *tokens.ENDPOINTS,
    *parties.ENDPOINTS,
    *products.ENDPOINTS,
    *images.ENDPOINTS,
    *orders.ENDPOINTS,
    *order.ENDPOINTS,
    *commands.ENDPOINTS,
    *rights.ENDPOINTS,
    *stock.ENDPOINTS,
    *bots.ENDPOINTS,
    *mails.ENDPOINTS,
]
