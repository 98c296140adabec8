"""A release is whole, or it is not there; what it holds is what its manifest says."""

import json
from pathlib import Path

import pytest

from app.mistake import Mistake
from app.release import MANIFEST, check_name, find_release, newest_release, open_release, publish

SAID = {"schema": 1, "text_encoder": {}, "features": "f", "encoder": "e", "trained": {}}


def write(folder: Path) -> None:
    (folder / "links").mkdir()
    (folder / "links" / "weights").write_bytes(b"numbers")
    (folder / "features.json").write_text("{}")


def test_a_published_release_opens(tmp_path: Path) -> None:
    publish(tmp_path, "first", SAID, write)
    release = open_release(tmp_path / "first")
    assert release.name == "first"
    assert (release.links / "weights").read_bytes() == b"numbers"


def test_a_release_that_could_not_be_written_leaves_nothing(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        write(folder)
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        publish(tmp_path, "first", SAID, fail)
    assert list(tmp_path.iterdir()) == []


def test_a_release_is_never_written_over_another(tmp_path: Path) -> None:
    publish(tmp_path, "first", SAID, write)
    before = (tmp_path / "first" / MANIFEST).read_bytes()
    with pytest.raises(Mistake, match="there is a release first"):
        publish(tmp_path, "first", SAID, write)
    assert (tmp_path / "first" / MANIFEST).read_bytes() == before


@pytest.mark.parametrize("file", ["features.json", "links/weights"])
@pytest.mark.parametrize("bit", range(8))
def test_a_flipped_bit_is_refused(tmp_path: Path, file: str, bit: int) -> None:
    folder = publish(tmp_path, "first", SAID, write).folder
    content = bytearray((folder / file).read_bytes())
    content[0] ^= 1 << bit
    (folder / file).write_bytes(bytes(content))
    with pytest.raises(Mistake, match=file):
        open_release(folder)


def test_a_missing_and_a_foreign_file_are_refused(tmp_path: Path) -> None:
    folder = publish(tmp_path, "first", SAID, write).folder
    (folder / "more").write_text("x")
    with pytest.raises(Mistake, match="more: the manifest says no such file"):
        open_release(folder)
    (folder / "more").unlink()
    (folder / "features.json").unlink()
    with pytest.raises(Mistake, match=r"features\.json.*there is none"):
        open_release(folder)


def test_a_link_instead_of_a_file_is_refused(tmp_path: Path) -> None:
    folder = publish(tmp_path, "first", SAID, write).folder
    outside = tmp_path / "outside"
    (folder / "features.json").rename(outside)
    (folder / "features.json").symlink_to(outside)
    with pytest.raises(Mistake, match="a link"):
        open_release(folder)


def test_another_format_is_refused_with_both_values(tmp_path: Path) -> None:
    folder = publish(tmp_path, "first", SAID, write).folder
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | {"format": 99}))
    with pytest.raises(Mistake, match="99, this version reads 1"):
        open_release(folder)


def test_the_newest_release_is_found_without_a_name(tmp_path: Path) -> None:
    assert newest_release(tmp_path) is None
    with pytest.raises(Mistake, match="there is no release"):
        find_release(tmp_path, None)
    for name in ("zebra", "ant"):
        publish(tmp_path, name, SAID, write)
    assert find_release(tmp_path, None).name == "ant"
    assert find_release(tmp_path, "zebra").name == "zebra"
    assert find_release(tmp_path, str(tmp_path / "zebra")).name == "zebra"


@pytest.mark.parametrize("name", ["", "..", "a/b", "A", ".hidden", "x" * 65, "a b"])
def test_a_name_that_is_no_folder_everywhere_is_refused(name: str) -> None:
    with pytest.raises(Mistake, match="cannot be the name"):
        check_name(name)
