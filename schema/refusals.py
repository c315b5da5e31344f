"""Why an edit or a command was not taken: every code once, with one sentence in each language.

The sentence is for the person who made the edit. `{…}` stand for values given with the refusal.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from schema.french import bound, written
from schema.language import Language

REFUSALS: Final[dict[str, tuple[str, str]]] = {
    # rights
    "not_yours": (
        "Ce champ appartient à l’autre entreprise. Proposez le changement dans un commentaire.",
        "This field belongs to the other company. Suggest the change in a comment.",
    ),
    "not_in_this_state": (
        "Ce champ ne se modifie pas dans l’état actuel de la commande.",
        "This field cannot be changed while the order is in its present state.",
    ),
    "agreed": (
        "La commande est acceptée : pour en changer les termes, choisissez d’abord « Modifier ».",
        "The order is accepted: to change its terms, choose “Amend” first.",
    ),
    "closed": (
        "La commande est fermée : seuls les commentaires restent ouverts.",
        "The order is closed: only comments remain open.",
    ),
    "read_only_member": (
        "Votre rôle permet de lire cette commande, pas de la modifier.",
        "Your role lets you read this order, not change it.",
    ),
    "people_only": (
        "Cette action est réservée aux personnes; un programme ne peut pas la faire.",
        "Only people can do this; a program cannot.",
    ),
    "server_only": ("Cette information est tenue par le système.", "This information is kept by the system."),
    "add_only": (
        "Un commentaire publié ne se modifie pas et ne s’efface pas.",
        "A published comment cannot be changed or removed.",
    ),
    "overtaken": (
        "{by} a changé cette valeur pendant que vous ne la voyiez pas. "
        "La sienne est gardée; vous pouvez remettre la vôtre.",
        "{by} changed this value while you could not see it. Theirs is kept; you can put yours back.",
    ),
    # values
    "wrong_type": ("Cette valeur n’est pas de la bonne sorte.", "This value is not of the right kind."),
    "not_a_decimal": (
        "Écrivez un nombre, par exemple 12,50 (12.50 dans un fichier ou un programme).",
        "Enter a number, for example 12.50.",
    ),
    "negative": ("Un nombre négatif n’a pas de sens ici.", "A negative number makes no sense here."),
    "too_many_decimals": ("Trop de décimales : arrondissez.", "Too many decimals: round it off."),
    "out_of_range": (
        "Cette valeur dépasse les limites permises.",
        "This value is beyond the permitted limits.",
    ),
    "not_a_date": ("Écrivez une date, par exemple 2026-12-05.", "Enter a date, for example 2026-12-05."),
    "not_a_dimension": (
        "Écrivez une mesure, par exemple 34 1/2, 34.5 ou 876 mm.",
        "Enter a measure, for example 34 1/2, 34.5 or 876 mm.",
    ),
    "not_a_position": ("Cette position n’est pas valide.", "This position is not valid."),
    "too_long": ("Ce texte est trop long.", "This text is too long."),
    "control_character": (
        "Ce texte contient un caractère interdit.",
        "This text holds a forbidden character.",
    ),
    "unknown_cell": ("Ce champ n’existe pas.", "There is no such field."),
    "unknown_line": ("Cette ligne n’existe pas.", "There is no such line."),
    "unknown_product": (
        "Ce produit n’est pas au catalogue du fournisseur.",
        "This product is not in the supplier’s catalogue.",
    ),
    "unknown_point": ("Ce produit n’a pas cette taille.", "This product does not come in that size."),
    "no_sizes": ("Ce produit n’a pas de tailles.", "This product has no sizes."),
    "sizes_only": (
        "Ce produit se commande par taille : indiquez une quantité pour chacune.",
        "This product is ordered by size: give a quantity for each.",
    ),
    "unknown_characteristic": (
        "Ce produit n’a pas cette caractéristique.",
        "This product has no such characteristic.",
    ),
    "unknown_option": ("Ce choix n’existe pas pour ce produit.", "This product has no such option."),
    "unknown_dimension": ("Ce produit n’a pas cette dimension.", "This product has no such dimension."),
    "below_minimum": ("La quantité minimale est de {minimum}.", "The minimum quantity is {minimum}."),
    "not_a_multiple": (
        "La quantité va par multiples de {multiple}.",
        "The quantity goes by multiples of {multiple}.",
    ),
    "dimension_out_of_range": (
        "Cette mesure doit être entre {minimum} et {maximum}.",
        "This measure must be between {minimum} and {maximum}.",
    ),
    "fixed": (
        "Le produit d’une ligne ne change pas : retirez la ligne et ajoutez-en une autre.",
        "A line’s product cannot change: withdraw the line and add another.",
    ),
    "too_many_lines": ("Une commande a au plus {limit} lignes.", "An order has at most {limit} lines."),
    "too_many_choices": (
        "La commande contient déjà trop de produits qui ont une longue liste de choix; "
        "répartissez-la sur plusieurs commandes.",
        "The order already has too many products with a long list of choices; split it over several orders.",
    ),
    "too_many_comments": ("Il y a trop de commentaires.", "There are too many comments."),
    "note_too_long": ("La note est trop longue.", "The note is too long."),
    # commands
    "stale_digest": (
        "La commande a changé depuis que vous l’avez vue. Relisez ce qui diffère, puis signez de nouveau.",
        "The order has changed since you saw it. Review what differs, then sign again.",
    ),
    "not_allowed_now": (
        "Cette action n’est pas possible dans l’état actuel de la commande.",
        "This action is not possible while the order is in its present state.",
    ),
    "no_lines": ("La commande n’a encore aucune ligne.", "The order has no line yet."),
    "incomplete": (
        "Il manque des renseignements avant de signer.",
        "Something is missing before you can sign.",
    ),
    "already_signed": (
        "Votre entreprise a déjà signé ces termes.",
        "Your company has already signed these terms.",
    ),
    "nothing_to_accept": (
        "L’autre entreprise n’a pas encore signé ces termes; envoyez-lui plutôt les vôtres.",
        "The other company has not signed these terms yet; send it yours instead.",
    ),
    "offer_over": (
        "Le dernier jour de cette offre est passé : le fournisseur doit d’abord en reporter la date.",
        "The last day of this offer has passed: the supplier must first move it.",
    ),
    "reason_required": ("Dites pourquoi, en quelques mots.", "Say why, in a few words."),
    "order_unavailable": (
        "La commande est en lecture seule pour le moment; rien n’est perdu.",
        "The order is read-only for the moment; nothing is lost.",
    ),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused cell or command. `values` fill the sentence's braces."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)

    def sentence(self, language: Language) -> str:
        """The sentence for its author. Raises KeyError for a code that is not in REFUSALS."""
        french, english = REFUSALS[self.code]
        if language == "en":
            return english.format(**self.values)
        return bound(french).format(**{name: written(value) for name, value in self.values.items()})
