"""What every plan says alike: the boot order, and the lines of a step."""

import pytest

from upgrader.emulator.machine.hardware import Hardware, all_hardware
from upgrader.judgement.planned import boot_order, planned
from upgrader.judgement.room import RESERVE_BYTES, room_wanted
from upgrader.model.names import Serial
from upgrader.model.plan import Harvest, SaveConfiguration

NEW, OLD = "disk0:/asa916-4-smp-k8.bin", "disk0:/asa912-4-smp-k8.bin"


def test_the_image_that_is_wanted_stands_first_and_no_image_stands_twice():
    assert boot_order("ASA5525", NEW, (OLD,)) == (NEW, OLD)
    assert boot_order("ASA5525", NEW, (OLD, NEW)) == (NEW, OLD)
    assert boot_order("ASA5525", NEW, (NEW,)) == (NEW,)


def test_an_asa_takes_four_boot_lines_and_a_firepower_appliance_one():
    many = tuple(f"disk0:/{n}.bin" for n in range(6))
    assert boot_order("ASA5525", NEW, many) == (NEW, *many[:3])
    assert boot_order("FPR-1120", NEW, many) == (NEW,)
    assert boot_order("FPR2110", NEW, many) == (NEW,)
    assert boot_order("FPR-3105", NEW, many) == (NEW,)
    assert boot_order("FPR-4215", NEW, many) == (NEW,)
    assert boot_order("FPR-4110", NEW, many) == (NEW, *many[:3])


@pytest.mark.parametrize("model", all_hardware(), ids=lambda model: model.model)
def test_no_model_is_told_to_boot_from_more_lines_than_it_takes(model: Hardware):
    """Else the unit refuses the second line in the middle of the night."""
    many = tuple(f"disk0:/{n}.bin" for n in range(6))
    assert len(boot_order(model.name, NEW, many)) == model.boot_limit


def test_a_step_is_planned_with_the_lines_that_will_be_typed():
    save = planned(SaveConfiguration(Serial("JAD1")), "active Primary JAD1", "why")
    assert save.typed.lines == ("write memory",)

    harvest = planned(Harvest(Serial("JAD1"), ("POOL",)), "Primary JAD1", "why")
    assert "show ip local pool POOL" in harvest.typed.lines


def test_room_is_kept_for_the_backup_whatever_is_copied():
    assert room_wanted(0) == RESERVE_BYTES
    assert room_wanted(100_000_000) > 100_000_000 + RESERVE_BYTES
