"""What the shows are made of and where their text comes from: rows of the page of commands."""

_NTC = "ntc-templates' captures"
_GENIE = "genieparser's captures"
_REFERENCE = "ASA command reference"
_CRASHES = "TAC notes on unexpected reloads; most of it is left out"
_MEMORY = "ASA command reference, not compared with it"

SHOW_MEANINGS: tuple[tuple[str, str, str], ...] = (
    ("show access-list", "the rules; only those on an interface are used", _NTC),
    ("show activation-key", "serial number, licences; the key is invented", _REFERENCE),
    ("show arp", "the mate, gateways, hosts with connections", _NTC),
    ("show asdm", "the configured image; nobody uses ASDM", _MEMORY),
    ("show asp drop", "drops grow while the unit is active; the rates are invented", _NTC),
    ("show blocks", "fewer are free the more connections there are", "Cisco technical note 113185"),
    ("show boot", "as `show bootvar`", "pyntc asks so"),
    ("show checkheaps", "runs since boot", _REFERENCE),
    ("show clock detail", "NTP where a server is configured", _REFERENCE),
    ("show conn", "as many rows as the count says", "Cisco technical note 113602"),
    ("show conn detail", "with flags explained, uptime, time-out", _MEMORY),
    ("show conn long", "as `detail`, with translated addresses", _MEMORY),
    ("show cpu", "from sessions, connections, role and time since boot", "technical note 113185"),
    ("show cpu detailed", "by core", _NTC),
    ("show cpu usage detailed", "by core", _NTC),
    ("show crypto", "no IPsec peer exists: the empty forms", _REFERENCE),
    (
        "show crypto ca certificates",
        "what the scenario and the chains of the configuration name",
        "ASA configuration guide on certificates; issuer and dates are invented",
    ),
    ("show crypto ca server", "enabled unless `shutdown`", "ASA configuration guide"),
    ("show webvpn hostscan", "the configured file, if the unit has it", "inferred from `csd`"),
    ("show webvpn csd", "the same, of Secure Desktop", _MEMORY),
    (
        "show password encryption",
        "as configured; the hash stands for the scenario's word",
        "real ASAv session",
    ),
    ("show disk0:", "as `show flash:`", _REFERENCE),
    ("show file system", "the size of disk0 and what is free", _REFERENCE),
    ("show crashinfo", "when the unit crashed last, and what it ran", _CRASHES),
    ("show firewall", "routed; transparent mode is not modelled", _REFERENCE),
    ("show flash:", "files and directories, as a table", "real 5506-X at 9.8(4)22"),
    ("show interface", "link, addresses, counters; only an active unit forwards", _NTC),
    ("show interface summary", "link and addresses", _GENIE),
    ("show interface stats", "traffic of named ports", _MEMORY),
    ("show hostname", "the name; `fqdn` puts the domain behind it", _REFERENCE),
    ("show ip", "as `show ip address`", "inferred"),
    ("show ip address", "the system's addresses, then this unit's", "pyntc's captures"),
    ("show ip local pool", "free, held and in use; held ones are counted only", _REFERENCE),
    ("show license", "smart licences; the accounts are invented", _NTC),
    ("show memory", "what sessions, connections and packages take", "technical note 113185"),
    ("show mode", "single", "real 9.12 session"),
    ("show nameif", "ports, names, security levels", _GENIE),
    ("show names", "the `name` lines", _NTC),
    ("show nat", "the rules; their hits are invented", _NTC),
    ("show ntp", "the first configured server is followed", _MEMORY),
    ("show perfmon", "rates from the connections", _GENIE),
    ("show resource usage", "what the other screens count", f"{_NTC}, {_GENIE}"),
    ("show route", "interfaces, static routes, VPN clients", _NTC),
    ("show route summary", "the same, counted", _MEMORY),
    ("show service-policy", "what the policies inspect", _GENIE),
    ("show ssh", "from where one may come; who is there", _MEMORY),
    ("show tech-support", "other screens, one after the other", _REFERENCE),
    ("show traffic", "as `show interface`, by name", _GENIE),
    ("show vpn load-balancing", "off", f"{_GENIE}; that form is inferred"),
    ("show vpn-sessiondb", "rows, details, summary, licences: one table behind all", _NTC),
    ("show vpn-sessiondb detail", "each row with its tunnels", "Cisco's page on IP phones, 2013"),
    ("show vpn-sessiondb license-summary", "licences, and what is used of them", _MEMORY),
    ("show vpn-sessiondb ratio", "tunnels by encryption or protocol", _MEMORY),
    ("show webvpn group-alias", "as configured", _REFERENCE),
    ("show who", "nobody comes by Telnet", _REFERENCE),
    ("show xlate", "static rules; connections are not translated", _NTC),
)
"""First words of a pattern, what it shows, where its text comes from."""

SHOWS_NOT_MODELLED: tuple[tuple[str, str], ...] = (
    ("show vpn-sessiondb full", "no source of its text is at hand"),
    ("show local-host, show asp table, show software authenticity", "no source covers them whole"),
    ("show failover descriptor, show failover details, show failover trace", "no source of them"),
    ("show failover config-sync, show failover statistics all", "no source of their text"),
    ("show failover group, show failover app-sync", "no Active/Active pair, and no threat defense"),
    ("show access-list brief", "its hashes and times say nothing that is modelled"),
)
"""Shows of a real ASA that answer as unknown ones do, and why."""
