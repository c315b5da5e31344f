"""In which encodings an answer may travel."""

from starlette.requests import Request


def accepted_encodings(request: Request) -> list[str]:
    """Return which of ours (`br`, `gzip`) a browser takes, the smaller first."""
    accepted = request.headers.get("accept-encoding", "")
    offers = [offer.partition(";") for offer in accepted.replace(" ", "").split(",")]
    taken = {name for name, _, weight in offers if weight not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}}
    return [encoding for encoding in ("br", "gzip") if encoding in taken]
