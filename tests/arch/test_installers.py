"""What is handed to a unit: pinned, complete, and made of files that exist."""

from __future__ import annotations

import re
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path, PurePosixPath

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from installers import icon, sources
from installers.linux.build import PARTS, PYTHONS
from installers.tree import BuildError, inside, matches, trim_rules, unpack_wheels
from installers.windows.build import file_list

PROJECT = Path(__file__).resolve().parents[2]
PINNED = [
    *sorted((PROJECT / "requirements").glob("*.txt")),
    *sorted((PROJECT / "installers" / "windows").glob("*.txt")),
]
_PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==([^\s;]+)(?: ; ([^\\]+))? \\$")


def _pins(path: Path) -> dict[str, tuple[str, frozenset[str]]]:
    """Name to version and hashes; the test fails on a line that is anything else."""
    pins: dict[str, tuple[str, frozenset[str]]] = {}
    name = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if found := re.match(r"^    --hash=(sha256:[0-9a-f]{64})(?: \\)?$", line):
            version, hashes = pins[name]
            pins[name] = (version, hashes | {found.group(1)})
            continue
        pin = _PIN.match(line)
        assert pin, f"{path.name}: {line!r} is neither a pin nor a hash"
        name = pin.group(1)
        pins[name] = (pin.group(2), frozenset())
    return pins


@pytest.mark.parametrize("path", PINNED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_lock_files_hold_names_versions_and_hashes_only(path: Path) -> None:
    pins = _pins(path)

    assert pins
    assert all(hashes for _, hashes in pins.values())


def _closure(platform: str) -> set[str]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [Requirement(line) for line in project["dependencies"]]
    found: set[str] = set()
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        environment = {"sys_platform": platform, "extra": ""}
        if platform == "win32":
            environment |= {"platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"}
        if name in found or (wanted.marker and not wanted.marker.evaluate(environment)):
            continue
        assert not wanted.extras, f"{wanted}: follow its extras here"
        found.add(name)
        waiting += [Requirement(line) for line in metadata.requires(name) or []]
    return found


@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_the_runtime_lock_is_what_the_program_needs_and_nothing_else(platform: str) -> None:
    assert set(_pins(sources.RUNTIME)) == _closure(platform)


def test_the_runtime_lock_says_the_same_as_the_lock_that_is_tested() -> None:
    tested = _pins(PROJECT / "requirements" / "lock.txt")

    assert {name: tested.get(name) for name in _pins(sources.RUNTIME)} == _pins(sources.RUNTIME)


def test_no_library_depends_on_the_machine_that_builds() -> None:
    # pip judges markers by the machine it runs on, not by the one the libraries are for.
    assert " ; " not in sources.RUNTIME.read_text(encoding="utf-8")


def test_the_version_is_the_packages() -> None:
    import stdesk

    assert sources.version() == stdesk.__version__
    script = (PROJECT / "installers" / "windows" / "stdesk.nsi").read_text(encoding="utf-8")
    assert stdesk.__version__ not in script


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling")
    return sources.program_wheel(tmp_path_factory.mktemp("program"))


def test_the_wheel_carries_every_module_and_every_resource(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    modules = {path.relative_to(PROJECT).as_posix() for path in (PROJECT / "stdesk").rglob("*.py")}
    resources = {
        f"stdesk/{path.relative_to(PROJECT).as_posix()}"
        for path in (PROJECT / "resources").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }

    assert modules
    assert resources
    assert modules | resources <= carried
    assert not [name for name in carried if name.endswith(".pyc") or name.startswith("tests/")]


def test_trimming_takes_nothing_of_the_program(wheel: Path, tmp_path: Path) -> None:
    unpack_wheels([wheel], tmp_path)

    with zipfile.ZipFile(wheel) as archive:
        program = {name for name in archive.namelist() if name.startswith("stdesk/")}
    assert {
        path.relative_to(tmp_path).as_posix() for path in (tmp_path / "stdesk").rglob("*") if path.is_file()
    } == program


def test_the_qt_modules_the_program_uses_are_kept_on_both_systems() -> None:
    used = set()
    for path in (PROJECT / "stdesk").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r"^\s*(?:from|import) PySide6\.(\w+)", text, re.MULTILINE))
    keep = trim_rules()["keep"]["PySide6"]

    assert {"QtCore", "QtGui", "QtWidgets"} <= used
    for module in used:
        assert matches(f"PySide6/{module}.pyd", keep), module
        assert matches(f"PySide6/Qt6{module[2:]}.dll", keep), module
        assert matches(f"PySide6/{module}.abi3.so", keep), module
        assert matches(f"PySide6/Qt/lib/libQt6{module[2:]}.so.6", keep), module
    assert not matches("PySide6/QtNetwork.pyd", keep)
    assert not matches("PySide6/Qt/lib/libQt6Network.so.6", keep)


def test_the_standard_modules_the_program_uses_are_kept() -> None:
    drop = trim_rules()["drop"]["interpreter"]

    for name in ("Lib/os.py", "Lib/sqlite3/__init__.py", "Lib/encodings/utf_8.py", "Lib/xml/etree/ElementTree.py",
                 "Lib/email/message.py", "DLLs/_sqlite3.pyd", "DLLs/_ctypes.pyd", "python313.dll",
                 "vcruntime140.dll", "LICENSE.txt"):  # fmt: skip
        assert not matches(name, drop), name


def test_the_files_the_scripts_name_exist() -> None:
    windows, linux = PROJECT / "installers" / "windows", PROJECT / "installers" / "linux"
    for name in ("stdesk.nsi", "stdesk.cmd", "start.pyw", "python.txt", "build-tools.txt", "trust.txt"):
        assert (windows / name).is_file(), name
    for name in PARTS:
        assert (linux / name).is_file(), name
    # What the NSIS script includes or packs is given by the build, by a name it defines.
    script = (windows / "stdesk.nsi").read_text(encoding="utf-8")
    defined = {"VERSION", "NUMERIC_VERSION", "TREE", "ICON", "COMMAND", "FILES", "OUTPUT", "KILOBYTES"}
    packed = re.findall(r'^\s*(?:File|!include)\s.*"\$\{(\w+)\}"', script, re.MULTILINE)
    assert sorted(packed) == ["COMMAND", "FILES", "ICON"]
    own = re.findall(r"^!define (\w+)", script, re.MULTILINE)
    used = set(re.findall(r"\$\{([A-Z_]+)\}", script)) - {"LANG_VIETNAMESE", "LANG_ENGLISH", "UN"} - set(own)
    assert used <= defined


def test_every_text_of_the_installer_is_in_both_languages() -> None:
    script = (PROJECT / "installers" / "windows" / "stdesk.nsi").read_text(encoding="utf-8")
    texts = {
        language: set(re.findall(rf"^LangString (\w+) \$\{{LANG_{language}\}} \".+\"$", script, re.MULTILINE))
        for language in ("VIETNAMESE", "ENGLISH")
    }
    assert texts["VIETNAMESE"] == texts["ENGLISH"] == set(re.findall(r"\$\((\w+)\)", script))


def test_the_uninstaller_names_each_file_and_empties_no_folder(tmp_path: Path) -> None:
    for name in (
        "python.exe",
        "Lib/os.py",
        "Lib/site-packages/stdesk/a$b.py",
        "Lib/site-packages/stdesk/x.toml",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")

    written, removed = file_list(tmp_path).split("!macroend\n")[:2]

    assert len(re.findall(r"^  File ", written, re.MULTILINE)) == 4
    assert len(re.findall(r"^  Delete ", removed, re.MULTILINE)) == 4
    assert "a$$b.py" in written
    assert "a$$b.py" in removed
    # Whole folders are removed only where Python itself wrote them.
    whole = re.findall(r'^  RMDir /r "(.+)"$', removed, re.MULTILINE)
    assert whole
    assert all(folder.endswith("\\__pycache__") for folder in whole)
    script = (PROJECT / "installers" / "windows" / "stdesk.nsi").read_text(encoding="utf-8")
    assert "RMDir /r" not in script
    assert "RequestExecutionLevel user" in script
    folders = re.findall(r'^  RMDir "(.+)"$', removed, re.MULTILINE)
    assert folders.index("$INSTDIR\\runtime\\Lib\\site-packages\\stdesk") < folders.index(
        "$INSTDIR\\runtime\\Lib"
    )
    assert folders[-1] == "$INSTDIR\\runtime"


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "C:/x", "a\\..\\x"])
def test_a_member_that_leaves_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(BuildError):
        inside(tmp_path, name)


def test_the_linux_archive_serves_the_pythons_the_project_promises() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    least = project["requires-python"].removeprefix(">=")
    launcher = (PROJECT / "installers" / "linux" / "stdesk").read_text(encoding="utf-8")

    assert PYTHONS[0] == least
    for python in PYTHONS:
        assert f"python{python}" in launcher
    first, last = (tuple(map(int, python.split("."))) for python in (PYTHONS[0], PYTHONS[-1]))
    assert f"{first} <= sys.version_info[:2] <= {last}" in launcher
    assert all(PurePosixPath(name).name == name for name in PARTS)


def test_the_icon_is_read_by_windows_sizes(tmp_path: Path) -> None:
    pytest.importorskip("PySide6.QtSvg", exc_type=ImportError)
    from PIL import Image

    icon.write_icon(tmp_path / "x.ico")

    with Image.open(tmp_path / "x.ico") as image:
        assert {(16, 16), (32, 32), (256, 256)} <= image.info["sizes"]
        assert image.convert("RGBA").getpixel((128, 12))[3] == 255
        assert image.convert("RGBA").getpixel((0, 0))[3] == 0
