"""How often a night that is run again from its syslog alone is the same night, whole.

python benchmarks/reproduction.py            # 60 random nights: shares, and what does not come
python benchmarks/reproduction.py 300 7      # so many, from another seed
python benchmarks/reproduction.py 1 1234     # one night, in full
"""

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from random_nights import RandomNight, class_of, run_again  # noqa: E402  it lies with the tests

from upgrader.conduct.reenacting.reenact import Reenacted  # noqa: E402  behind the path
from upgrader.judgement.postmortem.causes.judge import judge  # noqa: E402  likewise
from upgrader.model.night import Night  # noqa: E402  likewise


def main(count: int, seed: int) -> None:
    """Run them, and print the shares and the classes."""
    whole: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    examples: dict[str, int] = {}
    same = of = 0
    for number in range(seed, seed + count):
        found = run_again(number)
        if found is None:
            continue
        night, told, again = found
        key = night.kind + (", and more" if night.beside else "")
        tried[key] += 1
        made = again.reenactment
        if made is None:
            classes[f"not rebuilt: {again.notes}"] += 1
            continue
        same, of = same + made.same, of + made.of
        whole[key] += not made.unlike
        if count == 1:
            show(night, told, again)
        for name in {class_of(one) for one in made.unlike}:
            classes[name] += 1
            examples.setdefault(name, number)
    total = sum(tried.values())
    print(f"{total} nights: {sum(whole.values()) / max(1, total):.1%} come again whole, ", end="")
    print(f"{same / max(1, of):.2%} of all events do")
    for kind in sorted(tried):
        print(f"{kind:42} {tried[kind]:4} {whole[kind]:4} whole")
    for name, times in classes.most_common(60):
        print(f"{times:4}  {name}  [{examples.get(name, '')}]")


def show(night: RandomNight, told: Night, again: Reenacted) -> None:
    """One night in full."""
    print(night.kind, night.beside, replace(night.pair, seated=()))
    for act in night.acts:
        print("  staged ", act)
    for event in told.events:
        if event.kind.value not in ("session", "address"):
            print("  told   ", event.at, event.unit, event.what.value, event.text[:90])
    rebuilt = again.rebuilt
    for act in getattr(getattr(rebuilt, "script", None), "acts", ()):
        print("  rebuilt", act)
    print(again.reenactment)
    print([(c.name.value, c.likelihood.value) for c in judge(told)][:4])


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    main(*(words + [60, 1][len(words) :]))
