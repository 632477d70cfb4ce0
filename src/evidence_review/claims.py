"""Claims of consumer guides: how they stand, who makes them, which do not fit together."""

import pandas as pd

from evidence_review.evidence import Evidence
from evidence_review.tables import join_keys


def judge_claims(evidence: Evidence) -> pd.DataFrame:
    """Every claim with its verdict; a compound one is judged by its parts.

    A compound claim takes the verdict that all its parts share, else that of partial support where
    one of them has some and that of none where none has; and the lowest of their certainties.
    Columns as in `claims`, with `parts` (ids of the parts, “; ” between them).
    """
    claims = evidence.tables["claims"].assign(parts="")
    verdicts, certainties = claims["verdict"].dtype, claims["certainty"].dtype
    (partly,) = evidence.terms("verdict", role="part")
    (not_at_all,) = evidence.terms("verdict", role="none")
    some = [partly, *evidence.terms("verdict", role="full")]
    some += evidence.terms("verdict", role="beyond")
    graded = evidence.terms("certainty", role="graded")
    (ungraded,) = evidence.terms("certainty", role="none")
    rows = []
    for whole, parts in claims.dropna(subset="part_of").groupby("part_of", observed=True):
        found = parts["verdict"].astype("str")
        if found.nunique() == 1:
            verdict = found.iloc[0]
        else:
            verdict = partly if found.isin(some).any() else not_at_all
        known = parts["certainty"][parts["certainty"].isin(graded)]
        certainty = known.iloc[known.cat.codes.argmax()] if len(known) else ungraded
        rows.append((whole, verdict, certainty, "; ".join(parts.index)))
    judged = pd.DataFrame(rows, columns=["claim_id", "verdict", "certainty", "parts"])
    judged = judged.set_index("claim_id")
    text = claims[["verdict", "certainty"]].astype("str")
    text = text.fillna(judged[["verdict", "certainty"]])
    return claims.assign(
        verdict=text["verdict"].astype(verdicts),
        certainty=text["certainty"].astype(certainties),
        parts=judged["parts"].reindex(claims.index).fillna(""),
    )


def join_evidence(evidence: Evidence) -> pd.DataFrame:
    """`claim_evidence` with, of each row of evidence, its publication and what kind it is.

    Adds citekey, direct (about the condition itself) and data (counted or observed, not opinion).
    """
    links = evidence.tables["claim_evidence"].reset_index()
    statements = evidence.tables["statements"]
    pieces = []
    for table, rows in links.groupby("table"):
        found = evidence.tables[table].loc[rows["row"]]
        data = True
        if table == "statements":
            data = (statements.loc[rows["row"], "basis"] == "data").to_numpy()
        pieces.append(
            rows.assign(
                citekey=found["citekey"].to_numpy(),
                direct=found["relation"].isin(evidence.direct).to_numpy(),
                data=data,
            )
        )
    return pd.concat(pieces).sort_index()


def name_base(evidence: Evidence) -> pd.Series:
    """On what each claim's verdict rests, in words: the rows that speak for or against it.

    By claim. A row that only qualifies the claim settles nothing.
    """
    links = join_evidence(evidence)
    links = links[links["relation"] != "qualifies"]

    def word(rows: pd.DataFrame) -> str:
        if (rows["direct"] & rows["data"]).any():
            return "direct data"
        if rows["direct"].any():
            return "direct opinion" + (" and indirect data" if rows["data"].any() else "")
        return "indirect data only" if rows["data"].any() else "indirect opinion only"

    words = pd.Series({claim: word(rows) for claim, rows in links.groupby("claim_id")})
    return words.reindex(evidence.tables["claims"].index).fillna("nothing that settles it")


def list_claims(evidence: Evidence) -> pd.DataFrame:
    """The guide's claims by section, with verdict, certainty, basis and reasons."""
    claims = judge_claims(evidence).dropna(subset="section")
    links = join_evidence(evidence)
    keys = links.groupby("claim_id")["citekey"].agg(join_keys)
    rows = (links["table"] + " " + links["row"]).groupby(links["claim_id"]).agg(join_keys)
    compound = "judged by its parts: " + claims["parts"]
    return pd.DataFrame(
        {
            "Section": claims["section"],
            "Claim": claims.index,
            "In our words": claims["claim"],
            "Verdict": claims["verdict"].astype("str"),
            "Certainty of verdict": claims["certainty"].astype("str"),
            "Rests on": name_base(evidence).reindex(claims.index).where(claims["parts"] == "", ""),
            "Why": claims["rationale"].fillna(compound),
            "citekeys": keys.reindex(claims.index).fillna(""),
            "rows": rows.reindex(claims.index).fillna(""),
        }
    ).reset_index(drop=True)


def count_verdicts(evidence: Evidence) -> pd.DataFrame:
    """The guide's claims by topic and verdict, compound claims counted by their parts."""
    claims = evidence.tables["claims"]
    judged = claims.dropna(subset=["verdict", "section"])
    return (
        judged.reset_index()
        .groupby(["topic", "verdict"], observed=False)
        .agg(n=("claim_id", "size"), rows=("claim_id", join_keys))
        .reset_index()
    )


def count_spread(evidence: Evidence) -> pd.DataFrame:
    """For each judged claim: on how many pages it is asserted and denied, and its verdict.

    The guide under review is not counted among the pages.
    """
    claims = evidence.tables["claims"].dropna(subset="verdict")
    pages = evidence.tables["guides"]
    made = evidence.tables["guide_claims"].reset_index()
    made = made[~made["guide_id"].map(pages["under_review"]).astype(bool)]
    counts = (
        made.groupby(["claim_id", "polarity"], observed=False)
        .size()
        .unstack(fill_value=0)
        .reindex(claims.index, fill_value=0)
    )
    return pd.DataFrame(
        {
            "claim_id": claims.index,
            "claim": claims["claim"].to_numpy(),
            "verdict": claims["verdict"].array,
            "asserted": counts["same"].to_numpy(),
            "denied": counts["opposite"].to_numpy(),
            "rows": claims.index,
        }
    )


def list_worst(evidence: Evidence, n: int) -> pd.DataFrame:
    """The guide's `n` claims that stand worst, in the order of the vocabulary, last term first.

    Within a verdict those come first that most other pages make, too: a correction there helps
    most. Open verdicts are left out.
    """
    spread = count_spread(evidence).set_index("claim_id")
    claims = evidence.tables["claims"].dropna(subset=["verdict", "section"])
    guide = claims[~claims["verdict"].isin(evidence.terms("verdict", role="open"))]
    guide = guide.assign(order=guide["verdict"].cat.codes, asserted=spread["asserted"])
    worst = guide.sort_values(["order", "asserted"], ascending=False).head(n)
    cautions = evidence.tables["claim_cautions"].groupby("claim_id")["caution"].agg(join_keys)
    links = join_evidence(evidence)
    keys = links.groupby("claim_id")["citekey"].agg(join_keys)
    return pd.DataFrame(
        {
            "Claim": worst.index,
            "The guide says": worst["claim"],
            "Verdict": worst["verdict"].astype("str"),
            "Why": worst["rationale"],
            "Better wording": worst["wording"],
            "Cautions": cautions.reindex(worst.index).fillna(""),
            "citekeys": keys.reindex(worst.index).fillna(""),
            "rows": worst.index,
        }
    ).reset_index(drop=True)


def list_conflicts(evidence: Evidence) -> pd.DataFrame:
    """Pairs of the guide's claims that do not fit together."""
    claims = evidence.tables["claims"]["claim"]
    conflicts = evidence.tables["claim_conflicts"].reset_index()
    return pd.DataFrame(
        {
            "Claim": conflicts["claim_id"],
            "One place": conflicts["claim_id"].map(claims),
            "and": conflicts["other_id"],
            "Another": conflicts["other_id"].map(claims),
            "Together": conflicts["explanation"],
            "rows": conflicts["claim_id"] + "; " + conflicts["other_id"],
        }
    )


def list_added(evidence: Evidence) -> pd.DataFrame:
    """Claims that only other pages make, with how many of them do, verdict and reasons."""
    spread = count_spread(evidence).set_index("claim_id")
    claims = evidence.tables["claims"]
    added = claims[claims["section"].isna()]
    keys = join_evidence(evidence).groupby("claim_id")["citekey"].agg(join_keys)
    return pd.DataFrame(
        {
            "Claim": added.index,
            "In our words": added["claim"],
            "Pages asserting": spread.loc[added.index, "asserted"],
            "Pages denying": spread.loc[added.index, "denied"],
            "Verdict": added["verdict"].astype("str"),
            "Certainty of verdict": added["certainty"].astype("str"),
            "Rests on": name_base(evidence)[added.index],
            "Why": added["rationale"],
            "citekeys": keys.reindex(added.index).fillna(""),
            "rows": added.index,
        }
    ).reset_index(drop=True)


def list_cautions(evidence: Evidence) -> pd.DataFrame:
    """The sentences that must follow a wording, by name of the caution."""
    sentences = evidence.vocabulary("caution")["definition"]
    return sentences.rename_axis("Caution").rename("Sentence to add").reset_index()
