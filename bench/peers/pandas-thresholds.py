"""The thresholds of bench/evaluate.ts by pandas: rolling means of 10 and 15 minutes, and where each series crosses. Reading isn't counted."""
import json
import sys
import time

import pandas

rows = pandas.read_csv(sys.argv[1])
rows["at"] = pandas.to_datetime(rows["at"], unit="ms")
thresholds = {"cpu": (80, "10min"), "memory": (85, "15min"), "disk": (90, None), "inodes": (90, None)}

start = time.process_time()
crossings = 0
for (host, series), values in rows.set_index("at").groupby(["host", "series"])["value"]:
    threshold, window = thresholds[series.split(" ")[0]]
    mean = values.rolling(window).mean() if window else values
    breaching = mean > threshold
    crossings += int((breaching != breaching.shift(fill_value=False)).sum())
print(json.dumps({"cpuMs": (time.process_time() - start) * 1000, "crossings": crossings}))
