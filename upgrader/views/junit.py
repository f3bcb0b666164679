"""A report as JUnit XML: a test suite a pair, a test case a check."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from upgrader.model.finding import Finding, RuleOutcome, Severity
from upgrader.model.report import Report
from upgrader.views.escape import plain


def render(report: Report) -> bytes:
    """The file's bytes. A blocker fails, an unknown is an error, a waived one is skipped.

    A rule that does not apply is skipped, too. Warnings and notes pass, and say what they saw in
    `system-out`.
    """
    by_rule: dict[str, list[Finding]] = {str(rule): [] for rule in report.checked}
    apart = {
        str(line.rule): line.why
        for line in report.checks
        if line.outcome is RuleOutcome.NOT_APPLICABLE
    }
    for finding in report.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    suite = Element("testsuite", name=plain(report.pair), tests=str(len(by_rule)))
    for rule, findings in sorted(by_rule.items()):
        case = SubElement(suite, "testcase", classname=plain(report.pair), name=plain(rule))
        _verdicts(case, findings)
        if rule in apart and not findings:
            SubElement(case, "skipped").set("message", plain(f"not applicable: {apart[rule]}"))
    for kind in ("failure", "error", "skipped"):
        many = f"{kind}s" if kind != "skipped" else kind
        suite.set(many, str(len(suite.findall(f"testcase/{kind}"))))
    root = Element("testsuites", name=f"upgrader {plain(report.command)}")
    root.append(suite)
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _verdicts(case: Element, findings: list[Finding]) -> None:
    """One element a kind: JUnit allows one failure, and the worst is shown first."""
    failing = [f for f in findings if f.stops and f.severity is Severity.BLOCKER]
    unknown = [f for f in findings if f.stops and f.severity is Severity.UNKNOWN]
    waived = [f for f in findings if f.waived is not None]
    rest = [f for f in findings if not f.stops and f.waived is None]
    if failing:
        _element(case, "failure", failing)
    if unknown:
        _element(case, "error", unknown)
    if waived and not failing and not unknown:
        skipped = SubElement(case, "skipped")
        skipped.set("message", plain("; ".join(f"waived: {f.waived}" for f in waived)))
    if rest:
        SubElement(case, "system-out").text = "\n".join(_told(f) for f in rest)


def _element(case: Element, tag: str, findings: list[Finding]) -> None:
    element = SubElement(case, tag, message=plain(findings[0].evidence))
    element.text = "\n".join(_told(f) for f in findings)


def _told(finding: Finding) -> str:
    return (
        f"{finding.severity.value}: {plain(finding.evidence)}\n"
        f"consequence: {plain(finding.consequence)}\nremedy: {plain(finding.remedy)}"
    )
