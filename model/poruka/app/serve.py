"""The server of the app: on this machine only, asking nothing of the network and telling nobody
that it runs.
"""

import os
import socket
from typing import Any

from poruka.utils.errors import BadInput

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")
_NEEDED = (
    "the app needs libraries that are not installed here ({missing}); install them with: pip"
    " install 'poruka[app]'"
)


def check_libraries() -> None:
    """Say what is missing before anything is compiled or opened."""
    from importlib.metadata import PackageNotFoundError, version

    missing = []
    for name in ("solara", "ipyvuetify", "ipyvue", "solara-assets"):
        try:
            found = version(name)
        except PackageNotFoundError:
            missing.append(name)
            continue
        if name in ("ipyvuetify", "ipyvue") and int(found.split(".")[0]) >= 3:
            missing.append(f"{name} below version 3")
    if missing:
        raise BadInput(_NEEDED.format(missing=", ".join(missing)))


def take_port(port: int) -> socket.socket:
    """Return a listening socket on this machine's own address; port 0 takes a free one.

    Raises
    ------
    BadInput
        When the port is taken or not allowed.
    """
    place = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name != "nt":
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        place.bind((HOST, port))
        place.listen(64)
    except OSError as error:
        place.close()
        raise BadInput(
            f"port {port} cannot be used ({error.strerror or error}); something else may listen"
            " there. Choose another with --port, or --port 0 for any that is free."
        ) from None
    return place


class OwnPagesOnly:
    """Lets through only what comes from the app's own pages: other sites open in the same browser
    can neither look nor act.
    """

    def __init__(self, inner: Any):
        self.inner = inner

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer or refuse one connection."""
        if scope["type"] in ("http", "websocket") and not self.is_own(dict(scope["headers"])):
            if scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.close", "code": 1008})
                return
            await send(
                {
                    "type": "http.response.start",
                    "status": 403,
                    "headers": [(b"content-type", b"text/plain")],
                }
            )
            await send(
                {"type": "http.response.body", "body": b"this app answers its own pages only"}
            )
            return
        await self.inner(scope, receive, send)

    @staticmethod
    def is_own(headers: dict[bytes, bytes]) -> bool:
        """Return whether a request names this machine as its host and, if it says where it comes
        from, came from there.

        Examples
        --------
        >>> here = {b"host": b"127.0.0.1:8765"}
        >>> OwnPagesOnly.is_own(here)
        True
        >>> OwnPagesOnly.is_own({**here, b"origin": b"http://elsewhere.example"})
        False
        """
        host = headers.get(b"host", b"").decode("latin-1")
        origin = headers.get(b"origin", b"").decode("latin-1")
        return host.rpartition(":")[0] in NAMES and origin in ("", f"http://{host}")


def serve(place: socket.socket, **starting: Any) -> None:
    """Serve the page until interrupted; what a new visitor finds on the table is given by name, as
    :class:`poruka.app.session.Session` takes it.
    """
    # Solara reads these when it is first imported; it would otherwise report its use over the
    # network.
    os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] = "false"
    os.environ["SOLARA_APP"] = "poruka.app.page"
    os.environ["SOLARA_SESSION_SAME_SITE"] = "strict"
    import warnings

    import uvicorn
    from solara.server import settings

    settings.main.mode, settings.telemetry.mixpanel_enable = "production", False
    settings.theme.title, settings.theme.show_banner = "poruka", False
    warnings.filterwarnings("ignore", "Cookies with samesite=none require https", UserWarning)
    from solara.server.starlette import app

    from poruka.app.page import STARTING

    STARTING.update(starting)
    server = uvicorn.Server(
        uvicorn.Config(
            OwnPagesOnly(app),
            log_level="error",
            access_log=False,
            lifespan="on",
            timeout_graceful_shutdown=1,
        )
    )  # a page left open does not hold the end up
    try:
        server.run(sockets=[place])
    except KeyboardInterrupt:
        pass
