"""The page of causes and deviations, from the same texts that the verdicts use."""

from collections.abc import Iterable

from upgrader.judgement.postmortem.causes.texts import TEXTS, CauseText
from upgrader.judgement.postmortem.lessons.deviations import DEVIATIONS
from upgrader.judgement.postmortem.lessons.remedies import AFTER_A_BREACH, AFTER_A_CAUSE
from upgrader.model.cause import CauseName, Likelihood

_LIKELIHOODS = {
    Likelihood.CERTAIN: "its marks and what settles it were seen",
    Likelihood.LIKELY: "its marks were seen, and nothing that decides speaks against it",
    Likelihood.POSSIBLE: "some marks were seen, or something speaks against it",
    Likelihood.UNKNOWN: "the records do not reach to where it would show",
    Likelihood.UNLIKELY: "what it would leave is missing where it would be written",
    Likelihood.EXCLUDED: "what must not be seen was seen",
}


def causes_page(note: str) -> str:
    """The page in markdown; `note` stands below its title, with its line's end."""
    lines = [
        "# Causes",
        "",
        note,
        "All causes are judged on every night, and the likeliest stands first.",
        "Where nobody was harmed none is more than possible,",
        "but for those that are a harm by themselves: a crash, two actives, an old image.",
        "",
        "The meaning of each message is from the ASA syslog guide and from captured lines.",
        "Which of them make a cause together, and when, is inferred:",
        "nobody has published nights with their causes.",
        "",
        "| likelihood | means |",
        "|---|---|",
        *(f"| {likelihood.value} | {means} |" for likelihood, means in _LIKELIHOODS.items()),
        "",
        "**Silence proves nothing by itself.**",
        "That a session has no end in the log counts only where lines of level 6 reached the file",
        "in that very minute; otherwise the verdict is `unknown`.",
        "A message is known by its id, whatever severity it has.",
        "",
    ]
    for number, name in enumerate(CauseName, 1):
        lines += _cause(number, name, TEXTS[name])
    lines += [
        "# Deviations from the procedure",
        "",
        "The first one of a night is its first deviation. Those marked *invariant* keep the pair",
        "serving, whoever types. What was not typed is told only where a transcript, or a run of",
        "ours, shows everything that was.",
        "",
        "| name | expected | invariant | next time |",
        "|---|---|---|---|",
    ]
    for key, deviation in DEVIATIONS.items():
        mark = "yes" if deviation.invariant else ""
        remedy = _cell(AFTER_A_BREACH[key])
        lines.append(f"| `{key}` | {_cell(deviation.expected)} | {mark} | {remedy} |")
    return "".join(f"{line}\n" for line in lines)


def _cause(number: int, name: CauseName, text: CauseText) -> list[str]:
    like = ", ".join(f"`{other.value}`" for other in text.like)
    return [
        f"## {number}. {name.value}",
        "",
        text.says,
        "",
        "| | |",
        "|---|---|",
        f"| harm begins | {_cell(text.begins)} |",
        f"| must be seen | {_several(text.seen)} |",
        f"| must not be seen | {_several(text.unseen)} |",
        f"| settled by | {_several(text.settled_by)} |",
        f"| confused with | {like or 'none in particular'} |",
        f"| inferred | {_cell(text.inferred)} |",
        f"| next time | {_cell(AFTER_A_CAUSE[name])} |",
        "",
    ]


def _several(texts: Iterable[str]) -> str:
    return "<br>".join(_cell(text) for text in texts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
