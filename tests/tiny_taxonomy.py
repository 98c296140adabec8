"""Writes a small taxonomy that has one of everything entity linking must tell apart."""

from pathlib import Path

FILES = {
    "families": """id,name
software,Software
data,Data
office,Office
care,Care
""",
    "titles": """id,name,family,level,onet,aliases
software-engineer,Software Engineer,software,mid,15-1252.00,Software Developer;SWE
backend-engineer,Backend Engineer,software,mid,15-1252.00,"Back-End Dev;Software Engineer, Backend"
engineering-manager,Engineering Manager,software,manager,11-3021.00,Software Engineering Manager
machine-learning-engineer,Machine Learning Engineer,data,mid,15-2051.00,
data-engineer,Data Engineer,data,mid,15-1243.00,
data-analyst,Data Analyst,data,mid,15-2051.01,Datenanalystin
head-of-data,Head of Data,data,director,11-3021.00,
kyc-analyst,KYC Analyst,office,mid,13-1041.00,
accountant,Accountant,office,mid,13-2011.00,Staff Accountant
sales-manager,Sales Manager,office,manager,11-2022.00,
executive-assistant,Executive Assistant,office,mid,43-6011.00,
office-assistant,Office Assistant,office,mid,43-9061.00,
sales-director,Director of Sales,office,director,11-2022.00,
registered-nurse,Registered Nurse,care,mid,29-1141.00,RN
customs-officer,Customs Officer,office,mid,33-3051.04,
designer,Designer,office,mid,27-1024.00,
""",
    "ladders": """family,step,seniority,label,years_min,years_max
software,1,junior,Junior Engineer,0,2
software,2,senior,Senior Engineer,5,
""",
    "steps": "from,to,weight\nbackend-engineer,engineering-manager,0.2\n",
    "similar": "a,b,weight\nbackend-engineer,software-engineer,0.9\n",
    "skill_groups": "id,name,parent\ntechnology,Technology,\nprogramming,Programming,technology\n",
    "skills": """id,name,group,kind,aliases
python,Python,programming,language,Python 3
java,Java,programming,language,
c,C,programming,language,
cpp,C++,programming,language,
csharp,C#,programming,language,
nodejs,Node.js,programming,framework,
kubernetes,Kubernetes,technology,tool,K8s
seo,Search Engine Optimization,technology,method,SEO
leadership,Leadership,technology,soft,
kafka,Kafka,technology,tool,
""",
    "skill_relations": "a,b,kind,weight\njava,python,related,0.4\n",
    "title_skills": "title,skill,importance\nbackend-engineer,python,0.80\n",
    "places": """id,name,country,region,latitude,longitude,kind,aliases
country-us,United States,US,,39,-98,country,USA
country-fr,France,FR,,46,2,country,
country-de,Germany,DE,,51,10,country,Deutschland
country-ge,Georgia,GE,,42,43,country,
region-us-tx,Texas,US,Texas,31,-99,region,US-TX
region-us-ga,"Georgia, US",US,Georgia,33,-84,region,"Georgia, USA;US-GA"
region-us-ma,Massachusetts,US,Massachusetts,42,-71,region,US-MA
region-de-be,Land Berlin,DE,Berlin,52,13,region,DE-BE
berlin,Berlin,DE,Berlin,52.52,13.4,city,
munich,Munich,DE,Bavaria,48.1,11.6,city,München
paris,Paris,FR,Ile-de-France,48.86,2.35,city,
london,London,GB,England,51.5,-0.1,city,
greater-london,Greater London,GB,England,51.5,-0.1,metro,
austin,Austin,US,Texas,30.27,-97.74,city,
cambridge,Cambridge,GB,England,52.2,0.12,city,
cambridge-ma,"Cambridge, MA",US,Massachusetts,42.37,-71.1,city,
bay-area,San Francisco Bay Area,US,California,37.7,-122.2,metro,
malmo,Malmö,SE,Skane,55.6,13,city,
springfield-il,"Springfield, IL",US,Illinois,39.8,-89.6,city,
springfield-ma,"Springfield, MA",US,Massachusetts,42.1,-72.6,city,
""",
    "countries": """code,name,aliases
US,United States,USA
FR,France,
DE,Germany,Deutschland
GB,United Kingdom,UK
GE,Georgia,
BE,Belgium,
SE,Sweden,
""",
    "industries": "id,name,aliases\nbanking,Banking,Banks\n",
    "school_kinds": "id,name,words\nuniversity,University,university;universität\n",
    "legal_forms": """form,countries
Inc,US
Corp,US
Ltd,GB
Co,US
GmbH,DE
GmbH & Co. KG,DE
S.p.A.,IT
株式会社,JP
""",
    "placeholders": """kind,text
any,N/A
any,-
company,Self-employed
company,Confidential
title,Retired
skill,None
place,Anywhere
""",
    "seniority_words": """word,seniority
Intern,intern
Junior,junior
Jr,junior
Associate,junior
Assistant,junior
Senior,senior
Sr,senior
Lead,lead
Staff,staff
Manager,manager
Director,director
I,junior
II,mid
III,senior
""",
}


def write_taxonomy(folder: Path, **changed: str) -> Path:
    """Write the files into a folder; `changed` replaces the text of some, by name."""
    for name, text in {**FILES, **changed}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder
