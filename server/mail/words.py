"""Every sentence of the mails, French first, English beside it. `{…}` are filled by `say`.

French sentences are built so that no company or person's name follows “de” or “que”: they need no elision.
"""

from typing import Final

from schema.french import bound
from schema.language import Language

PRODUCT: Final[dict[Language, str]] = {"fr": "Commande partagée", "en": "Shared Order"}

WORDS: Final[dict[str, tuple[str, str]]] = {
    # every mail
    "greeting": ("Bonjour {name},", "Hello {name},"),
    "greeting_unnamed": ("Bonjour,", "Hello,"),
    "sent_by": (
        "Courriel envoyé automatiquement par {product}; les réponses ne sont pas lues.",
        "Sent automatically by {product}; replies are not read.",
    ),
    "personal_link": (
        "Ce lien est personnel et sert une seule fois : il vous ouvre la commande sans mot de passe. "
        "Ne le transférez pas.",
        "This link is personal and works once: it opens the order for you without a password. "
        "Please do not forward it.",
    ),
    # invitations
    "invitation_client_subject": (
        "{company} vous invite à faire vos commandes en ligne",
        "{company} invites you to order online",
    ),
    "invitation_client": (
        "{inviter} vous invite à préparer et à suivre vos commandes en ligne. Vous et votre fournisseur "
        "remplissez la même feuille : chacun voit ce que l’autre change, et rien n’est conclu "
        "avant que les deux "
        "aient accepté.",
        "{inviter} invites you to prepare and follow your orders online. You and your supplier "
        "fill in the same "
        "sheet: each sees what the other changes, and nothing is settled until both have accepted.",
    ),
    "invitation_supplier_subject": (
        "{company} vous invite à recevoir ses commandes en ligne",
        "{company} invites you to receive its orders online",
    ),
    "invitation_supplier": (
        "{inviter} vous invite à recevoir et à confirmer ses commandes en ligne. Vous et votre "
        "client remplissez "
        "la même feuille : chacun voit ce que l’autre change, et rien n’est conclu avant que les "
        "deux aient accepté.",
        "{inviter} invites you to receive and confirm its orders online. You and your client fill "
        "in the same "
        "sheet: each sees what the other changes, and nothing is settled until both have accepted.",
    ),
    "invitation_member_subject": (
        "{company} vous invite à rejoindre son équipe",
        "{company} invites you to join its team",
    ),
    "invitation_member": (
        "{inviter} vous invite à travailler avec son équipe aux commandes de l’entreprise.",
        "{inviter} invites you to work with the team on the company’s orders.",
    ),
    "invitation_action": ("Accepter l’invitation", "Accept the invitation"),
    "invitation_footer": (
        "L’invitation est destinée à {email}. Si vous ne l’attendiez pas, ignorez ce courriel : "
        "rien ne sera créé.",
        "The invitation is meant for {email}. If you did not expect it, ignore this mail: nothing "
        "will be created.",
    ),
    # password and sign-in
    "reset_subject": ("Choisissez un nouveau mot de passe", "Choose a new password"),
    "reset": (
        "Vous avez demandé à changer votre mot de passe. Le lien ci-dessous sert une seule fois.",
        "You asked to change your password. The link below works once.",
    ),
    "reset_action": ("Choisir un mot de passe", "Choose a password"),
    "reset_footer": (
        "Si vous n’avez rien demandé, ignorez ce courriel : votre mot de passe reste le même.",
        "If you did not ask for this, ignore this mail: your password stays the same.",
    ),
    "sign_in_subject": ("Votre lien pour ouvrir une session", "Your sign-in link"),
    "sign_in": (
        "Voici le lien que vous avez demandé pour ouvrir votre session. Il sert une seule fois.",
        "Here is the link you asked for to sign in. It works once.",
    ),
    "sign_in_action": ("Ouvrir la session", "Sign in"),
    "sign_in_footer": (
        "Si vous n’avez rien demandé, ignorez ce courriel et ne le transférez à personne.",
        "If you did not ask for this, ignore this mail and do not forward it to anyone.",
    ),
    "valid_until": ("Le lien est valable jusqu’au {day}.", "The link is valid until {day}."),
    # orders: subject, then first sentence, then what to do
    "received_from_client_subject": (
        "{company} vous a envoyé la commande {number}",
        "{company} sent you order {number}",
    ),
    "received_from_client": (
        "{actor} vous a envoyé la commande {number}.",
        "{actor} sent you order {number}.",
    ),
    "received_from_supplier_subject": (
        "{company} a préparé la commande {number} pour vous",
        "{company} prepared order {number} for you",
    ),
    "received_from_supplier": (
        "{actor} a préparé la commande {number} pour vous.",
        "{actor} prepared order {number} for you.",
    ),
    "changed_subject": ("{company} a modifié la commande {number}", "{company} changed order {number}"),
    "changed": (
        "{actor} a modifié la commande {number} et vous la renvoie.",
        "{actor} changed order {number} and sent it back to you.",
    ),
    "approved_subject": (
        "{company} accepte vos changements à la commande {number}",
        "{company} accepts your changes to order {number}",
    ),
    "approved": (
        "{actor} accepte les changements que vous avez faits à la commande {number}, sans attendre que vous "
        "les envoyiez.",
        "{actor} accepts the changes that you made to order {number}, without waiting for you to send them.",
    ),
    "proposed_subject": (
        "Le stock a changé pour la commande {number}",
        "Stock has changed for order {number}",
    ),
    "proposed": (
        "Le robot du stock propose des changements à la commande {number}. Rien n’est signé : "
        "envoyez-les au client, ou annulez-les.",
        "The stock bot proposes changes to order {number}. Nothing is signed: send them to the client, "
        "or undo them.",
    ),
    "reminder_subject": (
        "La commande {number} attend votre réponse",
        "Order {number} is waiting for your answer",
    ),
    "reminder": (
        "Rien n’a bougé depuis un moment : {company} et vous n’avez pas encore réglé la commande {number}.",
        "Nothing has moved for a while: {company} and you have not settled order {number} yet.",
    ),
    "accepted_subject": ("{company} a accepté la commande {number}", "{company} accepted order {number}"),
    "accepted": (
        "{actor} a accepté la commande {number}. Les deux entreprises ont signé les mêmes termes.",
        "{actor} accepted order {number}. Both companies have signed the same terms.",
    ),
    "declined_subject": ("{company} a refusé la commande {number}", "{company} declined order {number}"),
    "declined": (
        "{actor} a refusé la commande {number}. Elle est fermée; vous pouvez toujours la consulter.",
        "{actor} declined order {number}. It is closed; you can still read it.",
    ),
    "cancelled_subject": ("{company} a annulé la commande {number}", "{company} cancelled order {number}"),
    "cancelled": (
        "{actor} a annulé la commande {number}. Elle est fermée; vous pouvez toujours la consulter.",
        "{actor} cancelled order {number}. It is closed; you can still read it.",
    ),
    "cancellation_asked_subject": (
        "{company} demande d’annuler la commande {number}",
        "{company} asks to cancel order {number}",
    ),
    "cancellation_asked": (
        "{actor} demande d’annuler la commande {number}. Elle reste en vigueur tant que vous "
        "n’avez pas annulé "
        "de votre côté.",
        "{actor} asks to cancel order {number}. It stays in force until you cancel it too.",
    ),
    "amendment_opened_subject": (
        "{company} prépare un avenant à la commande {number}",
        "{company} is amending order {number}",
    ),
    "amendment_opened": (
        "{actor} a rouvert la commande {number} pour y proposer des changements. Les termes "
        "acceptés restent en "
        "vigueur jusqu’à ce que les deux entreprises en aient signé de nouveaux.",
        "{actor} reopened order {number} to propose changes. The accepted terms stay in force until both "
        "companies have signed new ones.",
    ),
    "amendment_declined_subject": (
        "{company} a refusé l’avenant à la commande {number}",
        "{company} declined the amendment of order {number}",
    ),
    "amendment_declined": (
        "{actor} a refusé l’avenant à la commande {number}. Les termes déjà acceptés restent en vigueur.",
        "{actor} declined the amendment of order {number}. The terms already accepted stay in force.",
    ),
    "amendment_given_up_subject": (
        "{company} a abandonné son avenant à la commande {number}",
        "{company} gave up its amendment of order {number}",
    ),
    "amendment_given_up": (
        "{actor} a abandonné son avenant à la commande {number}. Les termes déjà acceptés restent en vigueur.",
        "{actor} gave up the amendment of order {number}. The terms already accepted stay in force.",
    ),
    "cancellation_declined_subject": (
        "{company} refuse d’annuler la commande {number}",
        "{company} declines to cancel order {number}",
    ),
    "cancellation_declined": (
        "{actor} refuse d’annuler la commande {number}. Elle reste en vigueur.",
        "{actor} declines to cancel order {number}. It stays in force.",
    ),
    # orders: the body
    "reason": ("Raison", "Reason"),
    "approved_heading": ("Vos changements acceptés", "Your changes that were accepted"),
    "changes_heading": ("Ce qui a changé", "What changed"),
    "lines_heading": ("Ce qui est commandé", "What is ordered"),
    "totals_heading": ("Montants", "Amounts"),
    "before": ("Avant", "Before"),
    "after": ("Maintenant", "Now"),
    "whole_order": ("Toute la commande", "The whole order"),
    "offer_stands": ("{asked} (l’offre reste de {offered})", "{asked} (the offer is still {offered})"),
    "line_added": ("Ligne ajoutée", "Line added"),
    "line_withdrawn": ("Ligne retirée par le client", "Line withdrawn by the client"),
    "line_restored": ("Ligne rétablie", "Line restored"),
    "line_rejected": ("Ligne refusée par le fournisseur", "Line rejected by the supplier"),
    "line_unnamed": ("Produit sans nom", "Unnamed product"),
    "more_changes_one": ("et 1 autre changement", "and 1 other change"),
    "more_changes": ("et {count} autres changements", "and {count} other changes"),
    "more_lines_one": ("et 1 autre ligne", "and 1 other line"),
    "more_lines": ("et {count} autres lignes", "and {count} other lines"),
    "turn_yours": (
        "C’est à vous : acceptez la commande telle quelle, ou modifiez-la et renvoyez-la.",
        "It is your turn: accept the order as it is, or change it and send it back.",
    ),
    "turn_yours_approved": (
        "C’est à vous : acceptez la commande pour la conclure, ou modifiez-la encore et envoyez-la.",
        "It is your turn: accept the order to conclude it, or change it further and send it.",
    ),
    "turn_theirs": ("C’est maintenant à {company} de répondre.", "It is now up to {company} to answer."),
    "see_order": ("Voir la commande {number}", "See order {number}"),
    "answer_order": ("Voir la commande {number} et répondre", "See order {number} and answer"),
    # the state, as on the screens
    "status_draft": ("Brouillon", "Draft"),
    "status_waiting": ("En attente", "Waiting"),
    "status_changed": ("Modifiée", "Changed"),
    "status_agreed": ("Acceptée", "Accepted"),
    "status_amending": ("Avenant en cours", "Amending"),
    "status_closed": ("Fermée", "Closed"),
}


def say(language: Language, key: str, **values: object) -> str:
    """One sentence. Raises KeyError for a key or a value that is missing."""
    french, english = WORDS[key]
    return (bound(french) if language == "fr" else english).format(**values)
