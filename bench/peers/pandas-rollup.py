"""The rollup of bench/hour-columns.ts by pandas: from the same columns of a day, each metric's count, mean, least and greatest
in each five minutes, and the processes of each name; without quantile sketches."""
import glob
import json
import statistics
import sys
import time

import pandas

root, rounds = sys.argv[1], int(sys.argv[2])
stats = ["count", "mean", "min", "max"]
single = ["cpuPercent", "cpuIowaitPercent", "cpuStealPercent", "cpuLoad1", "memoryUsedPercent", "memoryUsedBytes"]
single += ["memorySwapUsedPercent", "connectionsTcpEstablished", "processesTotal"]
mounts = ["usedPercent", "inodesUsedPercent"]
devices = ["readBytesPerSecond", "writtenBytesPerSecond", "busyPercent"]
interfaces = ["receivedBytesPerSecond", "sentBytesPerSecond"]
processes = ["cpuPercent", "rssBytes", "threads", "openFiles"]


def read(table):
    return pandas.concat(pandas.read_parquet(path) for path in glob.glob(f"{root}/lake/{table}/*/*.parquet"))


tables = {table: read(table) for table in ["samples", "disks", "interfaces", "processes"]}


def add_up(rows, entities, columns):
    rows = rows.assign(at=rows["atMs"].dt.floor("5min"))
    return rows.groupby(["host", *entities, "at"])[columns].agg(stats)


def roll_up():
    disks = tables["disks"]
    by_name = tables["processes"].groupby(["host", "name", "atMs"])[processes].sum().reset_index()
    return [
        add_up(tables["samples"], [], single),
        add_up(disks[disks["kind"] == "mount"], ["mount"], mounts),
        add_up(disks[disks["kind"] == "device"], ["device"], devices),
        add_up(tables["interfaces"], ["name"], interfaces),
        add_up(by_name, ["name"], processes),
    ]


def timed():
    start = time.thread_time()
    roll_up()
    return time.thread_time() - start


roll_up()
seconds = statistics.median(timed() for _ in range(rounds))
print(json.dumps({"perSecond": len(tables["samples"]) / seconds}))
