"""Draws the chart of bench/one-chart.ts once and N times; prints the mean milliseconds of one after the first."""
import io
import math
import sys
import time

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt


def draw():
    figure, axes = plt.subplots(figsize=(16, 6), dpi=100)
    for phase in range(4):
        axes.plot([50 + 40 * math.sin(i / 20 + phase) for i in range(288)], label=f"series {phase}")
    axes.legend()
    axes.grid(True)
    figure.savefig(io.BytesIO(), format="png")
    plt.close(figure)


draw()
count = int(sys.argv[1])
start = time.perf_counter()
for _ in range(count):
    draw()
if count > 0:
    print((time.perf_counter() - start) * 1000 / count)
