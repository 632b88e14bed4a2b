"""Stand in for JupyterHub's extension of a server: the server's own key decides who comes in, and tests are told it."""

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "jupyterhub"}]


def _load_jupyter_server_extension(app: Any) -> None:
    def tell() -> None:
        address = f"http://127.0.0.1:{app.port}/simcare?token={app.identity_provider.token}"
        print(f"simcare is open at {address}\npress Ctrl+C", flush=True)

    app.io_loop.add_callback(tell)
