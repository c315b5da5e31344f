"""Reading what a request carries, up to a limit."""

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive

from server.problem import FieldError, Problem

# What the form's own lines may add to the file.
FORM_MARGIN = 16_384


async def read_body(request: Request, limit: int) -> bytes:
    """Return the body; raise 413 `too_large` as soon as it is known to pass `limit` bytes."""
    _declared_length(request, limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise Problem(413, "too_large", limit=limit)
    return bytes(body)


async def read_upload(request: Request, limit: int) -> bytes:
    """Return the bytes of the form field `file`; raise 400, 413, 415 or 422."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "multipart/form-data":
        raise Problem(415, "not_multipart")
    bounded = Request(request.scope, _bounded(await read_body(request, limit + FORM_MARGIN)))
    try:
        async with bounded.form(max_files=1, max_fields=1) as form:
            file = form.get("file")
            faults = [FieldError(name, "unknown_field") for name in sorted(set(form) - {"file"})]
            if not isinstance(file, UploadFile):
                raise Problem(422, "invalid", errors=[FieldError("file", "required"), *faults])
            if faults:
                raise Problem(422, "invalid", errors=faults)
            content = await file.read()
    except (HTTPException, UnicodeDecodeError):
        raise Problem(400, "malformed_form") from None
    if len(content) > limit:
        raise Problem(413, "too_large", limit=limit)
    return content


def _declared_length(request: Request, limit: int) -> None:
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > limit:
        raise Problem(413, "too_large", limit=limit)


def _bounded(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
