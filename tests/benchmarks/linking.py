"""Measures entity linking against outside corpora: precision of each tier, and coverage.

Run: python -m tests.benchmarks.linking [--data FOLDER]
"""

import argparse
import csv
import hashlib
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from graph.linking import Link, Linker, Tier
from graph.schema import NodeType
from graph.taxonomy import Taxonomy

ROOT = Path(__file__).resolve().parents[2]
LABELS = Path(__file__).with_name("title_labels.csv")
LINES_SHOWN = 40

# What the company corpus says of its names: (one, another, whether they are the same company).
COMPANY_FACTS = (
    ("Nestlé", "Nestle\u0301", True),
    ("Nestlé", "Nestle", False),
    ("Zürich Re", "Zurich Re", False),
    ("Škoda", "Koda", False),
    ("Škoda", "Skoda", False),
    ("Żubr", "Zubr", False),
    ("Ėmė", "Eme", False),
    ("Ġenerali", "Generali", False),
    ("ＡＣＭＥ", "acme", True),
    ("ﬁnance", "finance", True),
    ("İstanbul Tekstil", "Istanbul Tekstil", True),
    ("İŞ BANKASI", "Is Bankasi", False),
    ("  Acme  ,  Inc.  ", "Acme, Inc.", True),
    ("日本電産", "日本電気", False),
)


class Judged(NamedTuple):
    """A link, and whether it is right."""

    link: Link
    right: bool
    wanted: str


@dataclass(slots=True)
class Score:
    """What became of the texts of one corpus."""

    name: str
    judged: list[Judged] = field(default_factory=list)
    texts: int = 0
    linkable: int = 0  # texts that some standard title fits

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Give (tier, accepted, precision) of each tier that accepted anything."""
        by_tier: dict[Tier, list[bool]] = defaultdict(list)
        for judged in self.judged:
            by_tier[judged.link.tier].append(judged.right)
        for tier in Tier:
            if by_tier[tier]:
                accepted, right = len(by_tier[tier]), sum(by_tier[tier])
                yield tier.value, str(accepted), f"{right / accepted:.4f}"
        if self.judged:
            right = sum(judged.right for judged in self.judged)
            yield "all", str(len(self.judged)), f"{right / len(self.judged):.4f}"

    def coverage(self) -> str:
        """Say what share of the texts, and of the linkable ones, were linked right."""
        right = sum(judged.right for judged in self.judged)
        shares = [
            f"{right}/{n} = {right / n:.4f}" if n else "-" for n in (self.texts, self.linkable)
        ]
        return f"coverage: of all {shares[0]}; of the linkable {shares[1]}"

    def wrong(self) -> Counter[tuple[str, str, str, str]]:
        """Count the wrong links as (tier, text, id, what was wanted)."""
        return Counter(
            (judged.link.tier.value, judged.link.text, judged.link.id or "", judged.wanted)
            for judged in self.judged
            if not judged.right
        )


def company_faults(linker: Linker, corpus: Path) -> Iterator[str]:
    """Check the company keys against what the corpus states; give what is wrong."""
    cases = json.loads(corpus.read_text(encoding="utf-8"))["cases"]
    inputs = [case["input"] for case in cases if case["input"]]
    for one, another, same in COMPANY_FACTS:
        if (linker.key(NodeType.COMPANY, one) == linker.key(NodeType.COMPANY, another)) != same:
            yield f"{one!r} and {another!r} should be {'the same' if same else 'distinct'}"
    keys = Counter(linker.key(NodeType.COMPANY, text) for text in inputs)
    expected = {linker.key(NodeType.COMPANY, text): 1 for text in inputs}
    expected[linker.key(NodeType.COMPANY, "Nestlé")] = 2
    expected[linker.key(NodeType.COMPANY, "ACME")] = 3  # ＡＣＭＥ, Acme Corp and Acme, Inc.
    yield from (
        f"key {key!r} stands for {n} names" for key, n in keys.items() if n != expected[key]
    )
    for case in cases:
        if not case["input"] and not linker.link(NodeType.COMPANY, "").placeholder:
            yield "an empty name is not a placeholder"


def labelled_titles(linker: Linker, corpus: Path, labels: Path) -> Score:
    """Judge real titles by hand-made labels."""
    titles = [entry["title"] for entry in json.loads(corpus.read_text("utf-8"))["titles"]]
    with labels.open(encoding="utf-8", newline="") as stream:
        wanted = {row["digest"]: row["title"] for row in csv.DictReader(stream)}
    score = Score("real titles, by hand labels")
    for title in titles:
        label = wanted.get(hashlib.sha256(title.encode()).hexdigest()[:12])
        if label is None:
            continue
        score.texts += 1
        score.linkable += bool(label)
        link = linker.link(NodeType.TITLE, title)
        if link.id is not None:
            score.judged.append(Judged(link, link.id in label.split(";"), label))
    return score


def onet_titles(folder: Path) -> dict[str, tuple[str, set[str]]]:
    """Read the alternate titles: folded text -> (text, codes of the occupations listing it)."""
    read: dict[str, tuple[str, set[str]]] = {}
    for name, column in (
        ("Alternate Titles.txt", "Alternate Title"),
        ("Sample of Reported Titles.txt", "Reported Job Title"),
    ):
        with (folder / name).open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
                text = row[column]
                _, codes = read.setdefault(text.casefold(), (text, set()))
                codes.add(row["O*NET-SOC Code"])
    return read


def same_wording(text: str) -> str:
    """Fold what tells alternates apart that are one title: brackets, punctuation, plurals."""
    spoken = re.findall(r"\w+", re.sub(r"\(.*?\)", "", text.casefold()))
    return "".join(word.removesuffix("s") for word in spoken)


def pooled(alternates: Iterable[tuple[str, set[str]]]) -> list[tuple[str, set[str]]]:
    """Give every alternate the occupations of all that differ from it in brackets and the like.

    O*NET lists "Systems Administrator" and "Systems Administrator (Systems Admin)" under
    different occupations.
    """
    texts = list(alternates)
    pool: dict[str, set[str]] = defaultdict(set)
    for text, codes in texts:
        for wording in (text, *re.findall(r"\((\w+ [^)]*)\)", text)):
            pool[same_wording(wording)] |= codes
    return [(text, codes | pool[same_wording(text)]) for text, codes in texts]


def judge_onet(
    linker: Linker, taxonomy: Taxonomy, alternates: Iterable[tuple[str, set[str]]], *, digits: int
) -> Score:
    """Judge alternate titles by the occupations that list them.

    `digits` is the length of the codes compared: 10 (15-1252.00) or 7 (15-1252).
    """
    ours = {title.id: {code[:digits] for code in title.onet} for title in taxonomy.titles}
    covered = set().union(*ours.values())
    score = Score("")
    for text, codes in alternates:
        theirs = {code[:digits] for code in codes}
        link = linker.link(NodeType.TITLE, text)
        score.texts += 1
        score.linkable += not covered.isdisjoint(theirs)
        if link.id is not None:
            right = not ours[link.id].isdisjoint(theirs)
            score.judged.append(Judged(link, right, ";".join(sorted(codes))))
    return score


def is_held_out(text: str) -> bool:
    """Put half of the texts aside, by a hash that will not change."""
    return hashlib.sha256(text.casefold().encode()).digest()[0] % 2 == 1


def slips(taxonomy: Taxonomy, seed: int) -> Iterator[tuple[str, str]]:
    """Give every standard name with one slip of the hand in a long word, and its id."""
    generator = random.Random(seed)
    for title in taxonomy.titles:
        long = [word for word in title.name.split() if len(word) > 7 and word.isalpha()]
        if long:
            word = generator.choice(long)
            yield title.name.replace(word, _slip(word, generator), 1), title.id


def _slip(word: str, generator: random.Random) -> str:
    place = generator.randrange(1, len(word) - 1)
    match generator.randrange(3):
        case 0:
            return word[:place] + word[place + 1 :]
        case 1:
            return word[:place] + word[place] + word[place:]
        case _:
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def judge_slips(linker: Linker, taxonomy: Taxonomy) -> Score:
    """Judge mistyped names by the title they were made of."""
    score = Score("names with one slip of the hand")
    for text, id in slips(taxonomy, seed=20):
        link = linker.link(NodeType.TITLE, text)
        score.texts += 1
        score.linkable += 1
        if link.id is not None:
            score.judged.append(Judged(link, link.id == id, id))
    return score


def show(console: Console, score: Score) -> None:
    """Print one corpus' table."""
    table = Table("tier", "accepted", "precision", title=score.name)
    for row in score.rows():
        table.add_row(*row)
    console.print(table)
    console.print(score.coverage())


def write_wrong(score: Score, path: Path) -> None:
    """Write the wrong links, those of the most frequent title first."""
    wrong = score.wrong()
    by_id = Counter(id for _, _, id, _ in wrong.elements())
    ranked = sorted(wrong, key=lambda key: (-by_id[key[2]], key[2], key[0], key[1]))
    lines = (f"{by_id[id]}\t{id}\t{tier}\t{text}\t{wanted}" for tier, text, id, wanted in ranked)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--taxonomy", type=Path, default=ROOT / "data" / "taxonomy")
    parser.add_argument("--titles-corpus", type=Path, help="titles of job boards, as JSON")
    parser.add_argument("--company-corpus", type=Path, help="spellings of companies, as JSON")
    parser.add_argument("--onet", type=Path, help="folder of the O*NET text files")
    parser.add_argument("--data", type=Path, help="a folder that holds all three of them")
    parser.add_argument("--wrong", type=Path, help="folder to write the wrong links to")
    chosen = parser.parse_args()
    if chosen.data is not None:
        corpora = chosen.data / "formats" / "company_title_corpora_careerops"
        chosen.titles_corpus = chosen.titles_corpus or corpora / "title-recall-corpus.json"
        chosen.company_corpus = chosen.company_corpus or corpora / "company-key-corpus.json"
        chosen.onet = chosen.onet or chosen.data / "onet_29.2"
    return chosen


def main() -> None:
    """Measure what there are corpora for, and print the tables."""
    chosen, console = _arguments(), Console()
    taxonomy = Taxonomy.load(chosen.taxonomy)
    linker = Linker(taxonomy)
    scores: dict[str, Score] = {}
    if chosen.company_corpus is not None:
        faults = list(company_faults(linker, chosen.company_corpus))
        console.print(f"company keys: {len(COMPANY_FACTS)} facts, {len(faults)} faults", *faults)
    if chosen.titles_corpus is not None:
        scores["labels"] = labelled_titles(linker, chosen.titles_corpus, LABELS)
    if chosen.onet is not None:
        scores |= judge_both_halves(console, linker, taxonomy, chosen.onet)
    scores["slips"] = judge_slips(linker, taxonomy)
    for name, score in scores.items():
        show(console, score)
        if chosen.wrong is not None:
            write_wrong(score, chosen.wrong / f"{name}.txt")


def judge_both_halves(
    console: Console, linker: Linker, taxonomy: Taxonomy, folder: Path
) -> dict[str, Score]:
    """Judge the titles of O*NET, those that rules were made on and those held out apart."""
    alternates = onet_titles(folder)
    started = perf_counter()
    for text, _ in alternates.values():
        linker.link(NodeType.TITLE, text)
    seconds = perf_counter() - started
    console.print(f"{len(alternates)} distinct titles linked in {seconds:.1f} s")
    alike = pooled(alternates.values())
    scores: dict[str, Score] = {}
    for half, held_out in (("development", False), ("held-out", True)):
        entries = [entry for entry in alternates.values() if is_held_out(entry[0]) == held_out]
        for digits in (10, 7):
            score = judge_onet(linker, taxonomy, entries, digits=digits)
            score.name = f"O*NET alternates, {half} half, {digits - 2} digits"
            scores[f"onet_{half}_{digits}"] = score
        same = [entry for entry in alike if is_held_out(entry[0]) == held_out]
        score = judge_onet(linker, taxonomy, same, digits=10)
        score.name = f"O*NET alternates, {half} half, 8 digits, wordings pooled"
        scores[f"onet_{half}_pooled"] = score
    return scores


if __name__ == "__main__":
    main()
