"""Builds of the program beside each other: saves a second, pages a second, and memory when idle. Each round starts
every program anew, in turn, so that what else the machine does meets them alike; compare ratios, not figures of two
runs.

    bench/static.py [--rounds N] [--seconds N] NAME=PROGRAM…      needs ApacheBench (Debian: apache2-utils)
"""

import argparse
import os
import re
import signal
import statistics
import subprocess
import tempfile
import time
import urllib.request

CLIENTS = 64


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("programs", nargs="+", metavar="NAME=PROGRAM")
    arguments = parser.parse_args()
    programs = dict(program.split("=", 1) for program in arguments.programs)
    figures = {name: [] for name in programs}
    for round_number in range(arguments.rounds):
        for name, program in programs.items():
            figures[name].append(measure(program, arguments.seconds))
            print(f"round {round_number + 1}, {name}: {figures[name][-1]}", flush=True)
    first = None
    for name, rounds in figures.items():
        medians = {what: statistics.median(figure[what] for figure in rounds) for what in rounds[0]}
        first = first or medians
        size = os.path.getsize(programs[name]) / 1e6
        print(f"{name}: {size:.1f} MB; " + ", ".join(
            f"{what} {value:.0f} ({value / first[what]:.2f})" for what, value in medians.items()))


def measure(program, seconds):
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [program, "serve", "--listen", "127.0.0.1:0", "--data-dir", folder + "/data", "--log", "error"],
            stdout=subprocess.PIPE, text=True)
        try:
            url = re.search(r"http://127\.0\.0\.1:\d+/", server.stdout.readline()).group()
            urllib.request.urlopen(url).read()
            time.sleep(1)
            idle = resident_mb(server.pid)
            body = folder + "/body.json"
            with open(body, "w", encoding="utf-8") as file:
                file.write('{"text": "https://example.org/a/page", "name": "Bench"}')
            saves = load(seconds, "-p", body, "-T", "application/json", url + "api/v1/spaces/main/entries")
            pages = load(seconds, url)
            after_saves = after_load(server.pid)
            photos(url, folder)
            after_photos = after_load(server.pid)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
    return {"saves/s": saves, "pages/s": pages, "MB after a page": idle, "MB after the load": after_saves,
            "MB after photos": after_photos}


def load(seconds, *arguments):
    command = ["ab", "-q", "-k", "-l", "-t", str(seconds), "-n", "10000000", "-c", str(CLIENTS), *arguments]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said or not re.search(r"Failed requests: +0\n", said):
        raise SystemExit(f"requests failed: {said}")
    return float(re.search(r"Requests per second: +([\d.]+)", said).group(1))


def photos(url, folder):
    """Twenty photos, with thumbnails and labels."""
    picture = urllib.request.urlopen(url + "qr?text=photo&format=png&size=3000").read()
    for number in range(20):
        request = urllib.request.Request(f"{url}api/v1/spaces/main/photos?name={number}.png", picture + bytes([number]))
        urllib.request.urlopen(request).read()
    while b'"working_total":0' not in urllib.request.urlopen(url + "api/v1/spaces/main/jobs").read().replace(b" ", b""):
        time.sleep(0.2)


def after_load(process):
    time.sleep(4)
    return resident_mb(process)


def resident_mb(process):
    with open(f"/proc/{process}/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) * 1024 / 1e6


main()
