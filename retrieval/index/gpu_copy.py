"""Puts vectors on a GPU, where `faiss-gpu` and a device are there."""

import faiss

MOST_ON_GPU = 2048  # results of a search; FAISS refuses to find more there


def gpu_copy(rows: faiss.IndexFlat) -> faiss.Index | None:
    """Return a copy of an index on the first GPU; None where there is none.

    `faiss-cpu` has neither the class nor the function that this takes.
    """
    make_resources = getattr(faiss, "StandardGpuResources", None)
    move = getattr(faiss, "index_cpu_to_gpu", None)
    if make_resources is None or move is None or faiss.get_num_gpus() < 1:
        return None
    resources = make_resources()
    copy = move(resources, 0, rows)
    copy.careergraph_resources = resources  # the copy needs them for as long as it lives
    return copy
