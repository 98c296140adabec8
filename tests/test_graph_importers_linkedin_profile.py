import pytest
from linkedin_export import NOW, OWNER, OWNER_URL, PROFILE, read_one, table

from graph.importers.linkedin.career import ENDS_EARLY, NO_POSITION, NO_SCHOOL
from graph.importers.linkedin.dates import UNREADABLE
from graph.importers.linkedin.job_wishes import NO_KEYWORDS, NO_WISH
from graph.importers.linkedin.profile import EMPTY_ROW, SECOND_PROFILE
from graph.importers.linkedin.qualifications import NAMELESS
from graph.schema import Education, Person, Position

POSITIONS = "Company Name,Title,Description,Location,Started On,Finished On"
EDUCATION = "School Name,Start Date,End Date,Notes,Degree Name,Activities"
PREFERENCES = (
    "Locations,Industries,Company Employee Count,Preferred Job Types,Job Titles,"
    "Open To Recruiters,Dream Companies,Phone Number,Commute Preference Starting Address"
)
ALERTS = "ALERT_PARAMETERS,QUERY_CONTEXT,SAVED_SEARCH_ID"
PRIVATE = ("maiden-canary", "street-canary", "1815-12-10", "zip-canary", "im-canary")
ROBIN = (
    "Robin", "Vale, PhD", PRIVATE[0], PRIVATE[1], PRIVATE[2], "Data engineer",
    "I build pipelines.\n\nAnd gardens.", "Software", PRIVATE[3], "Berlin, Germany", "[@robin]",
    "[https://example.com]", PRIVATE[4],
)  # fmt: skip


def test_the_profile_tells_who_the_owner_is() -> None:
    result = read_one("Profile.csv", table(PROFILE, ROBIN))
    assert result.owner() == Person(
        OWNER,
        name="Robin Vale",
        headline="Data engineer",
        summary="I build pipelines.\n\nAnd gardens.",
        place="Berlin, Germany",
        url=OWNER_URL,
        is_member=True,
        notes={"credentials": "PhD", "industry": "Software"},
        updated_at=NOW,
        row=1,
    )


@pytest.mark.parametrize("secret", [*PRIVATE, "@robin"])
def test_what_is_private_in_a_profile_is_never_read_into_a_fact(secret: str) -> None:
    assert secret not in repr(read_one("Profile.csv", table(PROFILE, ROBIN)))


def test_an_empty_and_a_second_profile_are_counted() -> None:
    result = read_one("Profile.csv", table(PROFILE, [""] * 12 + ["x"], ROBIN, ROBIN))
    assert result.tally.skipped == {EMPTY_ROW: 1, SECOND_PROFILE: 1}
    assert result.tally.rows_used == 1


def test_a_position_without_an_end_is_current() -> None:
    rows = [
        ("Northwind", "Data engineer", "Pipelines", "Berlin", "Jan 2024", ""),
        ("Acme", "Analyst", "", "", "2020", "Dec 2023"),
    ]
    result = read_one("Positions.csv", table(POSITIONS, *rows))
    assert [fact for fact in result.facts if isinstance(fact, Position)] == [
        Position(
            OWNER, "Data engineer", "Northwind", "2024-01",
            is_current=True, place="Berlin", description="Pipelines", row=1,
        ),
        Position(OWNER, "Analyst", "Acme", "2020", "2023-12", row=2),
    ]  # fmt: skip


def test_odd_positions_are_counted() -> None:
    rows = [
        ("", "", "text", "", "Jan 2024", ""),
        ("Acme", "Cook", "", "", "Mar 2024", "Feb 2024"),
        ("Acme", "Cook", "", "", "Mar 2024", "2024"),
        ("Acme", "Cook", "", "", "Mar 2024", "some day"),
    ]
    result = read_one("Positions.csv", table(POSITIONS, *rows))
    assert result.tally.skipped == {NO_POSITION: 1}
    assert result.tally.warnings == {ENDS_EARLY: 1, UNREADABLE: 1}
    last = result.facts[-1]
    assert isinstance(last, Position)
    assert (last.end, last.is_current) == (None, False)


def test_a_degree_names_its_field_after_a_comma_and_may_end_in_the_future() -> None:
    rows = [
        ("TU Berlin", "Oct 2024", "Sep 2028", "", "BSc, Computer Science, Honours", "Chess"),
        ("", "2010", "2012", "", "MSc", ""),
    ]
    result = read_one("Education.csv", table(EDUCATION, *rows))
    assert result.facts[1:] == [
        Education(
            OWNER, "TU Berlin", "BSc", "Computer Science, Honours", "2024-10", "2028-09", row=1
        )
    ]
    assert (result.tally.skipped, result.tally.warnings) == ({NO_SCHOOL: 1}, {})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Skills.csv", "Name\nSQL\n \nSpanish\n"),
        ("Languages.csv", "Name,Proficiency\nSQL,\n,Native\nSpanish,Native\n"),
    ],
)
def test_skills_and_languages_are_skills_of_the_owner(name: str, text: str) -> None:
    result = read_one(name, text)
    assert [fact.skills for fact in result.facts[1:] if isinstance(fact, Person)] == [
        ("SQL",),
        ("Spanish",),
    ]
    assert {fact.id for fact in result.facts if isinstance(fact, Person)} == {OWNER}
    assert result.tally.skipped == {NAMELESS: 1}


@pytest.mark.parametrize(
    ("name", "text", "notes"),
    [
        (
            "Certifications.csv",
            "Name,Url,Authority,Started On,Finished On,License Number\n"
            "Cloud; basics,,Acme,,,1\nFirst aid,,,,,\nFirst aid,,,,,\n,,,,,2\n",
            {"certifications": "Cloud, basics;First aid"},
        ),
        (
            "Projects.csv",
            "Title,Description,Url,Started On,Finished On\nGarden,Secret,,,\n,Nameless,,,\n",
            {"projects": "Garden"},
        ),
    ],
)
def test_certificates_and_projects_leave_their_names_in_a_note(
    name: str, text: str, notes: dict[str, str]
) -> None:
    result = read_one(name, text)
    assert result.owner().notes == notes
    assert result.tally.skipped == {NAMELESS: 1}


def test_preferences_become_notes_and_the_private_ones_do_not() -> None:
    row = (
        "Berlin, Germany|Remote", "Software|Health", "51-200", "Full-time", "Data engineer",
        "true", "Northwind| Acme ", "+49 30 1234", "Secret street 1",
    )  # fmt: skip
    result = read_one("Job Seeker Preferences.csv", table(PREFERENCES, row, ["N/A"] * 9))
    assert result.owner().notes == {
        "preferred_places": "Berlin, Germany;Remote",
        "preferred_titles": "Data engineer",
        "preferred_industries": "Software;Health",
        "preferred_job_types": "Full-time",
        "dream_companies": "Northwind;Acme",
    }
    assert result.tally.skipped == {NO_WISH: 1}
    assert "Secret" not in repr(result)


@pytest.mark.parametrize(
    ("parameters", "context", "alert"),
    [
        (
            "{channels=[EMAIL], frequency=DAILY}",
            "{sortingType=RELEVANCE, keywords=data engineer, SQL, spellCheckEnabled=true, "
            "facets={}}",
            "data engineer, SQL",
        ),
        ("keywords=data engineer&location=Berlin&remote=true", "", "data engineer, Berlin"),
        ("", '{"keywords": "data engineer", "location": "Berlin"}', "data engineer, Berlin"),
        ("", '{"keywords": ["odd"]}', None),
        ("", "[" * 100_000, None),
        ("{frequency=DAILY}", "{facets={}}", None),
    ],
)
def test_an_alert_is_read_in_each_of_its_notations(
    parameters: str, context: str, alert: str | None
) -> None:
    result = read_one("SavedJobAlerts.csv", table(ALERTS, (parameters, context, "1")))
    assert result.owner().notes == ({"job_alerts": alert} if alert else {})
    assert result.tally.skipped == ({} if alert else {NO_KEYWORDS: 1})


def test_alerts_are_listed_once_each() -> None:
    rows = [(f"keywords={words}", "", "1") for words in ("cook", "data engineer", "cook")]
    result = read_one("SavedJobAlerts.csv", table(ALERTS, *rows))
    assert result.owner().notes == {"job_alerts": "cook;data engineer"}
    assert result.tally.rows_used == 3
