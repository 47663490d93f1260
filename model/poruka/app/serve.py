"""The server of the app: on this machine only, without network access and without telemetry."""

import os
import socket
import warnings
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from poruka.utils.errors import BadInput

HOST = "127.0.0.1"
ALLOWED_HOSTS = (HOST, "localhost")
_MISSING_LIBRARIES = (
    "the app needs libraries that are not installed here ({missing}); install them with: pip"
    " install 'poruka[app]'"
)


def check_libraries() -> None:
    """Raise an error that names the missing libraries, before anything is compiled or opened.

    Raises
    ------
    BadInput
        When a library is missing or too new.
    """
    missing = []
    for name in ("solara", "ipyvuetify", "ipyvue", "solara-assets"):
        try:
            installed = version(name)
        except PackageNotFoundError:
            missing.append(name)
            continue
        if name in ("ipyvuetify", "ipyvue") and int(installed.split(".")[0]) >= 3:
            missing.append(f"{name} below version 3")
    if missing:
        raise BadInput(_MISSING_LIBRARIES.format(missing=", ".join(missing)))


def open_listener(port: int) -> socket.socket:
    """Return a listening socket on this machine's own address; port 0 takes a free one.

    Raises
    ------
    BadInput
        When the port is taken or not allowed.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name != "nt":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        raise BadInput(
            f"port {port} cannot be used ({error.strerror or error}); another program may be"
            " listening on it. Choose another with --port, or --port 0 for any that is free."
        ) from None
    return listener


class SameOriginOnly:
    """Lets through only requests of the app's own pages: other sites open in the same browser can
    neither read nor change anything.
    """

    def __init__(self, app: Any):
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer or refuse one connection."""
        is_request = scope["type"] in ("http", "websocket")
        if not is_request or self.is_same_origin(dict(scope["headers"])):
            await self.app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = [(b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": 403, "headers": headers})
        await send({"type": "http.response.body", "body": b"this app answers its own pages only"})

    @staticmethod
    def is_same_origin(headers: dict[bytes, bytes]) -> bool:
        """Return whether a request names this machine as its host and, if it has an origin, came
        from there.

        Examples
        --------
        >>> headers = {b"host": b"127.0.0.1:8765"}
        >>> SameOriginOnly.is_same_origin(headers)
        True
        >>> SameOriginOnly.is_same_origin({**headers, b"origin": b"http://elsewhere.example"})
        False
        """
        host = headers.get(b"host", b"").decode("latin-1")
        origin = headers.get(b"origin", b"").decode("latin-1")
        return host.rpartition(":")[0] in ALLOWED_HOSTS and origin in ("", f"http://{host}")


def serve(listener: socket.socket, **initial_session: Any) -> None:
    """Serve the page until interrupted; keyword arguments are those of a new visitor's
    :class:`poruka.app.session.Session`.
    """
    # Solara reads these when it is first imported; it would otherwise report its use over the
    # network.
    os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] = "false"
    os.environ["SOLARA_APP"] = "poruka.app.page"
    os.environ["SOLARA_SESSION_SAME_SITE"] = "strict"
    import uvicorn
    from solara.server import settings

    settings.main.mode, settings.telemetry.mixpanel_enable = "production", False
    settings.theme.title, settings.theme.show_banner = "poruka", False
    warnings.filterwarnings("ignore", "Cookies with samesite=none require https", UserWarning)
    from solara.server.starlette import app

    from poruka.app.page import INITIAL_SESSION

    INITIAL_SESSION.update(initial_session)
    config = uvicorn.Config(
        SameOriginOnly(app),
        log_level="error",
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=1,  # seconds; a page left open does not delay the end
    )
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        pass
