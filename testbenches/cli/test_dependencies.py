"""`zs` installs what is missing, and nothing else: apt-get and dpkg-query are stand-ins here."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = "cat dirname env find grep mkdir readlink sed sh tail touch".split()


class DependenciesTest(unittest.TestCase):
    """A machine of its own for each test: a PATH with stand-ins, and a tree with only `zs`."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = Path(directory.name)
        self.tools = self.root / "tools"
        self.calls = self.root / "calls"
        (self.root / "cmake").mkdir()
        (self.root / "cmake" / "debian-packages.txt").write_text(
            "# comment\n\ncmake  builds\ng++  compiles\n?libmlir-22-dev  optional\n"
            "@sweep python3-yaml  sweeps\n@cluster python3-distributed  cluster\n"
        )
        shutil.copy(ROOT / "zs", self.root)
        package = self.root / "explore" / "zerostage"
        package.mkdir(parents=True)
        (package / "__main__.py").write_text("print('started')\n")
        self.tools.mkdir()
        for tool in TOOLS:
            (self.tools / tool).symlink_to(shutil.which(tool))
        self.tool("id", "echo 0")
        self.tool("apt-get", f'echo "$*" >>"{self.calls}"')

    def tool(self, name: str, script: str) -> None:
        """Put a stand-in on the PATH."""
        path = self.tools / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def installed(self, *packages: str) -> None:
        """dpkg-query knows these packages and no others."""
        known = " ".join(packages)
        self.tool(
            "dpkg-query",
            f'shift 3; for p; do case " {known} " in *" $p "*) printf "installed $p ";;'
            ' *) echo "no packages found matching $p" >&2;; esac; done',
        )

    def zs(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `zs build`, or another command, on this machine."""
        return subprocess.run(
            [self.root / "zs", *(arguments or ("build",))],
            env={"PATH": str(self.tools), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def apt_calls(self) -> list[str]:
        """What apt-get was asked to do, without the lock option."""
        text = self.calls.read_text() if self.calls.exists() else ""
        return [line.split("Timeout=300 ")[1] for line in text.splitlines()]

    def test_nothing_missing_calls_no_apt_get(self) -> None:
        self.installed("cmake", "g++", "libmlir-22-dev")
        done = self.zs()
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "started\n", ""))
        self.assertEqual(self.apt_calls(), [])

    def test_installs_exactly_what_is_missing(self) -> None:
        self.installed("cmake", "libmlir-22-dev")
        done = self.zs()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.apt_calls(), ["update", "install -y --no-install-recommends g++"])

    def test_installs_for_a_command_what_only_that_command_needs(self) -> None:
        self.installed("cmake", "g++", "libmlir-22-dev")
        install = "install -y --no-install-recommends"
        self.zs("sweep", "x.yaml")
        self.assertEqual(self.apt_calls(), ["update", f"{install} python3-yaml"])
        self.installed("cmake", "g++", "libmlir-22-dev", "python3-yaml")
        self.zs("sweep", "x.yaml", "--scheduler", "local")
        self.assertEqual(self.apt_calls()[2:], ["update", f"{install} python3-distributed"])

    def test_goes_on_without_mlir_and_does_not_try_again(self) -> None:
        self.installed("cmake", "g++")
        self.tool("apt-get", f'echo "$*" >>"{self.calls}"; test "${{3-}}" = update')
        first, second = self.zs(), self.zs()
        self.assertEqual((first.returncode, first.stdout), (0, "started\n"))
        self.assertIn("MLIR 22 cannot be installed here", first.stderr)
        self.assertEqual((second.returncode, second.stderr), (0, ""))
        self.assertEqual(
            self.apt_calls(), ["update", "install -y --no-install-recommends libmlir-22-dev"]
        )

    def test_mlir_switched_off_is_not_installed(self) -> None:
        self.installed("cmake", "g++")
        self.assertEqual(self.zs(ZS_NO_MLIR="1").returncode, 0)
        self.assertEqual(self.apt_calls(), [])

    def test_failing_install_names_packages_and_log(self) -> None:
        self.installed("g++")
        self.tool("apt-get", 'echo "E: Unable to locate package cmake"; exit 100')
        done = self.zs()
        self.assertEqual(done.returncode, 1)
        self.assertIn("E: Unable to locate package cmake", done.stderr)
        self.assertIn("could not install these: cmake", done.stderr)
        self.assertIn("build/install.log", done.stderr)

    def test_without_root_and_sudo_says_the_exact_command(self) -> None:
        self.installed("g++")
        self.tool("id", "echo 1000")
        done = self.zs()
        self.assertEqual(done.returncode, 2)
        self.assertIn(
            "apt-get update && apt-get install -y --no-install-recommends cmake libmlir-22-dev",
            done.stderr,
        )

    def test_without_root_uses_sudo(self) -> None:
        self.installed("cmake", "libmlir-22-dev")
        self.tool("id", "echo 1000")
        self.tool("sudo", 'exec "$@"')
        self.assertEqual(self.zs().returncode, 0)
        self.assertEqual(len(self.apt_calls()), 2)


if __name__ == "__main__":
    unittest.main()
