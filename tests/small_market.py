"""A few people and jobs of whom every fact is known by heart, for the tests of simple models."""

from pathlib import Path

from workspaces import Desk, table

from graph.store import Store

DAY = 86_400
TODAY = 1_782_864_000  # 2026-07-01
# ann and bob are engineers in Berlin, who know each other; cem is a nurse in Paris who knows bob.
PEOPLE = table(
    "id,name,headline,summary,place,title,company,years_experience,skills",
    "ann,Ann,Builds things,I like Python.,Berlin,Backend Engineer,Northwind,6,Python;Kafka",
    "bob,Bob,Engineer,,Berlin,Software Engineer,Contoso,,Java",
    "cem,Cem,Nurse,,Paris,Registered Nurse,Clinic,3,",
)
POSITIONS = table(
    "person_id,title,company,start,end,description",
    "ann,Junior Software Engineer,Contoso,2019-01,2021-06,Wrote Java.",
    "ann,Senior Backend Engineer,Northwind,2021-07,,Runs the queues.",
)
JOBS = table(
    "id,title,company,place,remote,seniority,description,skills,salary_min,salary_max,currency,"
    "salary_period,posted_at",
    "j1,Backend Engineer,Contoso,Berlin,onsite,senior,Work.,Python;Java,80000,100000,EUR,year,"
    "2026-06-01",
    "j2,Software Engineer,Northwind,Munich,remote,,Code.,Python;C++,5000,5000,EUR,month,2026-06-21",
    "j3,Registered Nurse,Clinic,Paris,,,Care.,,,,,,2026-05-02",
    "j4,Data Analyst,,,,,,,30,30,USD,hour,",
)
CONNECTIONS = table("person_id,other_id,since", "ann,bob,2019-02-01", "bob,cem,2020-01-01")


def moment(days_ago: float, seconds: int = 0) -> int:
    return TODAY - round(days_ago * DAY) + seconds


# ann saw a list of three ten days ago, viewed the second and applied to it the day after.
EVENTS = table(
    "person_id,kind,item_id,at,value",
    f"ann,show,j1,{moment(10, 1)},0.9",
    f"ann,show,j2,{moment(10, 2)},0.6",
    f"ann,show,j3,{moment(10, 3)},0.5",
    f"ann,view,j2,{moment(10, 90)},30",
    f"ann,apply,j2,{moment(9)},",
    f"bob,show,j2,{moment(4, 1)},0.8",
    f"bob,view,j2,{moment(4, 60)},20",
    f"bob,show,j1,{moment(3, 1)},0.8",
    f"bob,view,j1,{moment(3, 60)},20",
    f"cem,invite,ann,{moment(2)},",
)


def small_store(folder: Path) -> Store:
    """Return a store that holds it all."""
    desk = Desk(folder)
    texts = {
        "people": PEOPLE,
        "positions": POSITIONS,
        "jobs": JOBS,
        "connections": CONNECTIONS,
        "events": EVENTS,
    }
    for name, text in texts.items():
        desk.write(f"{name}.csv", text)
    desk.bring()
    return desk.store
