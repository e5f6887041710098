#!/usr/bin/env python3
"""The first-order metrics of a pair in NumPy, as a script of a user would take them.

usage: compare_peer.py FILE COUNT SHIFT: golden is the first COUNT float32 of FILE, run as many from
element SHIFT on. Prints the seconds that all metrics took, reading of the mapped file included.
"""

import sys
import time

import numpy as np


def ulp_errors(error, golden):
    exponent = np.maximum(np.floor(np.log2(np.maximum(np.abs(golden), 2.0**-126))), -126)
    return error * np.exp2(23 - exponent)


def metrics(run, golden, rtol, atol):
    finite = np.isfinite(run) & np.isfinite(golden)
    counts = [f(x).sum() for x in (run, golden) for f in (np.isnan, np.isposinf, np.isneginf)]
    m = run[finite].astype(np.float64)
    g = golden[finite].astype(np.float64)
    error = np.abs(m - g)
    size = np.abs(g)
    nonzero = size != 0
    relative = error[nonzero] / size[nonzero]
    ulp = ulp_errors(error, g)
    norms = np.linalg.norm(m) * np.linalg.norm(g)
    scale, offset = np.cov(m, g, bias=True)[0, 1] / g.var(), 0.0
    offset = m.mean() - scale * g.mean()
    return {
        "non-finite": counts,
        "differing": np.count_nonzero(run != golden),
        "over_tolerance": np.count_nonzero(error > atol + rtol * size),
        "max_abs": (error.max(), error.argmax()),
        "max_rel": (relative.max(), relative.argmax()),
        "mean_abs": error.mean(),
        "rmse": np.sqrt(np.mean(error**2)),
        "red": np.linalg.norm(error) / np.linalg.norm(g),
        "rel": (relative.mean(), relative.sum()),
        "cosine": np.dot(m, g) / norms,
        "one_minus_cosine": 0.5 * np.sum((m / np.linalg.norm(m) - g / np.linalg.norm(g)) ** 2),
        "fit": (scale, offset),
        "run": (m.min(), m.max(), m.mean(), m.std()),
        "golden": (g.min(), g.max(), g.mean(), g.std()),
        "permille": (np.mean(relative < 0.001), np.mean(relative < 0.005)),
        "ulp": (ulp.max(), ulp.mean()),
    }


def main():
    path, count, shift = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    data = np.memmap(path, np.float32, "r")
    golden, run = data[:count], data[shift : shift + count]
    start = time.perf_counter()
    metrics(run, golden, 1e-3, 1e-5)
    print(time.perf_counter() - start)


if __name__ == "__main__":
    main()
