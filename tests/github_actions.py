"""A GitHub runner small enough to read: it runs the `run:` steps of a workflow's job, in order.

Steps that use an action are not run but noted, with their inputs, where their `if:` holds.
Of the expression language it knows what our workflows use, and refuses the rest.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]
_TOKEN = re.compile(r"\s*(\|\||&&|==|!=|!|\(|\)|,|'(?:[^']|'')*'|[A-Za-z_][\w.*-]*|$)")


def workflow(path: Path) -> Json:
    """Return a workflow; its `on:` is under "on", which YAML takes for a truth value."""
    loaded: Json = {
        "on" if key is True else key: value
        for key, value in yaml.safe_load(path.read_text(encoding="utf-8")).items()
    }
    return loaded


# --- expressions ---------------------------------------------------------------------------


class Expression:
    """One expression, evaluated over the contexts as GitHub does; reads from left to right."""

    def __init__(self, text: str, contexts: Json, status: str = "success") -> None:
        self._contexts, self._status = contexts, status
        self._tokens = list(_tokens(text))
        self.value = self._either()
        if self._tokens != [""]:
            raise ValueError(f"{text!r}: {self._tokens[0]!r} not expected")

    def _next(self) -> str:
        return self._tokens.pop(0)

    def _either(self) -> Any:
        value = self._both()
        while self._tokens[0] == "||":
            self._next()
            other = self._both()
            value = value or other
        return value

    def _both(self) -> Any:
        value = self._equal()
        while self._tokens[0] == "&&":
            self._next()
            other = self._equal()
            value = value and other
        return value

    def _equal(self) -> Any:
        value = self._one()
        if self._tokens[0] in ("==", "!="):
            wanted = self._next() == "=="
            return (text(value).casefold() == text(self._one()).casefold()) == wanted
        return value

    def _one(self) -> Any:
        token = self._next()
        if token == "!":
            return not self._one()
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token == "(":
            value = self._either()
            self._close()
            return value
        if self._tokens[0] == "(":
            self._next()
            return self._call(token)
        return _look_up(self._contexts, token.split("."))

    def _call(self, name: str) -> Any:
        arguments = []
        while self._tokens[0] != ")":
            arguments.append(self._either())
            if self._tokens[0] == ",":
                self._next()
        self._close()
        match name, arguments:
            case "always", []:
                return True
            case "failure", []:
                return self._status == "failure"
            case "join", [list(items), str(between)]:
                return between.join(items)
        raise ValueError(f"{name}{arguments}: not known here")

    def _close(self) -> None:
        if self._next() != ")":
            raise ValueError("a bracket is not closed")


def _tokens(source: str) -> Iterator[str]:
    at = 0
    while True:
        found = _TOKEN.match(source, at)
        if found is None:
            raise ValueError(f"{source[at:]!r}: not known here")
        yield found[1]
        if not found[1]:
            return
        at = found.end()


def _look_up(value: Any, names: Sequence[str]) -> Any:
    for at, name in enumerate(names):
        if name == "*":
            return [_look_up(each, names[at + 1 :]) for each in value.values()]
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text(value: Any) -> str:
    """Return a value as GitHub writes it into a string."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def filled(template: object, contexts: Json) -> str:
    """Return a text with every ``${{ }}`` in it evaluated."""
    return re.sub(
        r"\$\{\{(.*?)\}\}",
        lambda found: text(Expression(found[1], contexts).value),
        text(template),
    )


# --- running -------------------------------------------------------------------------------


@dataclass
class Ran:
    """What became of a job."""

    status: str = "success"
    log: str = ""
    """What everybody sees who may see the run."""
    summary: str = ""
    used: list[tuple[str, Json]] = field(default_factory=list)
    """The actions that would have run, without their versions, and their inputs."""
    failed: list[str] = field(default_factory=list)
    """The names of the steps that failed."""
    outputs: Json = field(default_factory=dict)


@dataclass
class Runner:
    """Runs jobs in `workspace`, with nothing of this machine's environment but what it gives."""

    workspace: Path
    temp: Path
    contexts: Json
    environ: Mapping[str, str]
    """What GitHub's machines have, and what a test wants beside it."""

    def job(self, source: Json, name: str, needs: Json | None = None) -> Ran | None:
        """Run one job; None where its `if:` does not hold."""
        job = source["jobs"][name]
        contexts = self.contexts | {"needs": needs or {}}
        results = {each["result"] for each in contexts["needs"].values()}
        before = "failure" if "failure" in results else "success"
        if not self._holds(job.get("if", ""), contexts, before):
            return None
        assert source["defaults"] == {"run": {"shell": "bash"}}
        contexts["env"] = {key: filled(each, contexts) for key, each in job.get("env", {}).items()}
        contexts["runner"] = {"temp": str(self.temp)}
        contexts["steps"] = {}
        ran = Ran()
        for step in job["steps"]:
            if not self._holds(step.get("if", ""), contexts, ran.status):
                continue
            if "uses" in step:
                inputs = {key: filled(each, contexts) for key, each in step.get("with", {}).items()}
                ran.used.append((step["uses"].partition("@")[0], inputs))
            else:
                self._run(step, contexts, ran)
        ran.outputs = {key: filled(each, contexts) for key, each in job.get("outputs", {}).items()}
        return ran

    @staticmethod
    def _holds(condition: str, contexts: Json, status: str) -> bool:
        value = Expression(condition, contexts, status).value if condition else True
        asks = re.search(r"\b(always|failure|success|cancelled)\(", condition)
        return bool(value) and (bool(asks) or status == "success")

    def _run(self, step: Json, contexts: Json, ran: Ran) -> None:
        script, output, summary = (self.temp / each for each in ("run.sh", "output", "summary"))
        script.write_text(step["run"], encoding="utf-8")
        output.write_text("")
        summary.write_text("")
        env = {key: filled(each, contexts) for key, each in step.get("env", {}).items()}
        bash = shutil.which("bash", path=self.environ["PATH"])
        assert bash
        done = subprocess.run(
            [bash, "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.workspace,
            env={**self.environ, **contexts["env"], **env, "RUNNER_TEMP": str(self.temp),
                 "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False,
            timeout=300,
        )  # fmt: skip
        ran.log += done.stdout
        ran.summary += summary.read_text(encoding="utf-8")
        if "id" in step:
            pairs = (line.split("=", 1) for line in output.read_text(encoding="utf-8").splitlines())
            contexts["steps"][step["id"]] = {"outputs": dict(pairs)}
        if done.returncode:
            ran.status = "failure"
            ran.failed.append(step["name"])


def stand_in(directory: Path, name: str, answers: Mapping[str, str]) -> Path:
    """Put a program on a PATH that notes its arguments, as JSON lines, and prints an answer.

    `answers` are by the first two arguments. Returns the file of notes.
    """
    notes = directory / f"{name}.jsonl"
    program = directory / name
    program.write_text(
        "#!/usr/bin/env python3\n"
        "import json, sys\n"
        f"answers = json.loads({json.dumps(json.dumps(dict(answers)))})\n"
        f"with open({str(notes)!r}, 'a', encoding='utf-8') as file:\n"
        "    file.write(json.dumps(sys.argv[1:]) + '\\n')\n"
        "sys.stdout.write(answers.get(' '.join(sys.argv[1:3]), ''))\n",
        encoding="utf-8",
    )
    program.chmod(0o755)
    return notes


def machine(**more: str) -> dict[str, str]:
    """Return the environment of a fresh machine: its programs, UTF-8, no settings of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {"LANG": "C.UTF-8", "NO_PROXY": "127.0.0.1", "CI": "true"} | more
