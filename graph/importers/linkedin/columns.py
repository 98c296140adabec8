"""Names the columns of a LinkedIn export that are read, in the languages they are seen in."""

from collections.abc import Mapping, Sequence
from enum import StrEnum


class Column(StrEnum):
    """A column by its English header; columns that are private on purpose are not listed.

    Birth date, addresses, telephone numbers, maiden name, answers to employers and the texts of
    invitations and recommendations have no name here, so no reader can ask for them.
    """

    FIRST_NAME = "First Name"
    LAST_NAME = "Last Name"
    URL = "URL"
    EMAIL = "Email Address"
    COMPANY = "Company"
    POSITION = "Position"
    CONNECTED_ON = "Connected On"

    HEADLINE = "Headline"
    SUMMARY = "Summary"
    INDUSTRY = "Industry"
    GEO_LOCATION = "Geo Location"

    COMPANY_NAME = "Company Name"
    TITLE = "Title"
    DESCRIPTION = "Description"
    LOCATION = "Location"
    STARTED_ON = "Started On"
    FINISHED_ON = "Finished On"
    SCHOOL_NAME = "School Name"
    START_DATE = "Start Date"
    END_DATE = "End Date"
    DEGREE_NAME = "Degree Name"
    NAME = "Name"
    PROFICIENCY = "Proficiency"
    AUTHORITY = "Authority"

    FROM = "From"
    TO = "To"
    SENT_AT = "Sent At"
    DIRECTION = "Direction"
    INVITER_URL = "inviterProfileUrl"
    INVITEE_URL = "inviteeProfileUrl"

    ENDORSEMENT_DATE = "Endorsement Date"
    ENDORSEMENT_STATUS = "Endorsement Status"
    SKILL_NAME = "Skill Name"
    ENDORSER_FIRST_NAME = "Endorser First Name"
    ENDORSER_LAST_NAME = "Endorser Last Name"
    ENDORSER_URL = "Endorser Public Url"
    ENDORSEE_FIRST_NAME = "Endorsee First Name"
    ENDORSEE_LAST_NAME = "Endorsee Last Name"
    ENDORSEE_URL = "Endorsee Public Url"

    JOB_TITLE = "Job Title"
    CREATION_DATE = "Creation Date"
    STATUS = "Status"

    CONVERSATION_ID = "CONVERSATION ID"
    SENDER_URL = "SENDER PROFILE URL"
    RECIPIENT_URLS = "RECIPIENT PROFILE URLS"
    DATE = "DATE"
    CONTENT = "CONTENT"  # looked at for the marks of an advertisement, then forgotten
    FOLDER = "FOLDER"
    IS_MESSAGE_DRAFT = "IS MESSAGE DRAFT"
    IS_CONVERSATION_DRAFT = "IS CONVERSATION DRAFT"

    SAVED_DATE = "Saved Date"
    APPLICATION_DATE = "Application Date"
    JOB_URL = "Job Url"
    ORGANIZATION = "Organization"
    FOLLOWED_ON = "Followed On"

    LOCATIONS = "Locations"
    INDUSTRIES = "Industries"
    JOB_TITLES = "Job Titles"
    PREFERRED_JOB_TYPES = "Preferred Job Types"
    DREAM_COMPANIES = "Dream Companies"
    ALERT_PARAMETERS = "ALERT_PARAMETERS"
    QUERY_CONTEXT = "QUERY_CONTEXT"


def fold(name: str) -> str:
    """Return a header or file name without what varies: case, spaces and underscores."""
    return "".join(name.split()).replace("_", "").casefold()


# Seen in other programs' tests only, never in a real export: their use is remarked on.
TRANSLATIONS: Mapping[str, Mapping[str, Column]] = {
    "German": {
        "Vorname": Column.FIRST_NAME,
        "Nachname": Column.LAST_NAME,
        "E-Mail-Adresse": Column.EMAIL,
        "Firma": Column.COMPANY,
        "Unternehmen": Column.COMPANY,
        "Verbunden am": Column.CONNECTED_ON,
        "Vernetzt am": Column.CONNECTED_ON,
    },
    "French": {
        "Prénom": Column.FIRST_NAME,
        "Nom": Column.LAST_NAME,
        "Nom de famille": Column.LAST_NAME,
        "Adresse e-mail": Column.EMAIL,
        "Entreprise": Column.COMPANY,
        "Société": Column.COMPANY,
        "Poste": Column.POSITION,
        "Fonction": Column.POSITION,
        "Date de connexion": Column.CONNECTED_ON,
        "Connecté le": Column.CONNECTED_ON,
    },
}

_ENGLISH: Mapping[str, Column] = {fold(column): column for column in Column}
_TRANSLATED: Mapping[str, tuple[str, Column]] = {
    fold(name): (language, column)
    for language, names in TRANSLATIONS.items()
    for name, column in names.items()
}


def columns_of(header: Sequence[str]) -> dict[Column, int]:
    """Return where each known column stands; of a column named twice the first counts."""
    found: dict[Column, int] = {}
    for index, name in enumerate(header):
        folded = fold(name)
        column = _ENGLISH.get(folded) or _TRANSLATED.get(folded, (None, None))[1]
        if column is not None:
            found.setdefault(column, index)
    return found


def languages_of(header: Sequence[str]) -> tuple[str, ...]:
    """Return the languages other than English that some column is named in, in order."""
    languages = (_TRANSLATED[fold(name)][0] for name in header if fold(name) in _TRANSLATED)
    return tuple(dict.fromkeys(languages))
