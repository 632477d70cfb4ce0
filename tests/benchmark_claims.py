"""How well the checker matches sentences with claims: `python tests/benchmark_claims.py`.

Not a test: it prints figures. The labelled sentences (two readers, blind to each other) are split
by publisher; nothing is fitted on the test half. A match counts as right where the first candidate
is a claim that the sentence makes, in the main or besides; the strict count takes the main one.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from evidence_review import evidence as ev
from evidence_review import matching
from evidence_review.statistics import wilson_interval

FOLDS = 4


def read_labels(folder: Path) -> pd.DataFrame:
    """The labelled sentences, with `makes`: every claim that a sentence makes."""
    labels = pd.read_csv(folder / "labelled_sentences.csv", dtype="str", keep_default_na=False)
    makes = [
        {claim, *also.split("; ")} - {""}
        for claim, also in zip(labels["claim_id"], labels["also"], strict=True)
    ]
    return labels.assign(makes=makes)


def score(labels: pd.DataFrame, found: pd.DataFrame) -> dict[str, float]:
    """Precision, recall, F1 of the first candidate, and how often a right one is among three."""
    claim = found["claim_id"].fillna("").to_numpy()
    right = np.array([c in makes for c, makes in zip(claim, labels["makes"], strict=True)])
    strict = (claim == labels["claim_id"].to_numpy()) & (claim != "")
    has = labels["claim_id"].to_numpy() != ""
    three = [
        bool(({c, *also.split("; ")} - {""}) & makes)
        for c, also, makes in zip(claim, found["also"], labels["makes"], strict=True)
    ]
    result = {}
    for name, hits in (("", right), ("strict ", strict)):
        precision = hits.sum() / max((claim != "").sum(), 1)
        recall = (hits & has).sum() / max(has.sum(), 1)
        result[f"{name}P"], result[f"{name}R"] = precision, recall
        result[f"{name}F1"] = 2 * precision * recall / max(precision + recall, 1e-9)
    return result | {"top3": np.mean(np.array(three)[has])}


def with_interval(labels: pd.DataFrame, found: pd.DataFrame, rounds: int = 500) -> str:
    """Scores with 95% bootstrap intervals over publishers."""
    draw = np.random.default_rng(0)
    point = score(labels, found)
    groups = [np.flatnonzero(labels["guide"] == guide) for guide in labels["guide"].unique()]
    samples = []
    for _ in range(rounds):
        rows = np.concatenate([groups[i] for i in draw.integers(0, len(groups), len(groups))])
        samples.append(score(labels.iloc[rows], found.iloc[rows]))
    low, high = pd.DataFrame(samples).quantile([0.025, 0.975]).to_numpy()
    return "  ".join(
        f"{name} {value:.3f} ({a:.2f}–{b:.2f})"
        for (name, value), a, b in zip(point.items(), low, high, strict=True)
    )


def match_nearest(texts, claims: pd.Series, cut: float, similarity) -> pd.DataFrame:
    """A baseline: the claim whose own wording is nearest."""
    near = similarity(list(texts), claims.tolist())
    best = np.argsort(-near, axis=1)[:, :3]
    names = claims.index.to_numpy()
    return pd.DataFrame(
        {
            "claim_id": [
                names[b[0]] if n[b[0]] >= cut else None for b, n in zip(best, near, strict=True)
            ],
            "also": ["; ".join(names[b]) for b in best],
        }
    )


def tfidf_similarity(texts: list[str], claims: list[str]) -> np.ndarray:
    vectors = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2)).fit([*claims, *texts])
    return (vectors.transform(texts) @ vectors.transform(claims).T).toarray()


def embedding_similarity(texts: list[str], claims: list[str]) -> np.ndarray:
    return matching.embed(texts) @ matching.embed(claims).T


def fit_calibration(phrasings: pd.DataFrame, development: pd.DataFrame) -> list[tuple]:
    """Intercept and slope for claim and for polarity, from sentences left out by publisher."""
    guides = development["guide"].unique()
    folds = []
    for fold in range(FOLDS):
        out = development[development["guide"].isin(guides[fold::FOLDS])].reset_index(drop=True)
        kept = phrasings[~phrasings["phrasing"].isin(out["sentence"])]
        weighed = matching.learn(kept).weigh(out["sentence"].tolist())
        true = {"makes": "makes", "claim_id": "main", "polarity": "true"}
        folds.append(weighed.join(out[list(true)].rename(columns=true)))
    found = pd.concat(folds).query("share >= @matching.LEAST")
    right = [claim in makes for claim, makes in zip(found["claim_id"], found["makes"], strict=True)]
    main = found[found["claim_id"] == found["main"]]
    return [
        _fit(found["share"], right),
        _fit(main["against"], main["polarity"] == main["true"]),
    ]


def _fit(shares: pd.Series, right) -> tuple[float, float]:
    model = LogisticRegression().fit(shares.map(matching.to_logit).to_numpy()[:, None], right)
    return round(float(model.intercept_[0]), 2), round(float(model.coef_[0, 0]), 2)


def judge(labels: pd.DataFrame, found: pd.DataFrame) -> np.ndarray:
    """Whether claim and polarity of each match are right."""
    labels = labels.loc[found.index]
    return np.array(
        [
            claim in makes and (claim != main or polarity == truth)
            for claim, polarity, makes, main, truth in zip(
                found["claim_id"],
                found["polarity"],
                labels["makes"],
                labels["claim_id"],
                labels["polarity"],
                strict=True,
            )
        ]
    )


def main() -> None:
    evidence = ev.load()
    labels = read_labels(Path(__file__).parent)
    development = labels[labels["split"] == "development"].reset_index(drop=True)
    test = labels[labels["split"] == "test"].reset_index(drop=True)
    twice = labels["first_claim"] == labels["second_claim"]
    print(f"two readers gave the same main claim to {twice.sum()} of {len(labels)} sentences")
    print(f"test: {len(test)} sentences, {(test['claim_id'] != '').sum()} with a claim")
    claims = evidence.tables["claims"]
    claims = claims[~claims.index.isin(claims["part_of"])]["claim"]

    for name, similarity in (("TF-IDF", tfidf_similarity), ("embedding", embedding_similarity)):
        cuts = np.arange(0.05, 0.95, 0.05)
        tried = [match_nearest(development["sentence"], claims, c, similarity) for c in cuts]
        cut = max(zip(cuts, tried, strict=True), key=lambda t: score(development, t[1])["F1"])[0]
        found = match_nearest(test["sentence"], claims, cut, similarity)
        print(f"{name:10} {with_interval(test, found)}")

    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        matcher = matching.load_matcher(evidence, Path(folder))
        print(f"learnt in {time.perf_counter() - start:.1f} s")
    found = matcher.match(test["sentence"].tolist())
    print(f"{'checker':10} {with_interval(test, found)}")
    for kind, rows in test.groupby("kind"):
        print(f"  {kind:9} {with_interval(rows, found.loc[rows.index])}")

    named = found.dropna(subset="claim_id")
    right = judge(test, named)
    high = (named["confidence"] >= matching.HIGH).to_numpy()
    low, top = wilson_interval(right[high].sum(), high.sum())
    print(
        f"high confidence: {high.sum()} of {len(named)} matches; right in claim and polarity "
        f"{right[high].sum()} ({low:.2f}–{top:.2f})"
    )
    main_claim = named["claim_id"] == test.loc[named.index, "claim_id"]
    wrong = main_claim & (named["polarity"] != test.loc[named.index, "polarity"])
    print(
        f"polarity wrong in {wrong.sum()} of {main_claim.sum()} with the right main claim, ", end=""
    )
    print(f"{(wrong & high).sum()} of them at high confidence")
    bins = pd.cut(named["confidence"], [0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
    table = pd.DataFrame({"said": named["confidence"], "right": right}).groupby(bins, observed=True)
    print(table.agg(n=("said", "size"), said=("said", "mean"), right=("right", "mean")).round(2))
    if "--calibrate" in sys.argv:
        pairs = evidence.tables["claim_phrasings"][["claim_id", "polarity", "phrasing"]]
        print(f"calibration: {fit_calibration(pairs, development)}")
    if "--errors" in sys.argv:
        shown = named[~right].join(test[["sentence"]]).assign(truth=test["makes"].astype(str))
        print(shown.sort_values("confidence").to_string(max_colwidth=90))


if __name__ == "__main__":
    main()
