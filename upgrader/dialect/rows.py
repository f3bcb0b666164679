"""Writing the tables that stand beside a pair file: sessions and addresses, as CSV."""

import csv
import io
from collections.abc import Iterable, Sequence


def rows_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The rows as CSV, below the names of their columns."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()
