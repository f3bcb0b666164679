"""Real screens of a unit's surroundings are read completely, and as ntc-templates read them.

The captures travel beside the project, not in it: without them these tests are skipped.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from upgrader.dialect.replies.interfaces import read_interfaces
from upgrader.dialect.replies.kinds import read_session_kinds
from upgrader.dialect.replies.licences import read_licences, read_register
from upgrader.dialect.replies.modules import read_modules
from upgrader.dialect.replies.resources import read_cpu_usage
from upgrader.dialect.replies.routes import read_routes
from upgrader.dialect.replies.smart_licence import read_smart_licence
from upgrader.dialect.replies.translations import read_xlate_count
from upgrader.model.wide import CpuUse, LicensedFeature, SessionKind

CAPTURES = Path(__file__).resolve().parents[2] / "shared" / "captures"
NTC = CAPTURES / "ntc-templates"

pytestmark = pytest.mark.skipif(
    not CAPTURES.is_dir(), reason="the captures of real devices are not beside this clone"
)

Expected = list[dict[str, Any]]


def cases(folder: str) -> list[Any]:
    """Each raw screen of a folder, and what stands in the file beside it."""
    return [
        pytest.param(raw.read_text(), raw.with_suffix(".yml"), id=raw.stem)
        for raw in sorted((NTC / folder).glob("*.raw"))
    ]


def expected_in(beside: Path) -> Expected:
    found: Expected = yaml.safe_load(beside.read_text())["parsed_sample"]
    return found


@pytest.mark.parametrize(("text", "beside"), cases("show_interface_ip_brief"))
def test_every_port_is_read_with_its_address_and_its_link(text: str, beside: Path):
    shut = {"admin down": "administratively down"}
    assert [(i.port, i.address, i.status, i.protocol) for i in read_interfaces(text)] == [
        (row["interface"], row["ip_address"], shut.get(row["status"], row["status"]), row["proto"])
        for row in expected_in(beside)
    ]


@pytest.mark.parametrize(("text", "beside"), cases("show_route"))
def test_every_route_is_read_with_each_of_its_gateways(text: str, beside: Path):
    ways = {"C": "directly connected", "L": "directly connected", "V": "connected by VPN"}
    assert [(r.code.rstrip("*"), r.prefix, r.via, r.interface) for r in read_routes(text)] == [
        (
            f"{row['protocol']} {row['type']}".strip(),
            f"{row['network']} {row['netmask']}",
            row["nexthopip"] or ways[row["protocol"]],
            row["nexthopif"],
        )
        for row in expected_in(beside)
    ]


@pytest.mark.parametrize(("text", "beside"), cases("show_module"))
def test_every_card_is_read_with_its_software_and_its_state(text: str, beside: Path):
    assert [
        (m.number, m.card, m.model, m.serial, m.software, m.status) for m in read_modules(text)
    ] == [
        (
            row["module"],
            row["cardtype"],
            row["model"],
            row["serial"],
            None if row["mod_sw"] in ("", "N/A") else row["mod_sw"],
            row["status"] or None,
        )
        for row in expected_in(beside)
    ]


@pytest.mark.parametrize(("text", "beside"), cases("show_license_all"))
def test_a_smart_licence_says_whether_it_is_registered_and_authorized(text: str, beside: Path):
    row = expected_in(beside)[0]
    smart = read_smart_licence(text)
    assert (smart.registration, smart.authorization) == (
        row["registration_status"],
        row["auth_status"],
    )


@pytest.mark.parametrize(("text", "beside"), cases("show_vpn-sessiondb"))
def test_the_kinds_of_sessions_are_those_of_the_table_without_their_parts(text: str, beside: Path):
    row = expected_in(beside)[0]
    parts = {"SSL/TLS/DTLS", "Browser", "IKEv2 IPsec", "IKEv1 IPsec"}
    columns = zip(
        row["vpn_session_name"], row["vpn_session_active"], row["vpn_session_inactive"], strict=True
    )
    assert read_session_kinds(text) == tuple(
        SessionKind(name, int(active), 0 if inactive == "None" else int(inactive))
        for name, active, inactive in columns
        if name not in parts
    )


def test_translations_in_use_are_counted():
    (text,) = [case.values[0] for case in cases("show_xlate")]
    assert read_xlate_count(text) == 5


def test_the_load_of_all_processors_together_is_the_last_line():
    (text,) = [case.values[0] for case in cases("show_cpu_usage_detailed")]
    assert read_cpu_usage(text) == CpuUse(34, 36, 36)


@pytest.mark.parametrize(("text", "beside"), cases("show_version"))
def test_the_licence_table_agrees_with_what_ntc_reads_of_it(text: str, beside: Path):
    row = expected_in(beside)[0]
    own = {f.name: f.value for f in read_licences(text) if f.table == "platform"}
    for key, name in (
        ("max_intf", "Maximum Physical Interfaces"),
        ("max_vlans", "Maximum VLANs"),
        ("failover", "Failover"),
        ("cluster", "Cluster"),
    ):
        if row[key]:
            assert own[name] == row[key]


def test_every_row_of_both_licence_tables_is_read_with_its_term():
    texts = {case.id: case.values[0] for case in cases("show_version")}
    assert {name[-1]: len(read_licences(text)) for name, text in texts.items()} == {
        "1": 19,
        "2": 20,
        "3": 41,
        "4": 18,
    }
    pair = read_licences(texts["cisco_asa_show_version3"])
    assert LicensedFeature("platform", "AnyConnect Premium Peers", "4", "perpetual") in pair
    assert LicensedFeature("failover cluster", "AnyConnect Premium Peers", "8", "perpetual") in pair
    assert {f.term for f in read_licences(texts["cisco_asa_show_version1"])} == {""}


def test_the_register_is_read_where_one_is_printed():
    texts = {case.id[-1]: case.values[0] for case in cases("show_version")}
    registers = {name: read_register(text) for name, text in texts.items()}
    assert registers == {"1": None, "2": None, "3": "0x1", "4": "0x1"}
