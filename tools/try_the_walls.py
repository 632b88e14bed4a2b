"""Try, as one trainee at a running hub, what a trainee must not reach; exit 1 where something is open.

`python tools/try_the_walls.py http://127.0.0.1:8000 OTHER TRAINER NAME` signs in as NAME, whose password it asks for
(or takes from HUB_PASSWORD), and tries the records of OTHER and the server of TRAINER, which should run. It needs a hub
as in docs/how-to/run-for-a-team.md, so it is no part of the tests; run it again after an upgrade of JupyterHub.
"""

from __future__ import annotations

import getpass
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from typing import Any

SERVICE = "/services/simcare/"
SIGN_IN = "/hub/login"


class Browser:
    """Somebody's browser."""

    def __init__(self, hub: str) -> None:
        """Take the hub's address."""
        self.hub, self.cookies = hub.rstrip("/"), CookieJar()
        jar = urllib.request.HTTPCookieProcessor(self.cookies)
        self._open = urllib.request.build_opener(jar).open

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, str]:
        """Return the status at the end of all redirections, 401 where they end at the sign-in, and the text."""
        token = next((one.value or "" for one in self.cookies if one.name == "_xsrf" and path.startswith(one.path)), "")
        given = {"X-XSRFToken": token, "Content-Type": "application/json", **headers}
        return _answer(self._open, urllib.request.Request(self.hub + path, body, given, method=method))

    def sign_in(self, name: str, password: str) -> bool:
        """Sign in and tell whether the service's page came."""
        _, page = _answer(self._open, urllib.request.Request(f"{self.hub}/hub/login"))
        token = re.search(r'name="_xsrf" value="([^"]+)"', page)
        form = {"username": name, "password": password, "_xsrf": token[1] if token else ""}
        where = f"{self.hub}/hub/login?next={SERVICE}"
        _answer(self._open, urllib.request.Request(where, urllib.parse.urlencode(form).encode()))
        return self.ask(f"{SERVICE}desk")[0] == 200


def _answer(opened: Callable[..., Any], request: urllib.request.Request) -> tuple[int, str]:
    try:
        with opened(request, timeout=60) as answer:
            at_the_door = urllib.parse.urlsplit(answer.url).path == SIGN_IN and SIGN_IN not in request.full_url
            return 401 if at_the_door else answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(errors="replace")


def held(status: int) -> bool:
    """Tell whether a wall answered; an error of the program is none."""
    return 400 <= status < 500


def tries(name: str, other: str, trainer: str) -> list[tuple[str, str, bytes | None]]:
    """Return what is tried: method, path and body."""
    read = [
        *("/hub/spawn", f"/hub/spawn/{name}", f"/hub/spawn/{trainer}", "/hub/admin", "/hub/metrics"),
        *(f"/user/{trainer}/{place}" for place in ("", "simcare", "lab", "api/contents", "api/kernels", "terminals/1")),
        *(f"/user/{name}/{place}" for place in ("", "api/kernels")),
        *(f"/hub/api/{what}" for what in ("users", f"users/{other}", "groups", "services", "proxy", "info")),
        *(f"{SERVICE}{what}" for what in ("records", "export", "api", "user", f"desk/{other}", "scenarios")),
        *(f"{SERVICE}shifts/{what}" for what in ("quiet-tuesday.yaml", f"desk/{other}", "..%2fpages.py")),
    ]
    write = {
        **{f"users/{who}/tokens": b"{}" for who in (name, other, trainer)},
        **{f"users/{who}/server": b"{}" for who in (name, other, trainer)},
        "groups/trainers/users": f'{{"users": ["{name}"]}}'.encode(),
        "groups/of-ones-own": b"{}",
        "services/of-ones-own": b'{"url": "http://127.0.0.1:9"}',
        f"shares/{trainer}/": f'{{"user": "{name}"}}'.encode(),
    }
    return [
        *(("GET", path, None) for path in read),
        *(("POST", f"/hub/api/{path}", body) for path, body in write.items()),
        ("PATCH", f"/hub/api/users/{name}", b'{"admin": true}'),
        ("DELETE", f"/hub/api/users/{other}", None),
    ]


def main(hub: str, other: str, trainer: str, name: str) -> int:
    """Try everything, print what was answered, and return 1 where something is open."""
    browser = Browser(hub)
    if not browser.sign_in(name, os.environ.get("HUB_PASSWORD") or getpass.getpass(f"Password of {name}: ")):
        print(f"{name} could not sign in at {hub}; nothing was tried")
        return 2
    opened = 0
    for method, path, body in tries(name, other, trainer):
        status, _ = browser.ask(path, method, body, Referer=f"{browser.hub}/hub/home")
        opened += not held(status)
        print(f"{'held' if held(status) else 'OPEN'}  {status}  {method} {path}")
    stranger = Browser(hub)
    for cookie in list(browser.cookies):
        for path in ("/hub/api/user", f"{SERVICE}desk"):
            status, _ = stranger.ask(path, Authorization="token " + (cookie.value or "").strip('"'))
            opened += not held(status)
            print(f"{'held' if held(status) else 'OPEN'}  {status}  {path} with the cookie {cookie.name} as token")
    print(f"{opened} open" if opened else "everything held")
    return int(opened > 0)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
