"""What a device asks back, and which of our own lines is answered with which key.

Enter is never sent blindly: at a `[confirm]` it is a yes. What is not in the table is not
answered at all.
"""

import re
from enum import Enum


class Question(Enum):
    """What is asked for at log-in, where we expect it: the whole of the last line.

    `Enter  Password:` asks for a new one, where none is set (real ASA, first `enable`): it is
    none of these, and is never answered.
    """

    PASSWORD = "password:"  # noqa: S105  a prompt, and no password
    USERNAME = "username:"


_QUESTION = re.compile(
    r".*(?:"
    r"\[confirm\]:?"
    r"|\[[Yy](?:es)?\]es/\[[Nn]o?\]o.*"
    r"|\[Y\]es, \[N\]o.*"
    r"|[\[(](?:yes/no|y/n)[\])]\s*[?:]?"
    r"|\]\s*\?"
    r"|[Pp]ass(?:word|phrase)[^:?\n]{0,40}[:?]"
    r"|[Uu]sername:"
    r"|\?"
    r")\s*",
    re.ASCII | re.IGNORECASE,
)

_ANSWERS: tuple[tuple[re.Pattern[str], re.Pattern[str], str], ...] = (
    # (our line, the question, the key). Real consoles of an ASA5506 and of a 9.x ASAv.
    (
        re.compile(r"reload(?: noconfirm)?"),
        re.compile(r"Proceed with reload\? ?\[confirm\] ?"),
        "y",
    ),
    (
        re.compile(r"vpn-sessiondb logoff index \d+( noconfirm)?"),
        re.compile(r"Do you want to logoff the VPN session\(s\)\? ?\[confirm\] ?"),
        "y",
    ),
    # The copy is ours, under a name that is made of the run's; `/noconfirm` says as much.
    (
        re.compile(r"copy /noconfirm running-config disk\d:/\S+"),
        re.compile(r"Do you want to over ?write\? ?\[confirm\] ?", re.IGNORECASE),
        "y",
    ),
    # The wording is IOS's; on an ASA it is inferred. We ask for nothing else than to overwrite.
    (
        re.compile(r"write memory"),
        re.compile(r"(?:.* )?[Oo]verwrite\b.*\? ?\[confirm\] ?"),
        "y",
    ),
    # A fresh ASA asks at the first `configure terminal`. Later is the answer that sets nothing;
    # it takes a line, and where it took a key, the Enter behind it is an empty line.
    (
        re.compile(r"configure terminal"),
        re.compile(r"Would you like to enable anonymous error reporting.*\[A\]sk later:?\s*"),
        "A\n",
    ),
)


def question_in(last: str) -> str | None:
    """The question that a last, unended line asks; None: it asks nothing that we know of."""
    return last.strip() if _QUESTION.fullmatch(last) else None


def is_question(expected: Question, last: str) -> bool:
    """Whether the line asks that, and says nothing else."""
    return last.strip().lower() == expected.value


def answer_to(line: str, question: str) -> str | None:
    """The keys that answer a question which one of our own lines brought up; None: nothing is.

    Source: ASA command reference, `reload` and `vpn-sessiondb logoff`.
    """
    return next(
        (
            key
            for ours, asked, key in _ANSWERS
            if ours.fullmatch(line) and asked.fullmatch(question)
        ),
        None,
    )
