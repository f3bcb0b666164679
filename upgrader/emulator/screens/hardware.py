"""What a model is: the figures that its screens print.

The rows with a capture are exact for what the capture shows; others follow the family and are
inferred. Memory is the scenario's; it is not repeated here.
"""

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Hardware:
    """A model's figures."""

    model: str
    cpu: str
    """As the `Hardware:` line ends."""
    flash_mb: int
    slot: int = 0
    """The slot that the main board counts as in `show failover`."""
    revision: str = "1.0"
    """`hw rev`; empty on a virtual unit."""
    empty_slots: tuple[int, ...] = ()
    """Slots for a service card, printed as empty where there is none."""
    monitored: int = 250
    """The most interfaces that can be monitored."""
    sessions: int = 250
    """`Device Total VPN Capacity`."""
    vlans: int = 50
    ports: tuple[str, ...] = ()
    description: str = ""
    """In `show inventory`."""

    @property
    def is_virtual(self) -> bool:
        """Whether it is an ASAv: no slot line for the other host, smart licences."""
        return not self.revision

    @property
    def is_smart(self) -> bool:
        """Whether its licences are smart licences."""
        return self.is_virtual or self.model.startswith("FPR")


def _ports(card: int, first: int, count: int, management: str) -> tuple[str, ...]:
    names = [f"GigabitEthernet{card}/{n}" for n in range(first, first + count)]
    return (*names, management)


_SMALL = _ports(1, 1, 8, "Management1/1")
_X = _ports(0, 0, 8, "Management0/0")

# 5516, 5512, 5525, 5555, 5585 and ASAv: real captures (8.6 to 9.23). VPN capacities: data sheets
# from memory, to be read as inferred.
_MODELS = (
    Hardware(
        "ASA5506",
        "Atom C2000 series 1250 MHz, 1 CPU (4 cores)",
        8000,
        1,
        "1.0",
        (2,),
        monitored=60,
        sessions=50,
        vlans=30,
        ports=_SMALL,
        description="ASA 5506-X",
    ),
    Hardware(
        "ASA5508",
        "Atom C2000 series 2000 MHz, 1 CPU (8 cores)",
        8000,
        1,
        "1.0",
        (2,),
        monitored=110,
        sessions=100,
        vlans=50,
        ports=_SMALL,
        description="ASA 5508-X",
    ),
    Hardware(
        "ASA5516",
        "Atom C2000 series 2416 MHz, 1 CPU (8 cores)",
        8000,
        1,
        "3.1",
        (2,),
        monitored=160,
        sessions=300,
        vlans=150,
        ports=_SMALL,
        description="ASA 5516-X",
    ),
    Hardware(
        "ASA5512",
        "Clarkdale 2800 MHz, 1 CPU (2 cores)",
        4096,
        0,
        "1.0",
        (1,),
        monitored=114,
        sessions=250,
        vlans=50,
        ports=_ports(0, 0, 6, "Management0/0"),
        description="ASA 5512-X with SW, 6 GE Data, 1 GE Mgmt, AC",
    ),
    Hardware(
        "ASA5515",
        "Clarkdale 3059 MHz, 1 CPU (4 cores)",
        8192,
        0,
        "1.0",
        (1,),
        monitored=116,
        sessions=250,
        vlans=100,
        ports=_ports(0, 0, 6, "Management0/0"),
        description="ASA 5515-X with SW, 6 GE Data, 1 GE Mgmt, AC",
    ),
    Hardware(
        "ASA5525",
        "Lynnfield 2394 MHz, 1 CPU (4 cores)",
        8192,
        0,
        "1.0",
        (1,),
        monitored=216,
        sessions=750,
        vlans=200,
        ports=_X,
        description="ASA 5525-X with SW, 8 GE Data, 1 GE Mgmt, AC",
    ),
    Hardware(
        "ASA5545",
        "Lynnfield 2660 MHz, 1 CPU (8 cores)",
        8192,
        0,
        "1.0",
        (1,),
        monitored=316,
        sessions=2500,
        vlans=300,
        ports=_X,
        description="ASA 5545-X with SW, 8 GE Data, 1 GE Mgmt",
    ),
    Hardware(
        "ASA5555",
        "Lynnfield 2800 MHz, 1 CPU (8 cores)",
        8192,
        0,
        "1.0",
        (1,),
        monitored=516,
        sessions=5000,
        vlans=500,
        ports=_X,
        description="ASA 5555-X with SW, 8 GE Data, 1 GE Mgmt",
    ),
    Hardware(
        "ASA5585",
        "Xeon 5500 series 2000 MHz, 1 CPU (4 cores)",
        2048,
        0,
        "2.0",
        (1, 1),
        monitored=1049,
        sessions=5000,
        vlans=1024,
        ports=_X,
        description="ASA 5585-X Security Services Processor",
    ),
    Hardware(
        "ASAv",
        "Xeon E5 series 2500 MHz, 1 CPU (4 cores)",
        8192,
        0,
        "",
        monitored=311,
        sessions=10_000,
        vlans=200,
        ports=_ports(0, 0, 9, "Management0/0"),
        description="ASAv Adaptive Security Virtual Appliance",
    ),
    Hardware(
        "FPR-1",
        "Atom C3000 series 2000 MHz, 1 CPU (8 cores)",
        32768,
        0,
        "1.0",
        monitored=250,
        sessions=400,
        vlans=1024,
        ports=_ports(1, 1, 8, "Management1/1"),
        description="Cisco Firepower 1000 Appliance",
    ),
    Hardware(
        "FPR-2",
        "MIPS 1200 MHz, 1 CPU (12 cores)",
        32768,
        0,
        "1.0",
        monitored=1285,
        sessions=7500,
        vlans=1024,
        ports=_ports(1, 1, 12, "Management1/1"),
        description="Cisco Firepower 2000 Appliance",
    ),
    Hardware(
        "FPR",
        "Xeon E5 series 2300 MHz, 1 CPU (16 cores)",
        32768,
        0,
        "0.0",
        monitored=1285,
        sessions=20_000,
        vlans=1024,
        ports=_ports(1, 1, 8, "Management1/1"),
        description="Cisco Firepower Appliance",
    ),
)
_BY_LENGTH = sorted(_MODELS, key=lambda known: -len(known.model))


@lru_cache(maxsize=32)
def hardware_of(model: str) -> Hardware:
    """The figures of a model, by its longest known prefix; an unknown one gets a generic row."""
    for known in _BY_LENGTH:
        if model.startswith(known.model):
            return known
    return Hardware(
        model,
        "Xeon 2000 MHz, 1 CPU (4 cores)",
        8192,
        ports=_ports(0, 0, 8, "Management0/0"),
        description=model,
    )
