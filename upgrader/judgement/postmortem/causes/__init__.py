"""Why a night went wrong: each cause a function of its own, all of them always judged."""

from upgrader.judgement.postmortem.causes.judge import judge

__all__ = ["judge"]
