"""The style sheet of the HTML report. Colours are named once, for light, dark and paper."""

STYLE = """
:root{--paper:#fff;--ink:#1a1c1e;--faint:#5b6168;--line:#d7dade;--good:#1b7f4b;--care:#8a5a00;
--bad:#b3261e;--unknown:#7b3fa0;--active:#2f7d5b;--ready:#4a74a6;--sync:#8f6a1c;--dark:#4a4d52;
--other:#6c727b;--carried:#7fb89f;--asleep:#d9dfe4;--link:#2f5f96}
@media (prefers-color-scheme:dark){:root{--paper:#15181b;--ink:#e4e6e8;--faint:#9aa1a8;
--line:#343a40;--good:#5fc794;--care:#e0b050;--bad:#f2857d;--unknown:#c79be0;--active:#2f7f5c;
--ready:#4a74a6;--sync:#8f6a1c;--dark:#6b7077;--other:#70767e;
--carried:#2c6b51;--asleep:#3a4148;--link:#8ab4e8}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:66rem;
margin:2rem auto;padding:0 1rem}
header{border-left:.4rem solid;padding:.2rem 1rem}
header p{margin:.2rem 0;color:var(--ink);overflow-wrap:anywhere}h1{margin:0;font-size:1.7rem}
h2{margin:2rem 0 .5rem;font-size:1.15rem;border-bottom:1px solid var(--line)}
h3{margin:0;font-size:1rem;overflow-wrap:anywhere}small{font-weight:400}
.good{color:var(--good)}.care{color:var(--care)}.bad{color:var(--bad)}.unknown{color:var(--unknown)}
.sums{display:grid;grid-template-columns:repeat(auto-fit,minmax(7rem,1fr));gap:.6rem;
margin:1rem 0;padding:0;list-style:none}
.sums li{border:1px solid var(--line);border-radius:.4rem;padding:.4rem .7rem}
.sums b{display:block;font-size:1.2rem;font-variant-numeric:tabular-nums}
.sums span{color:var(--faint);font-size:.85rem}
dl{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.15rem 1rem;margin:.8rem 0}
dt{color:var(--faint)}dd{margin:0;overflow-wrap:anywhere;min-width:0}
article{border-left:.25rem solid var(--line);padding:.1rem .8rem;margin:.8rem 0}
article.blocker{border-color:var(--bad)}article.unknown{border-color:var(--unknown);color:inherit}
article.warning{border-color:var(--care)}
.wide{overflow-x:auto;margin:.3rem 0 1rem}
.wide:focus-visible,button:focus-visible,summary:focus-visible,a:focus-visible{
outline:2px solid var(--ready);outline-offset:1px}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th{text-align:left;color:var(--faint);font-weight:400;white-space:nowrap}
th,td{padding:.15rem .8rem .15rem 0;vertical-align:top;border-bottom:1px solid var(--line)}
td{overflow-wrap:break-word;min-width:4rem}
td:first-child{font-variant-numeric:tabular-nums;white-space:nowrap}
td.digest{white-space:normal;overflow-wrap:anywhere;min-width:9rem}
th button{all:unset;cursor:pointer}
th[aria-sort=ascending] button::after{content:" \\25b2"}
th[aria-sort=descending] button::after{content:" \\25bc"}
pre,code{font:.9rem/1.4 ui-monospace,monospace}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.3rem 0;padding:.4rem .6rem;
border:1px solid var(--line);border-radius:.3rem}
.added{color:var(--good)}.gone{color:var(--bad)}
ol{padding-left:2rem}summary{cursor:pointer;color:var(--faint)}
nav{font-size:.9rem;margin:1rem 0;display:flex;flex-wrap:wrap;gap:.2rem 1rem}
a{color:var(--link)}
svg{display:block;width:100%;min-width:44rem;height:auto;font:11px system-ui,sans-serif}
svg text{fill:var(--ink)}svg .on{fill:#fff}svg .axis{stroke:var(--line)}
svg .faint{fill:var(--faint)}
.phase-a{fill:var(--ready)}.phase-b{fill:var(--other)}
.active{fill:var(--active)}.ready{fill:var(--ready)}.sync{fill:var(--sync)}.dark{fill:var(--dark)}
.other{fill:var(--other)}.asleep{fill:var(--asleep)}.carried{fill:var(--carried)}
.act line{stroke:var(--bad);stroke-width:1;stroke-dasharray:3 3}.act text{fill:var(--bad)}
@media (max-width:34rem){body{margin:1rem auto;padding:0 .7rem}
dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.4rem}h1{font-size:1.4rem}
table,tbody,tr,td{display:block}thead tr{display:flex;flex-wrap:wrap;gap:0 1rem}
th{border:0}tr{border-bottom:1px solid var(--line);padding:.3rem 0}
td,td:first-child{border:0;padding:0;white-space:normal;overflow-wrap:anywhere}
td:empty{display:none}
td::before{content:attr(data-head) ": ";color:var(--faint)}}
@media print{:root{--paper:#fff;--ink:#000;--faint:#444;--line:#bbb;--good:#1b7f4b;--care:#8a5a00;
--bad:#b3261e}body{font-size:10.5pt;margin:0;max-width:none}nav{display:none}
.wide{overflow:visible}svg{min-width:0}table{font-size:8.5pt}
th,td,td:first-child{white-space:normal;overflow-wrap:anywhere;min-width:4.2rem}
td.digest{min-width:6rem}
details::details-content{content-visibility:visible;block-size:auto}
article,li,tr,svg{break-inside:avoid}h2{break-after:avoid}thead{display:table-header-group}
svg rect,svg polygon{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""
