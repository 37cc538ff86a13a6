"""The same snapshot by psutil: host metrics, and for every process what finds the top; details of the top 10.

Prints the CPU milliseconds of one warm snapshot, the mean over ROUNDS, once for each of RUNS.
usage: psutil-snapshot.py ROUNDS RUNS
"""

import sys
import time

import psutil

TOP = 10
PSEUDO = {"tmpfs", "devtmpfs", "proc", "sysfs", "squashfs", "overlay", "iso9660"}
seen = {}


def snapshot():
    host = {
        "cpu": psutil.cpu_times_percent(),
        "cores": psutil.cpu_percent(percpu=True),
        "load": psutil.getloadavg(),
        "memory": psutil.virtual_memory(),
        "swap": psutil.swap_memory(),
        "disks": [psutil.disk_usage(part.mountpoint) for part in psutil.disk_partitions() if part.fstype not in PSEUDO],
        "disk_io": psutil.disk_io_counters(perdisk=True),
        "interfaces": psutil.net_io_counters(pernic=True),
        "boot": psutil.boot_time(),
    }
    rows = []
    # process_iter keeps its Process objects between calls, which is psutil's own advice for cpu_percent.
    for process in psutil.process_iter():
        try:
            with process.oneshot():
                rows.append((process.cpu_percent(), process.memory_info().rss, process.num_threads(),
                             process.status(), process))
        except psutil.NoSuchProcess:
            continue
    by_cpu = sorted(rows, key=lambda row: row[0], reverse=True)[:TOP]
    by_memory = sorted(rows, key=lambda row: row[1], reverse=True)[:TOP]
    top = []
    for cpu, rss, threads, status, process in {row[4].pid: row for row in by_cpu + by_memory}.values():
        try:
            top.append((process.pid, process.name(), process.username(), cpu, rss, threads, status,
                        process.num_fds(), process.create_time()))
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return host, top


def main():
    rounds, runs = int(sys.argv[1]), int(sys.argv[2])
    for _ in range(10):
        snapshot()
    for _ in range(runs):
        before = time.process_time_ns()
        for _ in range(rounds):
            snapshot()
        print((time.process_time_ns() - before) / 1e6 / rounds, flush=True)


main()
