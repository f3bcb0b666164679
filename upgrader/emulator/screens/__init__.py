"""What the shows of a unit print: functions of the pair's tables, one module a family.

A screen is `(pair, u) -> str`, u 0 for the Primary and 1 for the Secondary; its lines end with
LF. Layouts follow real captures; what none of them shows is marked inferred where it stands.
"""
