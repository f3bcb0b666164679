"""FakeNOS with as many hosts of its cisco_asa platform; says so in one JSON line.

python benchmarks/fifty_fakenos.py 50 FIRST_PORT
"""

import json
import sys
import time

BEGUN = time.process_time()

from fakenos import FakeNOS  # noqa: E402  what is imported is part of the start

COUNT, FIRST = int(sys.argv[1]), int(sys.argv[2])
IMPORTED = time.process_time()
HOSTS = {f"fw{n}": {"port": FIRST + n, "platform": "cisco_asa"} for n in range(COUNT)}
DEFAULT = {
    "username": "admin",
    "password": "cisco",
    "server": {
        "plugin": "ParamikoSshServer",
        "configuration": {"address": "127.0.0.1", "timeout": 1},
    },
    "shell": {"plugin": "CMDShell", "configuration": {}},
    "nos": {"plugin": "cisco_asa", "configuration": {}},
}
FakeNOS(inventory={"default": DEFAULT, "hosts": HOSTS}).start()
READY = {
    "imported_ms": (IMPORTED - BEGUN) * 1_000,
    "started_ms": (time.process_time() - IMPORTED) * 1_000,
    "ports": [FIRST + n for n in range(COUNT)],
}
print(json.dumps(READY), flush=True)
while True:
    time.sleep(60)
