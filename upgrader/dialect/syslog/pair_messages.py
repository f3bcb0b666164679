"""Messages of the pair itself: roles, the mate, links, interfaces, sync, VPN state between units.

Numbers and meanings: ASA syslog guide, chapters 101001 to 199021, 210001 to 210022, 709001 to
709013, 720001 to 721019. Each text stands behind its unit's tag, `(Primary)`.
"""

from upgrader.dialect.syslog.wording import Message, message
from upgrader.model.evidence import What

_CAPTURED = "captured line"
_HA = "HA (status|progression) callback: "

_MATE = (
    message(103_001, What.NO_RESPONSE,
            "No response from other firewall \\(reason code = {code}\\)"),
    message(103_002, What.OPAQUE, "Other firewall network interface {interface} OK"),
    message(103_003, What.REPORTED_FAILED,
            "Other firewall network interface {interface} failed"),
    message(103_004, What.REPORTED_FAILED,
            "Other firewall reports this firewall failed[. Reason: {reason}]"),
    message(103_005, What.REPORTED_FAILED,
            "Other firewall reporting failure[. Reason: {reason}]"),
    message(103_006, What.VERSIONS_INCOMPATIBLE,
            "Mate version {theirs} is not compatible with ours {ours}"),
    message(103_007, What.VERSIONS_DIFFER,
            "Mate version {theirs} is not identical with ours {ours}"),
    message(103_008, What.MATE_UNLIKE, "{reason}"),
)  # fmt: skip

_ROLES = (
    message(104_001, What.TO_ACTIVE, "Switching to ACTIVE[ - {reason}]",
            "Switching to ACTIVE \\(cause: {reason}\\)", source=_CAPTURED),
    message(104_002, What.TO_STANDBY, "Switching to (STANDBY|STNDBY)[ - {reason}]",
            "Switching to (STANDBY|STNDBY) \\(cause: {reason}\\)", source=_CAPTURED),
    message(104_003, What.TO_FAILED, "Switching to FAILED[ - {reason}]",
            "Switching to FAILED \\(cause: {reason}\\)"),
    message(104_004, What.TO_OK, "Switching to OK"),
    message(105_001, What.FAILOVER_OFF, "Disabling failover"),
    message(105_002, What.FAILOVER_ON, "Enabling failover"),
    message(105_037, What.FLAPPING, "{reason}"),
    message(720_027, What.STATE, f"{_HA}My state {{state}}"),
    message(720_028, What.PEER_STATE, f"{_HA}Peer state {{state}}", source=_CAPTURED),
    message(720_039, What.CLIENT_TO_ACTIVE,
            "VPN failover client is transitioning to active state"),
    message(720_040, What.CLIENT_TO_STANDBY,
            "VPN failover client is transitioning to standby state"),
    message(721_002, What.OPAQUE,
            (What.STATE, "HA status change: event {event}, my state {state}, peer state {other}"),
            (What.PEER_STATE,
             "HA status change: event {event}, my state {other}, peer state {state}"),
            source=_CAPTURED, every=True),
)  # fmt: skip

_INTERFACES = (
    message(105_003, What.MONITOR_WAITING, "Monitoring on interface {interface} waiting"),
    message(105_004, What.MONITOR_NORMAL, "Monitoring on interface {interface} normal"),
    message(105_005, What.HELLOS_LOST,
            "Lost Failover communications with mate on interface {interface}", source=_CAPTURED),
    message(105_006, What.INTERFACE_UP, "Link status ['|`]Up['] on interface {interface}"),
    message(105_007, What.INTERFACE_DOWN,
            "Link status ['|`]Down['] on interface {interface}"),
    message(105_008, What.TESTING, "Testing [I|i]nterface {interface}", source=_CAPTURED),
    message(105_009, What.TESTED,
            "Testing on interface {interface} (Status |){outcome}", source=_CAPTURED),
    message(405_001, What.ADDRESS_COLLISION,
            "Received ARP {kind_of} collision from {address}/{mac} on interface {interface}"
            "[ (to|with) {rest}]"),
    message(405_003, What.ADDRESS_COLLISION,
            "IP address collision detected between host {address} at {mac} and interface "
            "{interface}, {own_mac}", source=_CAPTURED),
    message(411_001, What.INTERFACE_UP,
            "Line protocol on [I|i]nterface {interface}, changed state to up",
            "Line protocol on [I|i]nterface {interface} changed state to up"),
    message(411_002, What.INTERFACE_DOWN,
            "Line protocol on [I|i]nterface {interface}, changed state to down",
            "Line protocol on [I|i]nterface {interface} changed state to down"),
    message(411_003, What.INTERFACE_DOWN,
            "Configuration status on interface {interface} changed state to (downup|down)",
            (What.INTERFACE_UP,
             "Configuration status on interface {interface} changed state to up")),
    message(411_004, What.INTERFACE_UP,
            "Configuration status on interface {interface} changed state to up"),
)  # fmt: skip

_LINKS = (
    message(105_031, What.LINK_UP, "Failover LAN interface is up"),
    message(105_032, What.LINK_DOWN, "LAN Failover interface is down"),
    message(105_034, What.PEER_UP, "Receive a LAN_FAILOVER_UP message from peer"),
    message(105_035, What.LINK_DOWN, "Receive a LAN failover interface down msg from peer"),
    message(105_042, What.LINK_UP, "Failover interface OK"),
    message(105_043, What.LINK_DOWN, "Failover interface failed", source=_CAPTURED),
    message(720_023, What.OPAQUE,
            (What.PEER_ABSENT, f"{_HA}Peer is not present"),
            (What.PEER_PRESENT, f"{_HA}Peer is present")),
    message(720_024, What.OPAQUE,
            (What.CONTROL_UP, f"{_HA}Control channel is up"),
            (What.CONTROL_DOWN, f"{_HA}Control channel is down")),
    message(720_025, What.OPAQUE,
            (What.DATA_UP, f"{_HA}Data channel is up"),
            (What.DATA_DOWN, f"{_HA}Data channel is down")),
)  # fmt: skip

_UNLIKE = (
    message(105_038, What.MATE_UNLIKE, "{reason}"),
    message(105_039, What.MATE_UNLIKE, "{reason}"),
    message(105_040, What.VERSIONS_INCOMPATIBLE, "{reason}"),
    message(105_044, What.MATE_UNLIKE, "{reason}"),
    message(105_045, What.MATE_UNLIKE, "{reason}"),
    message(105_046, What.MATE_UNLIKE, "{reason}"),
    message(105_047, What.MATE_UNLIKE, "{reason}"),
    message(105_048, What.MATE_UNLIKE, "{reason}"),
    message(105_050, What.MATE_UNLIKE, "{reason}"),
)

_SYNC = (
    message(105_020, What.SYNC_FAILED, "{reason}"),
    message(105_021, What.SYNC_FAILED, "{reason}"),
    message(105_022, What.SYNC_FAILED, "Config replication failed with reason = {reason}",
            "Config replication failed with reason {reason}"),
    message(105_041, What.SYNC_FAILED, "{reason}", repeats=True),
    message(709_001, What.NOT_REPLICATED,
            "FO replication failed: cmd=[ ]{command} returned=[ ]{reason}", repeats=True),
    message(709_002, What.NOT_REPLICATED, "FO unreplicable: cmd=[ ]{command}", repeats=True),
    message(709_003, What.SYNC_SENDING,
            "Beginning configuration replication: (Send|Sending|Receiving) to mate"),
    message(709_004, What.SYNC_SENT, "End Configuration Replication \\(ACT\\)"),
    message(709_005, What.SYNC_RECEIVING,
            "Beginning configuration replication: Receiving from mate"),
    message(709_006, What.SYNC_RECEIVED, "End Configuration Replication \\(STB\\)"),
    message(709_007, What.SYNC_FAILED,
            "Configuration replication failed for command[:] {command}", repeats=True),
    message(709_008, What.NOT_REPLICATED,
            "Configuration sync in progress. Command: ['][`]{command}['] executed from {way} "
            "will not be replicated to or executed by the standby unit", repeats=True),
    message(709_009, What.SYNC_SKIPPED,
            "Configuration on Active and Standby is matching. {reason}"),
    message(709_012, What.SYNC_SKIPPED,
            "Skip configuration replication from mate as {reason}"),
    message(709_013, What.SYNC_FAILED,
            "Failover configuration replication hash comparison {reason}"),
)  # fmt: skip

_BULK = (
    message(720_029, What.BULK_STARTED, f"{_HA}Start VPN bulk sync state"),
    message(720_030, What.BULK_ENDED, f"{_HA}Stop [VPN ]bulk sync state"),
    message(720_062, What.BULK_STARTED,
            "Active unit started bulk sync of state information to standby unit"),
    message(720_063, What.BULK_ENDED,
            "Active unit completed bulk sync of state information to standby unit"),
    message(720_045, What.BULK_RECEIVING,
            "Start bulk syncing of state information on standby unit"),
    message(720_046, What.BULK_RECEIVED,
            "End bulk syncing of state information on standby unit"),
)  # fmt: skip

_REPLICATION = (
    *(
        message(number, What.REPLICATION_OFF,
                "VPN Stateful failover {thread} Thread is disabled[{reason}]")
        for number in (720_056, 720_058, 720_060)
    ),
    *(
        message(number, What.REPLICATION_ON, "VPN Stateful failover {thread} Thread is enabled")
        for number in (720_057, 720_059, 720_061)
    ),
    *(
        message(number, What.REPLICATION_TROUBLE, "{reason}", repeats=True)
        for number in (
            *(720_026, 720_033, 720_036, 720_038, 720_043, 720_044, 720_066, 720_067, 720_068),
            *(720_073, 210_001, 210_002, 210_003, 210_005, 210_006, 210_007, 210_008, 210_010),
            *(210_020, 210_021, 210_022),
        )
    ),
    message(721_016, What.WEB_SESSION_COPIED,
            "WebVPN session for client user {user}[ ], [(IPv4|IPv6|IP) ]{public} has been created",
            source=_CAPTURED),
    message(721_017, What.WEB_SESSION_REFUSED,
            "Fail to create WebVPN session for [client ]user {user}[ ], [(IPv4|IPv6|IP) ]{public}"),
    message(721_018, What.WEB_SESSION_DELETED,
            "WebVPN session for client user {user}[ ], [(IPv4|IPv6|IP) ]{public} has been deleted",
            source=_CAPTURED),
    message(721_019, What.WEB_SESSION_NOT_DELETED,
            "Fail to delete WebVPN session for [client ]user {user}[ ], [(IPv4|IPv6|IP) ]{public}"),
)  # fmt: skip

PAIR_MESSAGES: tuple[Message, ...] = (
    *_MATE, *_ROLES, *_INTERFACES, *_LINKS, *_UNLIKE, *_SYNC, *_BULK, *_REPLICATION,
)  # fmt: skip
