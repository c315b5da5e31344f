"""Every endpoint of the API, in one list; a new noun is added here and nowhere else."""

from server.api import accounts, clients, images, products, suppliers
from server.endpoint import Endpoint

ENDPOINTS: list[Endpoint] = [
    *accounts.ENDPOINTS,
    *clients.ENDPOINTS,
    *suppliers.ENDPOINTS,
    *products.ENDPOINTS,
    *images.ENDPOINTS,
]
