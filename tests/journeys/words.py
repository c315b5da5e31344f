"""The words that people read on the way, in both languages: what a journey waits for and presses."""

import re
from typing import Literal

Language = Literal["fr", "en"]

WORDS: dict[str, tuple[str, str]] = {
    # doors
    "sign in": ("Ouvrir la session", "Sign in"),
    "e-mail": ("Courriel", "E-mail"),
    "password": ("Mot de passe", "Password"),
    "accept invitation": ("Accepter l’invitation", "Accept the invitation"),
    "your name": ("Votre nom", "Your name"),
    # menus
    "orders": ("Commandes", "Orders"),
    "purchases": ("Achats", "Purchases"),
    "clients": ("Clients", "Clients"),
    "suppliers": ("Fournisseurs", "Suppliers"),
    "products": ("Produits", "Products"),
    "team": ("Équipe", "Team"),
    "settings": ("Réglages", "Settings"),
    # a company's file
    "add a client": ("Ajouter un client", "Add a client"),
    "company": ("Entreprise", "Company"),
    "name": ("Nom", "Name"),
    "legal name": ("Raison sociale", "Legal name"),
    "French": ("Français", "Français"),
    "English": ("English", "English"),
    "add a registration": ("Ajouter un numéro", "Add a number"),
    "kind of registration": ("Sorte", "Kind"),
    "number": ("Numéro", "Number"),
    "addresses": ("Adresses", "Addresses"),
    "add an address": ("Ajouter une adresse", "Add an address"),
    "contacts": ("Contacts", "Contacts"),
    "phone": ("Téléphone", "Phone"),
    "position": ("Fonction", "Position"),
    "name of the address": ("Nom du lieu", "Name of the place"),
    "street": ("Rue", "Street"),
    "city": ("Ville", "City"),
    "postal code": ("Code postal", "Postal code"),
    "payment terms": ("Modalités de paiement", "Payment terms"),
    "client number": ("Numéro de client", "Client number"),
    "add": ("Ajouter", "Add"),
    "save": ("Enregistrer", "Save"),
    "client added": ("Le client est ajouté.", "The client is added."),
    "invited": ("Invité", "Invited"),
    # settings
    "new password": ("Nouveau mot de passe", "New password"),
    "same again": ("Le même, une seconde fois", "The same, once more"),
    "present password": ("Mot de passe actuel", "Current password"),
    "choose a password": ("Choisir un mot de passe", "Choose a password"),
    "password saved": ("Votre mot de passe est enregistré.", "Your password is saved."),
    # a product
    "add a product": ("Ajouter un produit", "Add a product"),
    "code": ("Code", "Code"),
    "name in French": ("Nom en français", "Name in French"),
    "name in English": ("Nom en anglais", "Name in English"),
    "list price": ("Prix courant", "List price"),
    "unit": ("Unité", "Unit"),
    "dimensions": ("Dimensions", "Dimensions"),
    "scale": ("Échelle de tailles", "Scale of sizes"),
    "sizes in order": ("Tailles, dans l’ordre", "Sizes, in order"),
    "at least": ("Au moins", "At least"),
    "at most": ("Au plus", "At most"),
    "add a dimension": ("Ajouter une dimension", "Add a dimension"),
    "add a characteristic": ("Ajouter une caractéristique", "Add a characteristic"),
    "characteristics": ("Caractéristiques", "Characteristics"),
    "needed before sending": ("Obligatoire pour envoyer", "Needed before sending"),
    "add a choice": ("Ajouter un choix", "Add a choice"),
    "choose an image": ("Choisir une image", "Choose an image"),
    "product added": ("Le produit est ajouté.", "The product is added."),
    # lists
    "create an order": ("Créer une commande", "Create an order"),
    "create a purchase": ("Créer un achat", "Create a purchase"),
    "which client": ("Pour quel client?", "For which client?"),
    "which supplier": ("Chez quel fournisseur?", "From which supplier?"),
    "create and open": ("Créer et ouvrir", "Create and open"),
    "your turn": ("À vous", "Your turn"),
    "all": ("Toutes", "All"),
    "with the client": ("Chez le client", "With the client"),
    "with the supplier": ("Chez le fournisseur", "With the supplier"),
    # states
    "draft": ("Brouillon", "Draft"),
    "waiting": ("En attente", "Waiting"),
    "changed": ("Modifiée", "Changed"),
    "agreed": ("Acceptée", "Accepted"),
    "amending": ("Avenant en cours", "Amending"),
    "declined": ("Refusée", "Declined"),
    "cancelled": ("Annulée", "Cancelled"),
    # the window of products
    "add products": ("Ajouter des produits", "Add products"),
    "search a product": ("Chercher un produit", "Search products"),
    "quantity": ("Quantité", "Quantity"),
    "quantities": ("Quantité par taille", "Quantity for each size"),
    "add the line": ("Ajouter la ligne", "Add the line"),
    "done": ("Terminer", "Done"),
    "3 lines added": ("3 lignes ajoutées", "3 lines added"),
    # the sheet
    "deliver to": ("Livrer à", "Deliver to"),
    "client reference": ("Réf. client", "Client ref."),
    "promised for": ("Livraison promise", "Promised for"),
    "payment": ("Paiement", "Payment"),
    "note": ("Note commune", "Shared note"),
    "lines": ("Lignes de la commande", "Lines of the order"),
    "back-ordered quantity": ("Quantité en arriéré (B/O)", "Back-ordered quantity (B/O)"),
    "back order date": ("Date de l’arriéré (B/O)", "Back order date (B/O)"),
    "reason": ("Raison", "Reason"),
    "close": ("Fermer", "Close"),
    "send": ("Envoyer", "Send"),
    "sign and send": ("Signer et envoyer", "Sign and send"),
    "accept": ("Accepter", "Accept"),
    "accept these changes": ("Accepter ces 6 changements", "Accept these 6 changes"),
    "not sent yet": (
        "6 changements du fournisseur, pas encore envoyés",
        "6 changes by the supplier, not sent yet",
    ),
    "concludes later": (
        "elle sera conclue quand il l’aura signée lui aussi.",
        "it will be agreed once they have signed it too.",
    ),
    "review": ("Revoir", "Review"),
    "amend": ("Modifier", "Amend"),
    "other actions": ("Autres actions", "Other actions"),
    "decline": ("Refuser", "Decline"),
    "refuse amendment": ("Refuser l’avenant", "Refuse the amendment"),
    "give up amendment": ("Abandonner l’avenant", "Give up the amendment"),
    "mark as delivered": ("Marquer comme livrée", "Mark as delivered"),
    "delivered": ("Livrée", "Delivered"),
    "ask to cancel": ("Demander l’annulation", "Ask to cancel"),
    "agree to cancel": ("Accepter l’annulation", "Agree to cancel"),
    "why": ("Pourquoi?", "Why?"),
    "everything you sign": ("Voici tout ce que vous signez.", "This is everything you sign."),
    "missing page": (
        "Cette page n’existe pas, ou n’est pas à vous",
        "This page does not exist, or is not yours",
    ),
    "missing order": ("Commande introuvable", "No such order"),
    # faults
    "field to fill": ("Remplissez ce champ pour continuer.", "Fill in this field to go on."),
}


class Words:
    """`words["send"]` in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __getitem__(self, key: str) -> str:
        french, english = WORDS[key]
        return french if self.language == "fr" else english

    def pick(self, french: str, english: str) -> str:
        return french if self.language == "fr" else english

    def number(self, value: str) -> str:
        return value.replace(".", ",") if self.language == "fr" else value

    def money(self, amount: str) -> str:
        """`1234.50` as it is read; every space is a plain one."""
        whole, _, cents = amount.partition(".")
        groups = re.sub(r"(?<=\d)(?=(\d{3})+$)", " " if self.language == "fr" else ",", whole)
        return f"{groups},{cents} $" if self.language == "fr" else f"${groups}.{cents}"
