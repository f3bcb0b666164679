"""Syslog messages of failover: who hears whom, who is active, what is copied."""

from upgrader.emulator.syslog.message import Message

_GUIDE = "ASA syslog guide"
_LINE = "captured line"
_PEER_2011 = "captured line, 2011"

# How a standby was spelled before; where the new spelling begins is inferred.
_STNDBY_UNTIL = (9, 0)

_LINK = (
    Message(103_001, 1, "({unit}) No response from other firewall (reason code = {code}).", _GUIDE),
    Message(103_002, 1, "({unit}) Other firewall network interface {interface} OK.", _GUIDE),
    Message(103_003, 1, "({unit}) Other firewall network interface {interface} failed.", _GUIDE),
    Message(
        103_004, 1, "({unit}) Other firewall reports this firewall failed. Reason: {reason}", _GUIDE
    ),
    Message(
        103_005,
        1,
        "({unit}) Other firewall reporting failure. Reason: SSM card failure",
        _GUIDE,
    ),
    Message(
        103_006, 1, "({unit}) Mate version {theirs} is not compatible with ours {ours}.", _GUIDE
    ),
    Message(
        103_007, 1, "({unit}) Mate version {theirs} is not identical with ours {ours}.", _GUIDE
    ),
    Message(103_008, 1, "({unit}) Mate hwdib index {index} is not identical with ours", _GUIDE),
    Message(104_001, 1, "({unit}) Switching to ACTIVE - {reason}", _LINE),
    Message(
        104_002,
        1,
        "({unit}) Switching to STANDBY - {reason}",
        _LINE,
        older=((_STNDBY_UNTIL, "({unit}) Switching to STNDBY - {reason}"),),
    ),
    Message(104_003, 1, "({unit}) Switching to FAILED.", _GUIDE),
    Message(104_004, 1, "({unit}) Switching to OK.", _GUIDE),
    Message(105_001, 1, "({unit}) Disabling failover.", _GUIDE),
    Message(105_002, 1, "({unit}) Enabling failover.", _GUIDE),
    Message(105_003, 1, "({unit}) Monitoring on interface {interface} waiting", _GUIDE),
    Message(105_004, 1, "({unit}) Monitoring on interface {interface} normal", _GUIDE),
    Message(
        105_005,
        1,
        "({unit}) Lost Failover communications with mate on interface {interface}",
        _LINE,
    ),
    Message(105_006, 1, "({unit}) Link status 'Up' on interface {interface}", _GUIDE),
    Message(105_007, 1, "({unit}) Link status 'Down' on interface {interface}", _GUIDE),
    Message(105_008, 1, "({unit}) Testing Interface {interface}", _LINE),
    Message(
        105_009,
        1,
        "({unit}) Testing on interface {interface} {outcome}",
        _LINE,
        choices={"outcome": ("Passed", "Failed", "Status Undetermined")},
    ),
    Message(105_010, 3, "({unit}) Failover message block alloc failed", _GUIDE),
    Message(105_011, 1, "({unit}) Failover cable communication failure", _GUIDE),
    Message(105_020, 1, "({unit}) Incomplete/slow config replication", _GUIDE),
    Message(
        105_021,
        1,
        "({unit}) Standby unit failed to sync due to a locked {context} config."
        " Lock held by {holder}",
        _GUIDE,
    ),
    Message(105_022, 1, "({unit}) Config replication failed with reason = {reason}", _GUIDE),
    Message(105_031, 1, "Failover LAN interface is up", _GUIDE),
    Message(105_032, 1, "LAN Failover interface is down", _GUIDE),
    Message(105_033, 1, "LAN FO cmd Iface down and up again", _GUIDE),
    Message(105_034, 1, "Receive a LAN_FAILOVER_UP message from peer.", _GUIDE),
    Message(105_035, 1, "Receive a LAN failover interface down msg from peer.", _GUIDE),
    Message(105_036, 1, "dropped a LAN Failover command message.", _GUIDE),
    Message(
        105_037,
        1,
        "The primary and standby units are switching back and forth as the active unit.",
        _GUIDE,
    ),
    Message(105_038, 1, "({unit}) Interface count mismatch", _GUIDE),
    Message(
        105_039,
        1,
        "({unit}) Unable to verify the Interface count with mate."
        " Failover may be disabled in mate.",
        _GUIDE,
    ),
    Message(105_040, 1, "({unit}) Mate failover version is not compatible.", _GUIDE),
    Message(105_041, 1, "cmd failed during sync", _GUIDE),
    Message(105_042, 1, "({unit}) Failover interface OK", _GUIDE),
    Message(105_043, 1, "({unit}) Failover interface failed", _LINE),
    Message(
        105_044,
        1,
        "({unit}) Mate operational mode ({theirs}) is not compatible with my mode ({ours}).",
        _GUIDE,
    ),
    Message(
        105_045,
        1,
        "({unit}) Mate license ({theirs}) is not compatible with my license ({ours}).",
        _GUIDE,
    ),
    Message(105_046, 1, "({unit}) Mate has a different chassis", _GUIDE),
    Message(
        105_047,
        1,
        "({unit}) Mate has a {theirs} card in slot {slot} which is different from my {ours}",
        _GUIDE,
    ),
    Message(
        105_048,
        1,
        "({unit}) Mate's service module ({theirs}) is different from mine ({ours})",
        _GUIDE,
    ),
    Message(
        105_050,
        3,
        "({unit}) Number of Ethernet interfaces on Standby unit ({theirs}) is less than"
        " number on Active unit ({ours}).",
        _GUIDE,
    ),
)

_REPLICATION = (
    Message(709_001, 7, "FO replication failed: cmd={command} returned={code}", _GUIDE),
    Message(709_002, 7, "FO unreplicable: cmd={command}", _GUIDE),
    Message(709_003, 1, "({unit}) Beginning configuration replication: Sending to mate.", _GUIDE),
    Message(709_004, 1, "({unit}) End Configuration Replication (ACT)", _GUIDE),
    Message(
        709_005, 1, "({unit}) Beginning configuration replication: Receiving from mate.", _GUIDE
    ),
    Message(709_006, 1, "({unit}) End Configuration Replication (STB)", _GUIDE),
    Message(709_007, 2, "Configuration replication failed for command {command}", _GUIDE),
    Message(
        709_008,
        4,
        "({unit}) Configuration sync in progress. Command: '{command}' executed from {way} will"
        " not be replicated to or executed by the standby unit.",
        _GUIDE,
        choices={"way": ("terminal", "http")},
    ),
    Message(
        709_009,
        6,
        "({unit}) Configuration on Active and Standby is matching. No config sync."
        " Time elapsed {elapsed} ms",
        _GUIDE,
    ),
    Message(
        709_010,
        6,
        "({unit}) Configuration between units doesn't match. Going for config sync (s)."
        " Time elapsed {elapsed} ms",
        _GUIDE,
    ),
    Message(
        709_012,
        6,
        "Skip configuration replication from mate as configuration on Active and Standby is"
        " matching",
        _GUIDE,
    ),
    Message(210_005, 3, "LU allocate {kind} connection failed for {flow}", _GUIDE),
    Message(210_022, 6, "LU missed {count} updates", _GUIDE),
)

_VPN_FAILOVER = (
    Message(
        720_023,
        6,
        "(VPN-{unit}) HA status callback: Peer is {presence}.",
        _GUIDE,
        choices={"presence": ("present", "not present")},
    ),
    Message(
        720_024,
        6,
        "(VPN-{unit}) HA status callback: Control channel is {condition}.",
        _GUIDE,
        choices={"condition": ("up", "down")},
    ),
    Message(
        720_025,
        6,
        "(VPN-{unit}) HA status callback: Data channel is {condition}.",
        _GUIDE,
        choices={"condition": ("up", "down")},
    ),
    Message(720_027, 6, "(VPN-{unit}) HA status callback: My state {state}.", _GUIDE),
    Message(720_028, 6, "(VPN-{unit}) HA status callback: Peer state {state}.", _PEER_2011),
    Message(720_029, 6, "(VPN-{unit}) HA status callback: Start VPN bulk sync state.", _GUIDE),
    Message(720_030, 6, "(VPN-{unit}) HA status callback: Stop bulk sync state.", _GUIDE),
    Message(
        720_039, 6, "(VPN-{unit}) VPN failover client is transitioning to active state.", _GUIDE
    ),
    Message(
        720_040, 6, "(VPN-{unit}) VPN failover client is transitioning to standby state.", _GUIDE
    ),
    Message(
        720_045,
        6,
        "(VPN-{unit}) Start bulk syncing of state information on standby unit.",
        _GUIDE,
    ),
    Message(
        720_046,
        6,
        "(VPN-{unit}) End bulk syncing of state information on standby unit.",
        _GUIDE,
    ),
    *(
        Message(
            720_056 + 2 * n + enabled,
            6,
            f"(VPN-{{unit}}) VPN Stateful failover {thread} Thread is {condition}.",
            _GUIDE,
        )
        for n, thread in enumerate(("Message", "Timer", "Sync"))
        for enabled, condition in enumerate(("disabled", "enabled"))
    ),
    Message(
        720_062,
        6,
        "(VPN-{unit}) Active unit started bulk sync of state information to standby unit.",
        _GUIDE,
    ),
    Message(
        720_063,
        6,
        "(VPN-{unit}) Active unit completed bulk sync of state information to standby unit.",
        _GUIDE,
    ),
    Message(
        721_002,
        6,
        "(WebVPN-{unit}) HA status change: event {event}, my state {ours}, peer state {theirs}.",
        _PEER_2011,
    ),
    Message(
        721_016,
        6,
        "(WebVPN-{unit}) WebVPN session for client user {user}, IPv4 {public} has been created.",
        _LINE,
    ),
    Message(
        721_017,
        4,
        "(WebVPN-{unit}) Fail to create WebVPN session for user {user}, IP {public}.",
        _GUIDE,
    ),
    Message(
        721_018,
        6,
        "(WebVPN-{unit}) WebVPN session for client user {user}, IPv4 {public} has been deleted.",
        _LINE,
    ),
    Message(
        721_019,
        4,
        "(WebVPN-{unit}) Fail to delete WebVPN session for client user {user}, IP {public}.",
        _GUIDE,
    ),
)

_NEIGHBOURS = (
    Message(
        106_015,
        6,
        "Deny TCP (no connection) from {source}/{port} to {target}/{service} flags {flags}"
        " on interface {interface}",
        _GUIDE,
    ),
    Message(
        405_003,
        4,
        "IP address collision detected between host {address} at {mac} and interface {interface},"
        " {own}",
        _GUIDE,
    ),
)

FAILOVER = _LINK + _REPLICATION + _VPN_FAILOVER + _NEIGHBOURS
"""By what they are about: the pair, its configuration, its VPN state, what stands beside it."""
