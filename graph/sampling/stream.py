"""Numbers that are drawn by hashing where they are used, so that the order of drawing is free."""

import numpy as np
import numpy.typing as npt

GOLDEN = 0x9E3779B97F4A7C15  # the step of splitmix64, https://doi.org/10.1145/2714064.2660195
FIRST = 0xBF58476D1CE4E5B9
SECOND = 0x94D049BB133111EB
_MASK = (1 << 64) - 1


def stream_of(*parts: int) -> np.uint64:
    """Hash whole numbers (a seed, the number of a call, ...) to the name of a stream of draws."""
    bits = 0
    for part in parts:
        bits = mixed(bits ^ (part * GOLDEN & _MASK))
    return np.uint64(bits)


def stream_of_values(values: npt.NDArray[np.int64]) -> int:
    """Hash an array, order included, to a whole number for `stream_of`."""
    places = np.arange(1, len(values) + 1, dtype=np.uint64) * np.uint64(FIRST)
    bits = mixed_array(values.astype(np.uint64) * np.uint64(GOLDEN) + places)
    return int(np.bitwise_xor.reduce(bits, initial=np.uint64(0)))


def mixed(bits: int) -> int:
    """Apply the finaliser of splitmix64 to one number of 64 bits."""
    bits = (bits + GOLDEN) & _MASK
    bits = ((bits ^ (bits >> 30)) * FIRST) & _MASK
    bits = ((bits ^ (bits >> 27)) * SECOND) & _MASK
    return bits ^ (bits >> 31)


def mixed_array(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Apply the finaliser of splitmix64, without its step, to each number."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(FIRST)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(SECOND)
    return bits ^ (bits >> np.uint64(31))
