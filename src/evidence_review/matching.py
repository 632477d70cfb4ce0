"""Which claim of the library a sentence makes, and whether it asserts or denies it.

Two readers that err differently are averaged: a logistic regression on reduced letter and word
statistics with a static word embedding, and the phrasings nearest to the sentence. What each adds
is printed by `tests/benchmark_claims.py`.
"""

import hashlib
import importlib.metadata
import importlib.util
import pickle
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import snowballstemmer

from evidence_review.evidence import Evidence
from evidence_review.files import write_atomically
from evidence_review.findings import BadInput, Finding

HIGH = 0.8  # confidence from which the report calls a match high
LEAST = 0.25  # share of the evidence that a claim must have to be named at all
LONGEST_HEADING = 7  # words; most of them begin with a capital, and no stop ends them
WORTH_NAMING = 0.06  # and to be listed among the other candidates
CANDIDATES = 3
# That the claim is right, from its share of the evidence, and that the polarity is, from the share
# of the other one: intercepts and slopes on the logit scale, after development sentences left out
# of training (the benchmark prints them with --calibrate). Confidence is their product.
CALIBRATION = ((1.39, 0.84), (-0.22, -1.58))
# Words that deny; that a sentence has one tells most where a claim itself is worded as a denial.
_DENIAL = re.compile(
    r"\b(no|not|never|none|nobody|nothing|neither|nor|cannot|without|hardly|scarcely|barely"
    r"|rarely|seldom|little|few|unlikely|impossible|unable)\b|n[’']t\b",
    re.IGNORECASE,
)

_DIMENSIONS, _NEIGHBOURS = 300, 30
_NONE = ("", "")
_VERSION = 6  # of what is stored; a new one makes stored models be learnt anew


@dataclass
class Matcher:
    """What was learnt from the phrasings of claims."""

    classes: list[tuple[str, str]]  # claim and polarity; _NONE where a sentence makes no claim
    words: object  # TfidfVectorizer over stems and pairs of them
    letters: object  # TfidfVectorizer over parts of words
    axes: np.ndarray  # directions that keep most of both: (features, _DIMENSIONS)
    levelling: tuple[np.ndarray, np.ndarray]  # mean and directions of `_level`
    model: object  # LogisticRegression on axes and embedding, levelled
    known_words: object  # sparse: the phrasings themselves
    known_letters: object
    known_vectors: np.ndarray
    known_classes: np.ndarray
    # For each class the shares of its phrasings without and with a word that denies.
    denials: dict[tuple[str, str], tuple[float, float]]

    def match(self, sentences: Sequence[str]) -> pd.DataFrame:
        """One row per sentence: claim_id (missing: none), polarity, confidence, also.

        `also` lists other candidates, best first. What `asserts_nothing` has no claim.
        """
        weighed = self.weigh(sentences)
        named = weighed["share"] >= LEAST
        confidence = [
            calibrate(share, against)
            for share, against in zip(weighed["share"], weighed["against"], strict=True)
        ]
        others = [
            candidates[1:CANDIDATES] if sure else candidates[:CANDIDATES]
            for candidates, sure in zip(weighed["candidates"], named, strict=True)
        ]
        return pd.DataFrame(
            {
                "claim_id": weighed["claim_id"].where(named, None),
                "polarity": weighed["polarity"].where(named, None),
                "confidence": pd.Series(confidence, dtype="float").where(named, 0.0).round(3),
                "also": pd.Series(map("; ".join, others), dtype="str"),
            }
        )

    def weigh(self, sentences: Sequence[str]) -> pd.DataFrame:
        """The likeliest claim of each sentence, however unlikely, and what speaks for it.

        Columns: claim_id, polarity, share (of the evidence, 0 to 1), against (what of that share is
        for the other polarity, 0 to 1), candidates (claims worth naming, best first).
        """
        columns = ["claim_id", "polarity", "share", "against", "candidates"]
        if not len(sentences):
            return pd.DataFrame(columns=columns)
        shares = pd.DataFrame(
            self.share_evidence(sentences), columns=pd.MultiIndex.from_tuples(self.classes)
        )
        by_claim = shares.T.groupby(level=0).sum().T.drop(columns=_NONE[0], errors="ignore")
        by_claim[[asserts_nothing(sentence) for sentence in sentences]] = 0
        order = np.argsort(-by_claim.to_numpy(), axis=1)[:, : CANDIDATES + 1]
        rows = []
        for row, best in enumerate(by_claim.columns.to_numpy()[order]):
            claim = best[0]
            odds = self._weigh_polarities(shares.loc[row, claim], claim, sentences[row])
            rows.append(
                (
                    claim,
                    odds.idxmax(),
                    by_claim.loc[row, claim],
                    1 - odds.max(),
                    [name for name in best if by_claim.loc[row, name] >= WORTH_NAMING],
                )
            )
        return pd.DataFrame(rows, columns=columns)

    def _weigh_polarities(self, shares: pd.Series, claim: str, sentence: str) -> pd.Series:
        """The probability of each polarity of a claim, from its share and from words of denial."""
        denies = int(bool(_DENIAL.search(sentence)))
        likely = [self.denials[claim, polarity][denies] for polarity in shares.index]
        weight = (shares + 1e-6) * likely
        return weight / weight.sum()

    def share_evidence(self, sentences: Sequence[str]) -> np.ndarray:
        """For each sentence and class the mean of both readers' probabilities; rows add to 1.

        Less where no phrasing is near: then only the regression has a say.
        """
        words, letters = self.words.transform(sentences), self.letters.transform(sentences)
        vectors = embed(sentences)
        reduced = _reduce(words, letters, self.axes)
        learnt = self.model.predict_proba(_level(_join(reduced, vectors), *self.levelling))
        near = (
            0.5 * (words @ self.known_words.T).toarray()
            + 0.25 * (letters @ self.known_letters.T).toarray()
            + 0.5 * np.maximum(vectors @ self.known_vectors.T, 0) ** 2
        )
        nearest = np.argpartition(-near, min(_NEIGHBOURS, near.shape[1] - 1), axis=1)
        nearest = nearest[:, :_NEIGHBOURS]
        votes = np.zeros_like(learnt)
        weights = np.take_along_axis(near, nearest, axis=1) ** 4
        rows = np.repeat(np.arange(len(votes)), nearest.shape[1])
        np.add.at(votes, (rows, self.known_classes[nearest].ravel()), weights.ravel())
        votes /= np.maximum(votes.sum(axis=1, keepdims=True), 1e-12)
        return (2 * learnt + votes) / 3


def asserts_nothing(sentence: str) -> bool:
    """Whether it is a question, a quoted myth, a heading, a reference or too short to say any."""
    bare = sentence.strip(" \"“”‘’'()[]*#-–")
    words = re.findall(r"[^\W\d_]+", bare)
    capitals = sum(word[0].isupper() for word in words)
    heading = (
        len(words) <= LONGEST_HEADING
        and capitals > len(words) / 2
        and not re.search(r"[.!:;…]$", bare)
    )
    myth = re.match(r"(myth|fiction)\b[^.]{0,12}:", bare, re.IGNORECASE)
    reference = re.search(r"\b(19|20)\d\d;\s*\d+|\bdoi\b", bare, re.IGNORECASE)
    return bare.endswith("?") or len(words) < 3 or heading or bool(myth or reference)


def calibrate(share: float, against: float) -> float:
    """The probability that claim and polarity are right (see CALIBRATION)."""
    for_claim, for_polarity = (
        1 / (1 + np.exp(-(intercept + slope * to_logit(value))))
        for (intercept, slope), value in zip(CALIBRATION, (share, against), strict=True)
    )
    return for_claim * for_polarity


def to_logit(share: float) -> float:
    """The logit of a share, kept off the ends, which no evidence of this kind can reach."""
    share = min(max(float(share), 0.02), 0.98)
    return np.log(share / (1 - share))


def learn(phrasings: pd.DataFrame) -> Matcher:
    """Learn from `phrasing`, `claim_id` and `polarity` (both missing: makes no claim)."""
    from sklearn import linear_model  # noqa: F401  loads what is limited below
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # more only wait for each other, and notebooks run beside it
        return _learn(phrasings)


def _learn(phrasings: pd.DataFrame) -> Matcher:
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.utils.extmath import randomized_svd

    texts = phrasings["phrasing"].tolist()
    keys = phrasings[["claim_id", "polarity"]].astype("str").fillna("")
    labels = list(keys.itertuples(index=False, name=None))
    classes = sorted(set(labels))
    numbers = np.array([classes.index(label) for label in labels])
    words = TfidfVectorizer(
        tokenizer=split_stems,
        lowercase=False,
        token_pattern=None,
        ngram_range=(1, 2),
        sublinear_tf=True,
        min_df=2,
        dtype=np.float32,
    )
    letters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True, min_df=4, dtype=np.float32
    )
    known_words, known_letters = words.fit_transform(texts), letters.fit_transform(texts)
    both = hstack([known_words, known_letters]).tocsr()
    size = min(_DIMENSIONS, min(both.shape) - 1)
    # One power iteration without normalising finds axes as good in a third of the time.
    _, _, axes = randomized_svd(
        both, size, n_iter=1, power_iteration_normalizer="none", random_state=0
    )
    vectors = embed(texts)
    joined = _join(_reduce(known_words, known_letters, axes.T), vectors)
    levelling = _find_levelling(joined)
    model = LogisticRegression(C=1, max_iter=100, tol=1e-3)
    model.fit(_level(joined, *levelling), numbers)
    known = (known_words, known_letters, vectors, numbers)
    denials = _count_denials(texts, labels)
    return Matcher(classes, words, letters, axes.T, levelling, model, *known, denials)


def _count_denials(
    texts: Sequence[str], labels: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], tuple[float, float]]:
    """Of each class the shares of texts without and with a word that denies, one of each added."""
    denies = pd.Series([bool(_DENIAL.search(text)) for text in texts])
    counts = denies.groupby(pd.Series(labels)).agg(["sum", "size"])
    shares = (counts["sum"] + 1) / (counts["size"] + 2)
    return {label: (1 - share, share) for label, share in shares.items()}


def load_matcher(evidence: Evidence, folder: Path) -> Matcher:
    """The matcher of this review's phrasings, kept below `folder`; learnt where it is not there.

    The claims' own wording counts as a phrasing of them. Raises BadInput where there are fewer than
    two claims: there is nothing to tell apart.
    """
    phrasings = _list_phrasings(evidence)
    if phrasings["claim_id"].nunique() < 2:
        problem = "fewer than two claims, with which a sentence could be compared"
        remedy = "Enter them; CONTRIBUTING.md says how a claim is judged"
        raise BadInput(Finding("data/claims.csv", problem, remedy))
    path = _name_model(phrasings, folder)
    if path.is_file():
        try:
            return pickle.loads(path.read_bytes())
        except Exception:  # half written or of other versions: learn anew
            path.unlink()
    print("Learning how guides word the claims, once; this takes some seconds.", file=sys.stderr)
    matcher = learn(phrasings)
    for old in folder.glob("claims-*.pickle"):
        old.unlink()
    write_atomically(path, pickle.dumps(matcher))
    return matcher


def prepare_matcher(evidence: Evidence, folder: Path) -> list[Path]:
    """Have the matcher learnt before somebody waits for it; its file, none without claims."""
    phrasings = _list_phrasings(evidence)
    if phrasings["claim_id"].nunique() < 2:
        return []
    load_matcher(evidence, folder)
    return [_name_model(phrasings, folder)]


def _list_phrasings(evidence: Evidence) -> pd.DataFrame:
    claims = evidence.tables["claims"]
    own = claims[~claims.index.isin(claims["part_of"])]["claim"]
    own = own.rename("phrasing").rename_axis("claim_id").reset_index().assign(polarity="same")
    phrasings = pd.concat([evidence.tables["claim_phrasings"], own], ignore_index=True)
    return phrasings[["claim_id", "polarity", "phrasing"]].astype("str")


def _name_model(phrasings: pd.DataFrame, folder: Path) -> Path:
    """Where the matcher of these phrasings is kept, whatever else was learnt before."""
    versions = f"{_VERSION} {importlib.metadata.version('scikit-learn')}"
    learnt_from = hashlib.sha256((phrasings.to_csv(index=False) + versions).encode())
    return folder / f"claims-{learnt_from.hexdigest()[:16]}.pickle"


def split_stems(text: str) -> list[str]:
    """The words of a text, without their endings (Snowball's English stemmer)."""
    words = re.findall(r"[^\W_]+(?:'[a-z]+)?", text.lower().replace("’", "'"))
    return [_stem(word) for word in words]


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    return _stemmer().stemWord(word)


@lru_cache(maxsize=1)
def _stemmer():
    return snowballstemmer.stemmer("english")


def embed(texts: Sequence[str]) -> np.ndarray:
    """Mean word vectors of length 1, from the weights that the wheel of wordllama ships.

    Read here without its `load()`, which looks for them in the network.
    """
    tokenizer, table = _read_embedding()
    encoded = tokenizer.encode_batch(list(texts), add_special_tokens=False)
    vectors = np.array(
        [table[e.ids].mean(axis=0) if e.ids else np.zeros(table.shape[1]) for e in encoded],
        dtype=np.float32,
    )
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


@lru_cache(maxsize=1)
def _read_embedding():
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    folder = Path(importlib.util.find_spec("wordllama").submodule_search_locations[0])
    (table,) = load_file(folder / "weights" / "l2_supercat_256.safetensors").values()
    tokenizer = folder / "tokenizers" / "l2_supercat_tokenizer_config.json"
    return Tokenizer.from_file(str(tokenizer)), table.astype(np.float32)


def _reduce(words, letters, axes: np.ndarray) -> np.ndarray:
    """Sparse word and letter statistics on the kept axes."""
    size = words.shape[1]
    return words @ axes[:size] + letters @ axes[size:]


def _find_levelling(joined: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean, and directions in which strong and weak features come half-way to the same strength.

    The regression then learns in a third of the steps, and no worse (see the benchmark).
    """
    mean = joined.mean(axis=0)
    strength, directions = np.linalg.eigh(np.cov((joined - mean).T))
    weights = np.maximum(strength + 0.1 * strength.mean(), 1e-12) ** -0.25
    weights *= np.sqrt(strength.sum() / (strength * weights**2).sum())  # as strong as before
    return mean, (directions * weights).astype(np.float32)


def _level(joined: np.ndarray, mean: np.ndarray, directions: np.ndarray) -> np.ndarray:
    return (joined - mean) @ directions


def _join(reduced: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Both in one matrix, at a scale at which the regression's penalty is mild."""
    return np.hstack([3 * reduced, 3.6 * vectors]).astype(np.float32)
