"""Gives every part of a world its own stream of random numbers, so that none disturbs another."""

from zlib import crc32

import numpy as np


def stream(seed: int, part: str, chunk: int = 0) -> np.random.Generator:
    """Return the generator of one part of a world.

    Args:
        seed: Of the world.
        part: What is drawn, such as "careers".
        chunk: Which piece of the part; pieces may be made in any order.
    """
    words = np.random.SeedSequence([seed, crc32(part.encode()), chunk])
    return np.random.Generator(np.random.PCG64DXSM(words))
