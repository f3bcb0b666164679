"""`show interface`, `show nameif`, `show traffic`: ports with their counters.

Layout: real screens of ASA 5506, 5516 and ASAv, 8.4 to 9.16 (ntc-templates' captures).
"""

from upgrader.emulator.machine.hardware import hardware_of
from upgrader.emulator.pairing.macs import mac_of
from upgrader.emulator.screens.ports import Port, named_ports, ports_of
from upgrader.emulator.screens.traffic import Traffic, traffic_of
from upgrader.emulator.tables import Pair


def show_interface(pair: Pair, u: int) -> str:
    """Every port with its counters."""
    return _screens(pair, u, ports_of(pair, u))


def show_interface_detail(pair: Pair, u: int) -> str:
    """As `show interface`, with the control point's view of each port."""
    return _screens(pair, u, ports_of(pair, u), is_detailed=True)


def show_interface_summary(pair: Pair, u: int) -> str:
    """State and addresses only."""
    return "".join(
        f"{_first(port)}\n{_addresses(port, mac_of(pair, u, port.port))}"
        for port in ports_of(pair, u)
    )


def show_interface_stats(pair: Pair, u: int) -> str:
    """The traffic of named ports only."""
    texts = [
        f"{_first(port)}\n{_statistics(port, traffic_of(pair, u, port))}"
        for port in ports_of(pair, u)
        if port.name is not None
    ]
    return "".join(texts)


def show_one_interface(pair: Pair, u: int, wanted: str, *, is_detailed: bool = False) -> str | None:
    """One port, by `nameif` or by its own name, which may be abbreviated (`Gi0/0`).

    None: there is no such port.
    """
    found = tuple(port for port in ports_of(pair, u) if _is_meant(port, wanted))
    return _screens(pair, u, found[:1], is_detailed=is_detailed) if found else None


def show_nameif(pair: Pair, u: int) -> str:
    """Port, name and security level. Layout: genieparser's capture."""
    lines = ["Interface                Name                     Security"]
    lines += [f"{p.port:24} {p.name:22} {p.security or 0:5d}" for p in named_ports(pair, u)]
    return "".join(f"{line}\n" for line in lines)


def show_traffic(pair: Pair, u: int) -> str:
    """Packets and bytes since the unit booted, by name. Layout: command reference."""
    texts = []
    for port in ports_of(pair, u):
        if port.name is None:
            continue
        t = traffic_of(pair, u, port)
        texts.append(
            f"{port.name}:\n"
            f"\treceived (in {t.seconds}.000 secs):\n"
            f"\t\t{t.packets_in} packets\t{t.bytes_in} bytes\n"
            f"\t\t{t.packets_in // max(1, t.seconds)} pkts/sec\t"
            f"{t.bytes_in // max(1, t.seconds)} bytes/sec\n"
            f"\ttransmitted (in {t.seconds}.000 secs):\n"
            f"\t\t{t.packets_out} packets\t{t.bytes_out} bytes\n"
            f"\t\t{t.packets_out // max(1, t.seconds)} pkts/sec\t"
            f"{t.bytes_out // max(1, t.seconds)} bytes/sec\n"
            f"{_minutes(t)}"
        )
    return "".join(texts)


def _is_meant(port: Port, wanted: str) -> bool:
    if port.name is not None and port.name.lower() == wanted.lower():
        return True
    kind = wanted.rstrip("0123456789/.")
    place = wanted[len(kind) :]
    whole = port.port.rstrip("0123456789/.")
    is_kind = len(kind) > 1 and whole.lower().startswith(kind.lower())
    return is_kind and port.port[len(whole) :] == place


def _screens(pair: Pair, u: int, ports: tuple[Port, ...], *, is_detailed: bool = False) -> str:
    is_virtual = hardware_of(pair.scenario.model).is_virtual
    texts = []
    for port in ports:
        traffic = traffic_of(pair, u, port)
        texts.append(f"{_first(port)}\n{_hardware(port, is_virtual=is_virtual)}")
        texts.append(_addresses(port, mac_of(pair, u, port.port)))
        if port.vlan is None:
            texts.append(_counters(traffic))
        if port.name is not None:
            texts.append(_statistics(port, traffic))
        if is_detailed:
            texts.append(_control_point(port))
    return "".join(texts)


def _first(port: Port) -> str:
    return (
        f'Interface {port.port} "{port.name or ""}", is {port.link}, '
        f"line protocol is {port.protocol}"
    )


def _hardware(port: Port, *, is_virtual: bool) -> str:
    board = "net_virtio" if is_virtual else "i82574L rev00"
    lines = [f"  Hardware is {board}, BW 1000 Mbps, DLY 10 usec"]
    if port.vlan is not None:
        lines.append(f"\tVLAN identifier {port.vlan}")
    else:
        speed = "Auto-Duplex(Full-duplex), Auto-Speed(1000 Mbps)"
        lines.append(f"\t{speed if port.link == 'up' else 'Auto-Duplex, Auto-Speed'}")
        output = "unsupported" if is_virtual else "off"
        lines.append(f"\tInput flow control is unsupported, output flow control is {output}")
    if port.description is not None:
        lines.append(f"\tDescription: {port.description}")
    return "".join(f"{line}\n" for line in lines)


def _addresses(port: Port, mac: str) -> str:
    lines = []
    if port.name is None:
        lines.append("\tAvailable but not configured via nameif")
    mtu = str(port.mtu) if port.name is not None else "not set"
    lines.append(f"\tMAC address {mac}, MTU {mtu}")
    if port.address is None:
        lines.append("\tIP address unassigned")
    else:
        lines.append(f"\tIP address {port.address}, subnet mask {port.mask}")
    return "".join(f"{line}\n" for line in lines)


def _counters(t: Traffic) -> str:
    return (
        f"\t{t.packets_in} packets input, {t.bytes_in} bytes, 0 no buffer\n"
        f"\tReceived {t.packets_in // 900} broadcasts, 0 runts, 0 giants\n"
        "\t0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored, 0 abort\n"
        "\t0 pause input, 0 resume input\n"
        "\t0 L2 decode drops\n"
        f"\t{t.packets_out} packets output, {t.bytes_out} bytes, 0 underruns\n"
        "\t0 pause output, 0 resume output\n"
        "\t0 output errors, 0 collisions, 0 interface resets\n"
        "\t0 late collisions, 0 deferred\n"
        "\t0 input reset drops, 0 output reset drops\n"
        "\tinput queue (blocks free curr/low): hardware (511/511)\n"
        "\toutput queue (blocks free curr/low): hardware (511/511)\n"
    )


def _statistics(port: Port, t: Traffic) -> str:
    return (
        f'  Traffic Statistics for "{port.name}":\n'
        f"\t{t.packets_in} packets input, {t.bytes_in} bytes\n"
        f"\t{t.packets_out} packets output, {t.bytes_out} bytes\n"
        f"\t{t.dropped} packets dropped\n"
        f"{_minutes(t)}"
        + (
            "\tManagement-only interface. Blocked 0 through-the-device packets\n"
            if port.is_management
            else ""
        )
    )


def _minutes(t: Traffic) -> str:
    return "".join(
        f"      {minutes} minute input rate {t.per_second_in} pkts/sec,"
        f"  {t.bytes_per_second_in} bytes/sec\n"
        f"      {minutes} minute output rate {t.per_second_out} pkts/sec,"
        f"  {t.bytes_per_second_out} bytes/sec\n"
        f"      {minutes} minute drop rate, 0 pkts/sec\n"
        for minutes in (1, 5)
    )


def _control_point(port: Port) -> str:
    state = "active" if port.is_up else "not active"
    config = "not active" if port.link.startswith("admin") else "active"
    return (
        "  Control Point Interface States:\n"
        f"\tInterface number is {port.number}\n"
        f"\tInterface config status is {config}\n"
        f"\tInterface state is {state}\n"
    )
