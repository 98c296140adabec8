"""`DiagnosisConfig`: how much of a graph a diagnosis looks at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DiagnosisConfig:
    """Sizes of the samples; time and memory depend on them and hardly on the graph."""

    seed: int = 0
    nodes: int = 256  # of each type, whose states are looked at
    listeners: int = 32  # of each relation, whose vectors are made with and without it
    pairs: int = 2_000  # of each relation, whose ends are held against random pairs
    fan_out: int = 8  # neighbours of the first hop by each relation; halved with every hop
    links: int = 512  # in the batch whose gradients are looked at
    ranked_links: int = 1_000  # of each target, for the accuracy by degree
    most_nodes_whole: int = 60_000  # in a graph that is looked at as a whole, for these two

    def __post_init__(self) -> None:
        for name, least in (("nodes", 2), ("pairs", 2), ("links", 1), ("ranked_links", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be {least} or more, got {getattr(self, name)}")
        if min(self.listeners, self.fan_out) < 1:
            raise ValueError(
                f"listeners ({self.listeners}) and fan_out ({self.fan_out}) must be 1 or more"
            )

    def fan_outs(self, hops: int) -> tuple[int, ...]:
        """Return how many neighbours are heard by each relation in each hop."""
        return tuple(max(self.fan_out >> hop, 2) for hop in range(hops))
