"""The browser application: built files, and its one page for every address that is no file.

Files under /assets carry a hash in their names and may be kept for ever; the page itself is asked for anew.
"""

from pathlib import Path

import anyio
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

BROWSER = Path(__file__).parent / "browser"


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
        return FileResponse(found, headers={"Cache-Control": caching})

    return [Route("/{path:page}", page)]


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
