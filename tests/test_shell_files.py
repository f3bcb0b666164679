"""Files at the command line: what is asked, what is printed, and where the files are then."""

from dataclasses import replace
from hashlib import md5, sha512
from pathlib import Path

import pytest
from consoles import Person, at_the_console
from screen_worlds import living

from upgrader.access.emulated.repository import LocalFiles
from upgrader.access.emulated.shelf import FileShelf
from upgrader.emulator.config import read_lines
from upgrader.emulator.machine.files import arrived
from upgrader.emulator.machine.repository import place_of
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.scenario import Supply
from upgrader.emulator.state import File
from upgrader.emulator.surface.events import happen
from upgrader.emulator.surface.inputs import Received, apply, from_record, take, to_record
from upgrader.emulator.surface.truth import truth
from upgrader.emulator.talk import Expects

SERVER = "tftp://10.1.1.10/"
IMAGE = f"{SERVER}asa9-16-4-14-lfbff-k8.SPA"
ASDM = "disk0:/asdm-7161.bin"


@pytest.fixture
def pair() -> EmulatedPair:
    pair = living()
    supply = Supply(IMAGE, bytes=43_000_000, content="a later build")
    pair.scenario = replace(pair.scenario, repository=(supply,))
    return pair


@pytest.fixture
def active(pair: EmulatedPair) -> Person:
    return at_the_console(pair)


def questions(person: Person, line: str) -> list[str]:
    """What a line asks when every question is answered with Enter."""
    person(line)
    asked = []
    while person.prompt and not person.prompt.endswith(("# ", "> ")):
        asked.append(person.prompt.strip())
        person("")
    return asked


# ── copy ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        # Real 9.2(2)4 → 9.5(2) transcript, 2016.
        (
            f"copy {IMAGE} disk0:/asa9-16-4-14-lfbff-k8.SPA",
            [
                "Address or name of remote host [10.1.1.10]?",
                "Source filename [asa9-16-4-14-lfbff-k8.SPA]?",
                "Destination filename [asa9-16-4-14-lfbff-k8.SPA]?",
            ],
        ),
        (
            f"copy running-config {SERVER}fw.txt",
            [
                "Source filename [running-config]?",
                "Address or name of remote host [10.1.1.10]?",
                "Destination filename [fw.txt]?",
            ],
        ),
        # Inferred from these.
        (
            "copy tftp: disk0:",
            [
                "Address or name of remote host []?",
                "Source filename []?",
                "Destination filename []?",
            ],
        ),
        ("copy run start", ["Source filename [running-config]?"]),
        ("copy start run", ["Destination filename [running-config]?"]),
        (
            f"copy {ASDM} disk0:/b.bin",
            ["Source filename [asdm-7161.bin]?", "Destination filename [b.bin]?"],
        ),
    ],
)
def test_copy_asks_for_every_name_in_the_devices_order(
    active: Person, line: str, asked: list[str]
) -> None:
    assert questions(active, line) == asked


def test_an_image_is_fetched_at_the_networks_speed(pair: EmulatedPair, active: Person) -> None:
    begun = pair.now
    text = active(f"copy /noconfirm {IMAGE} disk0:/asa9-16-4-14-lfbff-k8.SPA")

    assert text.startswith(f"\nAccessing {IMAGE}...\n!")
    assert "\nWriting file disk0:/asa9-16-4-14-lfbff-k8.SPA...\n!" in text
    assert text.endswith("\n43000000 bytes copied in 100.000 secs (430000 bytes/sec)\n")
    assert pair.now - begun == 100_000
    assert pair.units[0].flash["disk0:/asa9-16-4-14-lfbff-k8.spa"].version == "9.16(4)14"
    assert "disk0:/asa9-16-4-14-lfbff-k8.spa" not in pair.units[1].flash, "files do not replicate"


def test_the_mate_fetches_for_itself(pair: EmulatedPair, active: Person) -> None:
    text = active(f"failover exec mate copy /noconfirm {IMAGE} disk0:/new.SPA")

    assert "43000000 bytes copied" in text
    assert "disk0:/new.spa" in pair.units[1].flash
    assert "disk0:/new.spa" not in pair.units[0].flash


def test_another_name_may_be_given_where_one_is_asked_for(
    pair: EmulatedPair, active: Person
) -> None:
    active("copy tftp: disk0:", "10.1.1.10", "asa9-16-4-14-lfbff-k8.SPA", "new.bin")

    assert pair.units[0].flash["disk0:/new.bin"].bytes == 43_000_000


def test_user_password_and_options_of_a_url_do_not_hide_the_file(pair: EmulatedPair) -> None:
    supply = Supply("ftp://10.1.1.10/asa.bin", bytes=1_000, content="x")
    pair.scenario = replace(pair.scenario, repository=(supply,))

    at_the_console(pair)("copy /noconfirm ftp://me:pw@10.1.1.10/asa.bin;type=ip disk0:/asa.bin")

    assert "disk0:/asa.bin" in pair.units[0].flash


def test_a_file_that_is_already_there_is_not_overwritten_without_asking(
    pair: EmulatedPair, active: Person
) -> None:
    text = active(f"copy {IMAGE} {ASDM}", "", "", "")
    assert text == "%Warning:There is a file already existing with this name\n"
    assert active.prompt == "Do you want to over write? [confirm]"
    assert active.expects is Expects.KEY
    before = pair.units[0].flash[ASDM]

    active("n")
    assert pair.units[0].flash[ASDM] == before
    active(f"copy {IMAGE} {ASDM}", "", "", "", "y")
    assert pair.units[0].flash[ASDM].bytes == 43_000_000


@pytest.mark.parametrize(
    ("url", "error", "seconds"),
    [
        ("tftp://10.9.9.9/x.bin", "%Error opening tftp://10.9.9.9/x.bin (Timed out)\n", 40),
        (
            f"{SERVER}lost.bin",
            f"%Error opening {SERVER}lost.bin (No such file or directory)\n",
            0,
        ),
    ],
)
def test_what_cannot_be_fetched_is_told(
    pair: EmulatedPair, active: Person, url: str, error: str, seconds: int
) -> None:
    begun, flash = pair.now, dict(pair.units[0].flash)

    assert active(f"copy /noconfirm {url} disk0:/x.bin").endswith(error)
    assert pair.now - begun == seconds * 1_000
    assert pair.units[0].flash == flash


def test_a_full_disk_takes_nothing_but_what_fits_in_place_of_the_old(
    pair: EmulatedPair, active: Person
) -> None:
    unit = pair.units[0]
    used = sum(file.bytes for file in unit.flash.values())
    unit.flash["disk0:/big"] = File(8_000_000_000 - used - 1_000, "big", None, 0)
    unit.paths["disk0:/big"] = "disk0:/big"

    text = active(f"copy /noconfirm {IMAGE} disk0:/new.SPA")
    assert text.endswith("%Error writing disk0:/new.SPA (No space left on device)\n")
    assert "%Error writing" in active(f"copy /noconfirm {ASDM} disk0:/again.bin")
    assert "bytes copied" in active(f"copy /noconfirm {ASDM} {ASDM}")


def test_a_configuration_comes_back_as_it_was_saved(pair: EmulatedPair, active: Person) -> None:
    active("copy /noconfirm running-config disk0:/fw.cfg")
    saved = active("more disk0:/fw.cfg")
    assert saved.startswith(": Saved\n")
    assert "failover key hunter2\n" in saved, "not masked, as `more system:running-config` is not"
    assert read_lines(saved) == read_lines(active("more system:running-config"))
    size = pair.units[0].flash["disk0:/fw.cfg"].bytes
    assert f"  {size} " in active("dir fw.cfg")

    active("conf t", "hostname elsewhere", "no logging timestamp", "end")
    active("copy /noconfirm disk0:/fw.cfg running-config")

    assert active("show running-config hostname") == "hostname fw\n"
    assert "logging timestamp\n" in active("show running-config")


def test_lines_of_a_merged_file_that_fail_are_told_and_the_others_stand(
    pair: EmulatedPair, active: Person
) -> None:
    text = "hostname merged\nno-such-command at all\nwebvpn\n anyconnect enable\nboot system\n"
    pair.units[0].flash["disk0:/m.cfg"] = File(len(text), text, None, 0)
    pair.units[0].paths["disk0:/m.cfg"] = "disk0:/m.cfg"

    said = active("copy /noconfirm disk0:/m.cfg running-config")

    assert '*** Output from config line 2, "no-such-command at all"\nERROR: % ' in said
    assert "Cryptochecksum (changed): " in said
    assert active.prompt == "merged/pri/act# "
    assert "hostname merged" in pair.units[1].running, "merged lines replicate like typed ones"


def test_a_file_may_become_the_startup_config(pair: EmulatedPair, active: Person) -> None:
    active("copy /noconfirm running-config disk0:/fw.cfg", "conf t", "hostname other", "end", "wr")
    active("copy /noconfirm disk0:/fw.cfg startup-config")

    assert "hostname fw" in pair.units[0].startup
    assert "hostname other" in pair.units[1].startup
    active("copy /noconfirm startup-config running-config")
    assert active.prompt == "fw/pri/act# "


def test_what_is_sent_to_a_known_server_can_be_fetched_again(
    pair: EmulatedPair, active: Person
) -> None:
    text = active(f"copy /noconfirm running-config {SERVER}backup.txt")
    assert text.startswith("Cryptochecksum: ")
    assert "bytes copied in" in text
    assert "Timed out" in active("copy /noconfirm running-config tftp://10.9.9.9/backup.txt")

    twin = EmulatedPair.load(pair.save())
    at_the_console(twin)(f"copy /noconfirm {SERVER}backup.txt disk0:/back.cfg")
    assert "hostname fw\n" in at_the_console(twin)("more disk0:/back.cfg")


# ── a repository of real files ───────────────────────────────────────────────────────────────


def test_the_port_of_a_scheme_may_be_written_out() -> None:
    for scheme, port in (("tftp", 69), ("ftp", 21), ("https", 443), ("scp", 22)):
        whole = place_of(f"{scheme}://10.1.9.20:{port}/asa/x.bin;int=inside")
        assert whole == place_of(f"{scheme}://10.1.9.20/asa/x.bin")
    assert place_of("tftp://10.1.9.20:6969/x.bin").url == "tftp://10.1.9.20:6969/x.bin"


def test_a_url_may_stand_for_a_file_or_a_folder_of_this_machine(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    octets = bytes(range(256)) * 40
    (tmp_path / "images" / "asa.bin").write_bytes(octets)
    (tmp_path / "one.cfg").write_text("hostname one\n")
    files = LocalFiles(
        (
            Supply("http://srv/images/", file=str(tmp_path / "images")),
            Supply("tftp://srv/one.cfg", file=str(tmp_path / "one.cfg")),
        )
    )

    found = files.find("http://srv/images/asa.bin")
    assert found is not None
    assert (found.bytes, found.text) == (len(octets), None)
    assert found.md5 == md5(octets, usedforsecurity=False).hexdigest()
    assert found.sha512 == sha512(octets).hexdigest()
    text = files.find("tftp://srv/one.cfg")
    assert text is not None
    assert text.text == "hostname one\n"
    for nothing in ("http://srv/one.cfg", "http://srv/images/", "http://srv/images/../one.cfg"):
        assert files.find(nothing) is None


def test_a_repeated_night_does_not_ask_the_outside_again(
    pair: EmulatedPair, tmp_path: Path
) -> None:
    (tmp_path / "x.bin").write_bytes(b"real bytes")
    supply = Supply("http://srv/x.bin", file=str(tmp_path / "x.bin"))
    pair.scenario = replace(pair.scenario, repository=(supply,))
    person = at_the_console(pair)
    twin = pair.fork()
    pair.outside = LocalFiles(pair.scenario.repository)
    line = "copy /noconfirm http://srv/x.bin disk0:/x.bin"

    kept, _ = take(pair, Received(pair.now, person.number, line))
    (tmp_path / "x.bin").unlink()
    apply(twin, from_record(to_record(kept)))

    assert twin.units[0].flash == pair.units[0].flash
    assert twin.units[0].flash["disk0:/x.bin"].md5 == md5(b"real bytes").hexdigest()


def test_a_file_is_the_same_by_copy_and_by_scp(tmp_path: Path) -> None:
    """A pair whose units got a package by different ways is matched."""
    octets = bytes(range(256)) * 40
    for data in (octets, b"hostname one\r\n! of a Windows editor\r\n"):
        (tmp_path / "x").write_bytes(data)
        by_copy = LocalFiles((Supply("http://srv/x", file=str(tmp_path / "x")),)).find(
            "http://srv/x"
        )
        incoming = FileShelf(tmp_path / "shelf").begin(len(data))
        incoming.write(data)

        assert incoming.finish() == by_copy
        assert by_copy is not None
        assert by_copy.text in (None, data.decode(errors="replace")), "and no line end is another"


def test_a_package_in_ram_has_the_digest_of_the_file_that_it_was_read_from(
    pair: EmulatedPair, tmp_path: Path
) -> None:
    path = "disk0:/anyconnect-win-4.10.09000-webdeploy-k9.pkg"
    (tmp_path / "x").write_bytes(b"bytes of a package")
    found = LocalFiles((Supply("http://srv/x", file=str(tmp_path / "x")),)).find("http://srv/x")
    assert found is not None
    assert pair.arrive(0, path, arrived(pair, path, found, 0)) is None
    at_the_console(pair)("conf t", "webvpn", f"anyconnect image {path} 9")

    told = truth(pair, ["flash", "loaded"])

    on_flash = told["flash"]["primary"]["files"][path]["sha512"]
    in_ram = {p["path"]: p["sha512"] for p in told["loaded"]["primary"]}
    assert in_ram[path] == on_flash == sha512(b"bytes of a package").hexdigest()


# ── a copy takes its time ────────────────────────────────────────────────────────────────────


def test_a_file_is_whole_when_its_copy_is_done_and_a_part_before(pair: EmulatedPair) -> None:
    number = at_the_console(pair).number
    answer = pair.receive(number, f"copy /noconfirm {IMAGE} disk0:/new.SPA")
    half = (pair.now + answer.due) // 2
    pair.advance(half)
    pair.receive(number, "dir")
    part = pair.fetch(0, "disk0:/new.SPA")
    assert part is not None
    assert 21_000_000 < part.bytes < 22_000_000
    assert part.version is None, "nothing boots from a part"
    assert part.content != "a later build"

    pair.advance(answer.due)

    whole = pair.fetch(0, "disk0:/new.SPA")
    assert whole is not None
    assert (whole.bytes, whole.content, whole.written_ms) == (
        43_000_000,
        "a later build",
        answer.due,
    )


def test_a_copy_that_is_cut_by_a_power_loss_leaves_a_part_in_place_of_the_old_file(
    pair: EmulatedPair,
) -> None:
    """The half-copied image of the night before: the boot list names it, and it does not boot."""
    number = at_the_console(pair).number
    path = "disk0:/cut.SPA"
    assert pair.arrive(0, path, File(5, "the old one", "9.12(4)", 0)) is None
    answer = pair.receive(number, f"copy /noconfirm {IMAGE} {path}")
    pair.advance((pair.now + answer.due) // 2)
    twin = EmulatedPair.load(pair.save())
    for each in (pair, pair.fork(), twin):
        happen(each, "pull-power", {"unit": "primary"})
        each.advance(answer.due + 1)
        happen(each, "give-power", {"unit": "primary"})
        each.advance(answer.due + 3_600_000)

        left = each.fetch(0, path)
        assert left is not None
        assert 21_000_000 < left.bytes < 22_000_000
        assert left.version is None
        assert not each.units[0].writing


def test_what_is_being_written_is_promised_its_room(pair: EmulatedPair) -> None:
    person = at_the_console(pair)
    happen(pair, "fill-flash", {"unit": "primary", "free": 50_000_000})
    pair.receive(person.number, f"copy /noconfirm {IMAGE} disk0:/one.SPA")

    assert (
        "No space left"
        in pair.receive(person.number, f"copy /noconfirm {IMAGE} disk0:/two.SPA").text
    )


def test_a_file_that_is_deleted_while_it_is_written_stays_away(pair: EmulatedPair) -> None:
    person = at_the_console(pair)
    answer = pair.receive(person.number, f"copy /noconfirm {IMAGE} disk0:/one.SPA")
    happen(pair, "delete-file", {"unit": "primary", "path": "disk0:/one.SPA"})

    pair.advance(answer.due)

    assert pair.fetch(0, "disk0:/one.SPA") is None


@pytest.mark.parametrize("text", ["disk0:/x", "x.bin", "running-config", "c:/x", "flash:x"])
def test_paths_of_flash_are_no_urls(text: str) -> None:
    assert place_of(text) is None


# ── files on flash ───────────────────────────────────────────────────────────────────────────


def test_delete_asks_for_the_name_and_again_before_it_acts(
    pair: EmulatedPair, active: Person
) -> None:
    """Real 9.2(2)4 → 9.5(2) transcript, 2016."""
    active(f"delete /replicate {ASDM}")
    assert active.prompt == "\nDelete filename [asdm-7161.bin]? "
    active("")
    assert active.prompt == f"\nDelete {ASDM}? [confirm]"
    active("")

    assert all(ASDM not in unit.flash for unit in pair.units)


def test_delete_takes_another_name_when_one_is_typed(pair: EmulatedPair, active: Person) -> None:
    active(f"delete {ASDM}", "asa9-16-4-lfbff-k8.SPA")
    assert active.prompt == "\nDelete disk0:/asa9-16-4-lfbff-k8.SPA? [confirm]"
    active("y")

    assert ASDM in pair.units[0].flash
    assert "disk0:/asa9-16-4-lfbff-k8.spa" not in pair.units[0].flash


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("delete /noconfirm {}", (False, False)),
        ("delete /noc /rep {}", (False, False)),
        ("delete /replicate /noconfirm {}", (False, False)),
        ("failover exec mate delete /noconfirm {}", (True, False)),
    ],
)
def test_delete_on_the_active_unit_replicates_and_on_the_standby_does_not(
    pair: EmulatedPair, active: Person, line: str, left: tuple[bool, bool]
) -> None:
    active(line.format(ASDM))

    assert tuple(ASDM in unit.flash for unit in pair.units) == left


def test_a_file_that_is_not_there_is_an_error_everywhere(active: Person) -> None:
    for line in ("more x", "verify /md5 x", "dir x", "copy /noconfirm x y"):
        assert active(line) == "%Error opening disk0:/x (No such file or directory)\n"
    assert active("delete /noconfirm x").startswith("%Error deleting disk0:/x")
    assert active("rename /noconfirm x y").startswith("%Error renaming disk0:/x")


def test_the_table_of_the_flash_has_directories_and_what_is_in_them(active: Person) -> None:
    active("mkdir /noconfirm disk0:/old")
    for name in ("old/saved.cfg", "log/today.cfg"):
        active(f"copy /noconfirm running-config disk0:/{name}")
    rows = [line.split() for line in active("show flash:").splitlines() if line[:1] == " "]
    paths = [row[-1] for row in rows]
    size = {row[-1]: row[1] for row in rows}
    for name in ("log", "crypto_archive", "coredumpinfo", "old"):
        assert size[name] == "4096"
    assert paths[paths.index("old") + 1] == "old/saved.cfg"
    assert paths[paths.index("log") + 1] == "log/today.cfg"
    assert len({row[0] for row in rows}) == len(rows) == len(set(paths))


def test_a_directory_of_every_unit_is_listed_once_when_something_stands_in_it(
    active: Person,
) -> None:
    active("copy /noconfirm running-config disk0:/log/today.cfg")
    assert [word for word in active("dir disk0:/").split() if word == "log"] == ["log"]
    assert "today.cfg" in active("dir /recursive disk0:/")


def test_a_directory_without_files_says_so_and_recursion_goes_through_all_of_them(
    active: Person,
) -> None:
    assert active("dir disk0:/log").startswith(
        "\nDirectory of disk0:/log/\n\nNo files in directory\n\n"
    )
    active("copy /noconfirm running-config disk0:/old/saved.cfg", "mkdir /noconfirm disk0:/old")
    active("copy /noconfirm running-config disk0:/old/saved.cfg")
    told = active("dir /recursive")
    assert told.startswith("\nDirectory of disk0:/*\n\n97 ")
    assert "drwx" not in told
    assert "\n\nDirectory of disk0:/crypto_archive\n\nNo files in directory\n\n" in told
    assert told.index("disk0:/old\n") < told.index("saved.cfg")
    assert "drwx" in active("dir")
    assert "No files" not in active("dir")


def test_directories_can_be_made_filled_listed_and_removed(
    pair: EmulatedPair, active: Person
) -> None:
    assert active("mkdir /noconfirm disk0:/old") == "\nCreated dir disk0:/old\n"
    active(f"rename /noconfirm {ASDM} disk0:/old/asdm.bin", "cd old")
    assert active("pwd") == "disk0:/old/\n"
    assert "asdm.bin" in active("dir")
    assert "\nDirectory of disk0:/old/\n" in active("dir")
    assert "asdm.bin" not in active("dir disk0:")
    assert "drwx  4096" in active("dir disk0: ").partition("old")[0].splitlines()[-1]
    assert "asdm.bin" in active("dir /recursive disk0:")
    assert "not empty" in active("cd", "rmdir /noconfirm old")
    assert "Is a directory" in active("delete /noconfirm old")
    active("delete /noconfirm /recursive old")
    assert "old" not in active("dir")
    assert all(not path.startswith("disk0:/old") for path in pair.units[0].flash)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [("disk0:/*.pkg", 1), ("disk0:/asa*", 2), ("*.bin", 1), ("disk0:/ASDM-????.bin", 1)],
)
def test_a_listing_may_be_asked_for_by_pattern(active: Person, pattern: str, found: int) -> None:
    assert f"{found} file(s) total size: " in active(f"dir {pattern}")


@pytest.mark.parametrize("where", ["", "/all", "disk0:", "/all disk0:", "flash:", "disk0:/"])
def test_flash_has_many_names(active: Person, where: str) -> None:
    listing = active(f"dir {where}")

    assert listing.startswith("\nDirectory of disk0:/\n\n")
    assert "asdm-7161.bin" in listing


def test_bytes_that_really_arrived_have_their_own_digest(pair: EmulatedPair) -> None:
    digest = md5(b"bytes", usedforsecurity=False).hexdigest()
    file = File(5, "scp", None, 0, md5=digest, sha512=sha512(b"bytes").hexdigest())

    assert pair.arrive(1, "disk0:new.bin", file) is None
    standby = at_the_console(pair, "standby")
    assert standby("verify /md5 disk0:/new.bin").endswith(f"(disk0:/new.bin) = {digest}\n")
    assert standby(f"verify /md5 new.bin {digest.upper()}").endswith(f" = {digest}\n")
    fetched = pair.fetch(1, "flash:/new.bin")
    assert fetched is not None
    assert fetched.md5 == digest


@pytest.mark.parametrize(
    ("path", "size", "why"),
    [
        ("disk0:/big.bin", 9_000_000_000, "No space left on device"),
        ("disk0:/log", 5, "Is a directory"),
        ("disk9:/x", 5, "No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_kept_is_refused(
    pair: EmulatedPair, path: str, size: int, why: str
) -> None:
    before = dict(pair.units[0].flash)

    assert pair.arrive(0, path, File(size, "x", None, 0)) == why
    assert pair.units[0].flash == before


def test_files_may_be_copied_by_scp_only_where_it_is_configured(
    pair: EmulatedPair, active: Person
) -> None:
    assert not pair.may_copy("active")
    active("conf t", "ssh scopy enable")
    assert pair.may_copy("active")
    assert pair.may_copy("standby")
