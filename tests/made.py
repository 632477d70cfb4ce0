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
other    | rest      |
""",
    "setting": """
term           | role
surgery        | clinic
foot parlour   | lay
bathroom       | home
by prescription |
""",
    "design": """
term           | role  | group
drawn by lot   | trial | counted
planned        | trial | counted
single patient |       | told
series         |       | told
handbook       |       | said
survey         |       | counted
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
term                  | role
general               |
selected for findings |
patients              | patients
hearsay               | quoted
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
term            | role
treatment       |
what becomes    | course
how many        | frequency
harm of removal |
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
    "claim_topic": """
term
what it is
where from
cutting
sorrow
""",
    "claim_kind": """
term
fact
cause
safety
""",
    "claim_origin": """
term
the leaflet
elsewhere
""",
    "verdict": """
term             | definition                | role
stands           | as it is said             | full
half right       | in part                   | part
too far          | the right way             | beyond
bare             | nothing shows it          | none
denied by voices | handbooks say otherwise   | against
denied by counts | it was counted            | against
never looked at  | nobody asked              | open
taste            | nobody can say            | open
""",
    "certainty": """
term           | definition            | role
settled        | it will stay          | graded
fair           | it may change         | graded
shaky          | it will change        | graded
guess          | anything may be found | graded
not a question | nothing to measure    | none
""",
    "evidence_relation": """
term
for
against
qualifies
""",
    "caution": """
term  | definition                       | search_words
blade | Do not cut where you cannot see. | knife
acid  | Keep acid off whole skin.        |
""",
    "polarity": """
term
same
opposite
""",
    "guide_kind": """
term
council
foot parlour
""",
    "home_removal_advice": """
term
says no
says how
says nothing
""",
    "checklist": """
term
one by one
head count
never used
""",
    "appraisal_answer": """
term
yes
unclear
no
not readable
not applicable
""",
    "grade_domain": """
term
few feet
other feet
never judged
""",
    "grade_judgement": """
term       | levels
no step    | 0
one step   | 1
two steps  | 2
""",
}

TABLES = {
    "sources": """
citekey | relation           | design         | question     | access               | publisher  | second_reading | form
trial   | corns treated      | drawn by lot   | treatment    | excerpt of full text |            | re-read        | hard
patient | corns treated      | single patient | treatment    | abstract             |            | re-read        | soft
after   | corns afterwards   | series         | complication | abstract             |            | re-read        |
mixed   | corns among others | planned        | treatment    | metadata only        |            | not re-read    | hard
warts   | warts instead      | drawn by lot   | complication | excerpt of full text |            | re-read        |
leaflet | corns treated      | handbook       | treatment    | abstract             | Foot House |                |
poster  | corns treated      |                | treatment    | abstract             | Foot House |                |
count   | corns treated      | survey         | epidemiology | abstract             |            | re-read        |
vague   | cannot be told     | series         | complication | metadata only        |            | re-read        |
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
f5 | leaflet | corns treated    | prevalence | corns    | hearsay     | walkers |       |              | corns     |            |         |                  | 10      |         |
""",
    "statements": """
id | citekey | relation      | topic           | population | statement                | basis   | percent_low | percent_high
s1 | leaflet | corns treated | treatment       | adults     | Paring helps.            | opinion |             |
s2 | poster  | corns treated | treatment       |            | Paring is best left.     | opinion |             |
s3 | trial   | corns treated | how many        | walkers    | Every fifth has corns.   | data    | 20          | 20
s4 | warts   | warts instead | harm of removal |            | Lasers scar.             | unclear |             |
s5 | patient | corns treated | what becomes    |            | Corns go with the shoes. | data    |             |
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
    # C2, C3, C4 are compound: parts that differ, that agree, and of which none is supported. C8 is
    # made by other pages only.
    "claims": """
claim_id | part_of | claim                                   | topic      | kind   | origin      | section | verdict          | certainty      | rationale           | wording                     | worded_on  | signed_by | signed_on
C1       |         | A corn is thick skin with a hard core.  | what it is | fact   | the leaflet | Start   | stands           | fair           | Two say so.         | Corns have a core.          | 2030-01-05 | Ann Ames  | 2030-01-06
C2       |         | Corns come from shoes and from gait.    | where from | cause  | the leaflet | Causes  |                  |                |                     |                             |            |           |
C2a      | C2      | Tight shoes cause corns.                | where from | cause  | the leaflet | Causes  | stands           | shaky          | One was seen.       | Corns go with tight shoes.  | 2030-01-05 |           |
C2b      | C2      | A bad gait causes corns.                | where from | cause  | the leaflet | Causes  | bare             | guess          | Only in one of all. | Gait was not looked at.     | 2030-01-05 |           |
C3       |         | Paring clears every corn for good.      | cutting    | safety | the leaflet | Knives  |                  |                |                     |                             |            |           |
C3a      | C3      | Paring clears every corn.               | cutting    | safety | the leaflet | Knives  | too far          | fair           | Half were clear.    | Paring or acid clears some. | 2030-01-05 |           |
C3b      | C3      | What is pared is gone for good.         | cutting    | safety | the leaflet | Knives  | too far          | not a question | A scar came.        | Some are gone for good.     | 2030-01-05 |           |
C4       |         | Lasers and pads beat a blade.           | cutting    | safety | the leaflet | Knives  |                  |                |                     |                             |            |           |
C4a      | C4      | A laser beats a blade.                  | cutting    | safety | the leaflet | Knives  | bare             | not a question | No comparison.      | Lasers were not compared.   | 2030-01-05 |           |
C4b      | C4      | A pad beats a blade.                    | cutting    | safety | the leaflet | Knives  | denied by voices | not a question | One says not.       | Pads were not compared.     | 2030-01-05 |           |
C5       |         | Cutting a corn at home is safe.         | cutting    | safety | the leaflet | Knives  | denied by counts | settled        | One of three bled.  | A cut corn can bleed.       | 2030-01-05 |           |
C6       |         | Corns never come back.                  | what it is | fact   | the leaflet | Start   | denied by counts | shaky          | One came back.      | Corns can come back.        | 2030-01-05 |           |
C7       |         | Corns are an ugly sight.                | what it is | fact   | the leaflet | Start   | taste            | not a question | Who could say?      | Some dislike corns.         | 2030-01-05 |           |
C8       |         | Every adult has a corn.                 | what it is | fact   | elsewhere   |         | denied by counts | fair           | 30 of 200 have.     | One in seven walkers has.   | 2030-01-05 |           |
""",
    # by claim: opinion; data said; mixed; opinion and data of others; an outcome; opinion of others;
    # opinion; data; data; C7: nothing that speaks for or against it
    "claim_evidence": """
claim_id | table         | row | relation  | weight
C1       | statements    | s1  | qualifies | one voice
C1       | statements    | s6  | for       | one voice
C2a      | statements    | s5  | for       | one man
C2b      | cases         | c3  | against   | feet of all kinds
C2b      | treatments    | t2  | qualifies | one man
C3a      | complications | h1  | against   | warts
C3a      | statements    | s1  | for       | one voice
C3b      | complications | h9  | against   | stitches
C4a      | statements    | s4  | against   | warts
C4b      | statements    | s2  | against   | one voice
C5       | complications | h3  | against   | three people
C5       | complications | h5  | against   | warts
C6       | treatments    | t3  | against   | counted
C7       | statements    | s2  | qualifies | one voice
C8       | frequencies   | f1  | against   | counted
C8       | frequencies   | f2  | against   | counted
""",
    "claim_cautions": """
claim_id | caution
C3a      | acid
C3a      | blade
C5       | blade
""",
    "claim_conflicts": """
claim_id | other_id | explanation
C3b      | C6       | The one says so of pared corns, the other of all.
C5       | C4a      | A blade is safe, and beaten by a laser.
""",
    "claim_phrasings": """
id  | claim_id | polarity | phrasing
p1  | C1       | same     | A corn is a plug of thick skin around a hard core.
p2  | C1       | same     | Corns are thickened skin, and in the middle is a hard core.
p3  | C1       | same     | The hard core in the thick skin is what makes it a corn.
p4  | C1       | same     | You can feel a hard core within the thick skin of a corn.
p5  | C1       | opposite | A corn has no core and its skin is thin and soft.
p6  | C1       | opposite | Corns are soft, thin skin without any hard core.
p7  | C1       | opposite | There is no hard core in a corn, nor is its skin thick.
p8  | C2a      | same     | Shoes that are too tight cause corns.
p9  | C2a      | same     | Corns are caused by tight, narrow shoes.
p10 | C2a      | same     | It is the tight shoe that gives you a corn.
p11 | C2a      | same     | Wearing narrow shoes leads to corns.
p12 | C2a      | opposite | Tight shoes do not cause corns.
p13 | C2a      | opposite | Corns are not caused by narrow shoes at all.
p14 | C2a      | opposite | Your tight shoes have nothing to do with your corns.
p15 | C5       | same     | It is safe to cut a corn yourself at home.
p16 | C5       | same     | You can safely cut your corn at home with a blade.
p17 | C5       | same     | Cutting corns at home with a razor is harmless.
p18 | C5       | same     | Home cutting is a safe way to be rid of a corn.
p19 | C5       | opposite | Never cut a corn yourself at home: it is not safe.
p20 | C5       | opposite | Cutting a corn at home is dangerous and may end in bleeding.
p21 | C5       | opposite | It is unsafe to cut corns at home with a razor or blade.
p22 | C6       | same     | Once gone, corns never come back.
p23 | C6       | same     | A corn does not return after it has gone.
p24 | C6       | same     | Corns stay away for good and never return.
p25 | C6       | same     | You will never see that corn again, it will not come back.
p26 | C6       | opposite | Corns often come back after some weeks.
p27 | C6       | opposite | A corn that was gone can return.
p28 | C6       | opposite | Expect corns to return, they come back again and again.
p29 |          |          | Subscribe to our newsletter for more.
p30 |          |          | Share this page with your friends.
p31 |          |          | Our parlour is open from nine to five.
p32 |          |          | Read on to learn about foot care.
p33 |          |          | Written by our team, with photos by the author.
p34 |          |          | Add to your basket and pay by card.
p35 |          |          | Here is what we will talk about below.
p36 |          |          | Ask your questions in the comments.
""",
    # The page under review, and three others
    "guides": """
guide_id | title          | publisher  | kind         | home_removal_advice | references_given | under_review
blog     | My feet        |            | foot parlour | says how            |                  | false
council  | Feet of all    | Town       | council      | says no             | 2                | false
own      | Off with them  | Foot House | foot parlour | says how            | 3                | true
parlour  | Our treatments |            | foot parlour | says nothing        |                  | false
""",
    # The blog says both of C5.
    "guide_claims": """
guide_id | claim_id | polarity
blog     | C5       | opposite
blog     | C5       | same
blog     | C6       | same
blog     | C8       | same
council  | C1       | same
council  | C5       | opposite
council  | C8       | same
own      | C1       | same
own      | C5       | same
own      | C6       | same
parlour  | C6       | same
parlour  | C8       | same
""",
    "questions": """
id | question              | answered_by | condition                                     | missing | search_words
q1 | Pared                 | courses     | modality.str.contains('paring')               | pain |
q2 | Frozen                | courses     | modality.str.contains('freezing')             | everything | laser
q3 | Harm at home          | harms       | setting == 'bathroom' & relation == 'corns treated' | anyone | bath
q4 | Harm in a clinic      | harms       | setting == 'surgery'                          | marks |
q5 | What leads to corns   | caused      | counted.notna()                               | more |
q6 | How many have corns   | frequencies | counted == 'corns' & cohort == 'general'      | ages |
q7 | How many have a limp  | frequencies | condition == 'limp'                           | all |
""",
    # By publication: all of one's rows, some, none, no rows
    "appraisal_items": """
checklist  | item | question          | answered_from | condition
one by one | 1    | Who was it?       | cases         | age_years.notna() & sex.notna()
one by one | 2    | How did it end?   | treatments    | outcome.notna()
one by one | 3    | Is it plain?      |               |
head count | 1    | Were they enough? | frequencies   | n_total >= 60
head count | 2    | Were all asked?   |               |
""",
    "appraisals": """
citekey | checklist  | item | answer         | basis
after   | head count | 2    | no             | who had new shoes
count   | head count | 2    | unclear        | walkers
leaflet | head count | 2    | not readable   | a page
mixed   | one by one | 3    | yes            | a photograph
patient | one by one | 3    | yes            | a drawing
poster  | one by one | 3    | not applicable | a poster
""",
    # Taken off: one step, nothing found, more steps than there are, none, two steps to the lowest
    "certainty": """
question_id | start   | conclusion
q1          | settled | Pared corns are probably gone.
q2          |         | It is not known what frost does.
q3          | shaky   | Home is very uncertain.
q4          | fair    | In a clinic some bleed.
q5          | fair    | Shoes are very uncertain.
""",
    "certainty_domains": """
question_id | domain     | judgement | reason
q1          | other feet | one step  | soft corns
q1          | few feet   | no step   | many men
q3          | few feet   | two steps | one man
q3          | other feet | one step  | warts
q4          | few feet   | no step   | fifty
q5          | few feet   | two steps | six
""",
    "trials_needed": """
id | question_id | population | comparison     | outcome | control_percent | new_percent | margin_percent | alpha | power | assumption
n1 | q1          | walkers    | pared or not   | gone    | 50              | 70          |                | 0.05  | 0.8   | nobody knows
n2 | q3          | runners    | home or clinic | scar    | 10              | 5           |                | 0.05  | 0.9   | a guess
n3 | q3          | dancers    | home or clinic | scar    | 20              | 20          | 10             | 0.025 | 0.9   | a guess
""",
    "awaiting": """
rank | citekey | question        | why            | held
1    | warts   | Lasers of corns | it counts feet | a library
2    | vague   | Which bumps     | it saw many    |
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
