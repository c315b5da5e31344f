"""How many, as a command says it in English."""


def counted(count: int, noun: str) -> str:
    """`1 order`, `1,200 orders`, `2 companies`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {noun[:-1]}ies" if noun.endswith("y") else f"{count:,} {noun}s"
