import pytest
from linkedin_export import CONNECTIONS, INVITATIONS, MESSAGES, PROFILE, input_file

from graph.importers.linkedin.layout import LAYOUTS, stem_of
from graph.importers.linkedin.recognise import export_root, recognise
from graph.importers.linkedin.unused_files import ARTICLE, ASSISTANT, EMPTY, OTHER_COLUMNS

JOB_FILE = "Saved Date,Job Url,Job Title,Company Name\n"
RECOMMENDATION = "First Name,Last Name,Company,Job Title,Text,Creation Date,Status\n"


@pytest.mark.parametrize(
    ("path", "header", "part"),
    [
        ("Connections.csv", CONNECTIONS, "connections"),
        ("CONNECTIONS.CSV", CONNECTIONS, "connections"),
        ("Connections (1).csv", CONNECTIONS, "connections"),
        ("messages_123456.csv", MESSAGES, "messages"),
        ("Company Follows.csv", "Organization,Followed On", "company follows"),
        ("Company_Follows.csv", "Organization,Followed On", "company follows"),
        ("Jobs/Saved Jobs.csv", JOB_FILE, "saved jobs"),
        ("Jobs/Saved_Jobs_34875879.csv", JOB_FILE, "saved jobs"),
        ("Recommendations_Received.csv", RECOMMENDATION, "recommendations received"),
        ("Recommendations Given.csv", RECOMMENDATION, "recommendations given"),
        ("Skills.csv", "Name", "skills"),
        ("Languages.csv", "Name,Proficiency", "languages"),
    ],
)
def test_a_file_is_recognised_whatever_varies_in_its_name(
    path: str, header: str, part: str
) -> None:
    found = recognise(input_file(f"export.zip/{path}", f"{header}\n"))
    assert found is not None
    assert (found.part, found.group, found.unused_because) == (part, "export.zip", None)


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (CONNECTIONS, "connections"),
        (MESSAGES, "messages"),
        (INVITATIONS, "invitations"),
        (PROFILE, "profile"),
        (JOB_FILE, "saved jobs"),
    ],
)
def test_a_renamed_file_is_recognised_by_its_columns(header: str, part: str) -> None:
    found = recognise(input_file("my network.csv", f"{header}\n"))
    assert found is not None
    assert found.part == part


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("connections.csv", "person_id,other_id,since,strength\n"),
        ("positions.csv", "person_id,title,company,start,end\n"),
        ("events.csv", "person_id,kind,item_id,at,value\n"),
        ("groups.csv", "person_id,attribute,value\n"),
        ("education.csv", "person_id,school,degree\n"),
        ("skills.csv", "id,name\n"),
        ("notes.csv", "date,note\n"),
        ("anything.csv", "Name\nRobin\n"),
        ("notes.docx", "Notes:\n"),
        ("Connections.csv", b"\x00\x01\x02\x00"),
        ("Connections.csv", "Notes:\n" * 40 + CONNECTIONS),
        ("._Connections.csv", b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X"),
    ],
)
def test_what_is_not_an_export_is_left_to_others(path: str, content: str | bytes) -> None:
    assert recognise(input_file(path, content)) is None


@pytest.mark.parametrize(
    "name",
    [
        "guide_messages.csv",
        "coach_messages.csv",
        "learning_coach_messages.csv",
        "learning_role_play_messages.csv",
        "LearningCoachMessages.csv",
        "career_guide_messages_34875879.csv",
    ],
)
def test_messages_with_assistants_are_no_messages(name: str) -> None:
    found = recognise(input_file(f"export/{name}", f"{MESSAGES}\n"))
    assert found is not None
    assert found.unused_because == ASSISTANT


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("Ad_Targeting.csv", "Member Age,Company Names,Company Names\n"),
        ("Comments_34875879.csv", "Date,Link,Message\n"),
        ("Receipts_v2.csv", "First Name,Last Name\n"),
        ("Registration.csv", "Registered At,Registration Ip,Subscription Types\n"),
        ("Rich_Media.csv", "Date/Time,Media Description,Media Link\n"),
        ("Votes.csv", "Date,Link,OptionText\n"),
        ("Learning.csv", "Content Title,Content Description,\n"),
        ("Notes.csv", "Connection First Name,Connection Last Name,Connection Profile URL,Note\n"),
        ("ImportedContacts.csv", "FirstName,LastName,Emails\n"),
        ("Verifications/Verifications.csv", "First name,Verification type\n"),
        ("Whatsapp Phone Numbers.csv", "Number,Extension\n"),
    ],
)
def test_a_known_file_without_facts_says_in_words_why_it_is_not_used(
    path: str, content: str
) -> None:
    found = recognise(input_file(f"export/{path}", content))
    assert found is not None
    assert found.group == "export"
    assert found.unused_because


def test_an_empty_file_of_an_export_is_called_empty() -> None:
    found = recognise(input_file("export/Connections.csv", b"\xef\xbb\xbf\r\n"))
    assert found is not None
    assert found.unused_because == EMPTY


def test_a_file_whose_columns_linkedin_has_changed_is_named_as_such() -> None:
    found = recognise(input_file("export/Job Applications.csv", "When,Where\n1,2\n"))
    assert found is not None
    assert found.unused_because == OTHER_COLUMNS


def test_published_articles_are_known_and_not_used() -> None:
    found = recognise(input_file("export/Articles/Articles/on-shipping.html", "<html>"))
    assert found is not None
    assert (found.group, found.unused_because) == ("export", ARTICLE)


@pytest.mark.parametrize(
    ("folder", "root"),
    [
        ("export.zip", "export.zip"),
        ("export.zip/Jobs", "export.zip"),
        ("export.zip/inner/jobs", "export.zip/inner"),
        ("a/Articles/Articles", "a"),
        ("Jobs", ""),
        (".", ""),
        ("", ""),
    ],
)
def test_a_subfolder_belongs_to_the_export_around_it(folder: str, root: str) -> None:
    assert export_root(folder) == root


def test_no_two_layouts_share_a_file_name() -> None:
    stems = [stem_of(f"{layout.file_name}.csv") for layout in LAYOUTS]
    assert len(set(stems)) == len(LAYOUTS)
