"""Writes __test__/vectors/normal-quantile.json: the quantile function of the standard normal distribution, correctly rounded.

    python3 scripts/make-quantile-truth.py        (needs mpmath; the file was made with 1.3.0)

A point is one string "p y": the bit patterns of the probability and of the correctly rounded quantile in hexadecimal. The quantile is the
root of erfc(-y / sqrt 2) / 2 = p by Newton's method at 60 digits.
"""
import json
import os
import random
import struct

import mpmath as mp

mp.mp.dps = 60


def hexadecimal(x):
    return struct.pack(">d", x).hex()


def quantile(p):
    p = mp.mpf(p)
    if p > mp.mpf(1) / 2:
        return -quantile(1 - p)
    # A start from the tail's asymptote, or from the middle's slope.
    y = (p - mp.mpf(1) / 2) * mp.sqrt(2 * mp.pi) if p > 0.02 else -mp.sqrt(-2 * mp.log(p * mp.sqrt(-4 * mp.pi * mp.log(p))))
    for _ in range(200):
        step = (mp.erfc(-y / mp.sqrt(2)) / 2 - p) / (mp.exp(-y * y / 2) / mp.sqrt(2 * mp.pi))
        y -= step
        if abs(step) < mp.mpf(10) ** -45 * (1 + abs(y)):
            return y
    raise ArithmeticError(p)


generator = random.Random(20261126)
points = [generator.randrange(1, 2**53) * 2.0**-53 for _ in range(800)]
points += [generator.uniform(0, 0.08) for _ in range(400)]
points += [1 - generator.uniform(0, 0.08) for _ in range(100)]
# The far tail begins at e^-25.
points += [2.0 ** generator.uniform(-53, -30) for _ in range(400)]
points += [0.5 + sign * 2.0**-k for k in range(2, 53) for sign in (-1, 1)]
points += [2.0**-k for k in range(1, 54)]
points += [0.075, 0.925, 0.075000000000000001, 1 - 2.0**-53, 1.3887943864964021e-11]
points = sorted({p for p in points if 0 < p < 1})
lines = [f"{hexadecimal(p)} {hexadecimal(float(quantile(p)))}" for p in points]
path = os.path.join(os.path.dirname(__file__), "..", "__test__", "vectors", "normal-quantile.json")
with open(path, "w") as file:
    json.dump({"normalQuantile": lines}, file, indent=0)
    file.write("\n")
print(len(lines), "points")
