"""What takes a cause away: by cause, the change that is worth asking for."""

from collections.abc import Mapping

from upgrader.model.cause import CauseName

_CURES: Mapping[CauseName, str] = {
    CauseName.ANYCONNECT_DIFFERS: "anyconnect=matched",
    CauseName.NO_FAILOVER_KEY: "failover-key=set",
    CauseName.PACKAGE_MISSING: "package=staged",
    CauseName.STATE_LINK_DOWN: "state-link=up",
    CauseName.POOL_FULL: "pool=1000",
    CauseName.CRASH: "crash=none",
    CauseName.SPLIT_BRAIN: "failover-link=up",
    CauseName.PREMATURE_SWITCHOVER: "order=wait",
    CauseName.NETWORK: "network=well",
    CauseName.LOGGED_OFF: "logoff=none",
    CauseName.AAA_DOWN: "aaa=up",
    CauseName.NO_HTTP_REPLICATION: "http-replication=on",
    CauseName.BOOTED_OLD_IMAGE: "image=staged",
    CauseName.CERTIFICATE_DIFFERS: "certificate=same",
}


def cure_of(cause: CauseName) -> str | None:
    """The change, as it is asked for: `anyconnect=matched`. None: no change is known for it."""
    return _CURES.get(cause)
