"""Writes __test__/vectors/order.json: quantiles, medians and histograms as NumPy has them. Run once, with NumPy 2: python scripts/make-order-vectors.py"""

import json
import pathlib

import numpy as np

generator = np.random.default_rng(20)
inputs = {
    "uniform": generator.random(101),
    "normal": generator.normal(size=64) * 1e3,
    "ties": generator.integers(0, 5, 50).astype(float),
    "one": np.array([3.25]),
    "two": np.array([-1.5, 4.0]),
    "wide": np.array([1e-300, -1e300, 5e-324, 1e300, 0.0, 7.0]),
}
probabilities = [0, 0.01, 0.1, 0.25, 1 / 3, 0.5, 0.75, 0.9, 0.999, 1]
histograms = [
    {"bins": 10}, {"bins": 1}, {"bins": 7}, {"bins": 100}, {"bins": 5, "range": [0, 1]}, {"bins": 5, "range": [0.25, 0.25]},
    {"bins": [0, 0.1, 0.5, 0.5, 4, 100]}, {"bins": [-1e301, 0, 1e301]},
]


def counted(values, options):
    counts, edges = np.histogram(values, **options)
    return {"options": options, "counts": counts.tolist(), "edges": np.asarray(edges, float).tolist()}


vectors = [
    {
        "name": name,
        "values": values.tolist(),
        "probabilities": probabilities,
        "quantiles": np.quantile(values, probabilities).tolist(),
        "median": float(np.median(values)),
        "histograms": [counted(values, options) for options in histograms],
    }
    for name, values in inputs.items()
]
target = pathlib.Path(__file__).parent.parent / "__test__" / "vectors" / "order.json"
target.write_text(json.dumps(vectors) + "\n")
