"""Writes __test__/vectors/math-truth.json: the functions of src/kernels/math at many points, correctly rounded, with what the rounding lost.

    python3 scripts/make-math-truth.py

Nothing but Python 3 is needed: the decimal module's exp and ln are correctly rounded at any precision. A point is one
string "x y rest": the bit patterns of the argument and of the correctly rounded value in hexadecimal, and
(exact value - y) / ulp(y) in thousandths, so that an error in ulps is known to 0.001. A point of power is "x exponent y rest".
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


def exact_expm1(x):
    # Digits lost by subtracting 1, and for the smallest x the first terms of the series.
    if abs(x) < 2**-200:
        return Decimal(x) + Decimal(x) ** 2 / 2
    context.prec = 60 + max(0, -math.frexp(x)[1])
    result = Decimal(x).exp() - 1
    context.prec = 60
    return result


def exact_log(x):
    context.prec = 90
    result = Decimal(x).ln()
    context.prec = 60
    return result


def exact_sigmoid(x):
    return 1 / (1 + (-Decimal(x)).exp())


def exact_tanh(x):
    if abs(x) < 2**-200:
        return Decimal(x)
    context.prec = 60 + max(0, -math.frexp(x)[1])
    e = (2 * Decimal(x)).exp()
    result = (e - 1) / (e + 1)
    context.prec = 60
    return result


def exact_power(x, y):
    context.prec = 90
    result = (Decimal(y) * Decimal(abs(x)).ln()).exp()
    context.prec = 60
    return -result if x < 0 and y % 2 == 1 else result


def expm1_points(generator):
    uniform = generator.uniform
    points = [uniform(-1, 1) for _ in range(1500)]
    points += [uniform(-40, 40) for _ in range(700)]
    points += [uniform(-2, 2) for _ in range(700)]
    points += [uniform(40, 709.7) for _ in range(300)]
    points += [math.ldexp(uniform(-1, 1), -generator.randrange(1, 1000)) for _ in range(500)]
    points += [(2 * k + 1) * math.log(2) / 2 + d for k in range(-60, 70) for d in (-1e-13, 1e-13)]
    for edge in (1.0, -1.0, math.log(2) / 2, -math.log(2) / 2, 709.782712893384, -36.7368005696771, -37.42994775023705, 2.0**-53, -(2.0**-54)):
        points += around(edge)
    return [x for x in points if x < 709.7827128933841 and x != 0] + [5e-324, -5e-324, 2.0**-1022]


def log_points(generator):
    uniform = generator.uniform
    points = [uniform(0.5, 2) for _ in range(1500)]
    points += [uniform(0, 1) for _ in range(700)]
    points += [1 + math.ldexp(uniform(-1, 1), -generator.randrange(1, 52)) for _ in range(500)]
    points += [2 ** uniform(-1022, 1024) for _ in range(700)]
    points += [math.ldexp(uniform(0, 1), -1022 - generator.randrange(0, 40)) for _ in range(200)]
    for edge in (1.0, math.sqrt(2), math.sqrt(0.5), 2.0, 0.5, math.e, 10.0, 2.0**-1022):
        points += around(edge)
    return [x for x in points if x > 0 and x != 1] + [5e-324, MAXIMUM]


def sigmoid_points(generator):
    uniform = generator.uniform
    points = [uniform(-2, 2) for _ in range(1500)]
    points += [uniform(-40, 40) for _ in range(1000)]
    points += [uniform(-745.1, -30) for _ in range(700)]
    points += [math.ldexp(uniform(-1, 1), -generator.randrange(1, 60)) for _ in range(300)]
    for edge in (1.0, -1.0, 0.0, 37.0, -37.0, math.log(2) / 2, -math.log(2) / 2, -708.3964185322641, -745.1332191019411):
        points += around(edge)
    return [x for x in points if x > -745.1332191019412]


def tanh_points(generator):
    uniform = generator.uniform
    points = [uniform(-1, 1) for _ in range(1500)]
    points += [uniform(-6, 6) for _ in range(700)]
    points += [uniform(-22, 22) for _ in range(500)]
    points += [math.ldexp(uniform(-1, 1), -generator.randrange(1, 1000)) for _ in range(500)]
    points += [d + k * math.log(2) / 4 for k in range(-90, 90) for d in (-1e-13, 1e-13)]
    for edge in (1.0, 0.5, 19.061547465398498, 22.0, 2.0**-28, -(2.0**-28), 0.17328679513998632):
        points += around(edge)
    return [x for x in points if x != 0] + [5e-324, -5e-324, 2.0**-1022]


def power_points(generator):
    uniform = generator.uniform
    pairs = [(uniform(0, 10), uniform(-10, 10)) for _ in range(900)]
    pairs += [(uniform(0, 10), float(generator.randrange(-20, 21))) for _ in range(300)]
    pairs += [(-uniform(0, 10), float(generator.randrange(-20, 21))) for _ in range(300)]
    pairs += [(2 ** uniform(-1, 1), uniform(-745, 745)) for _ in range(700)]
    pairs += [(2 ** uniform(-1074, 1024), uniform(-1.2, 1.2)) for _ in range(500)]
    pairs += [(1 + math.ldexp(uniform(-1, 1), -n), math.ldexp(uniform(-1, 1), n + 9)) for n in range(1, 53) for _ in range(12)]
    pairs += [(2 ** uniform(-1, 1), uniform(-1100, -1020)) for _ in range(300)]
    pairs += [(float(generator.randrange(2, 30)), float(generator.randrange(1, 12))) for _ in range(200)]
    pairs += [(uniform(0, 4), y) for y in (0.5, -0.5, 1.0, -1.0, 3.0, 1 / 3) for _ in range(60)]
    pairs += [(5e-324, y) for y in (0.25, 0.5, 0.9, 1.0, -0.5, -0.9)] + [(MAXIMUM, y) for y in (0.25, 0.5, 1.0, -0.5, -1.0)]
    return [(x, y) for x, y in pairs if x not in (0, 1) and y not in (0, 2) and -745.1 < y * math.log(abs(x)) < 709.78]


def power_entry(x, y):
    return f"{hexadecimal(x)} {entry(y, exact_power(x, y))}"


def main():
    generator = random.Random(20)
    truth = {
        "exp": [entry(x, exact_exp(x)) for x in exp_points(generator)],
        # Below 2^-300 the exact value is x - x^2/2, which 60 digits can't tell from x.
        "log1p": [entry(x, exact_log1p(x) if abs(x) > 2**-301 else Decimal(x)) for x in log1p_points(generator)],
        "expm1": [entry(x, exact_expm1(x)) for x in expm1_points(generator)],
        "log": [entry(x, exact_log(x)) for x in log_points(generator)],
        "sigmoid": [entry(x, exact_sigmoid(x)) for x in sigmoid_points(generator)],
        "tanh": [entry(x, exact_tanh(x)) for x in tanh_points(generator)],
        "power": [power_entry(x, y) for x, y in power_points(generator)],
    }
    path = os.path.join(os.path.dirname(__file__), "..", "__test__", "vectors", "math-truth.json")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        json.dump(truth, file, indent=0)
        file.write("\n")


main()
