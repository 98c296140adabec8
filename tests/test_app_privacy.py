"""Erased is erased: no byte of a person stays in the workspace, and none was ever printed."""

import json
import socket
from pathlib import Path

import pytest
from linkedin_export import CONNECTIONS, INVITED_AS_ROBIN, MESSAGES, PREAMBLE, PROFILE
from workspaces import Desk, Terminal

from graph.ingest.people import ERASED

BO = {  # what the export says of one contact
    "slug": "canarybo-slug",
    "first": "Canaryfirst",
    "last": "Canarylast",
    "email": "canarymail@example.org",
    "company": "Canarycompany Works",
    "title": "Canarytitle Keeper",
    "message": "canarymessage text",
    "note": "canarynote text",
    "skill": "Canaryskill",
    "endorsed": "Canaryendorsed",
}
ROBIN = {  # what it says of its owner
    "headline": "Canaryheadline",
    "summary": "Canarysummary",
    "place": "Canaryplace",
    "employer": "Canaryemployer",
    "position": "Canaryposition",
    "described": "Canarydescribed",
    "school": "Canaryschool",
    "degree": "Canarydegree",
    "ability": "Canaryability",
    "follows": "Canaryfollowed",
}
ME = "https://www.linkedin.com/in/robin-vale"
BO_URL = f"https://www.linkedin.com/in/{BO['slug']}"
BO_NAME = f"{BO['first']} {BO['last']}"
ENDORSEMENTS = (
    "Endorsement Date,Skill Name,{who} First Name,{who} Last Name,{who} Public Url,"
    "Endorsement Status"
)
DATED = "2026/02/01 10:00:00 UTC"
EXPORT = {
    "Connections.csv": f"{PREAMBLE}{CONNECTIONS}\n"
    f"{BO['first']},{BO['last']},{BO_URL},{BO['email']},{BO['company']},{BO['title']},20 Jan 2026\n"
    "Cy,Lund,https://www.linkedin.com/in/cy-lund,,Contoso,Designer,21 Jan 2026\n",
    "Invitations.csv": f"{INVITED_AS_ROBIN}"
    f'{BO_NAME},Robin Vale,"1/29/26, 2:37 PM",{BO["note"]},INCOMING,{BO_URL},{ME}\n',
    "messages.csv": f"{MESSAGES}\n"
    f"t1,{BO['note']},{BO_NAME},{BO_URL},Robin Vale,{ME},2026-02-01 10:00:00 UTC,"
    f"{BO['note']},{BO['message']},INBOX\n",
    "Endorsement_Received_Info.csv": f"{ENDORSEMENTS.format(who='Endorser')}\n"
    f"{DATED},{BO['skill']},{BO['first']},{BO['last']},{BO_URL},ACCEPTED\n",
    "Endorsement_Given_Info.csv": f"{ENDORSEMENTS.format(who='Endorsee')}\n"
    f"{DATED},{BO['endorsed']},{BO['first']},{BO['last']},{BO_URL},ACCEPTED\n",
    "Notes.csv": "Connection First Name,Connection Last Name,Connection Profile URL,Note,"
    f"Created On,Edited On\n{BO['first']},{BO['last']},{BO_URL},{BO['note']},14 Oct 2026,\n",
    "Profile.csv": f"{PROFILE}\nRobin,Vale,,,,{ROBIN['headline']},{ROBIN['summary']},,,"
    f"{ROBIN['place']},,,\n",
    "Positions.csv": "Company Name,Title,Description,Location,Started On,Finished On\n"
    f"{ROBIN['employer']},{ROBIN['position']},{ROBIN['described']},{ROBIN['place']},Mar 2025,\n",
    "Education.csv": "School Name,Start Date,End Date,Notes,Degree Name,Activities\n"
    f"{ROBIN['school']},Oct 2016,Sep 2019,,{ROBIN['degree']},\n",
    "Skills.csv": f"Name\n{ROBIN['ability']}\n",
    "Company Follows.csv": f"Organization,Followed On\n{ROBIN['follows']},"
    '"Mon Feb 02 10:00:00 UTC 2026"\n',
}


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    desk = Desk(tmp_path)
    for name, content in EXPORT.items():
        desk.write(f"export/{name}", content)
    return Terminal(desk, monkeypatch)


def found_in_files(folder: Path, words: dict[str, str]) -> dict[str, list[str]]:
    """Return which of the words any file holds, in which case ever, and where."""
    held = {path: path.read_bytes().lower() for path in folder.rglob("*") if path.is_file()}
    assert held
    return {
        what: files
        for what, word in words.items()
        if (files := [path.name for path, held in held.items() if word.lower().encode() in held])
    }


def succeed(terminal: Terminal, *words: str | Path) -> str:
    result = terminal.run(*words)
    assert result.exit_code == 0, result.output
    return result.output


def test_an_erased_contact_is_in_no_byte_of_the_workspace_and_stays_away(
    terminal: Terminal,
) -> None:
    succeed(terminal, "import", terminal.desk.files)
    kept = found_in_files(terminal.home, BO).keys()
    assert kept == {"slug", "first", "last", "company", "title", "skill", "endorsed"}
    person = f"linkedin:{BO['slug']}"
    succeed(terminal, "erase", "--person", person, "--yes")
    # What the contact endorsed is a skill of the owner's own, who keeps it.
    own = {what: word for what, word in BO.items() if what != "skill"}
    assert found_in_files(terminal.home, own) == {}
    told = json.loads(succeed(terminal, "--json", "import", terminal.desk.files))
    counted = {Path(file["path"]).name: file["rows_skipped"].get(ERASED) for file in told["files"]}
    assert {name for name, rows in counted.items() if rows} == {
        "Connections.csv",
        "Invitations.csv",
        "messages.csv",
        "Endorsement_Received_Info.csv",
        "Endorsement_Given_Info.csv",
    }
    assert found_in_files(terminal.home, own) == {}
    assert terminal.run("export", "--person", person).exit_code == 2


def test_an_erased_owner_takes_their_whole_export_along(terminal: Terminal) -> None:
    succeed(terminal, "import", terminal.desk.files)
    assert found_in_files(terminal.home, ROBIN).keys() == ROBIN.keys()
    succeed(terminal, "erase", "--person", "linkedin:robin-vale", "--yes")
    everything = ROBIN | BO | {"owner": "robin-vale", "name": "Robin Vale", "other": "cy-lund"}
    assert found_in_files(terminal.home, everything) == {}
    other = terminal.desk.write("people.csv", "id,name\np1,Ann\n")
    succeed(terminal, "import", terminal.desk.files / "export", other)
    assert found_in_files(terminal.home, everything) == {}
    assert terminal.desk.store.stats().nodes["person"] == 1


def test_no_output_ever_quotes_what_rows_hold(terminal: Terminal, tmp_path: Path) -> None:
    desk = terminal.desk
    canary = "canarycell"
    desk.write("bad/people.csv", f'id,name\n,{canary}\n"{canary * 30}",x\np1,"{canary}\n')
    desk.write("bad/events.csv", f"person_id,kind,item_id,at\n{canary},view,{canary},{canary}\n")
    desk.write(
        "bad/jobs.csv", f"id,title,salary_min\nj1,{canary},{canary}\n".encode() + b"\xff\0\n"
    )
    desk.write("bad/connections.csv", f"person_id,other_id,since\n{canary},{canary},{canary}\n")
    rejects = tmp_path / "rejects.csv"
    said = [
        terminal.run("import", desk.files / "export").output,
        terminal.run("import", desk.files, "--rejects", rejects).output,
        terminal.run("--json", "import", desk.files).output,
        terminal.run("stats").output,
        terminal.run("erase", "--person", f"linkedin:{BO['slug']}", "--yes").output,
        rejects.read_text(),
    ]
    for text in said:
        assert canary not in text.lower()
        named = {word for word in (BO | ROBIN).values() if word.lower() in text.lower()}
        assert named <= {BO["slug"]}  # what the command itself was given


class _Attempt(Exception):
    pass


def test_no_command_looks_for_anything_on_the_network(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tried: list[object] = []

    def refuse(*words: object, **_named: object) -> None:
        tried.append(words)
        raise _Attempt

    for place, name in (
        (socket.socket, "connect"),
        (socket.socket, "connect_ex"),
        (socket.socket, "sendto"),
        (socket, "getaddrinfo"),
        (socket, "gethostbyname"),
        (socket, "create_connection"),
    ):
        monkeypatch.setattr(place, name, refuse)
    with pytest.raises(_Attempt):
        socket.create_connection(("example.org", 80))
    tried.clear()
    succeed(terminal, "import", terminal.desk.files)
    for words in (
        ("stats",),
        ("review", "list"),
        ("export", "--person", "linkedin:cy-lund", "--out", tmp_path / "cy.json"),
        ("erase", "--person", "linkedin:cy-lund", "--yes"),
    ):
        succeed(terminal, *words)
    terminal.run("doctor")
    assert tried == []
