import contextlib
import io
import os
import re
import stat
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.importers.archive import ArchiveLimits, Refused, collect
from graph.importers.input_file import BadFile, InputFile

CSV = b"id,name\np1,Ada\n"
MIB = 1 << 20


@dataclass(frozen=True)
class Member:
    """A member as a hostile archive may describe it: None means truthfully."""

    name: str
    data: bytes = CSV  # as it lies in the archive
    method: int = 0
    size: int | None = None
    packed_size: int | None = None
    crc: int | None = None
    flags: int = 0
    mode: int = 0
    local_name: str | None = None
    start: int | None = None


def packed(*members: Member, count: int | None = None, comment: bytes = b"") -> bytes:
    body, directory = b"", b""
    for member in members:
        name = member.name.encode()
        local_name = (member.local_name or member.name).encode()
        inflated = zlib.decompress(member.data, -15) if member.method == 8 else member.data
        crc = zlib.crc32(inflated) if member.crc is None else member.crc
        size = len(inflated) if member.size is None else member.size
        length = len(member.data) if member.packed_size is None else member.packed_size
        start = len(body) if member.start is None else member.start
        common = (member.flags, member.method, 0, 0, crc, length, size)
        body += struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, *common, len(local_name), 0)
        body += local_name + member.data
        extras = (len(name), 0, 0, 0, 0, member.mode << 16, start)
        directory += struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, *common, *extras) + name
    number = len(members) if count is None else count
    sizes = (0, 0, number, number, len(directory), len(body), len(comment))
    return body + directory + struct.pack("<4s4H2LH", b"PK\x05\x06", *sizes) + comment


def deflated(data: bytes) -> bytes:
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeezer.compress(data) + squeezer.flush()


def ordinary(names: Sequence[str], data: bytes = CSV) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, data)
    return stream.getvalue()


def overlap_bomb() -> bytes:
    """A thousand members of 50 kB each that all share one kernel of a few dozen bytes.

    Each member but the last begins with a stored block that quotes the header of the next one,
    and then goes on with the next one's data.
    """
    squeezed, inflated = deflated(bytes(50_000)), bytes(50_000)
    body, members = b"", []
    for number in reversed(range(1_000)):
        name = f"{number}.csv".encode()
        fields = (zlib.crc32(inflated), len(squeezed), len(inflated))
        header = (
            struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, *fields, len(name), 0) + name
        )
        body = header + squeezed
        members.append((name, fields, len(body)))
        squeezed = b"\0" + struct.pack("<HH", len(header), len(header) ^ 0xFFFF) + header + squeezed
        inflated = header + inflated
    directory = b"".join(
        struct.pack(
            "<4s6H3L5H2L",
            b"PK\x01\x02",
            20,
            20,
            0,
            8,
            0,
            0,
            *fields,
            len(name),
            0,
            0,
            0,
            0,
            0,
            len(body) - from_end,
        )
        + name
        for name, fields, from_end in members
    )
    sizes = (0, 0, len(members), len(members), len(directory), len(body), 0)
    return body + directory + struct.pack("<4s4H2LH", b"PK\x05\x06", *sizes)


def nested_overlap() -> bytes:
    """The stored member a.csv holds the header and the data of b.csv, which is listed too."""
    inner = packed(Member("b.csv"))
    inner = inner[: inner.index(b"PK\x01\x02")]
    start = len(struct.pack("<4s5H3L2H", b"", *[0] * 10)) + len("a.csv")
    return packed(Member("a.csv", inner), Member("b.csv", start=start))


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def zipped(folder: Path, data: bytes) -> Path:
    path = folder / "export.zip"
    path.write_bytes(data)
    return path


def files(*paths: Path) -> list[InputFile]:
    found = list(collect(paths))
    assert all(isinstance(file, InputFile) for file in found), found
    return [file for file in found if isinstance(file, InputFile)]


def content(file: InputFile) -> bytes:
    with file.open() as stream:
        return stream.read()


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "path traversal": (lambda: packed(Member("../../e.csv")), "leads outside"),
    "hidden traversal": (lambda: packed(Member("a/../../e.csv")), "leads outside"),
    "absolute path": (lambda: packed(Member("/e.csv")), "absolute path"),
    "drive letter": (lambda: packed(Member("C:/e.csv")), "absolute path"),
    "backslashes": (lambda: packed(Member("C:\\e.csv")), "backslashes"),
    "relative backslashes": (lambda: packed(Member("..\\e.csv")), "backslashes"),
    "no name": (lambda: packed(Member("/")), "without a usable name"),
    "NUL in a name": (lambda: packed(Member("e.csv\0.txt")), "without a usable name"),
    "duplicate": (lambda: packed(Member("a.csv"), Member("a.csv")), "two entries named"),
    "duplicate by case": (lambda: packed(Member("a.csv"), Member("A.CSV")), "two entries named"),
    "duplicate by composition": (
        lambda: packed(Member("Zoe\u0308.csv"), Member("Zo\u00eb.csv")),
        "two entries named",
    ),
    "duplicate by dot": (lambda: packed(Member("a.csv"), Member("./a.csv")), "two entries named"),
    "bomb": (lambda: ordinary(["zeros.csv"], bytes(100 * MIB)), "times its size"),
    "declared bomb": (lambda: packed(Member("a.csv", size=200 * MIB)), "times its size"),
    "huge entry": (lambda: packed(Member("a.csv", size=300 * MIB)), "more than 256 MiB"),
    "huge in total": (
        lambda: packed(*[Member(f"{n}.csv", size=MIB) for n in range(513)]),
        "more than 512 MiB",
    ),
    "overlap bomb": (overlap_bomb, "overlap"),
    "member inside a member": (nested_overlap, "overlap"),
    "two names for one member": (
        lambda: packed(Member("a.csv"), Member("b.csv", start=0)),
        "described in two ways",
    ),
    "3,000 entries": (
        lambda: ordinary([f"{n}.csv" for n in range(3_000)]),
        "3,000 entries, more than 2,000",
    ),
    "65,535 entries": (lambda: packed(Member("a.csv"), count=0xFFFF), "ZIP64"),
    "fewer entries than listed": (
        lambda: packed(Member("a.csv"), Member("b.csv"), count=1),
        "holds more than it says",
    ),
    "more entries than listed": (lambda: packed(Member("a.csv"), count=2), "ends too early"),
    "encrypted": (lambda: packed(Member("a.csv", flags=1)), "encrypted"),
    "another name inside": (
        lambda: packed(Member("a.csv", local_name="b.csv")),
        "described in two ways",
    ),
    "no member there": (lambda: packed(Member("a.csv", start=3)), "not where the directory says"),
    "into the directory": (lambda: packed(Member("a.csv", packed_size=90)), "into the directory"),
    "truncated": (lambda: cut(ordinary(["a.csv"], os.urandom(9_000))), "cut off or damaged"),
    "bytes before it": (lambda: b"PK\x03\x04" + packed(Member("a.csv")), "not where it says"),
    "bytes after it": (lambda: packed(Member("a.csv")) + b"!", "cut off or damaged"),
    "empty file": (lambda: b"", "empty file"),
    "no entries": (lambda: packed(), "holds no files"),
    "not a zip": (lambda: b"id,name\np1,Ada\n", "named .zip, but no ZIP archive"),
}


@pytest.mark.parametrize(("build", "reason"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_archive_is_refused_with_its_reason_at_little_cost(
    build: Callable[[], bytes], reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(build())
    tracemalloc.start()
    try:
        (found,) = collect([path])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(found, Refused)
    assert found.path == str(path)
    assert re.search(reason, found.reason)
    assert peak < 4 * MIB
    assert list(tmp_path.iterdir()) == [path]


def test_an_archive_over_its_limit_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with path.open("wb") as stream:
        stream.write(b"PK\x03\x04")
        stream.truncate(64 * MIB + 1)
    (found,) = collect([path])
    assert found == Refused(str(path), "larger than 64 MiB: unpack it and import the folder")


def test_every_way_to_be_hostile_has_its_own_message(tmp_path: Path) -> None:
    kinds = [
        "path traversal",
        "absolute path",
        "backslashes",
        "duplicate",
        "bomb",
        "huge entry",
        "huge in total",
        "overlap bomb",
        "3,000 entries",
        "encrypted",
        "truncated",
        "empty file",
        "no entries",
        "not a zip",
        "another name inside",
    ]
    reasons = set()
    for kind in kinds:
        (found,) = collect([zipped(tmp_path, HOSTILE[kind][0]())])
        assert isinstance(found, Refused)
        assert "\n" not in found.reason
        reasons.add(found.reason)
    assert len(reasons) == len(kinds)


def test_the_overlap_bomb_is_one_that_the_standard_library_opens() -> None:
    bomb = overlap_bomb()
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        assert sum(entry.file_size for entry in archive.infolist()) > 50_000_000
    assert len(bomb) < 150_000


def test_the_members_of_an_archive_are_streams_named_as_people_name_them(tmp_path: Path) -> None:
    path = zipped(tmp_path, ordinary(["Jobs/Saved Jobs.csv", "Connections.csv", "Jobs/"], CSV * 9))
    first, second = files(path)
    assert (first.path, first.name, first.folder) == (
        f"{path}/Connections.csv",
        "Connections.csv",
        str(path),
    )
    assert (second.name, second.folder, second.size) == (
        "Saved Jobs.csv",
        f"{path}/Jobs",
        len(CSV * 9),
    )
    assert content(second) == content(second) == CSV * 9
    assert second.head(4) == CSV[:4]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("data", [CSV, os.urandom(300_000), bytes(900_000)], ids=len)
def test_a_member_is_read_back_byte_for_byte(tmp_path: Path, method: int, data: bytes) -> None:
    path = tmp_path / "export.bin"  # an archive by its content, not by its name
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("a.csv", data)
    (file,) = files(path)
    assert content(file) == data
    with file.open() as stream:
        assert b"".join(iter(lambda: stream.read(977), b"")) == data


def test_a_member_streams_in_bounded_memory(tmp_path: Path) -> None:
    line = os.urandom(64 * 1024)
    path = zipped(tmp_path, ordinary(["a.csv"], line * 100))
    (file,) = files(path)
    tracemalloc.start()
    try:
        with file.open() as stream:
            length = sum(len(block) for block in iter(lambda: stream.read(100_000), b""))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert length == len(line) * 100
    assert peak < 2 * MIB


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        (Member("a.csv", deflated(bytes(5 * MIB)), 8, size=70_000), "longer than .* declares"),
        (Member("a.csv", CSV * 9_000, size=70_000), "longer than .* declares"),
        (Member("a.csv", deflated(CSV), 8, size=900), "shorter than .* declares"),
        (Member("a.csv", deflated(os.urandom(90_000)), 8, packed_size=70_000), "shorter than"),
        (Member("a.csv", crc=7), "checksum does not match"),
    ],
)
def test_a_forged_size_is_found_while_reading(tmp_path: Path, member: Member, reason: str) -> None:
    (file,) = files(zipped(tmp_path, packed(member)))
    tracemalloc.start()
    try:
        with pytest.raises(BadFile, match=f"export.zip/a.csv: .*{reason}"):
            content(file)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * MIB


def test_a_member_that_cannot_be_inflated_is_refused_alone(tmp_path: Path) -> None:
    broken = Member("a.csv", CSV, size=900, packed_size=len(CSV))
    data = packed(broken, Member("b.csv")).replace(b"\x14\0\0\0\0\0", b"\x14\0\0\0\x08\0", 1)
    position = data.index(b"PK\x01\x02") + 10
    data = data[:position] + b"\x08" + data[position + 1 :]
    refused, used = collect([zipped(tmp_path, data)])
    assert isinstance(refused, Refused)
    assert refused.reason == "damaged, it cannot be inflated"
    assert isinstance(used, InputFile)


def test_one_bad_member_does_not_spoil_the_others(tmp_path: Path) -> None:
    path = zipped(
        tmp_path,
        packed(
            Member("a.csv"),
            Member("b.zip", ordinary(["x.csv"])),
            Member("c.csv", ordinary(["x.csv"])),  # an archive too, whatever its name
            Member("d.csv", b"/etc/passwd", mode=stat.S_IFLNK | 0o777),
            Member("e.csv", method=99),
            Member("f.csv", b""),
            Member("g.docx", ordinary(["word/document.xml"])),
        ),
    )
    found = list(collect([path]))
    used = [file.name for file in found if isinstance(file, InputFile)]
    refused = {file.path: file.reason for file in found if isinstance(file, Refused)}
    assert used == ["a.csv", "g.docx"]
    assert refused == {
        f"{path}/b.zip": "an archive inside an archive: unpack it first",
        f"{path}/c.csv": "an archive inside an archive: unpack it first",
        f"{path}/d.csv": "a symbolic link or another special file",
        f"{path}/e.csv": "packed in a way that is not supported (method 99)",
        f"{path}/f.csv": "empty file",
    }


def test_files_of_the_operating_system_are_passed_over(tmp_path: Path) -> None:
    names = ["__MACOSX/._a.csv", ".DS_Store", "x/Thumbs.db", "desktop.ini", ".git/config", "a.csv"]
    (tmp_path / "__MACOSX").mkdir()
    for name in ("__MACOSX/._b.csv", ".DS_Store", "Thumbs.db", "b.csv"):
        (tmp_path / name).write_bytes(CSV)
    zipped(tmp_path, ordinary(names))
    assert [file.name for file in files(tmp_path)] == ["b.csv", "a.csv"]


def test_an_office_document_is_one_file(tmp_path: Path) -> None:
    path = tmp_path / "resume.docx"
    path.write_bytes(ordinary(["[Content_Types].xml", "word/document.xml"]))
    (file,) = files(path)
    assert file.name == "resume.docx"
    assert content(file) == path.read_bytes()


def test_names_with_unusual_letters_can_be_shown(tmp_path: Path) -> None:
    path = zipped(tmp_path, packed(Member("Zo\u00eb\u202ecsv.csv"), Member("\x1b[2J.csv")))
    assert {file.name for file in files(path)} == {"[2J.csv", "Zo\u00ebcsv.csv"}
    (tmp_path / os.fsdecode(b"w\xffx.csv")).write_bytes(CSV)
    assert "w?x.csv" in {file.name for file in files(tmp_path)}


def test_a_folder_is_walked_in_order(tmp_path: Path) -> None:
    for name in ("b/2.csv", "b/10.csv", "a.csv", "c.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(CSV)
    found = files(tmp_path)
    assert [file.path for file in found] == [
        str(tmp_path / name) for name in ("a.csv", "b/10.csv", "b/2.csv", "c.csv")
    ]
    assert found[1].folder == str(tmp_path / "b")
    assert content(found[0]) == CSV


def test_links_that_lead_outside_or_nowhere_are_not_followed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "a.csv").write_bytes(CSV)
    (inside / "b.csv").symlink_to(outside / "a.csv")
    (inside / "c").symlink_to(outside)
    (inside / "d").symlink_to(inside)
    (inside / "e.csv").symlink_to(inside / "a.csv")
    (inside / "f.csv").symlink_to(inside / "missing.csv")
    (inside / "g.csv").symlink_to(inside / "g.csv")
    found = list(collect([inside]))
    assert [file.path for file in found if isinstance(file, InputFile)] == [str(inside / "a.csv")]
    assert {Path(file.path).name: file.reason for file in found if isinstance(file, Refused)} == {
        "b.csv": "a link that leads outside the folder",
        "c": "a link that leads outside the folder",
        "f.csv": "a link to nothing",
        "g.csv": "a link that leads to itself",
    }


def test_what_is_pointed_at_twice_is_returned_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(CSV)
    assert len(files(tmp_path / "a.csv", tmp_path, tmp_path, tmp_path / "a.csv")) == 1


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    expected = [Refused(str(tmp_path / "a.csv"), "not a regular file")]
    assert list(collect([tmp_path])) == list(collect([tmp_path / "a.csv"])) == expected


def test_a_missing_path_is_named_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(CSV)
    with pytest.raises(BadFile, match=r"missing\.csv: no such file or folder"):
        collect([tmp_path / "a.csv", tmp_path / "missing.csv"])


def test_a_file_that_vanishes_is_named_when_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(CSV)
    zipped(tmp_path, ordinary(["b.csv"]))
    found = files(tmp_path)
    for path in tmp_path.iterdir():
        path.unlink()
    for file in found:
        with pytest.raises(BadFile, match=file.name):
            file.head()


def test_limits_can_be_set_but_not_to_nothing(tmp_path: Path) -> None:
    path = zipped(tmp_path, ordinary(["a.csv", "b.csv"]))
    (found,) = collect([path], ArchiveLimits(entries=1))
    assert found == Refused(str(path), "holds 2 entries, more than 1")
    with pytest.raises(ValueError, match="at least 1"):
        ArchiveLimits(entry=0)


@settings(max_examples=200)
@given(st.data())
def test_a_damaged_archive_raises_nothing_but_bad_file(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    archive = bytearray(ordinary(["a.csv", "b/c.csv"], CSV * 20))
    for position in data.draw(st.lists(st.integers(0, len(archive) - 1), max_size=4)):
        archive[position] = data.draw(st.integers(0, 255))
    path = zipped(tmp_path_factory.getbasetemp(), bytes(archive[: data.draw(st.integers(1, 999))]))
    for found in collect([path]):
        if isinstance(found, Refused):
            assert found.reason
            continue
        with contextlib.suppress(BadFile):
            assert len(content(found)) == found.size
