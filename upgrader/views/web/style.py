"""The style sheet of the HTML report. Colours are named once, for light, dark and paper."""

STYLE = """
:root{--paper:#fff;--ink:#1a1c1e;--faint:#5b6168;--line:#d7dade;--good:#1b7f4b;--care:#9a6700;
--bad:#b3261e;--unknown:#7b3fa0;--active:#2f7d5b;--ready:#5b86b8;--sync:#b98a2e;--dark:#4a4d52;
--other:#8a9099}
@media (prefers-color-scheme:dark){:root{--paper:#15181b;--ink:#e4e6e8;--faint:#9aa1a8;
--line:#343a40;--good:#5fc794;--care:#e0b050;--bad:#f2857d;--unknown:#c79be0;--active:#3f9a72;
--ready:#4f7cb0;--sync:#a67c2a;--dark:#6b7077;--other:#70767e}}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:62rem;
margin:2rem auto;padding:0 1rem}
header{border-left:.4rem solid;padding:.2rem 1rem}
header p{margin:.2rem 0;color:var(--ink)}h1{margin:0;font-size:1.7rem}
h2{margin:2rem 0 .5rem;font-size:1.15rem;border-bottom:1px solid var(--line)}
h3{margin:0;font-size:1rem}small{font-weight:400}
.good{color:var(--good)}.care{color:var(--care)}.bad{color:var(--bad)}
dl{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.15rem 1rem;margin:.8rem 0}
dt{color:var(--faint)}dd{margin:0;overflow-wrap:anywhere}
article{border-left:.25rem solid var(--line);padding:.1rem .8rem;margin:.8rem 0}
article.blocker{border-color:var(--bad)}article.unknown{border-color:var(--unknown)}
article.warning{border-color:var(--care)}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th{text-align:left;color:var(--faint);font-weight:400}
th,td{padding:.15rem .8rem .15rem 0;vertical-align:top;border-bottom:1px solid var(--line);
overflow-wrap:anywhere}
td:not(:last-child){white-space:nowrap}td:first-child{font-variant-numeric:tabular-nums}
pre,code{font:.9rem/1.4 ui-monospace,monospace}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.3rem 0;padding:.4rem .6rem;
border:1px solid var(--line);border-radius:.3rem}
svg{width:100%;height:auto;font:11px system-ui,sans-serif}
svg text{fill:var(--ink)}svg .on{fill:#fff}svg .axis{stroke:var(--line)}
svg .faint{fill:var(--faint)}
.phase-a{fill:var(--ready)}.phase-b{fill:var(--other)}
.active{fill:var(--active)}.ready{fill:var(--ready)}.sync{fill:var(--sync)}.dark{fill:var(--dark)}
.other{fill:var(--other)}
@media print{:root{--paper:#fff;--ink:#000;--faint:#444;--line:#bbb;--good:#1b7f4b;--care:#9a6700;
--bad:#b3261e}body{font-size:10.5pt;margin:0;max-width:none}
article,li,tr,svg{break-inside:avoid}h2{break-after:avoid}
svg rect{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""
