"""What must hold between the parts of a scenario: files, hardware, configuration, people."""

from upgrader.emulator.config import image_version, package_platform
from upgrader.emulator.machine.hardware import Hardware
from upgrader.emulator.machine.releases import train_of
from upgrader.emulator.scenario import ClientsSpec, Scenario, ScenarioFile, ScenarioUnit
from upgrader.emulator.scenario.values import ScenarioFault
from upgrader.emulator.settings import GroupPolicy, Settings, TunnelGroup

_DEFAULT_POLICY = "DfltGrpPolicy"
_DEFAULT_IDLE_MIN = 30  # `vpn-idle-timeout` of DfltGrpPolicy (command reference).


def release_of(file: ScenarioFile) -> str | None:
    """The release that boots from a file; None: none does."""
    if file.version == "unbootable" or package_platform(file.path) is not None:
        return None
    return file.version or image_version(file.path)


def booted_file(unit: ScenarioUnit, settings: Settings) -> ScenarioFile | None:
    """The file that the unit boots: the first of its boot list that does.

    Without a list, the first of its flash. None: nothing boots.
    """
    flash = {file.path.casefold(): file for file in unit.files}
    listed = [flash[p.casefold()] for p in settings.boot if p.casefold() in flash]
    files = listed if settings.boot else unit.files
    return next((f for f in files if release_of(f) is not None), None)


def check_units(
    units: tuple[ScenarioUnit, ...],
    paths: tuple[str, ...],
    settings: tuple[Settings, ...],
    hardware: Hardware,
) -> None:
    """Each unit has something to boot, and the model may run it; `paths`: where they stand.

    Raises:
        ScenarioFault: it has not, or may not.
    """
    for unit, path, own in zip(units, paths, settings, strict=True):
        if len(own.boot) > hardware.boot_limit:
            problem = (
                f"the configuration has {len(own.boot)} `boot system` lines, and "
                f"{hardware.name} takes {hardware.boot_limit}"
            )
            raise ScenarioFault("emulated.config", problem)
        runs = None if unit.now is None else unit.now.version
        if runs is not None and train_of(runs) is None:
            problem, allowed = "is no release", "a release such as 9.12(4)"
            where = f"{path}.now.version"
            raise ScenarioFault(where, problem, value=runs, allowed=allowed)
        file = booted_file(unit, own)
        if file is None:
            if runs is not None:
                continue  # It runs what is gone from its flash, until its next boot.
            raise _boots_nothing(f"{path}.file", own.boot)
        release = release_of(file)
        train = None if release is None else train_of(release)
        if train is None:
            problem = f"{file.path} boots `{release}`, which is no release"
            raise ScenarioFault(f"{path}.file", problem, allowed="a release such as 9.12(4)")
        if hardware.last is not None and train > hardware.last:
            last = f"{hardware.last[0]}.{hardware.last[1]}"
            problem = f"{file.path} boots {release}, and {hardware.name} runs {last} at the latest"
            raise ScenarioFault(f"{path}.file", problem)


def _boots_nothing(path: str, boot: tuple[str, ...]) -> ScenarioFault:
    if not boot:
        allowed = "a [[emulated.unit.file]] with an ASA image, such as asa9-12-4-lfbff-k8.SPA"
        return ScenarioFault(path, "no file boots", allowed=allowed)
    lines = ", ".join(f"`boot system {entry}`" for entry in boot)
    return ScenarioFault(
        path,
        f"no file boots: the configuration says {lines}",
        allowed="a [[emulated.unit.file]] with one of those paths, and an ASA image in it",
    )


def check_clients(scenario: Scenario, settings: Settings) -> None:
    """The people can be logged in at the start: names, group, pools, packages, timers.

    Raises:
        ScenarioFault: they cannot; the numbers say why.
    """
    clients = scenario.clients
    if clients.sleeping > clients.count:
        problem = f"there are only {clients.count} clients"
        path = "emulated.clients.sleeping"
        raise ScenarioFault(path, problem, value=clients.sleeping, allowed=f"0 to {clients.count}")
    if not clients.user_prefix.isprintable():
        problem = "holds a character that does not print"
        path = "emulated.clients.user_prefix"
        raise ScenarioFault(path, problem, value=clients.user_prefix, allowed="one line of text")
    if clients.count == 0:
        return
    if any(unit.now is not None and unit.now.sessions for unit in scenario.units):
        problem = "the units' sessions are told row by row"
        path = "emulated.clients.count"
        raise ScenarioFault(path, problem, value=clients.count, allowed="0")
    group = _group_of(clients, settings)
    policy = _policy_of(group, settings)
    _check_pools(clients, group, policy, settings)
    _check_webvpn(policy, settings)
    _check_packages(scenario, settings)
    _check_sleep(clients, policy, settings)


def _group_of(clients: ClientsSpec, settings: Settings) -> TunnelGroup:
    names = [group.name for group in settings.tunnel_groups]
    if not names:
        problem = "the configuration has no tunnel group for remote access"
        raise ScenarioFault("emulated.clients.count", problem, value=clients.count, allowed="0")
    wanted = clients.tunnel_group or names[0]
    group = next((g for g in settings.tunnel_groups if g.name == wanted), None)
    if group is None:
        raise ScenarioFault(
            "emulated.clients.tunnel_group",
            "the configuration has no such tunnel group for remote access",
            value=wanted,
            allowed=", ".join(names),
        )
    return group


def _policy_of(group: TunnelGroup, settings: Settings) -> GroupPolicy:
    name = group.group_policy or _DEFAULT_POLICY
    policy = next((p for p in settings.group_policies if p.name == name), None)
    if policy is None and name != _DEFAULT_POLICY:
        problem = f"tunnel group {group.name} names the group policy {name}, which is not there"
        raise ScenarioFault("emulated.config", problem)
    return policy or GroupPolicy(_DEFAULT_POLICY)


def _check_pools(
    clients: ClientsSpec, group: TunnelGroup, policy: GroupPolicy, settings: Settings
) -> None:
    names = policy.pools or group.pools
    if not names:
        problem = f"tunnel group {group.name} and group policy {policy.name} have no address pool"
        allowed = "`address-pool` in the tunnel group, or `address-pools value` in the policy"
        other = next((g.name for g in settings.tunnel_groups if g.pools), None)
        if other is not None:
            allowed += f'; or `tunnel_group = "{other}"` under [emulated.clients]'
        raise ScenarioFault("emulated.config", problem, allowed=allowed)
    pools = {pool.name: pool for pool in settings.pools}
    for name in names:
        if name not in pools:
            problem = f"tunnel group {group.name} takes addresses from {name}, which is no pool"
            there = ", ".join(pools) or "an `ip local pool` line"
            raise ScenarioFault("emulated.config", problem, allowed=there)
    room = sum(pools[name].last - pools[name].first + 1 for name in dict.fromkeys(names))
    if clients.count > room:
        path = "emulated.clients.count"
        problem = f"{', '.join(names)} of {group.name} hold {room} addresses"
        raise ScenarioFault(path, problem, value=clients.count, allowed=f"0 to {room}")


def _check_webvpn(policy: GroupPolicy, settings: Settings) -> None:
    webvpn = settings.webvpn
    missing = (
        ("`enable INTERFACE`", not webvpn.enabled_on),
        ("`anyconnect image …`", not webvpn.packages),
        ("`anyconnect enable`", not webvpn.anyconnect_enabled),
    )
    for line, is_missing in missing:
        if is_missing:
            problem = f"clients cannot connect: webvpn has no {line}"
            raise ScenarioFault("emulated.config", problem, allowed=f"{line} below `webvpn`")
    if policy.protocols and "ssl-client" not in policy.protocols:
        problem = f"clients cannot connect: group policy {policy.name} does not allow ssl-client"
        raise ScenarioFault("emulated.config", problem, allowed="`vpn-tunnel-protocol ssl-client`")


def _check_packages(scenario: Scenario, settings: Settings) -> None:
    """Clients are logged in at the start, so the active unit must have what they run."""
    index = 0 if scenario.active == "primary" else 1
    flash = {file.path.casefold() for file in scenario.units[index].files}
    served = {
        package_platform(package.path)
        for package in settings.webvpn.packages
        if package.path.casefold() in flash
    }
    for platform, _ in scenario.clients.platforms:
        if platform not in served:
            problem = (
                f"nobody on {platform} can be logged in: the active unit has no "
                f"AnyConnect package for {platform} that is configured and on its flash"
            )
            there = ", ".join(sorted(p for p in served if p is not None)) or "none"
            if None in served:
                there += (
                    "; for whom a package is, its name says, such as "
                    "anyconnect-win-4.10.07061-webdeploy-k9.pkg"
                )
            path = "emulated.clients.platforms"
            raise ScenarioFault(path, problem, value=platform, allowed=f"there are: {there}")


def _check_sleep(clients: ClientsSpec, policy: GroupPolicy, settings: Settings) -> None:
    default = next((p for p in settings.group_policies if p.name == _DEFAULT_POLICY), None)
    idle = policy.idle_timeout_min
    if idle is None:
        idle = default.idle_timeout_min if default is not None else None
    idle = _DEFAULT_IDLE_MIN if idle is None else idle
    if clients.sleeping and idle and clients.slept_min >= idle:
        raise ScenarioFault(
            "emulated.clients.slept_min",
            f"`vpn-idle-timeout` of {policy.name} ends a sleeper after {idle} minutes",
            value=clients.slept_min,
            allowed=f"0 to {idle - 1}",
        )
