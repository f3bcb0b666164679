"""What is known of each cause: what it is, what must and must not be seen, and what settles it.

One text for the verdicts and for the page. The existence and meaning of the messages is from the
ASA syslog guide and from captured lines; which of them make a cause together, and when, is
inferred from how each feature works: nobody has published nights with their causes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from upgrader.model.cause import CauseName


@dataclass(frozen=True, slots=True)
class CauseText:
    """What is told of a cause, whatever the night."""

    says: str
    begins: str
    """When its harm begins."""
    seen: tuple[str, ...]
    """What must be seen."""
    unseen: tuple[str, ...]
    """What must not be seen."""
    settled_by: tuple[str, ...]
    """Lines to type, on which unit, and what to look for."""
    like: tuple[CauseName, ...] = ()
    """With which it is confused."""
    inferred: str = "the combination and its timing"


_ROWS_ON_BOTH = (
    "show vpn-sessiondb anyconnect on both units: rows without a tunnel that stand on one only"
)
_POOLS = "show ip local pool NAME on both units: In Use against the rows of the same unit"

TEXTS: Mapping[CauseName, CauseText] = {
    CauseName.ANYCONNECT_DIFFERS: CauseText(
        says="The two units had loaded different AnyConnect packages: when the unit that had"
        " admitted them was reloaded, people lost their sessions on the unit that stayed, and"
        " their rows and addresses were left behind there.",
        begins="when the last unit is reloaded (720023), or when it comes back (720029, 720062)",
        seen=(
            "a burst of 722037 and 722023 on the unit that stays active",
            "the same people log in anew soon (113039), their old address in use (737024)",
            "rows without a tunnel on one unit only; In Use above the living rows",
            "different packages in show webvpn anyconnect, or different digests",
        ),
        unseen=(
            "113019 and 737016 for those people",
            "a switchover (104001, 104002) at that moment",
            "113035, 722047, 722049; 720038, 720044, 720068",
        ),
        settled_by=(
            "show webvpn anyconnect on both units: the same packages, versions and build times",
            "verify /sha-512 of each package's file on both units: the same digest",
            _ROWS_ON_BOTH,
            _POOLS,
        ),
        like=(CauseName.PACKAGE_MISSING, CauseName.SLEEPING_CLIENTS, CauseName.POOL_FULL),
        inferred="the effect is the guide's (ASDM guide, p. 66-7); mechanism, moment and marks",
    ),
    CauseName.NO_FAILOVER_KEY: CauseText(
        says="The failover link had no key, so that VPN sessions were never replicated: everybody"
        " lost theirs at the switchover, while plain connections lived on.",
        begins="at the switchover, for all VPN sessions at once",
        seen=(
            "720056, 720058 or 720060 at boot or when failover was enabled",
            "everybody logs in anew after 104001 (113039), nobody resumes (722034)",
            "the new active's pool starts empty",
        ),
        unseen=("720062, 720063; 721016 on the standby; 737029",),
        settled_by=(
            (
                "show running-config failover: a line `failover key` or `failover ipsec"
                " pre-shared-key`, or none"
            ),
            "show vpn-sessiondb anyconnect on the standby before a switchover: no row at all",
        ),
        like=(CauseName.STATE_LINK_DOWN,),
    ),
    CauseName.PACKAGE_MISSING: CauseText(
        says="One unit had no usable AnyConnect package, so that it refused clients when it became"
        " active.",
        begins="at the switchover, or at the first login on that unit",
        seen=(
            "113035, 722047 or 722049 at every attempt, again and again",
            "an error at that unit's boot; rows that end cleanly",
        ),
        unseen=("rows or addresses left behind; harm that begins with the last reload",),
        settled_by=(
            "dir disk0: on both units: each file that an `anyconnect image` line names",
            "show startup-config errors on the unit that refused",
            "show webvpn anyconnect on both units: the same number of packages",
        ),
        like=(CauseName.ANYCONNECT_DIFFERS,),
    ),
    CauseName.STATE_LINK_DOWN: CauseText(
        says="The state link was down before the switchover: sessions and connections were not"
        " replicated, and both were lost when the roles moved.",
        begins="at the switchover, for VPN and plain TCP alike",
        seen=(
            "720025 data channel down, 720043, 737028 or 210xxx while the mate is there",
            "`Link : … (down)` in show failover, xerr growing",
            "next to no connections on the new active",
        ),
        unseen=("720063 after the cut; 722034 after the switchover",),
        settled_by=(
            "show failover on the active unit, before a switchover: the line `Link :` and xerr",
            "show conn count on both units: about the same number",
        ),
        like=(CauseName.NO_FAILOVER_KEY,),
    ),
    CauseName.SLEEPING_CLIENTS: CauseText(
        says="These are laptops that fell asleep: their rows stand without a tunnel, they resume,"
        " or end by their own idle time. No incident.",
        begins="before the switchover, each at its own time",
        seen=(
            "716058 before; later 716059, or 113019 Idle Timeout with 737016",
            "rows without a tunnel on both units",
        ),
        unseen=("a newer row of the same person; rows that went silent together",),
        settled_by=(
            (
                "show vpn-sessiondb anyconnect on both units, twice, a minute apart: equal rows on"
                " both, each with its own Inactivity"
            ),
        ),
        like=(CauseName.ANYCONNECT_DIFFERS,),
    ),
    CauseName.POOL_FULL: CauseText(
        says="The address pool was full by load: every address was held by a living session, and"
        " newcomers were refused.",
        begins="at any time, or in the rush after a switchover",
        seen=("737007, 737019, 722020", "In Use equals the rows on both units"),
        unseen=("In Use above the rows; a burst of 722037 before",),
        settled_by=(_POOLS,),
        like=(CauseName.ANYCONNECT_DIFFERS,),
    ),
    CauseName.CRASH: CauseText(
        says="A unit went down by itself: nobody had ordered a reload, and its mate took over or"
        " stayed alone.",
        begins="unannounced",
        seen=(
            "the mate's 104001 `HELLO not heard from mate`, 103001 reason 1",
            "199002 with no 199001 and no reload typed before; perhaps 199010 to 199012, 199021",
        ),
        unseen=("a shutdown banner; 104002 of the unit that went",),
        settled_by=(
            (
                "show crashinfo on the unit that went: a time stamp of that night, for an old file"
                " misleads"
            ),
            "show version on both units: uptimes",
        ),
        inferred="a crash and a pulled plug look alike from the mate",
    ),
    CauseName.SPLIT_BRAIN: CauseText(
        says="Both units were active at once: they could not hear each other, and the same"
        " addresses answered from two boxes.",
        begins="when the failover link is lost, or at a boot without it",
        seen=(
            "104001 of both units with no 104002 between",
            "105032, 105043; 405001, 405003 or MAC addresses that move on the switch",
        ),
        unseen=("720062 while both are active",),
        settled_by=("show failover state on both units: each Active, its peer Failed",),
    ),
    CauseName.PREMATURE_SWITCHOVER: CauseText(
        says="The roles were moved before the standby was ready: those whose sessions it did not"
        " have yet had to log in anew.",
        begins="at the switchover, for some of the people",
        seen=(
            "104001, 104002 by command before 720063 or 720046, and before Standby Ready",
            "some resume (722034), the others log in anew (113039)",
        ),
        unseen=("103006; 720056",),
        settled_by=(
            (
                "show failover history on the new active: Bulk Sync → Standby Ready against the"
                " instant of the command"
            ),
        ),
        like=(CauseName.NO_FAILOVER_KEY, CauseName.INCOMPATIBLE_VERSIONS),
    ),
    CauseName.INCOMPATIBLE_VERSIONS: CauseText(
        says="The two releases do not work together: failover was disabled, or state did not pass"
        " from one to the other.",
        begins="at the join, and is felt at the switchover",
        seen=(
            "103006 or 105040, 105001; `Failover Off (pseudo-Standby)`",
            "milder: 103007 with 720036, 720038, 720044, 720068 or 709007",
        ),
        unseen=("103007 alone proves nothing: in the middle of an upgrade it is normal",),
        settled_by=(
            "show failover on both units: On or Off, and the versions",
            "show vpn-sessiondb anyconnect on both units: the same rows",
        ),
    ),
    CauseName.FEATURE_REMOVED: CauseText(
        says="The new release took a feature or a cipher away, and with it one class of users.",
        begins="at the switchover, for that class only",
        seen=(
            "only clientless users, or only old ciphers (725006, 725014), or only SSH",
            "lines of the configuration that the new release refused",
        ),
        unseen=("other classes hurt; rows left behind",),
        settled_by=(
            "show startup-config errors on the upgraded unit",
            "show running-config on both units: the lines that are gone",
        ),
        like=(CauseName.CERTIFICATE_DIFFERS,),
    ),
    CauseName.NETWORK: CauseText(
        says="The network beside the pair did not follow the switchover at once: all traffic"
        " stood still for some tens of seconds, and then went on.",
        begins="at the switchover, for all traffic, 30 to 50 s",
        seen=(
            "105005, 105008, 105009 on a data interface; Waiting, No Traffic or Failed",
            "dead-peer detection, and then 722034 or 716059 of nearly everybody",
        ),
        unseen=("a wave of new logins; lost rows",),
        settled_by=(
            "the switch's log: spanning tree, port security, MAC addresses",
            "show failover on the active unit: Normal (Monitored) on each interface; show arp",
        ),
    ),
    CauseName.LOGGED_OFF: CauseText(
        says="Somebody logged these people off: their sessions ended cleanly, by command.",
        begins="when the line was typed",
        seen=(
            "111008 or 111010 with `vpn-sessiondb logoff`",
            "113019 Administrator Reset, 737016, 737031",
        ),
        unseen=("sessions whose tunnels had been cut long before",),
        settled_by=("show logging | include logoff on the unit that was active",),
    ),
    CauseName.AAA_DOWN: CauseText(
        says="People who had to log in anew could not: authentication failed, or its server was"
        " down.",
        begins="with the wave of returning people, after they had lost their sessions otherwise",
        seen=("113014, 113022 or 113005 in numbers, after sessions were lost",),
        unseen=("logins that succeed by the same server meanwhile",),
        settled_by=(
            "show aaa-server on the active unit: Server status, and the failures",
            "test aaa-server authentication GROUP username USER on the active unit",
        ),
    ),
    CauseName.NO_HTTP_REPLICATION: CauseText(
        says="HTTP connections are not replicated here: they were cut at the switchover, and"
        " nothing else was.",
        begins="at the switchover, for connections to port 80 and the like",
        seen=(
            "show failover without `failover replication http`",
            "106015 of HTTP connections after 104001, while VPN sessions are whole",
        ),
        unseen=("lost VPN sessions; other connections cut",),
        settled_by=("show running-config all failover: `failover replication http`, or `no …`",),
        like=(CauseName.STATE_LINK_DOWN,),
    ),
    CauseName.BOOTED_OLD_IMAGE: CauseText(
        says="A unit came back on its old release: its boot order, or what was saved of it, did"
        " not name the new image first.",
        begins="when the unit is back",
        seen=(
            "103007 again after the last reload; `Mate` is not the target",
            "the same release before and after the reload",
        ),
        unseen=("equal versions at the end",),
        settled_by=(
            "show version on both units: release and image file",
            "show bootvar and show startup-config | include boot system on both units",
        ),
    ),
    CauseName.CERTIFICATE_DIFFERS: CauseText(
        says="The two units hold different certificates: after the switchover clients were warned,"
        " or refused to connect.",
        begins="at the switchover",
        seen=("725xxx: handshakes that end with the client's complaint about a certificate",),
        unseen=("the same certificate on both units",),
        settled_by=("show crypto ca certificates on both units: serial numbers by trustpoint",),
        like=(CauseName.FEATURE_REMOVED,),
    ),
}
