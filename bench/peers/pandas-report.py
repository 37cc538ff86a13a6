"""The report of bench/report.ts by pandas and matplotlib: the same means read, the same figures computed, as many charts drawn."""
import io
import json
import resource
import sys
import time

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import pandas

path, charts = sys.argv[1], int(sys.argv[2])
start = time.perf_counter()
rows = pandas.read_csv(path)
rows["at"] = pandas.to_datetime(rows["at"], unit="ms")
stats = rows.groupby(["host", "series"])["mean"].agg(["mean", "max", "min", "last", lambda one: one.quantile(0.95)])
page = io.StringIO()
stats.to_html(page)
hosts = list(rows["host"].unique())
shown = rows[rows["series"].isin(["cpu.percent", "memory.percent"])].pivot_table(
    index="at", columns=["host", "series"], values="mean"
)
for chart in range(charts):
    host = hosts[chart % len(hosts)]
    figure, axes = plt.subplots(figsize=(9.6, 5.4), dpi=100)
    shown[host].plot(ax=axes)
    axes.grid(True)
    figure.savefig(io.BytesIO(), format="png")
    plt.close(figure)
rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"ms": (time.perf_counter() - start) * 1000, "rssMiB": rss}))
