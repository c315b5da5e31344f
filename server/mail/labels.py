"""What each field of an order is called in the mails, in one place."""

from typing import Final

from schema.language import Language

LABELS: Final[dict[str, tuple[str, str]]] = {
    "client.contact": ("Contact du client", "Client’s contact"),
    "client.delivery_address": ("Livrer à", "Deliver to"),
    "client.reference": ("Référence du client", "Client’s reference"),
    "client.requested_date": ("Livraison souhaitée", "Wanted on"),
    "client.partial_delivery": ("Livraison partielle permise", "Partial delivery allowed"),
    "client.lines.product": ("Produit", "Product"),
    "client.lines.position": ("Position", "Position"),
    "client.lines.quantity": ("Quantité demandée", "Quantity asked"),
    "client.lines.quantity.*": ("Quantité demandée, {point}", "Quantity asked, {point}"),
    "client.lines.characteristics.*": ("{point}", "{point}"),
    "client.lines.dimensions.*": ("{point}", "{point}"),
    "client.lines.requested_date": ("Livraison souhaitée", "Wanted on"),
    "client.lines.job_reference": ("Référence du chantier", "Job reference"),
    "client.lines.withdrawn": ("Retirée par le client", "Withdrawn by the client"),
    "supplier.contact": ("Contact du fournisseur", "Supplier’s contact"),
    "supplier.confirmation_number": ("Numéro de confirmation", "Confirmation number"),
    "supplier.promised_date": ("Livraison promise", "Promised for"),
    "supplier.payment_terms": ("Paiement", "Payment"),
    "supplier.freight": ("Transport", "Freight"),
    "supplier.valid_until": ("Offre valable jusqu’au", "Offer valid until"),
    "supplier.lines.product": ("Produit", "Product"),
    "supplier.lines.position": ("Position", "Position"),
    "supplier.lines.quantity": ("Quantité offerte", "Quantity offered"),
    "supplier.lines.quantity.*": ("Quantité offerte, {point}", "Quantity offered, {point}"),
    "supplier.lines.unit_price": ("Prix unitaire", "Unit price"),
    "supplier.lines.discount": ("Remise", "Discount"),
    "supplier.lines.promised_date": ("Livraison promise", "Promised for"),
    "supplier.lines.backorder_quantity": ("Arriéré (B/O)", "Back order"),
    "supplier.lines.backorder_quantity.*": ("Arriéré (B/O), {point}", "Back order, {point}"),
    "supplier.lines.backorder_date": ("Date de l’arriéré (B/O)", "Back order date"),
    "supplier.lines.substitute": ("Remplacement", "Substitute"),
    "supplier.lines.rejected": ("Refusée par le fournisseur", "Rejected by the supplier"),
    "supplier.lines.reason": ("Raison", "Reason"),
}
"""By field of `schema.cells`; `{point}` is the size, the characteristic or the dimension."""

QUANTITY: Final[dict[bool, tuple[str, str]]] = {
    False: ("Quantité", "Quantity"),
    True: ("Quantité, {point}", "Quantity, {point}"),
}
"""The quantity that stands, whoever gave it; True: of one size."""

OTHERS: Final[dict[str, tuple[str, str]]] = {
    "parties/client": ("Client", "Client"),
    "parties/supplier": ("Fournisseur", "Supplier"),
    "currency": ("Devise", "Currency"),
    "product": ("Produit", "Product"),
    "amount": ("Montant", "Amount"),
    "subtotal": ("Sous-total", "Subtotal"),
    "total": ("Total", "Total"),
}
"""What is no cell."""


def pick(pair: tuple[str, str], language: Language) -> str:
    """The word of a pair in a language."""
    return pair[0] if language == "fr" else pair[1]
