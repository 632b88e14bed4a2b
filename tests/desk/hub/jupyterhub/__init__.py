"""Stand in for JupyterHub's extension of a server: it is there and lets the server's own key decide who comes in."""


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "jupyterhub"}]


def _load_jupyter_server_extension(app: object) -> None:
    """Change nothing."""
