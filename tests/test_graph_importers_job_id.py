import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.importers.job_id import canonical_url, job_id


@pytest.mark.parametrize(
    "url",
    [
        "https://www.linkedin.com/jobs/view/4000000001",
        "http://de.linkedin.com/jobs/view/data-engineer-at-northwind-4000000001/?refId=x&trk=y",
        "linkedin.com/jobs/view/4000000001/",
        "https://www.linkedin.com/comm/jobs/view/4000000001?utm_source=mail",
        "https://www.linkedin.com/jobs/collections/recommended/?currentJobId=4000000001",
    ],
)
def test_one_linkedin_posting_has_one_id(url: str) -> None:
    assert job_id(url, "") == "linkedin-job:4000000001"


def test_the_id_of_a_job_board_names_the_same_posting_as_its_address() -> None:
    assert job_id(None, "li-4000000001") == "linkedin-job:4000000001"
    assert job_id("https://jobs.example.org/7", "li-4000000001") == "linkedin-job:4000000001"
    assert job_id("https://de.indeed.com/viewjob?jk=0aF1", "") == "indeed-job:0af1"
    assert job_id(None, "in-0af1") == "indeed-job:0af1"


def test_scheme_www_tracking_and_trailing_slash_make_no_difference() -> None:
    plain = job_id("https://jobs.example.org/Posting/7?lang=en&b=1", "x")
    assert plain.startswith("job:")
    assert len(plain) == len("job:") + 16
    for same in (
        "http://www.Jobs.Example.org/Posting/7/?b=1&lang=en",
        "jobs.example.org/Posting/7?utm_medium=a&b=1&lang=en&trackingId=z&gclid=q",
        " https://jobs.example.org:443/Posting/7?lang=en&b=1#apply ",
    ):
        assert job_id(same, "y") == plain


@pytest.mark.parametrize(
    "other",
    [
        "https://jobs.example.org/posting/7",  # paths are case-sensitive
        "https://jobs.example.org/Posting/8",
        "https://jobs.example.org/Posting/7?ref=12",  # may be a reference number
        "https://jobs.example.org/Posting/7#/opening/2",
        "https://jobs.example.com/Posting/7",
        "https://jobs.example.org:8443/Posting/7",
    ],
)
def test_what_may_be_another_posting_stays_another(other: str) -> None:
    assert job_id(other, "") != job_id("https://jobs.example.org/Posting/7", "")


def test_a_host_that_only_looks_like_a_board_is_none() -> None:
    assert job_id("https://notlinkedin.com/jobs/view/1", "").startswith("job:")
    assert job_id("https://linkedin.com.example.org/jobs/view/1", "").startswith("job:")


def test_without_an_address_the_words_decide() -> None:
    assert job_id(None, "Data  Engineer | Northwind") == job_id("", "data engineer | northwind")
    assert job_id(None, "Data Engineer | A") != job_id(None, "Data Engineer | B")


@given(st.text(st.characters(codec=None)))
def test_any_text_has_an_id_and_a_canonical_address_stays(text: str) -> None:
    assert job_id(text, text) == job_id(text, text)
    canonical_url("https://[" + text)


@given(st.from_regex(r"[a-z]{1,9}\.org/[a-z/]{0,9}(\?[a-z]=[a-z0-9])?", fullmatch=True))
def test_a_canonical_address_is_its_own(url: str) -> None:
    assert canonical_url(canonical_url(url)) == canonical_url(url)
