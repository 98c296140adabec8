"""A whole graph encoded layer by layer is what one flow of it gives."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch
from message_flows import (
    CONNECTED,
    COUNTS,
    SCHEMA,
    adjacencies,
    random_features,
    whole_flow,
)

from graph.encoder import Aggregation, ConvolutionKind, EncoderConfig
from graph.encoder.config import Normalisation
from graph.encoder.encoder import GraphEncoder
from graph.encoder.layerwise import Progress, WholeGraph, encode_all
from graph.snapshot.adjacency import Adjacency

SMALL = EncoderConfig(width=8, out_width=6, num_heads=2)
CONFIGS = {
    **{each.value: replace(SMALL, convolution=each) for each in ConvolutionKind},
    **{f"sage-{each}": replace(SMALL, aggregation=each) for each in Aggregation},
    "gat-1": replace(SMALL, convolution=ConvolutionKind.GAT, attention_version=1),
    "gcn-given": replace(SMALL, convolution=ConvolutionKind.GCN, normalisation=Normalisation.GIVEN),
    "ids": replace(SMALL, id_embeddings={"person": 10}),
}


def _encoder(config: EncoderConfig = SMALL) -> GraphEncoder:
    torch.manual_seed(0)
    return GraphEncoder(config, SCHEMA).train()


def _arrays(dtype: npt.DTypeLike = np.float32) -> dict[str, npt.NDArray[np.floating]]:
    return {
        kind: rows.numpy().astype(dtype) for kind, rows in random_features(whole_flow()).items()
    }


def _flow_vectors(
    encoder: GraphEncoder, features: Mapping[str, npt.NDArray[np.floating]]
) -> dict[str, npt.NDArray[np.float32]]:
    encoder.eval()
    tensors = {kind: torch.from_numpy(rows) for kind, rows in features.items()}
    with torch.no_grad():
        found = {kind: each.numpy() for kind, each in encoder(tensors, whole_flow()).items()}
    encoder.train()
    return found


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("how", [WholeGraph(), WholeGraph(nodes_at_once=4, edges_at_once=3)])
def test_layer_by_layer_equals_one_flow(name: str, how: WholeGraph) -> None:
    encoder = _encoder(CONFIGS[name])
    found = encode_all(encoder, _arrays(), adjacencies(whole_flow()), how)
    wanted = _flow_vectors(encoder, _arrays())
    assert encoder.training
    assert {kind: each.shape for kind, each in found.items()} == {
        kind: (count, 6) for kind, count in COUNTS.items()
    }
    for kind, vectors in found.items():
        np.testing.assert_allclose(vectors, wanted[kind], atol=1e-5)


def test_states_in_files_and_half_precision_stay_near(tmp_path: Path) -> None:
    encoder = _encoder()
    arrays = _arrays(np.float16)
    edges = adjacencies(whole_flow())
    wanted = encode_all(encoder, arrays, edges)
    halved = encode_all(encoder, arrays, edges, WholeGraph(dtype=np.float16, scratch=tmp_path))
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == [f"{kind}-{n}.states" for kind in sorted(COUNTS) for n in range(3)]
    for kind, vectors in halved.items():
        assert vectors.dtype == np.float32
        assert float((vectors * wanted[kind]).sum(1).min()) > 0.9999


def test_rows_that_stand_apart_are_read_where_they_begin() -> None:
    encoder = _encoder()
    edges = adjacencies(whole_flow())
    tied = edges[CONNECTED]
    later = np.minimum(tied.starts + 1, tied.ends)  # as `before` leaves out the newest edge
    apart = Adjacency(later, tied.ends, tied.sources, tied.times, tied.weights, 13)
    kept = np.concatenate([np.arange(a, b) for a, b in zip(later, tied.ends, strict=True)])
    ends = np.cumsum(tied.ends - later)
    close = Adjacency(
        np.concatenate([[0], ends[:-1]]),
        ends,
        tied.sources[kept],
        tied.times[kept],
        tied.weights[kept],
        13,
    )
    found = encode_all(encoder, _arrays(), {**edges, CONNECTED: apart})
    wanted = encode_all(encoder, _arrays(), {**edges, CONNECTED: close})
    np.testing.assert_array_equal(found["person"], wanted["person"])


def test_a_hub_is_encoded_alone_and_a_graph_without_edges_at_all() -> None:
    encoder = _encoder()
    hub = Adjacency(
        np.zeros(13, np.int64),
        np.concatenate([[500], np.zeros(12)]).astype(np.int64),
        np.arange(500, dtype=np.int32) % 13,
        np.zeros(500, np.int64),
        np.ones(500, np.float32),
        13,
    )
    small = encode_all(encoder, _arrays(), {CONNECTED: hub}, WholeGraph(edges_at_once=10))
    large = encode_all(encoder, _arrays(), {CONNECTED: hub})
    np.testing.assert_allclose(small["person"], large["person"], atol=1e-5)
    nothing = encode_all(encoder, _arrays(), {})
    np.testing.assert_allclose(nothing["person"][1:], large["person"][1:], atol=1e-5)


def test_progress_rises_to_its_total() -> None:
    seen: list[Progress] = []
    how = WholeGraph(nodes_at_once=5, progress=seen.append)
    encode_all(_encoder(), _arrays(), adjacencies(whole_flow()), how)
    assert [each.done for each in seen] == sorted({each.done for each in seen})
    assert seen[-1] == Progress(4 * sum(COUNTS.values()), 4 * sum(COUNTS.values()))


def test_an_empty_graph_gives_no_vectors() -> None:
    features = {kind: np.zeros((0, width), np.float32) for kind, width in SCHEMA.widths.items()}
    found = encode_all(_encoder(), features, {})
    assert {kind: len(each) for kind, each in found.items()} == dict.fromkeys(COUNTS, 0)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_feature_that_is_not_finite_is_named(value: float) -> None:
    features = _arrays()
    features["skill"][8, 1] = value
    with pytest.raises(ValueError, match="skill number 8 "):
        encode_all(_encoder(), features, {}, WholeGraph(nodes_at_once=4))


def test_edges_of_another_graph_are_refused() -> None:
    features = _arrays()
    features["person"] = features["person"][:12]
    with pytest.raises(ValueError, match=r"connected_to.*12"):
        encode_all(_encoder(), features, {CONNECTED: adjacencies(whole_flow())[CONNECTED]})
    with pytest.raises(ValueError, match="must be 1 or more"):
        WholeGraph(nodes_at_once=0)
