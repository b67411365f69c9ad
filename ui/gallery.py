"""What the gallery shows."""


def context() -> dict[str, object]:
    return {}
