"""How many, as a command says it in English."""


def counted(count: int, noun: str) -> str:
    """`1 order`, `1,200 orders`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
