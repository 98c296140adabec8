"""Lists the small words of job titles: abbreviations, spellings, noise, and words of role."""

from collections.abc import Mapping

from graph.linking.normalise import word_set

# Wherever they stand. What has several meanings (PM, CS) is left out on purpose.
ABBREVIATIONS: Mapping[str, tuple[str, ...]] = {
    short: tuple(long.split())
    for short, long in {
        "sr": "senior", "snr": "senior", "jr": "junior", "jnr": "junior",
        "eng": "engineer", "engr": "engineer", "engg": "engineering",
        "mgr": "manager", "mngr": "manager", "mgmt": "management",
        "asst": "assistant", "assoc": "associate", "dir": "director", "exec": "executive",
        "coord": "coordinator", "rep": "representative", "reps": "representative",
        "spec": "specialist", "supv": "supervisor", "supvr": "supervisor",
        "supt": "superintendent", "dr": "doctor", "prof": "professor",
        "vp": "vice president", "svp": "senior vice president",
        "evp": "executive vice president", "avp": "assistant vice president",
        "hr": "human resource", "ml": "machine learning", "ai": "artificial intelligence",
        "qa": "quality assurance", "qc": "quality control", "it": "information technology",
        "ux": "user experience", "ui": "user interface", "sw": "software", "hw": "hardware",
        "bi": "business intelligence", "pr": "public relation",
        "rn": "registered nurse", "mfg": "manufacturing", "mktg": "marketing",
        "ops": "operation", "svc": "service", "svcs": "service", "intl": "international",
        "natl": "national", "sys": "system", "lab": "laboratory", "maint": "maintenance",
        "equip": "equipment", "dept": "department", "gen": "general", "univ": "university",
        "telecom": "telecommunication", "govt": "government", "comms": "communication",
        "info": "information", "bizdev": "business development",
    }.items()
}  # fmt: skip

# Only as the last word, where it names who does the work.
FINAL_ABBREVIATIONS: Mapping[str, str] = {
    "dev": "developer", "admin": "administrator", "tech": "technician", "op": "operator",
    "acct": "accountant",
}  # fmt: skip

# British and other spellings -> the one that keys use.
SPELLINGS: Mapping[str, str] = {
    "centre": "center", "programme": "program", "programmes": "program", "labour": "labor",
    "labourer": "laborer", "labourers": "laborer", "colour": "color", "colourist": "colorist",
    "behaviour": "behavior", "behavioural": "behavioral", "theatre": "theater",
    "adviser": "advisor", "advisers": "advisor", "counsellor": "counselor",
    "counsellors": "counselor",
    "jeweller": "jeweler", "jewellery": "jewelry", "fueller": "fueler", "modeller": "modeler",
    "paediatric": "pediatric", "paediatrician": "pediatrician", "anaesthetist": "anesthetist",
    "anaesthesiologist": "anesthesiologist", "orthopaedic": "orthopedic", "licence": "license",
    "gynaecologist": "gynecologist", "aesthetician": "esthetician", "optimisation": "optimization",
    "organisation": "organization", "organisational": "organizational", "defence": "defense",
    "tyre": "tire", "aluminium": "aluminum", "dietician": "dietitian", "draughtsman": "draftsman",
    "saleswoman": "salesman", "salesperson": "salesman", "judgement": "judgment",
    "catalogue": "catalog", "grey": "gray", "mould": "mold", "moulder": "molder",
    "instalment": "installment", "storey": "story", "enquiry": "inquiry", "lorry": "truck",
    "webmistress": "webmaster",
}  # fmt: skip

JOINING_WORDS = word_set(
    "a an and at of for the de da do das dos del della di du des la le el y et und für"
)

# Words that say how, when or where the work is done: never which work.
NOISE_WORDS = word_set(
    "remote remoto remota hybrid híbrido hibrido presencial onsite wfh virtual freelance"
    " contract temporary temp permanent seasonal"
    " casual prn interim acting experienced fulltime parttime ft pt weekend night day evening shift"
    " full part time hour week level all various urgent hiring new nationwide worldwide"
    " bilingual immediate start required only option optional"
)
# Noise even at the edge of a segment that says more.
EDGE_NOISE = word_set(
    "remote remoto remota hybrid híbrido hibrido presencial onsite wfh freelance contract"
    " temporary temp permanent seasonal casual prn"
    " interim acting experienced fulltime parttime founding certified licensed"
)
EDGE_NOISE_PAIRS = frozenset(
    [
        ("full", "time"),
        ("part", "time"),
        ("on", "site"),
        ("home", "based"),
        ("per", "diem"),
        ("board", "certified"),
    ]
)

# Titles whose one word needs another to say anything: never accepted with a tail dropped.
ROLE_WORDS = word_set(
    "engineer developer manager director analyst consultant associate specialist coordinator"
    " assistant technician officer lead leader supervisor administrator operator representative"
    " executive head chief president vice partner owner founder intern trainee apprentice student"
    " worker agent advisor architect designer scientist researcher programmer planner buyer"
    " inspector instructor teacher trainer professor lecturer writer editor producer nurse"
    " physician therapist counselor aide helper clerk attendant driver mechanic installer"
    " strategist expert professional investigator examiner auditor controller accountant"
    " recruiter marketer secretary superintendent foreman principal deputy member fellow"
    " salesman seller sales support maker builder tester entrepreneur"
)

# They name the role when they come first: "Manager, Backend", "Assistant to the CEO".
LEADING_ROLES = word_set(
    "manager director head chief president vice assistant supervisor secretary deputy"
)

# So general that any word set off beside them may say what they are: "Software Engineer, Backend
# Platform". More telling titles keep their meaning whatever follows.
GENERAL_HEADS = frozenset(
    [
        ("software", "engineer"),
        ("software", "developer"),
        ("software", "development", "engineer"),
    ]
)

# Those whose tools may go unsaid: a Kotlin developer develops, a spring machine operator does not.
MAKERS = word_set(
    "engineer developer programmer architect entwickler entwicklerin développeur développeuse"
    " desarrollador desarrolladora desenvolvedor desenvolvedora sviluppatore ontwikkelaar"
)

# The field that somebody still learning gives instead of the role.
FIELD_ROLES: Mapping[str, str] = {
    "engineering": "engineer", "development": "developer", "design": "designer",
    "research": "researcher", "analytic": "analyst", "analysis": "analyst",
    "accounting": "accountant", "consulting": "consultant", "recruiting": "recruiter",
    "management": "manager", "programming": "programmer", "architecture": "architect",
    "science": "scientist",
}  # fmt: skip
