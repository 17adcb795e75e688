"""The filter benches beside SciPy and OpenCV: one table of medians and ratios.

    pip install numpy scipy opencv-python-headless
    python3 benches/filters.py

Runs `cargo bench --bench correlate --bench laplacian`, then the same work here: a 4096x4096 image in float32,
cells beyond the border counting as zero. Each peer warms up once; OpenCV gets one thread, as the others.
A ratio above 1 says that this library is the faster. Run it on a machine with nothing else to do.
"""

import re
import statistics
import subprocess
import time

import cv2
import numpy as np
from scipy import ndimage

RUNS = 20
MILLISECONDS = {"s": 1e3, "ms": 1, "µs": 1e-3, "ns": 1e-6}


def ours():
    """Bench names and medians in ms, from the third column of divan's tables."""
    command = ["cargo", "bench", "--bench", "correlate", "--bench", "laplacian"]
    tables = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    rows = re.findall(r"─ (\w+) +[\d.]+ \S+ +│ [\d.]+ \S+ +│ ([\d.]+) (\S+)", tables)
    return {name: float(median) * MILLISECONDS[unit] for name, median, unit in rows}


def median(function):
    function()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return 1e3 * statistics.median(times)


rows, columns = np.indices((4096, 4096))
image = ((7 * rows + 3 * columns) % 256).astype(np.float32)
kernel = np.array([[0.5, -1, 0.25], [2, 1.5, -0.75], [-0.125, 3, 1]], np.float32)
cv2.setNumThreads(1)

correlate = median(lambda: ndimage.correlate(image, kernel, mode="constant"))
laplace = median(lambda: ndimage.laplace(image, mode="constant"))
laplacian = median(lambda: cv2.Laplacian(image, cv2.CV_32F, ksize=1, borderType=cv2.BORDER_CONSTANT))

medians = ours()
print(f"{'here':<12}{'ms':>8}   {'peer':<26}{'ms':>8}{'ratio':>8}")
for name, peer, time_of_peer in [
    ("Valid", "scipy.ndimage.correlate", correlate),
    ("Same", "scipy.ndimage.correlate", correlate),
    ("laplacian", "scipy.ndimage.laplace", laplace),
    ("laplacian", "cv2.Laplacian", laplacian),
]:
    print(f"{name:<12}{medians[name]:8.1f}   {peer:<26}{time_of_peer:8.1f}{time_of_peer / medians[name]:8.2f}")
