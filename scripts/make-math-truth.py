"""Writes __test__/vectors/math-truth.json: exp and log1p at many points, correctly rounded, with what the rounding lost.

    python3 scripts/make-math-truth.py

Nothing but Python 3 is needed: the decimal module's exp and ln are correctly rounded at any precision. A point is one
string "x y rest": the bit patterns of the argument and of the correctly rounded value in hexadecimal, and
(exact value - y) / ulp(y) in thousandths, so that an error in ulps is known to 0.001.
"""
import json
import math
import os
import random
import struct
from decimal import Decimal, getcontext

context = getcontext()
context.prec = 60
context.Emin, context.Emax = -5000, 5000
MAXIMUM = struct.unpack(">d", bytes.fromhex("7fefffffffffffff"))[0]


def hexadecimal(x):
    return struct.pack(">d", x).hex()


def around(x, steps=3):
    """x and its neighbours."""
    points = [x]
    down = up = x
    for _ in range(steps):
        down, up = math.nextafter(down, -math.inf), math.nextafter(up, math.inf)
        points += [down, up]
    return points


def exact_exp(x):
    return Decimal(x).exp()


def exact_log1p(x):
    # 60 digits of the result need as many more of 1 + x as x has zeros after the point.
    context.prec = 60 + (max(0, -math.frexp(x)[1]) if x != 0 else 0)
    result = (1 + Decimal(x)).ln()
    context.prec = 60
    return result


def entry(x, exact):
    y = float(exact)
    rest = (exact - Decimal(y)) / Decimal(math.ulp(y))
    return f"{hexadecimal(x)} {hexadecimal(y)} {round(rest * 1000)}"


def exp_points(generator):
    uniform = generator.uniform
    points = [uniform(-1, 1) for _ in range(3000)]
    points += [uniform(-40, 40) for _ in range(3000)]
    points += [uniform(-708, 709.7) for _ in range(2000)]
    # Subnormal results.
    points += [uniform(-745.2, -708) for _ in range(1000)]
    points += [math.ldexp(uniform(-1, 1), -generator.randrange(1, 60)) for _ in range(500)]
    # The ends of the reduced interval: odd multiples of ln 2 / 2, where k changes.
    points += [(2 * k + 1) * math.log(2) / 2 + d for k in range(-540, 512, 4) for d in (-1e-13, 1e-13)]
    for edge in (1.0, -1.0, 0.0, math.log(2) / 2, -math.log(2) / 2, 709.782712893384, -708.3964185322641, -745.1332191019411):
        points += around(edge)
    return [x for x in points if x < 709.7827128933841]


def log1p_points(generator):
    uniform = generator.uniform
    points = [uniform(0, 1) for _ in range(3000)]
    points += [uniform(-1, 0) for _ in range(1500)]
    points += [uniform(0.3, 3) for _ in range(1000)]
    points += [uniform(-0.35, -0.2) for _ in range(1000)]
    points += [2 ** uniform(-60, 60) for _ in range(1500)]
    points += [2 ** uniform(-300, 1024) for _ in range(500)]
    points += [-(2 ** -uniform(0, 60)) for _ in range(1000)]
    for edge in (math.sqrt(2) - 1, math.sqrt(0.5) - 1, 2 * math.sqrt(2) - 1, 1.0, 0.5, -0.5, 2.0**53, 2.0**-53, 5e-324, math.nextafter(MAXIMUM, 0)):
        points += around(edge, 1 if abs(edge) > 1e300 or abs(edge) < 1e-300 else 3)
    points += [math.nextafter(-1.0, 0), 2.0**-1022, -(2.0**-1022)]
    return [x for x in points if -1 < x < math.inf and x != 0 and not 0 < abs(x) < 2**-1000] + [5e-324, -5e-324, 2.0**-1022]


def main():
    generator = random.Random(20)
    truth = {
        "exp": [entry(x, exact_exp(x)) for x in exp_points(generator)],
        # Below 2^-300 the exact value is x - x^2/2, which 60 digits can't tell from x.
        "log1p": [entry(x, exact_log1p(x) if abs(x) > 2**-301 else Decimal(x)) for x in log1p_points(generator)],
    }
    path = os.path.join(os.path.dirname(__file__), "..", "__test__", "vectors", "math-truth.json")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        json.dump(truth, file, indent=0)
        file.write("\n")


main()
