"""Google's published schema: routes, and a check of every request and answer.

The discovery documents are those shipped in google-api-python-client, a test dependency.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal, NamedTuple
from urllib.parse import unquote

from .errors import Json
from .fields import BadMask, Mask, parse

# Accepted by the real service, though not listed in the document (reference/google.md §9.1).
_UNDOCUMENTED = {("drive.files.get", "includeItemsFromAllDrives")}
_VERSIONS = {"drive": "v3", "sheets": "v4", "sts": "v1", "iamcredentials": "v1"}
_FORMATS = {"int32": 31, "uint32": 32}


@dataclass(frozen=True)
class Method:
    """One method of one API: as ``drive.files.copy``."""

    id: str
    family: str
    http: str
    path: re.Pattern[str]
    upload: re.Pattern[str] | None
    spec: Json

    @property
    def request(self) -> str:
        """Return the schema of the body, or an empty text."""
        return str(self.spec.get("request", {}).get("$ref", ""))

    @property
    def response(self) -> str:
        """Return the schema of the answer, or an empty text."""
        return str(self.spec.get("response", {}).get("$ref", ""))


@cache
def document(family: str) -> Json:
    """Return the discovery document of one of the services in :data:`_VERSIONS`."""
    name = f"{family}.{_VERSIONS[family]}.json"
    package = resources.files("googleapiclient.discovery_cache.documents")
    loaded: Json = json.loads(package.joinpath(name).read_text(encoding="utf-8"))
    return loaded


@cache
def methods() -> tuple[Method, ...]:
    """Return every method, the most exact path first."""
    found = [
        _method(family, spec, document(family)["servicePath"])
        for family in ("drive", "sheets")
        for spec in _walk(document(family))
    ]
    return tuple(
        sorted(found, key=lambda method: -len(re.sub(r"\(.*?\)", "", method.path.pattern)))
    )


def _walk(node: Json) -> Iterator[Json]:
    yield from node.get("methods", {}).values()
    for below in node.get("resources", {}).values():
        yield from _walk(below)


def _method(family: str, spec: Json, service: str) -> Method:
    upload = spec.get("mediaUpload", {}).get("protocols", {}).get("simple", {}).get("path")
    return Method(
        id=spec["id"],
        family=family,
        http=spec["httpMethod"],
        path=_pattern(f"/{service}{spec['path']}"),
        upload=_pattern(upload) if upload else None,
        spec=spec,
    )


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    named = [
        re.escape(part) if n % 2 == 0 else f"(?P<{part}>{'[^/]+' if part == 'range' else '[^/:]+'})"
        for n, part in enumerate(parts)
    ]
    return re.compile("".join(named))


@lru_cache(maxsize=1024)
def find(http: str, path: str) -> tuple[Method, dict[str, str], bool] | None:
    """Return the method a request calls, its path parameters, and whether it uploads."""
    for method in methods():
        if method.http != http:
            continue
        for pattern, upload in ((method.path, False), (method.upload, True)):
            match = pattern.fullmatch(path) if pattern else None
            if match:
                named = {name: unquote(text) for name, text in match.groupdict().items()}
                return method, named, upload
    return None


class Problem(NamedTuple):
    """Something the published schema does not allow."""

    kind: Literal["unknown", "value", "missing", "repeated"]
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


def check_query(method: Method, query: Mapping[str, Sequence[str]]) -> list[Problem]:
    """Say what is wrong with the parameters in the query."""
    own = method.spec.get("parameters", {})
    known = document(method.family)["parameters"] | own
    problems: list[Problem] = []
    for name, values in query.items():
        spec = known.get(name)
        if (method.id, name) in _UNDOCUMENTED:
            continue
        if spec is None or spec.get("location") != "query":
            problems.append(Problem("unknown", name, "unknown parameter"))
            continue
        if len(values) > 1 and not spec.get("repeated"):
            problems.append(Problem("repeated", name, f"given {len(values)} times"))
        bad = [text for text in values if not _text(text, spec)]
        problems += [Problem("value", name, f"{text!r} is no {spec['type']}") for text in bad]
        if name == "fields":
            problems += check_mask(method, values[0])
    missing = [name for name in own if own[name].get("required") and name not in query]
    return problems + [
        Problem("missing", name, "a required parameter")
        for name in missing
        if own[name]["location"] == "query"
    ]


def _text(text: str, spec: Json) -> bool:
    if "enum" in spec:
        return text in spec["enum"]
    if spec["type"] == "boolean":
        return text.lower() in {"true", "false"}
    return spec["type"] != "integer" or re.fullmatch(r"-?\d+", text) is not None


def check_mask(method: Method, text: str) -> list[Problem]:
    """Say which of the selected fields the answer does not have."""
    try:
        mask = parse(text)
    except BadMask:
        return [Problem("unknown", "fields", f"{text!r} is no mask")]
    wrong = unknown_fields(method.family, method.response, mask) if method.response else []
    return [Problem("unknown", "fields", f"selects unknown {path!r}") for path in wrong]


def unknown_fields(family: str, name: str, mask: Mask) -> list[str]:
    """Return the paths of a mask that the schema ``name`` does not have."""
    return list(_unknown(family, {"$ref": name}, mask, ""))


def _unknown(family: str, spec: Json, mask: Mask, at: str) -> Iterator[str]:
    while "$ref" in spec or spec.get("type") == "array":
        spec = document(family)["schemas"][spec["$ref"]] if "$ref" in spec else spec["items"]
    for name, below in mask.items():
        path = f"{at}{name}"
        properties = spec.get("properties", {})
        if name == "*" or "additionalProperties" in spec or spec.get("type") == "any":
            continue
        if name not in properties:
            yield path
        else:
            yield from _unknown(family, properties[name], below, f"{path}.")


def check_body(family: str, name: str, body: Any, *, answer: bool = False) -> list[Problem]:
    """Say what is wrong with a body, request or answer, of schema ``name``."""
    found = _check(document(family)["schemas"], {"$ref": name}, body, answer)
    return [problem if problem.where else problem._replace(where="the body") for problem in found]


_FINE: Sequence[Problem] = ()


def _check(schemas: Json, spec: Json, value: Any, answer: bool) -> Sequence[Problem]:
    """Return the problems of a value; where they are is told from this value on."""
    if "$ref" in spec:
        spec = schemas[spec["$ref"]]
    if value is None:
        return [Problem("value", "", "null in an answer")] if answer else _FINE
    kind = spec.get("type", "any")
    if kind == "object" and isinstance(value, dict):
        return _check_object(schemas, spec, value, answer)
    if kind == "array" and isinstance(value, list):
        return _check_items(schemas, spec["items"], value, answer)
    if kind == "any":
        return _FINE
    if not _fits(value, kind, spec.get("format", "")):
        return [Problem("value", "", f"{value!r} is no {spec.get('format') or kind}")]
    if "enum" in spec and value not in spec["enum"]:
        return [Problem("value", "", f"{value!r} is none of {', '.join(spec['enum'])}")]
    return _FINE


def _check_items(schemas: Json, spec: Json, values: list[Any], answer: bool) -> Sequence[Problem]:
    problems: list[Problem] = []
    for n, item in enumerate(values):
        if below := _check(schemas, spec, item, answer):
            problems += _within(f"[{n}]", below)
    return problems


def _check_object(schemas: Json, spec: Json, value: Json, answer: bool) -> Sequence[Problem]:
    properties, other = spec.get("properties", {}), spec.get("additionalProperties")
    problems: list[Problem] = []
    for name, item in value.items():
        known = properties.get(name, other)
        if known is not None:
            if below := _check(schemas, known, item, answer):
                problems += _within(name, below)
        elif properties:
            problems.append(Problem("unknown", name, "unknown field"))
    return problems


def _within(place: str, problems: Sequence[Problem]) -> list[Problem]:
    """Put the problems of a part where the part is."""
    return [
        problem._replace(
            where=place
            + ("." if problem.where and not problem.where.startswith("[") else "")
            + problem.where
        )
        for problem in problems
    ]


def _fits(value: Any, kind: str, form: str) -> bool:
    if kind == "string":
        if not isinstance(value, str):
            return False
        if form in {"int64", "uint64"}:
            return re.fullmatch(r"-?\d+", value) is not None
        if form in {"date-time", "google-datetime"}:
            return (
                re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", value)
                is not None
            )
        return True
    if kind == "integer":
        small = isinstance(value, int) and not isinstance(value, bool)
        return small and abs(value) < 2 ** _FORMATS.get(form, 31)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, {"boolean": bool, "array": list, "object": dict}[kind])
