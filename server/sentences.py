"""What people are told when something is refused: one sentence for each code, in French and in English.

A noun that has codes of its own declares them beside its handlers, once, when it is imported:

    declare({"last_manager": ("Il faut au moins un gestionnaire.", "There must be at least one manager.")})

`{…}` stand for values given with the problem. A code without a sentence, or declared twice, stops the program.
"""

from collections.abc import Mapping

from schema.french import bound
from schema.language import LANGUAGES, Language

TITLES: dict[int, tuple[str, str]] = {
    400: ("Demande illisible", "Unreadable request"),
    401: ("Session requise", "Sign in"),
    403: ("Non permis", "Not permitted"),
    404: ("Introuvable", "Not found"),
    405: ("Méthode non permise", "Method not allowed"),
    409: ("Conflit", "Conflict"),
    413: ("Trop volumineux", "Too large"),
    415: ("Format non pris en charge", "Unsupported format"),
    422: ("À corriger", "Needs correction"),
    429: ("Trop de demandes", "Too many requests"),
    500: ("Panne", "Failure"),
    503: ("Indisponible", "Unavailable"),
}

_SENTENCES: dict[str, tuple[str, str]] = {}


def declare(sentences: Mapping[str, tuple[str, str]]) -> None:
    """Add codes with their (French, English) sentences; raise ValueError when one exists already."""
    for code, both in sentences.items():
        if _SENTENCES.setdefault(code, both) != both:
            raise ValueError(f"The code {code} already has a sentence.")


def known(code: str) -> bool:
    """Whether the code has a sentence."""
    return code in _SENTENCES


def sentence(code: str, language: Language, **values: object) -> str:
    """Return the sentence of `code` with its values filled in; raise KeyError when there is none."""
    french, english = _SENTENCES[code]
    return (bound(french) if language == "fr" else english).format(**values)


def template(code: str) -> str:
    """Return the English sentence of `code` as it is declared, with `{…}` for what is known later."""
    return _SENTENCES[code][1]


def title(status: int, language: Language) -> str:
    """Return the short title of an HTTP status."""
    return TITLES[status][LANGUAGES.index(language)]


declare(
    {
        "malformed_json": ("La demande n’est pas du JSON valide.", "The request is not valid JSON."),
        "malformed_form": ("Le formulaire envoyé est illisible.", "The form that was sent is unreadable."),
        "signed_out": ("Ouvrez une session pour continuer.", "Sign in to continue."),
        "cross_site": (
            "Cette demande vient d’un autre site et n’a pas été exécutée.",
            "This request comes from another site and was not carried out.",
        ),
        "role_too_low": (
            "Votre rôle ne permet pas cette action. Demandez à un gestionnaire de votre entreprise.",
            "Your role does not permit this. Ask a manager of your company.",
        ),
        "scope_missing": (
            "Ce jeton ne donne pas le droit « {scope} ».",
            "This token does not have the scope “{scope}”.",
        ),
        "people_only": (
            "Cette action est réservée aux personnes; un programme ne peut pas la faire.",
            "Only people can do this; a program cannot.",
        ),
        "not_found": ("Cette page ou cet élément n’existe pas.", "This page or item does not exist."),
        "method_not_allowed": ("Cette action n’existe pas ici.", "There is no such action here."),
        "conflict": ("L’état actuel ne permet pas cette action.", "The present state does not permit this."),
        "too_large": (
            "C’est trop volumineux : {limit} octets au plus.",
            "This is too large: {limit} bytes at most.",
        ),
        "not_json": ("Envoyez du JSON (application/json).", "Send JSON (application/json)."),
        "not_multipart": (
            "Envoyez un formulaire (multipart/form-data).",
            "Send a form (multipart/form-data).",
        ),
        "key_reused": (
            "Cette clé d’idempotence a déjà servi pour une autre demande.",
            "This idempotency key was used for another request.",
        ),
        "bad_idempotency_key": (
            "Une clé d’idempotence a de 1 à 200 caractères visibles.",
            "An idempotency key has 1 to 200 visible characters.",
        ),
        "invalid": ("Certains renseignements sont à corriger.", "Some of the information needs correction."),
        "too_many_requests": (
            "Trop de demandes. Réessayez un peu plus tard.",
            "Too many requests. Try again later.",
        ),
        "failure": (
            "Une panne est survenue de notre côté. Rien n’a été perdu; réessayez dans un instant.",
            "Something failed on our side. Nothing was lost; try again in a moment.",
        ),
        "unavailable": ("Le service reprend dans un instant.", "The service will be back in a moment."),
        # of a field
        "required": ("Ce champ est obligatoire.", "This field is required."),
        "given_twice": ("Ce champ est donné plus d’une fois.", "This field is given more than once."),
        "unknown_field": ("Ce champ n’existe pas.", "There is no such field."),
        "wrong_type": ("Cette valeur n’est pas de la bonne sorte.", "This value is not of the right kind."),
        "too_short": ("Au moins {minimum} caractères.", "At least {minimum} characters."),
        "too_long": ("Au plus {maximum} caractères.", "At most {maximum} characters."),
        "too_many": ("Au plus {maximum} éléments.", "At most {maximum} items."),
        "too_few": ("Au moins {minimum} éléments.", "At least {minimum} items."),
        "not_a_choice": (
            "Choisissez l’une de ces valeurs : {expected}.",
            "Choose one of these values: {expected}.",
        ),
        "out_of_range": (
            "Cette valeur dépasse les limites permises.",
            "This value is beyond the permitted limits.",
        ),
        "wrong_form": (
            "Cette valeur n’a pas la forme attendue.",
            "This value does not have the expected form.",
        ),
    }
)
