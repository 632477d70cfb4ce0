"""Europe PMC's client, against a local server that answers as the service documents."""

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from evidence_review import __main__ as commands
from evidence_review import europepmc
from evidence_review.findings import BadInput
from evidence_review.records import read_records

QUERY = 'TITLE:(corn OR "hard corn") & more'


class Service:
    """What the server answers, and what it was asked."""

    def __init__(self, results: list[dict]):
        self.results, self.asked = results, []
        self.first = []  # status codes to begin with
        self.hits = len(results)
        self.body = None  # instead of an answer

    def answer(self, asked: dict[str, str]) -> tuple[int, bytes]:
        self.asked.append(asked)
        if self.first:
            return self.first.pop(0), b"sorry"
        if self.body is not None:
            return 200, self.body
        begin = 0 if asked["cursorMark"] == "*" else int(asked["cursorMark"].removeprefix("AoI+/="))
        end = begin + int(asked["pageSize"])
        page = {"version": "6.9", "hitCount": self.hits, "request": asked}
        page["resultList"] = {"result": self.results[begin:end]}
        if self.results[begin:end]:  # the mark of the last page leads to an empty one
            page["nextCursorMark"] = f"AoI+/={min(end, len(self.results))}"
        return 200, json.dumps(page).encode()


@pytest.fixture
def serve(monkeypatch) -> Iterator:
    """Start a service with these results; its address."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    started = []

    def start(*results: dict) -> tuple[Service, str]:
        service = Service(list(results))

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
                status, body = service.answer(asked)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=server.serve_forever, daemon=True).start()
        started.append(server)
        return service, f"http://127.0.0.1:{server.server_port}/search"

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


FULL = {
    "id": "31234567",
    "source": "MED",
    "pmid": "31234567",
    "pmcid": "PMC1234567",
    "doi": "10.1000/abc_d",
    "title": "Corns of the toe:\n a case.",
    "authorString": "Núñez García J, Foot Study Group.",
    "authorList": {
        "author": [
            {"fullName": "Núñez García J", "firstName": "José", "lastName": "Núñez García"},
            {"collectiveName": "Foot Study Group"},
        ]
    },
    "journalInfo": {"volume": "3", "issue": "2", "journal": {"title": "Feet and Skin"}},
    "pubYear": "2019",
    "pageInfo": "826-8",
    "language": "eng",
}


def number(n: int) -> dict:
    return {"id": f"PPR{n}", "source": "PPR", "title": f"Corns, part {n}"}


def test_a_result_becomes_a_record_that_can_be_taken_in(serve, tmp_path):
    _, address = serve(FULL, number(2))
    file = tmp_path / "new.ris"
    assert europepmc.fetch(QUERY, file, address) == 2
    full, bare = read_records(file)
    assert full.authors == ("Núñez García, José", "{Foot Study Group}")
    assert full.fields == {
        "title": "Corns of the toe: a case",
        "volume": "3",
        "number": "2",
        "pages": "826--828",
        "year": "2019",
        "journal": "Feet and Skin",
        "doi": "10.1000/abc_d",
        "pmid": "31234567",
        "pmcid": "PMC1234567",
    }
    assert bare.fields == {"title": "Corns, part 2"} and bare.authors == ()


def test_it_asks_for_page_after_page_until_there_is_no_more(serve, tmp_path, monkeypatch):
    monkeypatch.setattr(europepmc, "PAGE", 2)
    service, address = serve(*map(number, range(5)))
    assert europepmc.fetch(QUERY, tmp_path / "new.ris", address) == 5
    titles = [record.fields["title"] for record in read_records(tmp_path / "new.ris")]
    assert titles == [f"Corns, part {n}" for n in range(5)]
    marks = [asked["cursorMark"] for asked in service.asked]
    assert marks == ["*", "AoI+/=2", "AoI+/=4", "AoI+/=5"]
    assert {asked["query"] for asked in service.asked} == {QUERY}
    assert {asked["resultType"] for asked in service.asked} == {"core"}


@pytest.mark.parametrize("status", [429, 503])
def test_a_service_that_is_busy_is_asked_again(serve, tmp_path, status):
    service, address = serve(FULL)
    service.first = [status]
    assert europepmc.fetch(QUERY, tmp_path / "new.ris", address) == 1
    assert [asked["cursorMark"] for asked in service.asked[:2]] == ["*", "*"]


def change_hits(service: Service) -> None:
    service.hits = 9


@pytest.mark.parametrize(
    "spoil, words",
    [
        (lambda service: service.first.append(404), "no usable answer .HTTPError"),
        (lambda service: setattr(service, "body", b"<html>"), "no usable answer .JSONDecodeError"),
        (
            lambda service: setattr(service, "body", b"{}"),
            "another form .* .KeyError: 'resultList'",
        ),
        (lambda service: setattr(service, "body", b"[]"), "another form"),
        (change_hits, "another form .*1 records of 9"),
        (
            lambda service: (service.results.clear(), setattr(service, "hits", 0)),
            "no record answers the search. Widen living_search",
        ),
        (lambda service: setattr(service, "hits", 5_001), "5,001 records answer .* Narrow"),
    ],
)
def test_any_other_answer_is_one_message_and_nothing_is_written(serve, tmp_path, spoil, words):
    service, address = serve(FULL)
    spoil(service)
    with pytest.raises(BadInput, match=words) as raised:
        europepmc.fetch(QUERY, tmp_path / "new.ris", address)
    assert len(raised.value.findings) == 1
    assert list(tmp_path.iterdir()) == []


def test_where_nobody_answers_a_message_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(europepmc, "AGAIN", 0)
    with pytest.raises(BadInput, match=r"Europe PMC: no usable answer \(ConnectionError\)"):
        europepmc.fetch(QUERY, tmp_path / "new.ris", "http://127.0.0.1:9/search")


def test_the_command_asks_for_the_search_that_the_review_declares(
    evidence, tmp_path, monkeypatch, capsys
):
    asked = []
    monkeypatch.setattr(europepmc, "fetch", lambda query, file: asked.append((query, file)) or 3)
    assert commands.main(["fetch", str(tmp_path / "new.ris")]) == 0
    assert asked == [(evidence.package["living_search"], tmp_path / "new.ris")]
    assert "3 records" in capsys.readouterr().out


def test_a_review_without_a_declared_search_is_told_where_it_belongs(tmp_path, monkeypatch, capsys):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/datapackage.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    assert commands.main(["fetch", "new.ris"]) == 1
    assert "no living_search" in capsys.readouterr().err


def test_the_workflow_is_off_until_somebody_turns_it_on_and_may_do_no_more_than_it_needs(
    root: Path,
):
    text = (root / ".github/workflows/living-review.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    fetch, propose = workflow["jobs"].values()
    assert fetch["if"] == "vars.LIVING_REVIEW == 'on'" and propose["needs"] == "fetch"
    assert workflow["permissions"] == {}
    assert fetch["permissions"] == {"contents": "read"}
    may = {"actions": "read", "contents": "write", "pull-requests": "write"}
    assert propose["permissions"] == may
    scripts = [step["run"] for job in (fetch, propose) for step in job["steps"] if "run" in step]
    # what may write runs nothing that was installed
    assert not re.search(r"python|make|pip\b", propose["steps"][-1]["run"].partition("gh pr")[0])
    assert scripts and not any("${{" in script for script in scripts)
