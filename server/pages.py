"""The browser application: built files, and its one page for every address that is no file.

Files under /assets carry a hash in their names and may be kept for ever; the page itself is asked for anew. Text
travels compressed: it holds nobody's secrets.
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

BROWSER = Path(__file__).parent / "browser"
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
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return FileResponse(found, headers=headers)
        small = await anyio.to_thread.run_sync(_compressed, found, found.stat().st_mtime_ns)
        kind, _ = mimetypes.guess_type(found)
        return Response(small, headers=headers | {"Content-Encoding": "gzip"}, media_type=kind)

    return [Route("/{path:page}", page)]


@lru_cache(maxsize=256)
def _compressed(file: Path, _changed: int) -> bytes:
    return gzip.compress(file.read_bytes(), mtime=0)


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
