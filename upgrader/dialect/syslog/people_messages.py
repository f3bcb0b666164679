"""Messages about people: logins, tunnels, ends, refusals, and the addresses of pools.

Numbers and meanings: ASA syslog guide, chapters 101001 to 199021, 701001 to 714011, 715001 to
721019 and 722001 to 776020. `SVC`, `WebVPN` and `AnyConnect` are the same client in the wording of
different releases.
"""

from upgrader.dialect.syslog.wording import Message, message
from upgrader.model.evidence import What

_CAPTURED = "captured line"
_LINK = "[(SVC|AnyConnect|Secure Client|VPN) ][VPN ][C|c]onnection"
_UNABLE = "AAA unable to complete the request[ ]Error[ ]:"
_HANDLE = "IPAA: [(Session=){handle}, ]"

_BEGINNINGS = (
    message(113_039, What.LOGGED_IN,
            "{who} (AnyConnect|Secure Client|SSL VPN) [VPN ][parent ]session started",
            source=_CAPTURED),
    message(716_001, What.LOGGED_IN, "{who} (WebVPN|SSL VPN) session started"),
    message(751_025, What.LOGGED_IN,
            "Local:{local} Remote:{public}:{client_port} Username:{user} "
            "[(IKEv2|IKEv1) ]Group:{group} "
            "IPv4 Address=[ ]{address} IPv6 address=[ ]{address6} assigned to session",
            source=_CAPTURED),
    message(722_051, What.ADDRESS_GIVEN,
            "{who} [IPv4 ]Address <{address}> IPv6 (A|a)ddress <{address6}> assigned to session",
            "{who} [IPv4 ]Address {address} IPv6 (A|a)ddress {address6} assigned to session",
            "{who} [IPv4 ]Address <> IPv6 (A|a)ddress <{address6}> assigned to session",
            "{who} Address <{address}> assigned to session",
            "{who} Address {address} assigned to session", source=_CAPTURED),
)  # fmt: skip

_TUNNELS = (
    message(722_033, What.FIRST_TUNNEL,
            f"{{who}} First [{{kind}} ]{_LINK} established for (SVC|AnyConnect) session",
            f"{{who}} First [{{kind}} ]{_LINK} established{{rest}}"),
    message(722_022, What.TUNNEL_UP,
            f"{{who}} [{{kind}} ]{_LINK} established[ {{rest}}]", repeats=True),
    message(722_023, What.TUNNEL_DOWN,
            f"{{who}} [{{kind}} ]{_LINK} terminated[ {{rest}}]", repeats=True),
    message(722_032, What.TUNNEL_REPLACED,
            f"{{who}} New [{{kind}} ]{_LINK} replacing old connection", source=_CAPTURED,
            repeats=True),
    message(722_034, What.TUNNEL_AGAIN,
            f"{{who}} New [{{kind}} ]{_LINK}, no existing connection", repeats=True),
    message(722_028, What.STALE_CLOSED, f"{{who}} Stale {_LINK} closed", source=_CAPTURED,
            repeats=True),
    message(722_037, What.CLOSING, "{who} (SVC|AnyConnect) closing connection: {reason}",
            repeats=True),
    message(722_038, What.CLOSING, "{who} (SVC|AnyConnect) terminating session: {reason}",
            repeats=True),
    message(722_012, What.CLOSING,
            "{who} (SVC|AnyConnect) Message: {code}/(NOTICE|ERROR|WARNING|INFO): {reason}",
            repeats=True),
    message(716_058, What.SUSPENDED,
            "{who} AnyConnect session lost connection. Waiting to resume", source=_CAPTURED),
    message(716_059, What.RESUMED,
            "{who} AnyConnect session resumed[.] [C|c]onnection from [IP ](<|){again}(>|)",
            "{who} AnyConnect session resumed[{rest}]", source=_CAPTURED),
)  # fmt: skip

_ENDS = (
    message(113_019, What.ENDED,
            "Group = {group}, Username = {user}, IP = {public}, Session disconnected. Session "
            "Type: {type}, Duration: {duration}, Bytes xmt: {sent}, Bytes rcv: {received}, "
            "Reason: {reason}", source=_CAPTURED),
    message(716_002, What.ENDED, "{who} (WebVPN|SSL VPN) session terminated: {reason}",
            source=_CAPTURED),
    message(716_060, What.EVICTED, "{who} Terminated AnyConnect {rest}"),
)  # fmt: skip

_REFUSALS = (
    *(message(number, What.IMAGE_REFUSED,
              "{who} (Session|Tunnel) terminated: {reason}", source=source, repeats=True)
      for number, source in ((113_035, _CAPTURED), (722_047, "ASA syslog guide"),
                             (722_049, "ASA syslog guide"))),
    message(113_029, What.LIMIT_REFUSED,
            "{who} Session could not be established: session limit of {limit} reached",
            source=_CAPTURED, repeats=True),
    message(113_037, What.RELOAD_REFUSED, "{reason}", source=_CAPTURED, repeats=True),
    message(713_004, What.RELOAD_REFUSED,
            "{device} scheduled for reboot[ or shutdown], IKE key acquire message on interface "
            "{interface}, for [P|p]eer [IP ]{public} ignored", repeats=True),
    message(113_013, What.AAA_REJECTED,
            (What.TOO_MANY_LOGINS,
             f"{_UNABLE} reason = {{limit}} exceeded for user[ ](:|,) user = {{user}}"),
            f"{_UNABLE} reason = {{reason}}[ ](:|,) user = {{user}}",
            source="public log line, 2014", repeats=True),
    message(722_020, What.NO_ADDRESS,
            "{who} No [{version} ]address[es] available for {rest}", repeats=True),
    message(722_041, What.NO_ADDRESS,
            "{who} No [{version} ]address[es] available for {rest}", repeats=True),
    *(message(number, What.CLIENT_REFUSED, "{who} {reason}", repeats=True)
      for number in (722_015, 722_016, 722_017, 722_018, 722_019, 722_046, 722_053)),
    message(722_056, What.CLIENT_REFUSED,
            "{reason}, IP {public}{rest}",
            "Unsupported AnyConnect client connection rejected from [IP ]{public}[. {reason}]",
            "{reason}", repeats=True),
    message(716_006, What.CLIENTLESS_REFUSED, "{who} WebVPN session not allowed[. {reason}]",
            repeats=True),
    message(716_007, What.CLIENTLESS_REFUSED, "{who} WebVPN {reason}", repeats=True),
    message(716_009, What.CLIENTLESS_REFUSED, "{who} WebVPN session not allowed[. {reason}]",
            repeats=True),
    message(716_023, What.LIMIT_REFUSED,
            "{who} Session could not be established: session limit of {limit} reached",
            repeats=True),
    message(725_006, What.TLS_REFUSED,
            "Device failed [SSL|TLS] handshake with [client |server |peer ][type ]"
            "{interface}:{public}/{port}[ to {to}]", repeats=True),
    message(725_014, What.TLS_REFUSED,
            "[SSL|TLS] lib error. Function: {function} Reason: {reason}",
            "{reason}", repeats=True),
)  # fmt: skip

_AAA = "AAA user (authentication|authorization|accounting)"
_ASKED = (
    message(113_004, What.AAA_ACCEPTED,
            "AAA user {service} Successful[ ]: server = {server}[ ](:|,) [user|User] = {user}",
            source=_CAPTURED, repeats=True),
    message(113_012, What.AAA_ACCEPTED,
            f"{_AAA} Successful[ ]: local database[ ](:|,) user = {{user}}", repeats=True),
    message(113_005, What.AAA_REJECTED,
            f"{_AAA} Rejected[ ]: reason = {{reason}}[ ](:|,) server = {{server}}[ ](:|,) "
            "(user|User) = {user}[ ](:|,) user IP = (None|{public})",
            f"{_AAA} Rejected[ ]: reason = {{reason}}[ ](:|,) server = {{server}}[ ](:|,) "
            "(user|User) = {user}", repeats=True),
    message(113_015, What.AAA_REJECTED,
            f"{_AAA} Rejected[ ]: reason = {{reason}}[ ](:|,) local database[ ](:|,) "
            "user = {user}[ ](:|,) user IP = {public}",
            f"{_AAA} Rejected[ ]: reason = {{reason}}[ ](:|,) local database[ ](:|,) "
            "user = {user}", repeats=True),
    message(113_001, What.AAA_DOWN, "{reason}", repeats=True),
    message(113_014, What.AAA_DOWN,
            "AAA authentication server not accessible[ ]: server = {server}[ ](:|,) "
            "(user|User) = {user}", repeats=True),
    message(113_022, What.AAA_DOWN,
            "AAA Marking {protocol} server {server} in [aaa-]server group {group} as FAILED"),
)  # fmt: skip

_ADDRESSES = (
    message(737_026, What.ASSIGNED,
            _HANDLE + "Client assigned {address} from local pool[ {pool}]",
            _HANDLE + "Client assigned from local pool {address}", source=_CAPTURED),
    message(737_036, What.ASSIGNED, _HANDLE + "Client assigned {address} from DHCP"),
    message(737_010, What.ASSIGNED,
            _HANDLE + "AAA assigned address {address}, request succeeded"),
    message(737_014, What.FREED, _HANDLE + "Freeing AAA address {address}"),
    message(737_015, What.FREED, _HANDLE + "Freeing DHCP address {address}"),
    message(737_016, What.FREED,
            _HANDLE + "Freeing local pool [{pool} ]address {address}", source=_CAPTURED),
    message(737_013, What.NOT_FREED,
            _HANDLE + "Error freeing address {address}, not found", repeats=True),
    message(737_402, What.NOT_FREED,
            "POOLIP: Pool={pool}, Failed to return {address} to pool \\(recycle={recycle}\\)"
            "[. Reason: {reason}]", repeats=True),
    message(737_007, What.POOL_EMPTY,
            _HANDLE + "Local pool request failed for tunnel-group [']{tunnel_group}[']",
            repeats=True),
    message(737_012, What.POOL_EMPTY, _HANDLE + "Address assignment failed", repeats=True),
    message(737_019, What.POOL_EMPTY,
            _HANDLE + "Unable to get address from {reason} (pools|pool)", repeats=True),
    message(737_024, What.IN_USE_ALREADY,
            _HANDLE + "Client requested address {address}, [already in use|in use], {rest}",
            _HANDLE + "Client requested address {address}, {rest}", repeats=True),
    message(737_038, What.IN_USE_ALREADY,
            _HANDLE + "[S|s]pecified address {address} was in-use, trying to get another",
            repeats=True),
    message(737_025, What.QUARANTINED,
            _HANDLE + "Duplicate local pool address found, {address} in quarantine"),
    message(737_033, What.QUARANTINED,
            _HANDLE + "Unable to assign {allocator} provided IP address {address} to [C|c]lient. "
            "This IP address has already been assigned by {other}"),
    message(737_029, What.COPIED_TO_STANDBY, _HANDLE + "Added {address} to standby"),
    message(737_028, What.STANDBY_UNREACHED,
            _HANDLE + "Unable to send {address} to standby: {reason}", repeats=True),
    message(737_030, What.STANDBY_HAS_IT,
            _HANDLE + "Unable to send {address} to standby: {reason}", repeats=True),
    message(737_031, What.TAKEN_FROM_STANDBY, _HANDLE + "Removed {address} from standby"),
    message(737_032, What.STANDBY_LACKS_IT,
            _HANDLE + "Unable to remove {address} from standby: {reason}", repeats=True),
)  # fmt: skip

PEOPLE_MESSAGES: tuple[Message, ...] = (
    *_BEGINNINGS, *_TUNNELS, *_ENDS, *_REFUSALS, *_ASKED, *_ADDRESSES,
)  # fmt: skip
