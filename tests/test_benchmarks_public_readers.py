"""The readers of public data sets read what these hold, and say where a file is wrong."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from tests.benchmarks.public.ego_facebook_files import read_people
from tests.benchmarks.public.esco_files import read_esco
from tests.benchmarks.public.lightgcn_split import carved, made_split, read_split
from tests.benchmarks.public.plain_pickle import read_plain_pickle
from tests.benchmarks.public.planetoid_files import read_papers
from tests.benchmarks.public.ranking import rank_hidden
from tests.benchmarks.public.skill2vec_files import read_postings

MARK, END = b"(", b"t"


def text(words: str) -> bytes:
    return b"U" + bytes([len(words)]) + words.encode()


def number(value: int) -> bytes:
    return b"J" + struct.pack("<i", value)


def array(values: list[int] | list[list[int]]) -> bytes:
    """Write an array as Python 2 and numpy did: a call, and a state to be set."""
    found = np.array(values, np.int32)
    shape = MARK + b"".join(map(number, found.shape)) + END
    kind = b"cnumpy\ndtype\n" + text("i4") + number(0) + number(1) + b"\x87R"
    kind += MARK + number(3) + text("<") + b"NNN" + number(-1) + number(-1) + number(0) + END + b"b"
    data = b"T" + struct.pack("<i", found.nbytes) + found.tobytes()
    made = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n" + number(0) + b"\x85"
    made += text("b") + b"\x87R"
    return made + MARK + number(1) + shape + kind + b"\x89" + data + END + b"b"


def rows(matrix: list[list[int]]) -> bytes:
    compressed = csr_array(np.array(matrix))
    state = text("_shape") + b"".join(map(number, np.shape(matrix))) + b"\x86"
    for name in ("data", "indices", "indptr"):
        state += text(name) + array(getattr(compressed, name).tolist())
    return b"cscipy.sparse.csr\ncsr_matrix\n)\x81}" + MARK + state + b"ub"


def lists(entries: dict[int, list[int]]) -> bytes:
    made = b"ccollections\ndefaultdict\nc__builtin__\nlist\n\x85R" + MARK
    for key, values in entries.items():
        made += number(key) + b"]" + MARK + b"".join(map(number, values)) + b"e"
    return made + b"u"


def write(path: Path, body: bytes) -> Path:
    path.write_bytes(b"\x80\x02" + body + b".")
    return path


def test_arrays_rows_and_lists_are_read_from_a_pickle(tmp_path: Path) -> None:
    matrix = [[0, 5, 0], [7, 0, 9]]
    assert read_plain_pickle(write(tmp_path / "a", array(matrix))).tolist() == matrix
    assert read_plain_pickle(write(tmp_path / "b", rows(matrix))).toarray().tolist() == matrix
    assert read_plain_pickle(write(tmp_path / "c", lists({4: [1, 2]}))) == {4: [1, 2]}


def test_what_a_pickle_wants_called_is_not_called(tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    called = b"cpathlib\nPath\n" + text(str(flag)) + b"\x85R"
    touch = b"cbuiltins\ngetattr\n" + called + text("touch") + b"\x86R)R"
    path = write(tmp_path / "evil", touch)
    with pytest.raises(ValueError, match="a call of what is no name"):
        read_plain_pickle(path)
    with pytest.raises(ValueError, match="'posix system' is not among"):
        read_plain_pickle(write(path, b"cposix\nsystem\n" + text("true") + b"\x85R"))
    assert not flag.exists()


@pytest.mark.parametrize("body", [b"", b"(", b"K", b"\x94", b"cnumpy\ndtype\n", b"q\x00"])
def test_a_broken_pickle_is_refused_by_name(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(ValueError, match="broken"):
        read_plain_pickle(write(tmp_path / "broken", body))


def test_papers_have_their_words_citations_and_fields(tmp_path: Path) -> None:
    parts = {
        "x": rows([[1, 0]]),
        "allx": rows([[1, 0], [1, 1]]),
        "ally": array([[1, 0], [0, 1]]),
        "tx": rows([[0, 2], [3, 1]]),
        "ty": array([[0, 1], [1, 0]]),
        "graph": lists({0: [1, 0], 4: [2, 2]}),
    }
    for name, body in parts.items():
        write(tmp_path / f"ind.tiny.{name}", body)
    (tmp_path / "ind.tiny.test.index").write_text("4\n2\n")
    papers = read_papers(tmp_path, "tiny")
    assert papers.words.toarray().tolist() == [[1, 0], [0.5, 0.5], [0.75, 0.25], [0, 0], [0, 1]]
    assert papers.field.tolist() == [0, 1, 0, 0, 1]
    assert np.argwhere(papers.citations.toarray()).tolist() == [[0, 1], [1, 0], [2, 4], [4, 2]]
    assert papers.test.tolist() == [2, 4]


def test_both_forms_of_a_split_are_read(tmp_path: Path) -> None:
    (tmp_path / "data1.txt").write_text("1\t2\t9\n2\t1\t3.2e+05\n1\t2\t9\n")
    (tmp_path / "test1.txt").write_text("1\t3\t1\n")
    split = read_split(tmp_path)
    assert split.known.toarray().tolist() == [[0, 1, 0], [1, 0, 0]]
    assert split.hidden.toarray().tolist() == [[0, 0, 1], [0, 0, 0]]
    (tmp_path / "train.txt").write_text("0 1\n1 0 2\n")
    (tmp_path / "test.txt").write_text("0 2\n1\n")
    assert read_split(tmp_path).known.toarray().tolist() == [[0, 1, 0], [1, 0, 1]]


def test_a_line_that_is_no_pair_is_named(tmp_path: Path) -> None:
    (tmp_path / "data1.txt").write_text("1\t2\t9\none\ttwo\n")
    (tmp_path / "test1.txt").write_text("1\t3\t1\n")
    with pytest.raises(ValueError, match=r"data1\.txt, line 2: no person and item"):
        read_split(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"neither train\.txt nor data1\.txt"):
        read_split(tmp_path / "none")


def test_a_carved_split_hides_each_choice_or_keeps_it() -> None:
    whole = made_split(200, 50, 2_000)
    known, hidden = carved(whole.known, 0.3)
    assert (known + hidden - whole.known).nnz == 0
    assert 0.2 < hidden.nnz / whole.known.nnz < 0.4


def test_postings_keep_skills_that_are_used_and_lose_their_doubles(tmp_path: Path) -> None:
    lines = ["1,Python,SQL ,rare", "2,sql,python,,", "3,SQL,Go", "4,python,go,SQL", "5,go,alone"]
    with gzip.open(tmp_path / "s.csv.gz", "wt", encoding="utf-8") as stream:
        stream.write("\n".join(lines))
    postings = read_postings(tmp_path, fewest_uses=2, fewest_skills=2)
    assert postings.names == ("go", "python", "sql")
    assert postings.asks.toarray().tolist() == [[0, 1, 1], [1, 0, 1], [1, 1, 1]]


def test_people_of_all_ego_networks_share_attributes_of_one_name(tmp_path: Path) -> None:
    for ego, names, own, others in ((0, "0 a\n1 b", "1 0", "1 0 1"), (3, "0 b", "1", "2 1\n1 0")):
        (tmp_path / f"{ego}.featnames").write_text(names + "\n")
        (tmp_path / f"{ego}.egofeat").write_text(own + "\n")
        (tmp_path / f"{ego}.feat").write_text(others + "\n")
    (tmp_path / "facebook_combined.txt").write_text("0 1\n3 2\n")
    people = read_people(tmp_path)
    assert people.names == ("a", "b")
    assert people.attributes.toarray().tolist() == [[1, 0], [0, 1], [0, 1], [0, 1]]
    assert np.argwhere(people.ties.toarray()).tolist() == [[0, 1], [1, 0], [2, 3], [3, 2]]
    (tmp_path / "3.feat").write_text("2 1 1\n")
    with pytest.raises(ValueError, match=r"3\.feat, row 1: 2 attributes, and 1 names"):
        read_people(tmp_path)


def test_occupations_need_their_skills_each_once(tmp_path: Path) -> None:
    head = "conceptUri,preferredLabel,altLabels,description"
    (tmp_path / "occupations_en.csv").write_text(f'{head},iscoGroup\no,baker,"a\nb",bakes,7512\n')
    (tmp_path / "skills_en.csv").write_text(f"{head}\ns,bake,,heat\nt,mix,,stir\n")
    relations = (
        "occupationUri,relationType,skillType,skillUri\no,essential,k,t\no,optional,k,t\nx,e,k,s\n"
    )
    (tmp_path / "occupationSkillRelations.csv").write_text(relations)
    esco = read_esco(tmp_path)
    assert esco.needs.toarray().tolist() == [[0, 1]]
    assert esco.occupations[0].all_text == "baker\na\nb\nbakes"
    assert esco.occupations[0].group == "7512"
    (tmp_path / "skills_en.csv").write_text("conceptUri\ns\n")
    with pytest.raises(ValueError, match=r"skills_en\.csv lacks the columns \['altLabels', 'desc"):
        read_esco(tmp_path)


def test_hidden_items_are_ranked_among_all_that_are_not_known() -> None:
    scores = np.array([[9.0, 5.0, 7.0, 1.0], [3.0, 3.0, 3.0, 3.0], [0, 0, 0, 0]], np.float32)
    known = csr_array(np.array([[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]))
    hidden = csr_array(np.array([[0, 1, 0, 1], [0, 0, 1, 0], [0, 0, 0, 0]]))
    ranks = rank_hidden(lambda chosen: scores[chosen], known, hidden)
    assert ranks.place.tolist() == [1, 2, 2]  # item 2 is first of list 0; ties go by number
    assert ranks.recall(2) == pytest.approx((1 / 2 + 0) / 2)
    assert ranks.recall(3) == 1
    assert ranks.average_precision() == pytest.approx(((1 / 2 + 2 / 3) / 2 + 1 / 3) / 2)
    assert ranks.r_precision(10) == pytest.approx((1 / 2 + 0) / 2)
    assert ranks.reciprocal_rank() == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert ranks.reciprocal_rank(2) == pytest.approx(1 / 4)
    best = 1 + 1 / np.log2(3)
    assert ranks.ndcg(3) == pytest.approx(((1 / np.log2(3) + 1 / 2) / best + 1 / 2) / 2)


def test_scores_that_are_no_numbers_are_refused() -> None:
    ones = csr_array(np.ones((1, 2)))
    with pytest.raises(ValueError, match="lists 0 to 0 have one that is none"):
        rank_hidden(lambda chosen: np.full((1, 2), np.nan, np.float32), csr_array((1, 2)), ones)
    with pytest.raises(ValueError, match="nothing is hidden"):
        rank_hidden(lambda chosen: np.zeros((1, 2), np.float32), ones, csr_array((1, 2)))
