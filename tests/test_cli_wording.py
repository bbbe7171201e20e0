"""The command line speaks Vietnamese: help, wrong commands, all the library below can say."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import typer

from dankheo_sheets.cli.wording import in_vietnamese
from tests.test_cli import COMMANDS, Dankheo, dankheo

__all__ = ["dankheo"]  # a fixture

LIBRARY = Path(typer.__file__).parent
SOURCES = (
    "core.py", "_coercion.py", "_param_types.py", "_click/core.py", "_click/decorators.py",
    "_click/exceptions.py", "_click/parser.py",
)  # fmt: skip
"""Where the library reads a command line and writes help without colours."""
OURS_ALONE = {
    "DeprecationWarning: The command {} is deprecated.{}",
    "Boolean option {} cannot use the same flag for true/false.",
    "Expected one list item type, got: {}",
    "Invalid start character for option ({})",
    "unknown action '{}'",
    "Try '{} {}' for help.\n",
}
"""Mistakes of who declares a command, and what our own errors say in its place."""
WHOLE = {
    "(Possible options: {})": "No such option: --a (Possible options: --b, --c)",
    "{}. Did you mean {}?": "No such command 'a'. Did you mean 'b'?",
    "Missing {}{}.": "Missing option '--a'.",
    "Missing {}{}. {}": "Missing argument 'A'. Choose from:\n\tb,\n\tc",
}
"""Sentences of which the source has pieces only, as a person reads them."""


def called(node: ast.Call) -> str:
    return ast.unparse(node.func).rpartition(".")[2]


def said(node: ast.AST) -> Iterator[str]:
    """Yield the sentences that a piece of source holds, each field as {}."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in values
            )
        case ast.IfExp(body=one, orelse=other):
            yield from (*said(one), *said(other))
        case ast.Call(func=ast.Attribute(value=inner)) if called(node) == "format":
            yield from said(inner)
        case ast.Call(args=[first, *_]) if called(node) == "_":
            yield from (re.sub(r"\{[\w!]*\}", "{}", text) for text in said(first))


def sentences(tree: ast.AST) -> Iterator[str]:
    """Yield all that is raised, translated, returned as a message, or given as help."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(args=args):
                if called(node) == "_":
                    yield from said(node)
                elif called(node) == "fail" or re.search(
                    "(ValueError|UsageError|Parameter|Option|Usage)$", called(node)
                ):
                    for argument in args:
                        yield from said(argument)
                for keyword in node.keywords:
                    if keyword.arg == "help":
                        yield from said(keyword.value)
            case ast.FunctionDef(name="format_message" | "get_missing_message", body=body):
                for inner in ast.walk(ast.Module(body, [])):
                    if isinstance(inner, ast.Return) and inner.value:
                        yield from said(inner.value)
            case ast.Assign(targets=[ast.Name(id="message" | "msg" | "hint" | "suggest")]):
                yield from said(node.value)
            case ast.Assign(targets=[ast.Attribute(attr="message" | "subcommand_metavar")]):
                yield from said(node.value)


def library_says() -> list[str]:
    found = {
        text
        for source in SOURCES
        for text in sentences(ast.parse((LIBRARY / source).read_text(encoding="utf-8")))
    }
    return sorted(text for text in found - OURS_ALONE if re.search("[A-Za-z]", text))


@pytest.mark.parametrize("sentence", library_says())
def test_each_sentence_of_the_library_has_its_vietnamese(sentence: str) -> None:
    whole = WHOLE.get(sentence, sentence.replace("{}", "'1'"))

    vietnamese = in_vietnamese(whole)

    assert not set(re.findall("[A-Za-z]{3,}", vietnamese)) & set(re.findall("[A-Za-z]+", whole))


def test_the_sentences_of_the_library_are_found() -> None:
    assert {
        "No such option: {}", "No such command {}.", "{}. Did you mean {}?", "Missing {}{}.",
        "Invalid value for {}: {}", "Got unexpected extra argument(s) ({})", "required",
        "default: {}", "Show this message and exit.", "Option {} requires {}",
    } <= set(library_says())  # fmt: skip


# --- as a person reads it ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says", "command"),
    [
        (["frob"], "Không có lệnh “frob”", "dankheo"),
        (["chek"], "Không có lệnh “chek”; có phải “check”?", "dankheo"),
        (["sync", "--dry"], "Không có tuỳ chọn --dry; có phải --dry-run?", "dankheo sync"),
        (["sync", "-x"], "Không có tuỳ chọn -x", "dankheo sync"),
        (["sync", "required"], "Thừa “required”", "dankheo sync"),
        (["check"], "Còn thiếu “TỆP” sau lệnh", "dankheo check"),
        (["reopen"], "Còn thiếu tuỳ chọn “--until”", "dankheo reopen"),
        (["reopen", "--until"], "Sau tuỳ chọn “--until” còn thiếu giá trị", "dankheo LỆNH"),
        (["sync", "--dry-run=1"], "Tuỳ chọn “--dry-run” không đi cùng giá trị", "dankheo LỆNH"),
        (["notices", "--for", "x"],
         "Ghi sai “--for”: “x” không thuộc “zalo”, “phone”", "dankheo notices"),
    ],
)  # fmt: skip
def test_a_wrong_command_is_told_as_all_other_errors_are(
    dankheo: Dankheo, arguments: Sequence[str], says: str, command: str
) -> None:
    assert dankheo(*arguments) == (
        2, "", f"Lỗi: {says}\nCách xử lý: chạy {command} --help để xem cách ghi.\n"
    )  # fmt: skip


def test_help_is_in_vietnamese_from_the_first_word_to_the_last(dankheo: Dankheo) -> None:
    assert dankheo("notices", "--help").out == (
        "Cách ghi: dankheo notices [TUỲ_CHỌN]\n"
        "\n"
        "  In tin ngắn để dán vào Zalo, hoặc danh sách gọi điện, cho đơn vị còn thiếu.\n"
        "\n"
        "Tuỳ chọn:\n"
        "  --for <zalo|phone>  zalo: tin ngắn để dán; phone: danh sách gọi điện.\n"
        "                      [không ghi thì là zalo]\n"
        "  -C THƯ_MỤC          Thư mục của đợt đăng ký (có campaign.toml).  [không ghi\n"
        "                      thì là .]\n"
        "  --help              In hướng dẫn này.\n"
    )


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_no_word_of_the_library_is_left_in_the_help_of_a_command(
    dankheo: Dankheo, command: str
) -> None:
    help_text = dankheo(command, "--help").out

    assert not re.search(
        r"Usage|Options|Arguments|OPTIONS|ARGS|required|default|message|<str>|<path>|list\[",
        help_text,
    )


def test_the_program_alone_shows_its_commands_and_is_2(dankheo: Dankheo) -> None:
    result = dankheo()

    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("Cách ghi: dankheo [TUỲ_CHỌN] LỆNH …\n")
    assert "\nCác lệnh:\n  letter     Lập công văn" in result.err
