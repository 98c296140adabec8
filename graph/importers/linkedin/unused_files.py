"""Lists the files of a LinkedIn export that are known but not used, and says why."""

from collections.abc import Mapping
from typing import NamedTuple

from graph.importers.linkedin.columns import fold


class Unused(NamedTuple):
    """Why a file is not used, and a column that shows it is LinkedIn's."""

    because: str
    column: str | None = None  # None: nobody else names a file so


ASSISTANT = "messages with LinkedIn's own assistants, not with people"
ARTICLE = "text that you have published; it names no fact"
EMPTY = "the file is empty"
OTHER_COLUMNS = "named as in a LinkedIn export, but its columns are not known"

_ACTIVITY = "what you read and posted; says little of your career"
_ADDRESS_BOOK = "your address book: other people's private addresses and telephone numbers"
_ADVERTISING = "what advertisers are told about you: guesses, not facts"
_ACCOUNT = "about your account and its security"
_CONTACT_DETAILS = "your own contact details are not needed"
_ANSWERS = "your answers to employers' questions stay private"
_PROFILE_EXTRA = "a part of your profile that the graph has no place for"
_IDENTITY = "identity papers stay private"

_FILES: Mapping[str, Unused] = {
    "Ad_Targeting": Unused(_ADVERTISING),
    "Ads Clicked": Unused(_ADVERTISING),
    "LAN Ads Engagement": Unused(_ADVERTISING),
    "Inferences_about_you": Unused(_ADVERTISING),
    "Inferred Credibility Scores": Unused(_ADVERTISING),
    "Comments": Unused(_ACTIVITY, "Message"),
    "Group_Comments": Unused(_ACTIVITY),
    "Group_Posts": Unused(_ACTIVITY),
    "Group_Likes": Unused(_ACTIVITY),
    "Shares": Unused(_ACTIVITY, "ShareLink"),
    "InstantReposts": Unused(_ACTIVITY),
    "Likes": Unused(_ACTIVITY, "Link"),
    "Reactions": Unused(_ACTIVITY, "Link"),
    "Votes": Unused(_ACTIVITY, "OptionText"),
    "Rich_Media": Unused("pictures and videos that you have uploaded"),
    "Media": Unused("pictures and videos that you have uploaded", "Media Link"),
    "saved_articles": Unused(_ACTIVITY),
    "Saved_Items": Unused(_ACTIVITY),
    "Hashtag_Follows": Unused(_ACTIVITY),
    "Member_Follows": Unused("people you follow, named without an address", "FullName"),
    "SearchQueries": Unused("your searches stay private", "Search Query"),
    "Events": Unused("events name no people, companies or jobs", "Event Name"),
    "Groups": Unused("groups name no people, companies or jobs", "Group Name"),
    "Contacts": Unused(_ADDRESS_BOOK, "Emails"),
    "ImportedContacts": Unused(_ADDRESS_BOOK),
    "Email Addresses": Unused(_CONTACT_DETAILS),
    "PhoneNumbers": Unused(_CONTACT_DETAILS),
    "Whatsapp Phone Numbers": Unused(_CONTACT_DETAILS),
    "Registration": Unused(_ACCOUNT, "Registered At"),
    "Logins": Unused(_ACCOUNT, "Login Date"),
    "Security Challenges": Unused(_ACCOUNT),
    "Account Status History": Unused(_ACCOUNT),
    "Receipts": Unused("what you paid LinkedIn"),
    "Receipts_v2": Unused("what you paid LinkedIn"),
    "Private_identity_asset": Unused(_IDENTITY),
    "Verifications": Unused(_IDENTITY, "Verification type"),
    "Learning": Unused("courses that you have watched; they show no skill yet", "Content Title"),
    "guide_messages": Unused(ASSISTANT),
    "coach_messages": Unused(ASSISTANT),
    "learning_coach_messages": Unused(ASSISTANT),
    "LearningCoachMessages": Unused(ASSISTANT),
    "learning_role_play_messages": Unused(ASSISTANT),
    "Job Applicant Saved Answers": Unused(_ANSWERS),
    "Job Applicant Saved Screening Question Responses": Unused(_ANSWERS),
    "Online Job Postings": Unused("postings that you have published as an employer"),
    "Notes": Unused("your private notes about people are never read", "Connection Profile URL"),
    "Profile Summary": Unused("the same text stands in Profile.csv"),
    "Publications": Unused(_PROFILE_EXTRA, "Published On"),
    "Patents": Unused(_PROFILE_EXTRA, "Title"),
    "Honors": Unused(_PROFILE_EXTRA, "Title"),
    "Courses": Unused(_PROFILE_EXTRA, "Number"),
    "Test Scores": Unused(_PROFILE_EXTRA),
    "Organizations": Unused(_PROFILE_EXTRA, "Positions"),
    "Volunteering": Unused(_PROFILE_EXTRA, "Cause"),
    "Causes You Care About": Unused(_PROFILE_EXTRA),
    "PublishingProfile": Unused(_PROFILE_EXTRA),
    "Providers": Unused("services that you offer on LinkedIn", "Marketplace Type"),
    "Opportunities": Unused("services that you offer on LinkedIn", "Marketplace Type"),
    "Reviews": Unused("services that you offer on LinkedIn", "Marketplace Type"),
}

UNUSED: Mapping[str, Unused] = {fold(name): unused for name, unused in _FILES.items()}

_ASSISTANTS = ("guide", "coach", "learning", "roleplay")


def unused_by_name(stem: str) -> Unused | None:
    """Look a folded file name up, whatever LinkedIn's next assistant will be called."""
    if stem.endswith("messages") and any(word in stem for word in _ASSISTANTS):
        return Unused(ASSISTANT)
    return UNUSED.get(stem)
