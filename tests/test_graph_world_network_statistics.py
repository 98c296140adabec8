from pathlib import Path

import networkx
import numpy as np
import pytest

from graph.world.network.statistics import (
    EXACT_BELOW,
    NetworkStatistics,
    load_statistics,
    network_statistics,
    read_edge_list,
)

ROOT = Path(__file__).parent.parent


def _measured(graph: "networkx.Graph[int]") -> NetworkStatistics:
    ends = np.array(graph.edges, np.int64).reshape(-1, 2)
    return network_statistics(ends[:, 0], ends[:, 1], len(graph), sources=len(graph))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", ["random", "clustered", "preferential"])
def test_figures_agree_with_those_of_another_library(kind: str, seed: int) -> None:
    graph: networkx.Graph[int] = {
        "random": lambda: networkx.gnm_random_graph(120, 200, seed=seed),
        "clustered": lambda: networkx.watts_strogatz_graph(150, 8, 0.1, seed=seed),
        "preferential": lambda: networkx.barabasi_albert_graph(150, 3, seed=seed),
    }[kind]()

    figures = _measured(graph)

    degrees = [degree for _, degree in graph.degree]
    assert figures.max_degree == max(degrees)
    assert figures.median_degree == np.median(degrees)
    assert figures.mean_degree == pytest.approx(np.mean(degrees))
    assert dict(figures.degree_counts) == {value: degrees.count(value) for value in set(degrees)}
    assert figures.clustering == pytest.approx(networkx.average_clustering(graph))
    assert figures.assortativity == pytest.approx(
        networkx.degree_assortativity_coefficient(graph), abs=1e-9
    )
    giant = max(networkx.connected_components(graph), key=len)
    assert figures.giant_share == pytest.approx(len(giant) / len(graph))
    assert figures.components == networkx.number_connected_components(graph)
    lengths = [
        length
        for _, reached in networkx.all_pairs_shortest_path_length(graph)
        for length in reached.values()
        if length
    ]
    assert dict(figures.path_counts) == {value: lengths.count(value) for value in set(lengths)}
    assert figures.mean_path == pytest.approx(np.mean(lengths))


def test_a_ring_of_six_has_known_figures() -> None:
    """From each of six nodes two others are one step away, two are two, and one is three."""
    nodes = np.arange(6)

    figures = network_statistics(nodes, (nodes + 1) % 6, 6)

    assert figures.path_counts == ((1, 12), (2, 12), (3, 6))
    assert figures.mean_path == pytest.approx(1.8)
    assert (figures.clustering, figures.assortativity, figures.giant_share) == (0.0, 0.0, 1.0)


def test_nodes_without_edges_count() -> None:
    figures = network_statistics(np.array([0]), np.array([1]), 4)

    assert (figures.mean_degree, figures.median_degree) == (0.5, 0.5)
    assert (figures.giant_share, figures.components) == (0.5, 3)
    assert figures.degree_counts == ((0, 2), (1, 2))


def test_a_network_without_edges_has_figures_too() -> None:
    figures = network_statistics(np.zeros(0, np.int64), np.zeros(0, np.int64), 3)

    assert (figures.mean_degree, figures.mean_path, figures.clustering) == (0.0, 0.0, 0.0)


def test_clustering_of_a_large_network_is_that_of_a_sample_drawn_by_the_seed() -> None:
    """Whoever knows the two on either side in a ring has clustering 0.5; half are loners."""
    ring = np.arange(EXACT_BELOW // 2 + 1)
    a = np.concatenate([ring, ring])
    b = np.concatenate([(ring + 1) % len(ring), (ring + 2) % len(ring)])

    first = network_statistics(a, b, EXACT_BELOW, seed=3, sources=1)

    assert first.clustering == pytest.approx(0.25, abs=0.02)
    assert network_statistics(a, b, EXACT_BELOW, seed=3, sources=1) == first


@pytest.mark.parametrize(
    ("a", "b", "nodes", "message"),
    [
        ([0], [0], 2, "node 0 is joined to itself"),
        ([0, 1], [1, 0], 2, "nodes 0 and 1 are joined twice"),
        ([0], [2], 2, "the ends must be 0 to 1, got 0 to 2"),
        ([0], [1, 2], 3, "got 1 and 2"),
        ([], [], 0, "at least one node, got 0"),
    ],
)
def test_what_is_no_network_is_refused(
    a: list[int], b: list[int], nodes: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        network_statistics(np.array(a, np.int64), np.array(b, np.int64), nodes)


def test_an_edge_list_is_read_once_in_each_direction_and_numbered_anew(tmp_path: Path) -> None:
    path = tmp_path / "edges.txt"
    path.write_text("# from to\n10 7\n7 10\n\n7 30\n30 30\n", encoding="utf-8")

    edges = read_edge_list(path)

    assert (edges.a.tolist(), edges.b.tolist(), edges.nodes) == ([0, 0], [1, 2], 3)


@pytest.mark.parametrize("line", ["3", "1 2 3", "one 2", "-1 2", "1.5 2"])
def test_a_wrong_line_of_an_edge_list_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "edges.txt"
    path.write_text(f"0 1\n{line}\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"edges\.txt line 2: two whole numbers expected"):
        read_edge_list(path)


def test_an_empty_edge_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "edges.txt"
    path.write_text("# nothing\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"edges\.txt holds no edge"):
        read_edge_list(path)


def test_figures_survive_being_written_and_read(tmp_path: Path) -> None:
    figures = _measured(networkx.karate_club_graph())
    path = tmp_path / "figures.json"

    figures.save(path)

    assert load_statistics(path) == figures


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"nodes": 3}'])
def test_a_file_without_figures_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "figures.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ValueError, match=r"figures\.json does not hold the figures"):
        load_statistics(path)


def test_the_figures_kept_of_a_real_network_fit_together() -> None:
    figures = load_statistics(ROOT / "data" / "real_networks" / "ego_facebook.json")

    degrees, counts = np.array(figures.degree_counts).T
    lengths, pairs = np.array(figures.path_counts).T
    assert counts.sum() == figures.nodes == 4_039
    assert (degrees * counts).sum() == 2 * figures.edges == 2 * 88_234
    assert degrees.max() == figures.max_degree
    assert pairs.sum() == figures.nodes * (figures.nodes - 1)
    assert (lengths * pairs).sum() / pairs.sum() == pytest.approx(figures.mean_path)
    assert pairs[0] == 2 * figures.edges
