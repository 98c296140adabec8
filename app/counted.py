"""Says how many of something there are, in grammatical English."""


def counted(number: int, one: str, several: str | None = None) -> str:
    """Return "1 fact" or "2,000 facts"; `several` where an added s does not make the plural."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"
