"""A made-up review of corns for the tests: tables as text, a cell between bars, empty = missing.

Columns that are not given here are empty.
"""
# ruff: noqa: E501 — tables are read in lines

VOCABULARIES = {
    "relation": """
term                | role
corns treated       | condition
corns afterwards    | outcome
corns among others  | mixed
warts instead       | elsewhere
cannot be told      | unknown
""",
    "denominator": """
term             | role
everyone treated | at risk
feet             | clustered
came with harm   | no risk
written up       | published
notified         | no risk
""",
    "modality": """
term     | role      | search_words
waiting  | untreated | natural course
paring   |           | paring
plaster  |           | plaster
laser    |           | laser
moleskin |           |
other    |           |
""",
    "setting": """
term           | role
surgery        | clinic
foot parlour   | lay
bathroom       | home
by prescription |
""",
    "design": """
term           | role
drawn by lot   | trial
planned        | trial
single patient |
series         |
handbook       |
survey         |
""",
    "complication": """
term      | group
scar      | scar
bleeding  | bleeding
infection | infection
came back | outcome
""",
    "question": """
term
treatment
complication
epidemiology
""",
    "access": """
term
excerpt of full text
abstract
metadata only
""",
    "title_status": """
term
printed
""",
    "form": """
term
soft
hard
""",
    "cause": """
term
none known
shoes
gait
""",
    "outcome": """
term
complete
partial
no response
worse
fluctuating
""",
    "outcome_reading": """
term
stated
weak words
second-hand
recalled
""",
    "severity": """
term
mild
moderate
serious
""",
    "persistence": """
term
transient
persistent
""",
    "unit": """
term
patients
sides
lesions
""",
    "measure": """
term
prevalence
incidence
""",
    "counted": """
term
corns
calluses
""",
    "cohort": """
term
general
selected for findings
patients
second-hand
""",
    "sex": """
term
female
male
""",
    "laterality": """
term
unilateral
bilateral
midline
""",
    "site": """
term    | definition       | region | periocular
sole    | under the foot   | leg    | false
toe     | a toe            | leg    | false
hand    | palm or fingers  | hand   | false
eyelid  | lid of an eye    | eyes   | true
""",
    "condition": """
term     | definition             | kind       | cause
wart     | a growth of a virus    | look-alike |
callus   | thick skin, no core    | look-alike |
hammer toe | a bent toe           | association | gait
tight shoes | worn every day      | association | shoes
""",
    "basis": """
term
data
opinion
unclear
""",
    "stance": """
term
recommends
mentions
warns
advises against
""",
    "statement_topic": """
term
treatment
natural history
prevalence
harm of removal
""",
    "search_topic": """
term      | definition
treatment | what was tried
home      | what people do themselves
""",
    "screening_reason": """
term
not about corns
no data
""",
    "identifier_type": """
term
DOI
PMID
""",
    "second_reading": """
term
re-read
not re-read
""",
    "resolution": """
term            | definition
second saw more | the other page shows more
slip            | one reader erred
codebook        | the definition decides
""",
    "answered_by": """
term
courses
harms
caused
frequencies
""",
}

TABLES = {
    "sources": """
citekey | relation           | design         | question     | access               | publisher  | second_reading
trial   | corns treated      | drawn by lot   | treatment    | excerpt of full text |            | re-read
patient | corns treated      | single patient | treatment    | abstract             |            | re-read
after   | corns afterwards   | series         | complication | abstract             |            | re-read
mixed   | corns among others | planned        | treatment    | metadata only        |            | not re-read
warts   | warts instead      | drawn by lot   | complication | excerpt of full text |            | re-read
leaflet | corns treated      | handbook       | treatment    | abstract             | Foot House |
poster  | corns treated      |                | treatment    | abstract             | Foot House |
count   | corns treated      | survey         | epidemiology | abstract             |            | re-read
vague   | cannot be told     | series         | complication | metadata only        |            | re-read
""",
    "cases": """
id | citekey | relation           | form | cause | age_years | sex  | trigger    | laterality
c1 | patient | corns treated      | soft | shoes | 40        | male | tight shoes | unilateral
c2 | patient | corns treated      | hard |       |           |      |            |
c3 | mixed   | corns among others | hard | gait  | 70        | female |          | bilateral
""",
    "case_sites": """
case_id | site
c1      | toe
c1      | sole
c3      | hand
""",
    # t1, t2: one man, two courses. t3: 3 complete, 2 partial of 6. t4: of unknown size.
    # t5: recalled. t6: silent. t7: an outcome of all without a count. t9: mixed. t10: elsewhere.
    "treatments": """
id  | citekey | case_id | relation           | form | setting | n_treated | n_complete | n_partial | n_no_response | outcome     | outcome_reading | time_to_outcome_weeks | followup_months | recurrence | adverse_events
t1  | patient | c1      | corns treated      |      |         | 1         |            |           | 1             | no response | weak words      |                       |                 |            |
t2  | patient | c1      | corns treated      | hard | surgery | 1         | 1          |           |               | complete    | stated          | 4                     | 12              | false      | none
t3  | trial   |         | corns treated      | hard | surgery | 6         | 3          | 2         |               | partial     | stated          |                       | 3               | true       | 1 bled
t4  | trial   |         | corns treated      | hard |         |           |            |           |               | partial     | stated          |                       |                 |            |
t5  | leaflet |         | corns treated      |      |         | 10        | 10         |           |               | complete    | recalled        |                       |                 |            |
t6  | patient | c2      | corns treated      |      |         | 1         |            |           |               |             |                 |                       |                 |            |
t7  | count   |         | corns treated      |      |         | 2         |            |           |               | worse       | second-hand     |                       |                 |            |
t8  | poster  |         | corns treated      |      |         | 3         |            |           |               |             |                 |                       |                 |            |
t9  | mixed   | c3      | corns among others |      |         | 1         | 1          |           |               | complete    | stated          |                       |                 |            |
t10 | warts   |         | warts instead      |      |         | 20        | 20         |           |               | complete    | stated          |                       |                 |            |
""",
    "treatment_modalities": """
treatment_id | modality | agent
t1           | waiting  |
t2           | plaster  | acid
t2           | paring   | blade
t3           | paring   | blade
t4           | plaster  | acid
t5           | waiting  |
t6           | plaster  |
t7           | waiting  |
t8           | moleskin |
t9           | plaster  |
t10          | laser    |
""",
    # h1: at risk. h2: nobody of many. h3: fewer than an interval needs. h4–h7: no people at risk.
    "complications": """
id  | citekey | relation           | procedure     | modality | setting         | target | complication | n_affected | n_exposed | percent | unit     | denominator      | persistence | severity | note
h1  | warts   | warts instead      | pulsed        | laser    | surgery         | warts  | scar         | 3          | 50        |         | patients | everyone treated | persistent  | moderate |
h2  | warts   | warts instead      | pulsed        | laser    | surgery         | warts  | bleeding     | 0          | 50        |         | patients | everyone treated |             |          | none seen
h3  | patient | corns treated      | blade         | paring   | surgery         | corns  | bleeding     | 1          | 3         |         | patients | everyone treated | transient   | mild     |
h4  | warts   | warts instead      | pulsed        | laser    | surgery         | warts  | scar         | 9          | 80        |         | sides    | feet             |             |          |
h5  | vague   | warts instead      | bathroom acid | other    | bathroom        | warts  | scar         | 17         | 102       |         | patients | came with harm   |             | serious  |
h6  | vague   | warts instead      | bathroom acid | other    | bathroom        | warts  | infection    | 1          | 20        |         | patients | written up       |             | moderate |
h7  | vague   | warts instead      | threading     | paring   | foot parlour    | warts  | infection    | 24         | 90        |         | patients | notified         |             |          |
h8  | mixed   | corns among others | pads          | plaster  | by prescription | feet   | bleeding     |            | 96        | 12.5    | lesions  | feet             |             |          |
h9  | after   | corns afterwards   | stitches      | other    | surgery         | wounds | scar         | 8          | 45        |         | patients | everyone treated | transient   | mild     |
h10 | warts   | warts instead      | pulsed        | laser    | surgery         | warts  | came back    | 10         | 50        |         | patients | everyone treated |             |          |
h11 | vague   | cannot be told     | blade         | paring   |                 | bumps  | bleeding     |            |           |         |          |                  |             |          | seen
""",
    "frequencies": """
id | citekey | relation         | measure    | counted  | cohort   | population | age   | age_max_days | condition | n_affected | n_total | denominator      | percent | country | period
f1 | count   | corns treated    | prevalence | corns    | general  | walkers    | adult |              | corns     | 30         | 200     | everyone treated |         | Peru    | 2001
f2 | count   | corns treated    | prevalence | corns    | general  | runners    |       |              | corns     |            | 50      | everyone treated | 30      |         |
f3 | count   | warts instead    | prevalence | calluses | general  | walkers    | adult |              | calluses  | 90         | 200     | everyone treated |         | Peru    | 2001
f4 | after   | corns afterwards | incidence  | corns    | patients | new shoes  |       |              | corns     | 6          | 60      | everyone treated |         |         |
f5 | leaflet | corns treated    | prevalence | corns    | second-hand | walkers |       |              | corns     |            |         |                  | 10      |         |
""",
    "statements": """
id | citekey | relation      | topic           | population | statement                | basis   | percent_low | percent_high
s1 | leaflet | corns treated | treatment       | adults     | Paring helps.            | opinion |             |
s2 | poster  | corns treated | treatment       |            | Paring is best left.     | opinion |             |
s3 | trial   | corns treated | prevalence      | walkers    | Every fifth has corns.   | data    | 20          | 20
s4 | warts   | warts instead | harm of removal |            | Lasers scar.             | unclear |             |
s5 | patient | corns treated | natural history |            | Corns go with the shoes. | data    |             |
s6 | leaflet | corns treated | treatment       |            | Warts look like corns.   | opinion |             |
""",
    "statement_positions": """
statement_id | position | modality | stance     | setting
s1           | 1        | paring   | recommends | surgery
s2           | 1        | paring   | warns      | bathroom
s4           | 1        | laser    | warns      |
""",
    "statement_conditions": """
statement_id | condition   | rule_out
s6           | wart        | true
s6           | callus      | false
s5           | tight shoes | false
""",
    # h1, h2, h5 were seen in both readings, h4 in the first alone; of two that the second reading
    # found, h9 was added and h20 was not.
    "second_readings": """
table         | row | reading | field        | citekey | first    | second   | consensus | reason
complications | h1  | 2       | n_affected   | warts   | 3        | 3        | 3         |
complications | h1  | 2       | row          | warts   | seen     | seen     | seen      |
complications | h1  | 2       | setting      | warts   | surgery  | bathroom | surgery   | slip
complications | h1  | 2       | severity     | warts   |          | moderate | moderate  | second saw more
complications | h2  | 2       | n_affected   | warts   | 0        |          | 0         | slip
complications | h2  | 2       | row          | warts   | seen     | seen     | seen      |
complications | h2  | 2       | setting      | warts   | surgery  | surgery  | surgery   |
complications | h4  | 2       | row          | warts   | seen     |          | seen      | slip
complications | h5  | 2       | n_affected   | vague   | 17       | 17       | 17        |
complications | h5  | 2       | row          | vague   | seen     | seen     | seen      |
complications | h5  | 2       | setting      | vague   | bathroom | bathroom | bathroom  |
complications | h9  | 2       | row          | after   |          | seen     | seen      | second saw more
complications | h9  | 2       | setting      | after   |          | surgery  | surgery   | second saw more
complications | h20 | 2       | row          | after   |          | seen     |           | codebook
""",
    # k3 and k4 do not name the condition
    "searches": """
id | topic     | date       | query                      | n_results | n_relevant | n_new
k1 | treatment | 2030-01-02 | Corns paring outcome       | 8         | 2          | 2
k2 | treatment | 2030-01-02 | laser of corns             | 5         | 0          | 0
k3 | treatment | 2030-01-03 | laser of warts             | 7         | 1          | 1
k4 | home      | 2030-01-03 | paring of acorns           | 4         | 0          | 0
k5 | home      | 2030-01-04 | a corn cut in the bathroom | 6         | 1          | 0
""",
    "screening": """
id | topic     | title      | reason
x1 | treatment | Of oaks    | not about corns
x2 | home      | Of maize   | not about corns
x3 | home      | Corns, why | no data
""",
    "guide_references": """
reference | authors_as_printed | year_as_printed | title_as_printed   | venue_as_printed | identifier_type | identifier | citekey
1         | Doe, J.            | 2020            | Corns cut at home  | Feet             | DOI             | 10.1000/w  | warts
2         | Roe, R.            | 2019            | Corns, a review    | Feet             | PMID            | 12         |
3         | Poe, E.            | 2018            | Corns paired       | Feet             | DOI             | 10.1000/t  | trial
""",
    "questions": """
id | question              | answered_by | condition                                     | missing
q1 | Pared                 | courses     | modality.str.contains('paring')               | pain
q2 | Frozen                | courses     | modality.str.contains('freezing')             | everything
q3 | Harm at home          | harms       | setting == 'bathroom' & relation == 'corns treated' | anyone
q4 | Harm in a clinic      | harms       | setting == 'surgery'                          | marks
q5 | What leads to corns   | caused      | counted.notna()                               | more
q6 | How many have corns   | frequencies | counted == 'corns' & cohort == 'general'      | ages
q7 | How many have a limp  | frequencies | condition == 'limp'                           | all
""",
}

BIBLIOGRAPHY = """
@article{trial,
  author = {Ames, Ann}, title = {Paring or plaster}, journal = {Feet}, year = {2003},
  doi = {10.1000/t},
}
@article{patient,
  author = {Berg, Bo}, title = {A man with a corn}, journal = {Feet}, year = {2005},
}
@article{after,
  author = {Cruz, Carla}, title = {Corns after stitches}, journal = {Feet}, year = {2016},
}
@article{mixed,
  author = {Dahl, Dag}, title = {Feet of all kinds}, journal = {Feet}, year = {2017},
}
@article{warts,
  author = {Egan, Eve}, title = {Lasers for warts}, journal = {Skin}, year = {2018},
  doi = {10.1000/w},
}
@online{leaflet,
  organization = {Foot House}, title = {Corns}, url = {https://example.org/corns},
  urldate = {2030-01-02},
}
@online{poster,
  organization = {Foot House}, title = {Your feet}, url = {https://example.org/feet},
  urldate = {2030-01-02},
}
@article{count,
  author = {Funk, Fay}, title = {Walkers counted}, journal = {Feet}, year = {2001},
}
@article{vague,
  author = {Gold, Gil}, title = {Bumps}, journal = {Skin}, year = {2018},
}
"""
