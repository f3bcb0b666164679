"""What keeps a night from coming back: by cause and by deviation, with the command that does it."""

from collections.abc import Mapping

from upgrader.model.cause import CauseName

AFTER_A_CAUSE: Mapping[CauseName, str] = {
    CauseName.ANYCONNECT_DIFFERS: (
        "Bring the same AnyConnect packages onto both units, and have them loaded, before the first"
        " reload: `upgrader stage` copies and verifies them, `upgrader plan` refuses while the rule"
        " anyconnect-images-match does not hold; where that cannot be had, `--drain` logs off who"
        " would be lost."
    ),
    CauseName.NO_FAILOVER_KEY: (
        "Set a failover key, and see rows on the standby before a window: the rules"
        " vpn-replication-keyed and sessions-on-both of `upgrader check` ask for both."
    ),
    CauseName.PACKAGE_MISSING: (
        "Copy every file that an anyconnect image line names onto both units: `upgrader stage` does"
        " it, and the rule anyconnect-image-present stops a plan until it is done."
    ),
    CauseName.STATE_LINK_DOWN: (
        "Repair the state link, and do not move the roles while it is down: the rules state-link-up"
        " and connections-replicated stop a run before the switchover."
    ),
    CauseName.SLEEPING_CLIENTS: (
        "Nothing to repair. `upgrader sessions` tells sleeping laptops from orphans, by two looks."
    ),
    CauseName.POOL_FULL: (
        "Make the pool larger than the load with room for those who return: the rule"
        " pools-have-room says so before a window, `upgrader cleanup` frees what is stuck."
    ),
    CauseName.CRASH: (
        "Rehearse with the new release, keep the crash file for the vendor, and go back:"
        " `upgrader rollback`; the rule no-new-crash stops a run at the first one."
    ),
    CauseName.SPLIT_BRAIN: (
        "Repair the failover link before anything else, and reload no unit without it: the rules"
        " pair-healthy and roles-clear stop a run; the guard types nothing with two actives."
    ),
    CauseName.PREMATURE_SWITCHOVER: (
        "Wait for Standby Ready and the end of the bulk sync: `upgrader run` does, and the rules"
        " standby-ready and sessions-on-both stand before the switchover."
    ),
    CauseName.INCOMPATIBLE_VERSIONS: (
        "Go by a release that both can live with: `upgrader path` names the hops, and the rule"
        " version-compatible refuses the rest."
    ),
    CauseName.FEATURE_REMOVED: (
        "Read what the new release drops, and change clients and configuration first: the rules"
        " removed-features and no-startup-errors name it."
    ),
    CauseName.NETWORK: (
        "Have the switch ports forward at once (PortFast, no port security on them) and try one"
        " switchover in a quiet hour: the rules ports-up-alike and virtual-macs-set look at our"
        " side."
    ),
    CauseName.LOGGED_OFF: (
        "Log off single rows that are proven orphans, by index: `upgrader cleanup` reads each again"
        " before it types, and never logs off by name."
    ),
    CauseName.AAA_DOWN: (
        "See that the servers for logins answer, and bear a wave, before a window: the rule"
        " people-can-come-back asks for it."
    ),
    CauseName.NO_HTTP_REPLICATION: (
        "Type failover replication http if those connections matter: the rule http-replication"
        " says how many a switchover would cut."
    ),
    CauseName.BOOTED_OLD_IMAGE: (
        "Put the new image first in the boot order of both units, and save: the rules"
        " boot-order-effective and configuration-saved stand before each reload."
    ),
    CauseName.CERTIFICATE_DIFFERS: (
        "Install the same certificate and key on both units: the rule certificates-alike compares"
        " them before a window."
    ),
}

AFTER_A_BREACH: Mapping[str, str] = {
    "sessions-not-counted": (
        "Count people before the first act: `upgrader snapshot`, and `upgrader diff` afterwards."
    ),
    "files-not-verified": "Verify files where they lie: `upgrader stage`; rule image-digest-match.",
    "packages-not-compared": (
        "Compare the packages of both units: `upgrader check`; rule anyconnect-images-match."
    ),
    "boot-order-not-set": "Let `upgrader plan` write the boot order; rule boot-order-effective.",
    "not-saved-before-the-reload": (
        "Save before a reload: a plan has that step; rule configuration-saved."
    ),
    "reloaded-the-active-unit": (
        "Reload with `upgrader run`: its guard refuses a reload of the unit that serves."
    ),
    "both-units-away": (
        "Reload with `upgrader run`: its guard refuses while the other unit is away."
    ),
    "reloaded-before-the-mate-was-ready": (
        "Wait for Standby Ready: `upgrader run` does; rule standby-ready."
    ),
    "switched-before-ready": "Wait for the bulk sync: `upgrader run` does; rule standby-ready.",
    "switched-to-the-old-release": (
        "Look at the release of the unit that is to serve: `upgrader run` switches to the plan's"
        " target only."
    ),
    "two-active-units": "Repair the failover link first; rules pair-healthy and roles-clear.",
    "nobody-active": "Keep one unit serving: `upgrader rehearse` shows the order beforehand.",
    "configured-the-standby": "Configure the active unit only; rule config-in-sync.",
    "configured-in-mixed-releases": (
        "Freeze the configuration during a window; rule configuration-unchanged."
    ),
    "reloaded-with-failover-off": "Turn failover on first; rule pair-healthy.",
    "saved-with-failover-off": "Turn failover on before saving; rule pair-healthy.",
    "boot-order-without-effect": (
        "Compare boot order and startup-config of both units; rule boot-order-effective."
    ),
    "no-look-before-the-switchover": (
        "Look between the steps: `upgrader run` asks the rules at each of them."
    ),
    "no-look-before-the-last-reload": (
        "Look between the steps: `upgrader run` asks the rules at each of them."
    ),
    "reloaded-while-people-came-back": (
        "Give people time after the switchover: `upgrader run` waits until they are back."
    ),
    "deleted-on-both": "Delete on the mate alone with failover exec mate delete /noconfirm FILE.",
    "wrote-to-the-standby": "Save with write memory.",
    "logged-off-by-name": "Clear orphans with `upgrader cleanup`, row by row.",
    "a-unit-stayed-away": "Bring the other unit back: `upgrader plan` draws how to go on.",
    "two-releases-at-the-end": "Finish, or go back: `upgrader plan` draws both.",
    "not-saved-at-the-end": "Save at the end: a plan ends with that step; configuration-saved.",
}
