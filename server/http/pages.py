"""The browser application: built files, and its one page for every address that is no file.

Files under /assets carry a hash in their names and may be kept for ever; the page itself is asked for anew. Text
travels compressed, as it holds nobody's secrets: in Brotli where the build left it so, else in gzip.
"""

import gzip
import mimetypes
from functools import lru_cache
from pathlib import Path

import anyio
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from server.http.encodings import accepted_encodings

BROWSER = Path(__file__).parents[1] / "browser"
TEXTS = {".css", ".html", ".js", ".json", ".svg"}


class PagePath(Convertor[str]):
    """Any path but those of programs, so that one of theirs that does not exist is never answered with a page."""

    regex = r"(?!(?:api|ws|healthz|metrics)(?:/|$)).*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("page", PagePath())


def pages(folder: Path = BROWSER) -> list[BaseRoute]:
    """Return the routes that serve the built application in `folder`."""

    async def page(request: Request) -> Response:
        path: str = request.path_params["path"]
        found = await anyio.to_thread.run_sync(_file, folder, path)
        if found is None:
            raise HTTPException(404)
        kept = path.startswith("assets/")
        caching = "public, max-age=31536000, immutable" if kept else "no-cache"
        headers = {"Cache-Control": caching}
        if found.suffix not in TEXTS:
            return FileResponse(found, headers=headers)
        headers["Vary"] = "Accept-Encoding"
        kind, _ = mimetypes.guess_type(found)
        changed = found.stat().st_mtime_ns
        for encoding in accepted_encodings(request):
            small = await anyio.to_thread.run_sync(_compressed, found, encoding, changed)
            if small is not None:
                return Response(small, headers=headers | {"Content-Encoding": encoding}, media_type=kind)
        return FileResponse(found, headers=headers)

    return [Route("/{path:page}", page)]


@lru_cache(maxsize=512)
def _compressed(file: Path, encoding: str, _changed: int) -> bytes | None:
    """Return a file in an encoding; None where the build made none."""
    if encoding == "gzip":
        return gzip.compress(file.read_bytes(), mtime=0)
    made = file.with_name(f"{file.name}.br")
    return made.read_bytes() if made.is_file() else None


def _file(folder: Path, path: str) -> Path | None:
    """Return the file for a path of the site: itself, else the page, else None."""
    root = folder.resolve()
    try:
        wanted = (root / path).resolve()
        if path and wanted.is_relative_to(root) and wanted.is_file():
            return wanted
    except (OSError, ValueError):  # a name that no file can have
        pass
    index = root / "index.html"
    return index if not path.startswith("assets/") and index.is_file() else None
