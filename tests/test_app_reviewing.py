"""At a terminal the review queue is a conversation; every answer is kept at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from workspaces import Desk, Terminal, table

from app.mistake import Mistake
from app.output import Output
from app.reviewing import Reviewing, ask_one_by_one


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A store with three open questions, the most wanted first: Labs, Group, Holding."""
    desk = Desk(tmp_path)
    desk.write("1.csv", table("id,name,company", "a,A,Contoso"))
    asked = ("b,B,Contoso Labs", "c,C,Contoso Labs", "d,D,Contoso Labs", "e,E,Contoso Group")
    more = ("f,F,Contoso Group", "g,G,Contoso Holding")
    desk.write("2.csv", table("id,name,company", *asked, *more))
    desk.bring()
    return desk


def converse(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *answers: str
) -> tuple[list[str], str]:
    """Answer the questions; return which are still open and what was said."""
    waiting: Iterator[str] = iter(answers)
    monkeypatch.setattr(typer, "prompt", lambda *_words, **_named: next(waiting))
    queue = Reviewing(desk.store)
    ask_one_by_one(queue, Output())
    assert next(waiting, None) is None, "more answers than questions"
    said = capsys.readouterr()
    return [each.text for each in queue.open_questions()], said.out + said.err


def test_a_number_accepts_s_separates_and_enter_leaves_for_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    still_open, said = converse(desk, monkeypatch, capsys, "1", "s", "")
    assert still_open == ["Contoso Holding"]
    assert "3 facts moved" in said
    assert desk.store.stats().nodes["company"] == 3


def test_q_stops_and_keeps_what_was_answered(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    still_open, _ = converse(desk, monkeypatch, capsys, " S ", "q")
    assert still_open == ["Contoso Group", "Contoso Holding"]


@pytest.mark.parametrize("answer", ["9", "0", "²", "yes", "-1"])
def test_an_answer_that_is_no_choice_changes_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: str
) -> None:
    before = desk.store.fingerprint()
    still_open, said = converse(desk, monkeypatch, capsys, answer, "q")
    assert len(still_open) == 3
    assert "none of the choices" in said
    assert desk.store.fingerprint() == before


def test_a_suggestion_that_was_merged_away_can_still_be_accepted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal(desk, monkeypatch)
    contoso = "local:company-contoso"
    holding, group = (
        next(r for r in desk.store.reviews() if r.text == text)
        for text in ("Contoso Holding", "Contoso Group")
    )
    assert group.local_id in {each.id for each in holding.suggestions}
    taken = terminal.run("review", "accept", "company", "Contoso Group", "--as", contoso)
    assert taken.exit_code == 0, taken.output
    assert group.local_id not in terminal.run("--json", "review", "list").output
    words = ("review", "accept", "company", "Contoso Holding", "--as", group.local_id)
    done = terminal.run(*words)
    assert done.exit_code == 0, done.output
    assert f"now means {contoso}: 1 fact moved" in done.output


class Clumsy(Reviewing):
    """A queue in which no answer can be kept, as when another process was faster."""

    def accept(self, kind: str, text: str, target_id: str | None) -> dict[str, Any]:
        raise Mistake(f"there is no {kind} with the id {target_id!r}, says {text!r}")


def test_a_mistake_is_said_and_the_conversation_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    waiting = iter(["1", "s", ""])
    monkeypatch.setattr(typer, "prompt", lambda *_words, **_named: next(waiting))
    queue = Clumsy(desk.store)
    ask_one_by_one(queue, Output())
    assert "there is no company with the id" in capsys.readouterr().err
    assert [each.text for each in queue.open_questions()] == ["Contoso Labs", "Contoso Holding"]
    assert next(waiting, None) is None


def test_what_was_answered_shapes_what_is_offered_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, said = converse(desk, monkeypatch, capsys, "1", "", "")
    after_the_first = said.partition("2 of 3")[2]
    assert "Contoso Labs (" not in after_the_first
