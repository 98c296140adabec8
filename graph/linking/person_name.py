"""Takes degrees and certificates off a person's name."""

import re

from graph.linking.normalise import shown

# Letters only, lower-case: "Ph.D." is "phd".
_WORDS = (
    "phd md mba cpa ba bs ma msc bsc beng meng mphil llb llm jd dds dmd dvm do rn bsn msn lpn"
    " np fnp aprn dnp crna pa pac esq pe pmp pmi cfa cfp frm cma cia acca aca ca ea csm cspo"
    " psm safe cissp cisa cism ceh ccna ccnp ccie mcp mcse itil shrm shrmcp shrmscp phr sphr"
    " gphr lcsw lmsw msw lmft lpc mft ot otr otrl pt dpt ccc slp cccslp ra aia leed leedap"
    " riba pg edd edm mpa mph mpp mfa mha mpm dba dsc drph pharmd psyd rph rd rdn cscs atc lat"
    " faan facp facs frcs frcp mrcp mrcs fca fcca fcma cgma cima fcipd mcipd cipd cipm cipp"
    " cippe cippus cams cfe cpc acc pcc mcc prosci lssbb lssgb sixsigma ssbb ssgb cscp cpim"
    " cpsm gisp ceng fiet miet ieng cphr csp ash chfm cpht cna emt nremt bcba rbt cdp cebs clu"
    " chfc ricp obe mbe cbe frs dipl ing dr mag mbbs bds bvsc dphil"
)
CREDENTIALS = frozenset(_WORDS.split())
SHORT_ALONE = frozenset({"md", "rn", "jd", "pe", "np"})  # no surname in capitals, as Wei MA has
GENERATIONS = frozenset({"JR", "SR", "II", "III", "IV"})  # they belong to the name
_PART = re.compile(r"\s*[,|]\s*")
_NOT_LETTER = re.compile(r"[^\w]|_")
_LOOKS_LIKE_ONE = re.compile(r"[A-Z][A-Za-z0-9.+/®™-]{1,11}")


def strip_credentials(name: str) -> tuple[str, tuple[str, ...]]:
    """Split "Doe, Ph.D." into "Doe" and ("Ph.D.",).

    After a comma, what looks like a credential (LEED AP BD+C) counts as one; without a comma only
    known ones do. Something always remains of the name.
    """
    first, *parts = _PART.split(shown(name))
    kept, found = [first], []
    shouted = first.isupper()
    for part in parts:
        if part and all(_is_credential(word, strict=shouted) for word in part.split()):
            found.append(part)
        elif part:
            kept.append(part)
    spoken = ", ".join(kept).split(" ")
    behind: list[str] = []
    while len(spoken) > 1 and not shouted and _stands_alone(spoken[-1]):
        behind.insert(0, spoken.pop())
    return " ".join(spoken).strip(" ,"), (*behind, *found)


def _stands_alone(word: str) -> bool:
    letters = _NOT_LETTER.sub("", word).casefold()
    return (len(letters) > 2 or letters in SHORT_ALONE) and _is_credential(word, strict=True)


def _is_credential(word: str, *, strict: bool) -> bool:
    letters = _NOT_LETTER.sub("", word)
    if letters.casefold() in CREDENTIALS and not (word.istitle() and "." not in word):
        return True
    capitals = sum(map(str.isupper, letters))
    return (
        not strict
        and letters.upper() not in GENERATIONS
        and capitals > 1
        and capitals * 2 >= len(letters)
        and _LOOKS_LIKE_ONE.fullmatch(word) is not None
    )
