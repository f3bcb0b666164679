"""What a postmortem's page does by itself: the picture comes nearer, a long table is searched."""

from upgrader.views.web.script import SCRIPT as SORTING

ZOOMING = """
(() => {
  const svgElement = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const two = number => String(number).padStart(2, "0");
  for (const figure of document.querySelectorAll(".zooms")) {
    const data = figure.dataset;
    const [began, ended] = [Number(data.began), Number(data.ended)];
    const [left, plot, letter] = [Number(data.left), Number(data.plot), Number(data.letter)];
    const steps = data.steps.split(",").map(Number);
    const length = ended - began;
    const least = Math.min(1, Math.max(1000 / length, 0.0001));
    const held = figure.querySelector(".wide");
    const svg = figure.querySelector("svg");
    const stretched = figure.querySelector(".stretched");
    const axis = figure.querySelector(".axis-ticks");
    const said = figure.querySelector("output");
    const pins = [...figure.querySelectorAll(".pin")].map(
      pin => [Number(pin.dataset.x), pin]);
    const tags = pins.map(([x, pin]) => [x, pin.querySelector(".tag")]).filter(tag => tag[1])
      .sort((a, b) => a[0] - b[0]);
    const words = [...figure.querySelectorAll(".word")];
    const hatched = [...figure.querySelectorAll(".laid")];
    let [from, share] = [0, 1];
    const told = at => {
      if (data.dated && Math.abs(at) < 8e15) {
        const day = new Date(at);
        const time = day.toISOString().slice(11, 19);
        return data.days ? `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]} ${time}` : time;
      }
      const all = Math.floor((at - began) / 1000);
      return `+${Math.floor(all / 3600)}:${two(Math.floor(all % 3600 / 60))}:${two(all % 60)}`;
    };
    const column = x => left + ((x - left) / plot - from) / share * plot;
    const ticks = () => {
      const [first, last] = [began + from * length, began + (from + share) * length];
      const most = Number(data.ticks);
      const step = steps.find(one => last - first <= one * most) ?? (last - first) / most;
      const made = [];
      for (let at = Math.ceil(first / step) * step; at <= last; at += step) {
        const x = left + ((at - began) / length - from) / share * plot;
        const [y1, y2] = [axis.dataset.top, axis.dataset.bottom];
        const words = told(at);
        const middle = Math.min(x, left + plot + 8 - words.length * letter / 2);
        const text = svgElement("text", {x: middle, y: Number(y2) + 16, "text-anchor": "middle"});
        text.textContent = words;
        const tick = svgElement("g", {class: "tick"});
        tick.append(svgElement("line", {x1: x, x2: x, y1, y2}), text);
        made.push(tick);
      }
      axis.replaceChildren(...made);
      said.textContent = `${told(first)} to ${told(last)}`;
    };
    const show = () => {
      const grown = 1 / share;
      const moved = left - grown * left - from * grown * plot;
      stretched.setAttribute("transform", `matrix(${grown} 0 0 1 ${moved} 0)`);
      for (const [x, pin] of pins) pin.setAttribute("transform", `translate(${column(x)} 0)`);
      const free = {};
      for (const [x, tag] of tags) {
        const [row, at] = [tag.dataset.row, column(x)];
        const fits = at >= (free[row] ?? 0) || at < left;
        tag.setAttribute("visibility", fits ? "inherit" : "hidden");
        if (fits) free[row] = at + (Number(tag.dataset.letters) + 1) * letter;
      }
      for (const word of words) {
        const start = Math.max(column(Number(word.dataset.x)), left);
        const end = Math.min(column(Number(word.dataset.x) + Number(word.dataset.w)), left + plot);
        const fits = word.textContent.length * letter + 8 <= end - start;
        word.setAttribute("visibility", fits ? "inherit" : "hidden");
        word.setAttribute("x", start + 4);
      }
      for (const hatch of hatched) {
        const [start, wide] = [Number(hatch.dataset.x), Number(hatch.dataset.w)];
        const room = column(start + wide) - column(start);
        const shown = Math.max(room, Number(hatch.dataset.least));
        hatch.setAttribute("x", column(start) + (room - shown) / 2);
        hatch.setAttribute("width", shown);
      }
      ticks();
    };
    const go = (start, wide) => {
      share = Math.min(1, Math.max(least, wide));
      from = Math.min(1 - share, Math.max(0, start));
      show();
    };
    const nearer = (factor, middle = 0.5) => {
      const wide = Math.min(1, Math.max(least, share * factor));
      go(from + (share - wide) * middle, wide);
    };
    const acts = {
      in: () => nearer(0.5), out: () => nearer(2), all: () => go(0, 1),
      back: () => go(from - share / 4, share), on: () => go(from + share / 4, share),
    };
    const keys = {
      "+": "in", "=": "in", "-": "out", "_": "out", "0": "all", Home: "all",
      ArrowLeft: "back", ArrowRight: "on",
    };
    const point = event => {
      const box = svg.getBoundingClientRect();
      const x = (event.clientX - box.left) / box.width * (left + plot + 8);
      return Math.min(1, Math.max(0, (x - left) / plot));
    };
    for (const button of figure.querySelectorAll("button[data-do]"))
      button.addEventListener("click", () => acts[button.dataset.do]());
    held.addEventListener("keydown", event => {
      const act = keys[event.key];
      if (!act || event.ctrlKey || event.altKey || event.metaKey) return;
      if (share === 1 && event.key.startsWith("Arrow")) return;
      event.preventDefault();
      acts[act]();
    });
    held.addEventListener("wheel", event => {
      const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      const by = Math.sign(sideways ? event.deltaX || event.deltaY : event.deltaY);
      // Where there is nothing farther or nearer, the page goes on to scroll.
      if (!by || (sideways ? share === 1 : by > 0 ? share === 1 : share === least)) return;
      event.preventDefault();
      if (sideways) go(from + by * share / 8, share);
      else nearer(by > 0 ? 1.25 : 0.8, point(event));
    }, {passive: false});
    let grip = null;
    held.addEventListener("pointerdown", event => {
      if (event.button === 0 && share < 1) grip = [point(event), from];
    });
    held.addEventListener("pointermove", event => {
      if (grip) go(grip[1] + (grip[0] - point(event)) * share, share);
    });
    for (const end of ["pointerup", "pointercancel", "pointerleave"])
      held.addEventListener(end, () => { grip = null; });
    held.addEventListener("dblclick", event => nearer(0.4, point(event)));
    figure.querySelector(".tools").hidden = false;
    show();
  }
})();
"""

SEARCHING = """
(() => {
  for (const table of document.querySelectorAll("table.filters")) {
    const rows = [...table.tBodies[0].rows].map(row => [row.textContent.toLowerCase(), row]);
    const [label, field, said] = ["label", "input", "output"].map(
      name => document.createElement(name));
    label.className = "search";
    field.type = "search";
    label.append("Only rows with ", field, " ", said);
    table.parentElement.before(label);
    const look = () => {
      const wanted = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
      let shown = 0;
      for (const [text, row] of rows) {
        row.hidden = !wanted.every(word => text.includes(word));
        shown += row.hidden ? 0 : 1;
      }
      said.textContent = `${shown} of ${rows.length}`;
    };
    field.addEventListener("input", look);
    look();
  }
})();
"""

SCRIPT = SORTING + ZOOMING + SEARCHING
"""The one script of a postmortem's page."""

STYLE = """
p,li,small{overflow-wrap:anywhere}
.zooms svg{touch-action:pan-y;user-select:none}
.tools{display:flex;flex-wrap:wrap;gap:.4rem;align-items:center}.tools[hidden]{display:none}
.tools button{font:inherit;color:var(--ink);background:var(--paper);border:1px solid var(--faint);
border-radius:.3rem;padding:.1rem .6rem;min-width:2.2rem;cursor:pointer}
.tools output,.search output{color:var(--faint);font-size:.9rem;font-variant-numeric:tabular-nums}
.search{display:block;margin:.4rem 0}.search input{font:inherit;color:var(--ink);
background:var(--paper);border:1px solid var(--faint);border-radius:.3rem;padding:.1rem .4rem;
max-width:100%}
.tools button:focus-visible,.search input:focus-visible{outline:2px solid var(--ready);
outline-offset:1px}
tr[hidden]{display:none!important}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1rem;font-size:.85rem;margin:.2rem 0 1rem}
.key::before{content:"";display:inline-block;width:.9em;height:.9em;margin-right:.35em;
vertical-align:-.1em;background:var(--swatch);print-color-adjust:exact;
-webkit-print-color-adjust:exact}
.key.active{--swatch:var(--active)}.key.ready{--swatch:var(--ready)}.key.sync{--swatch:var(--sync)}
.key.dark{--swatch:var(--dark)}.key.carried{--swatch:var(--carried)}
.key.asleep{--swatch:var(--asleep)}
.key.hatched{--swatch:repeating-linear-gradient(45deg,var(--other) 0 3px,var(--paper) 3px 5px)}
.key.soft{--swatch:repeating-linear-gradient(-45deg,var(--dark) 0 2px,var(--paper) 2px 4px)}
.key.other{--swatch:var(--other)}
.key.typed{--swatch:var(--link)}.key.typed::before{clip-path:polygon(0 0,100% 0,50% 100%)}
.key.event{--swatch:var(--good)}.key.harm{--swatch:var(--bad)}
.key.event::before,.key.harm::before,.key.loose::before{border-radius:50%}
.key.loose::before{border:1.5px solid var(--faint)}
.tick line{stroke:var(--line)}.tick text{fill:var(--faint)}
.hatch{fill:url(#unseen)}.soft{fill:url(#soft)}rect.unseen{fill:var(--paper)}
.hatched{fill:var(--other)}
.pin line{stroke-width:1.2;stroke-dasharray:4 3}
.turn line{stroke:var(--link)}.turn text{fill:var(--link)}
.breach line{stroke:var(--care)}.breach text{fill:var(--care);font-weight:600}
.harmed line{stroke:var(--bad);stroke-width:2;stroke-dasharray:none}.harmed text{fill:var(--bad)}
.mark{color:var(--faint);fill:currentColor}.mark.command{color:var(--link)}
.mark.session,.mark.address{color:var(--good)}.mark.role{color:var(--active)}
.mark.harm{color:var(--bad)}.mark.loose{fill:var(--paper);stroke:currentColor;stroke-width:1.3}
.word{pointer-events:none;paint-order:stroke;stroke:#0006;stroke-width:2px}
td small{display:block;color:var(--faint);font-size:.85em}
.marks{margin:.3rem 0;padding-left:1.2rem}.marks small{color:var(--faint)}
article.certain{border-color:var(--bad)}article.likely{border-color:var(--care)}
#other-causes-considered td:first-child{white-space:normal;min-width:7rem}
@media (max-width:34rem){table:not(.filters) thead{display:none}
table.filters td,table.filters td:first-child,#timeline td,
#timeline td:first-child{display:inline;margin-right:.6em}table.filters td:empty,
#timeline td:empty{display:none}table.filters td::before,#timeline td::before{content:none}
#timeline td:last-child{color:var(--faint)}}
@media print{.tools,.search{display:none}}
"""
