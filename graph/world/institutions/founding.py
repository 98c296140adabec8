"""Founds the companies and schools of a world: sizes, places, cultures, whom they employ."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from graph.world.config import WorldConfig
from graph.world.institutions.companies import Companies, Schools
from graph.world.institutions.economy import Economy
from graph.world.institutions.organisation_names import OrganisationNamer
from graph.world.phrases import Phrases
from graph.world.segments import offsets_of
from graph.world.streams import stream
from graph.world.tastes import Taste
from graph.world.vocabulary import Vocabulary

PEOPLE_PER_COMPANY, FEWEST_COMPANIES, MOST_COMPANIES = 20, 30, 100_000
LARGEST_SHARE = 0.075  # of the demand; the largest then employs some 3 to 4 % of the people
PEOPLE_PER_SCHOOL, FEWEST_SCHOOLS, MOST_SCHOOLS = 400, 8, 5_000
# Employees of the smallest and the largest company, and the upper ends of the size bands.
FEWEST_EMPLOYEES, MOST_EMPLOYEES = 3.0, 60_000.0
BAND_ENDS = np.array([10, 50, 200, 500, 1_000, 5_000, 10_000])
USUAL_SITES = np.array([1.0, 1.05, 1.3, 1.8, 2.5, 4.0, 6.0, 9.0])  # by band
CORE_SHARE = 0.6  # of employees in the families of the industry itself
FAMILIES_OF_SMALLEST, FAMILIES_PER_BAND = 4, 3
SUPPORT_PULL = 0.2  # of families that every company employs, on which industries there are
LEGAL_FORM_SHARE = 0.45  # of companies that state theirs in the name
Floats = npt.NDArray[np.float64]


def found_companies(
    config: WorldConfig, vocabulary: Vocabulary, economy: Economy, words_folder: Path
) -> Companies:
    """Found the companies of a world; a company's number is its rank by size.

    Args:
        config: The world.
        vocabulary: Industries, families and cities.
        economy: Who employs whom, and where people live.
        words_folder: Holds `organisations/company_names.txt`.
    """
    count = int(np.clip(config.people // PEOPLE_PER_COMPANY, FEWEST_COMPANIES, MOST_COMPANIES))
    size = _sizes(count)
    industry = _industries(config, economy, count)
    band = _bands(config, size)
    culture = _cultures(config, economy, industry, band)
    site_offsets, site_city = _sites(config, economy, band)
    headquarters = site_city[site_offsets[:-1]]
    return Companies(
        names=_company_names(config, economy, words_folder, industry, headquarters),
        industry=industry.astype(np.int16),
        size=size.astype(np.float32),
        band=band,
        culture=culture,
        growth=_growth(config, culture),
        pay=_pay(config, economy, industry, size, culture),
        site_offsets=site_offsets,
        site_city=site_city,
        family_share=_family_shares(config, economy, industry, band),
    )


def found_schools(
    config: WorldConfig, vocabulary: Vocabulary, economy: Economy, words_folder: Path
) -> Schools:
    """Found the schools of a world, at least one in its largest city.

    Args:
        config: The world.
        vocabulary: The cities.
        economy: Where people live.
        words_folder: Holds the folder `organisations`.
    """
    count = int(np.clip(config.people // PEOPLE_PER_SCHOOL, FEWEST_SCHOOLS, MOST_SCHOOLS))
    random = stream(config.seed, "schools")
    cities, shares = economy.settled_cities(config.seed, config.people)
    city = random.choice(cities, size=count, p=shares)
    city[0] = cities[shares.argmax()]
    shares_of_kinds = np.array([kind.share for kind in economy.school_kinds])
    kind = random.choice(
        len(shares_of_kinds), size=count, p=shares_of_kinds / shares_of_kinds.sum()
    )
    general = [k for k, one in enumerate(economy.school_kinds) if not one.families]
    kind[: len(general)] = general  # so that every degree can be had
    phrases = Phrases.load(words_folder / "organisations")
    parts = [_places(vocabulary, one) for one in city.tolist()]
    patterns = [phrases.of(f"school.{economy.school_kinds[k].id}") for k in kind.tolist()]
    names = OrganisationNamer(phrases, stream(config.seed, "school names")).names(patterns, parts)
    size = random.pareto(1.3, count) + 1
    return Schools(
        names=tuple(names),
        city=city.astype(np.int16),
        size=(size / size.sum()).astype(np.float32),
        kind=kind.astype(np.int8),
    )


def _places(vocabulary: Vocabulary, city: int) -> Mapping[str, Sequence[str]]:
    name = _bare(vocabulary, city)
    return {"city": [name], "region": [vocabulary.cities[city].region or name]}


def _sizes(count: int) -> Floats:
    """Zipf's law, its head flattened until the largest has the share it should."""
    aim = max(LARGEST_SHARE, 2.5 / count)
    rank = np.arange(count) + 1.0
    low, high = 0.0, 1_000.0
    for _ in range(60):
        shift = (low + high) / 2
        size = 1 / (rank + shift)
        if size[0] / size.sum() > aim:
            low = shift
        else:
            high = shift
    size = 1 / (rank + high)
    return size / size.sum()


def _industries(config: WorldConfig, economy: Economy, count: int) -> npt.NDArray[np.int64]:
    """Draw industries; each seed has its own heavy-tailed liking for some."""
    random = stream(config.seed, "industries")
    weight = np.zeros(len(economy.vocabulary.industries))
    for family in economy.families:
        # An industry that a family names earlier employs more of it.
        affinity = 1 / (np.arange(len(family.industries)) + 1.5)
        of_family = family.weight * (SUPPORT_PULL if family.is_support else 1.0)
        weight[list(family.industries)] += of_family * affinity / affinity.sum()
    weight *= np.exp(random.normal(0.0, 0.8, len(weight)))
    industry = random.choice(len(weight), size=count, p=weight / weight.sum())
    # The first companies are the largest: no two of the first ten in one industry, if possible.
    first = np.argsort(-weight * random.random(len(weight)), kind="stable")[:10]
    industry[: len(first)] = first
    return industry


def _bands(config: WorldConfig, size: Floats) -> npt.NDArray[np.int8]:
    random = stream(config.seed, "company bands")
    log_size = np.log(size)
    ends = (np.log(FEWEST_EMPLOYEES), np.log(MOST_EMPLOYEES))
    log_employees = np.interp(log_size, (log_size.min(), log_size.max()), ends)
    employees = np.exp(log_employees + random.normal(0.0, 0.5, len(size)))
    return np.searchsorted(BAND_ENDS, employees, side="left").astype(np.int8)


def _cultures(
    config: WorldConfig,
    economy: Economy,
    industry: npt.NDArray[np.int64],
    band: npt.NDArray[np.int8],
) -> npt.NDArray[np.float32]:
    random = stream(config.seed, "cultures")
    leaning = np.zeros((len(economy.vocabulary.industries), len(Taste)))
    for sector in economy.sectors:
        for one in sector.industries:
            leaning[one, list(sector.liked)] += 1.0
            leaning[one, list(sector.disliked)] -= 1.0
    lean = leaning[industry]
    largeness = (band - 2.0) / 4
    for taste, pull in (
        (Taste.STABILITY, 0.8),
        (Taste.AMBITION, 0.5),
        (Taste.PACE, -0.8),
        (Taste.AUTONOMY, -0.8),
    ):
        lean[:, taste] += pull * largeness
    return draw_sparse_tastes(random, lean)


def draw_sparse_tastes(random: np.random.Generator, lean: Floats) -> npt.NDArray[np.float32]:
    """Draw vectors over tastes: two or three strong likes, one or two dislikes, little else.

    Args:
        random: Where draws come from.
        lean: Which dimensions tend to be strong, (vectors, tastes).

    Returns:
        Entries of about -1.5 to 1.5, (vectors, tastes).
    """
    count, tastes = lean.shape
    score = lean + random.gumbel(size=lean.shape)
    rank = np.argsort(np.argsort(-score, axis=1, kind="stable"), axis=1, kind="stable")
    likes = 2 + (random.random((count, 1)) < 0.5)
    dislikes = 1 + (random.random((count, 1)) < 0.4)
    strength = random.uniform(0.7, 1.5, lean.shape)
    vectors = np.clip(random.normal(0.0, 0.12, lean.shape), -0.3, 0.3)
    vectors = np.where(rank < likes, strength, vectors)
    vectors = np.where(rank >= tastes - dislikes, -0.8 * strength, vectors)
    return vectors.astype(np.float32)


def _growth(config: WorldConfig, culture: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    random = stream(config.seed, "growth")
    drive = 0.25 * culture[:, Taste.PACE] + 0.15 * culture[:, Taste.AMBITION]
    return np.clip(random.normal(0.05, 0.4, len(culture)) + drive, -1, 1).astype(np.float32)


def _pay(
    config: WorldConfig,
    economy: Economy,
    industry: npt.NDArray[np.int64],
    size: Floats,
    culture: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    random = stream(config.seed, "company pay")
    sector_pay = np.ones(len(economy.vocabulary.industries))
    for sector in economy.sectors:
        sector_pay[list(sector.industries)] = sector.pay
    log_size = np.log(size)
    spread = max(float(log_size.std()), 1e-9)
    log_pay = 0.06 * (log_size - log_size.mean()) / spread
    log_pay += 0.07 * culture[:, Taste.AMBITION] - 0.03 * culture[:, Taste.MISSION]
    log_pay += random.normal(0.0, 0.07, len(size))
    pay = np.clip(sector_pay[industry] * np.exp(log_pay), 0.75, 1.35)
    return np.round(pay, 3).astype(np.float32)


def _sites(
    config: WorldConfig, economy: Economy, band: npt.NDArray[np.int8]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int16]]:
    """Choose where companies are; the first site is the headquarters, none stands twice."""
    random = stream(config.seed, "sites")
    cities, shares = economy.settled_cities(config.seed, config.people)
    wanted = 1 + random.poisson(USUAL_SITES[band] - 1)
    owner = np.repeat(np.arange(len(band)), wanted)
    city = random.choice(cities, size=len(owner), p=shares)
    # Cities drawn twice for one company fall away, the first draw stays.
    _, first = np.unique(owner * len(economy.vocabulary.cities) + city, return_index=True)
    first.sort()
    counts = np.bincount(owner[first], minlength=len(band))
    return offsets_of(counts), city[first].astype(np.int16)


def _family_shares(
    config: WorldConfig,
    economy: Economy,
    industry: npt.NDArray[np.int64],
    band: npt.NDArray[np.int8],
) -> npt.NDArray[np.float32]:
    random = stream(config.seed, "family shares")
    core = economy.is_core[industry]
    support = economy.is_support & ~core
    # Every company weighs families in its own way; small ones have only a few.
    weight = economy.family_weight * random.gamma(0.8, size=core.shape)
    keep = FAMILIES_OF_SMALLEST + FAMILIES_PER_BAND * band[:, None]
    rank = np.argsort(
        np.argsort(-weight * (core * 3 + support), axis=1, kind="stable"), axis=1, kind="stable"
    )
    kept = rank < keep
    # Even the smallest company does what its industry is about.
    kept[np.arange(len(kept)), (weight * core).argmax(axis=1)] = True
    weight = np.where(kept, weight, 0.0)
    shares = CORE_SHARE * _normalised(weight * core)
    shares += (1 - CORE_SHARE) * _normalised(weight * support)
    return _normalised(shares).astype(np.float32)


def _normalised(rows: Floats) -> Floats:
    total = rows.sum(axis=1, keepdims=True)
    return rows / np.where(total > 0, total, 1)


def _company_names(
    config: WorldConfig,
    economy: Economy,
    words_folder: Path,
    industry: npt.NDArray[np.int64],
    headquarters: npt.NDArray[np.int16],
) -> tuple[str, ...]:
    random = stream(config.seed, "company names")
    phrases = Phrases.load(words_folder / "organisations")
    words = {one: sector.words for sector in economy.sectors for one in sector.industries}
    parts: list[Mapping[str, Sequence[str]]] = [
        {"word": words[one], "city": [_bare(economy.vocabulary, city)]}
        for one, city in zip(industry.tolist(), headquarters.tolist(), strict=True)
    ]
    patterns = phrases.of("company.pattern")
    names = OrganisationNamer(phrases, random).names([patterns] * len(parts), parts)
    draws = random.random((len(names), 2)).tolist()
    for place, (whether, which) in enumerate(draws):
        if whether < LEGAL_FORM_SHARE:
            forms = economy.countries[economy.city_country[headquarters[place]]].forms
            names[place] += f" {forms[int(which * which * len(forms))]}"
    return tuple(names)


def _bare(vocabulary: Vocabulary, city: int) -> str:
    return vocabulary.cities[city].name.split(",")[0]
