"""Names the files and columns of a world's answer sheet, for its writer and its reader."""

FORMAT_VERSION = 1
MANIFEST = "truth.json"  # written last; a folder that holds it is an answer sheet
JOB_PAIRS = "job_pairs"
PERSON_PAIRS = "person_pairs"
NEXT_TITLES = "next_titles"
RANK = "rank"  # 1 = best possible first
PART = "part_"  # how columns of the utility's parts begin
DRAWN = "drawn_"  # how columns of sampled outcomes begin
