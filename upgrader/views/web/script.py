"""The script that sorts tables, and the policy under which a page's one script runs.

A page allows its own script by its digest and no other: whatever text of a device got into the
page as markup could not run, or fetch.
"""

from base64 import b64encode
from hashlib import sha256

SCRIPT = """
"use strict";
(() => {
  const worth = cell => {
    const text = (cell.dataset.key ?? cell.textContent).trim();
    const number = Number(text.replaceAll(",", ""));
    return text !== "" && Number.isFinite(number) ? number : text.toLowerCase();
  };
  const order = (a, b) => {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (typeof a === "number") return -1;
    if (typeof b === "number") return 1;
    return a < b ? -1 : a > b ? 1 : 0;
  };
  for (const table of document.querySelectorAll("table.sorts")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      head.firstElementChild.addEventListener("click", () => {
        const falling = head.getAttribute("aria-sort") === "ascending";
        heads.forEach(other => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", falling ? "descending" : "ascending");
        const body = table.tBodies[0];
        const rows = [...body.rows].map((row, place) => [worth(row.cells[column]), place, row]);
        rows.sort((a, b) => (falling ? -1 : 1) * order(a[0], b[0]) || a[1] - b[1]);
        body.append(...rows.map(row => row[2]));
      });
    });
  }
})();
"""


def policy(script: str) -> str:
    """A Content-Security-Policy: nothing is fetched, from nowhere, and only this script runs."""
    allowed = b64encode(sha256(script.encode()).digest()).decode()
    return (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"
    )
