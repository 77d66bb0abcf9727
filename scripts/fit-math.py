"""Prints the constants of src/kernels/math: polynomials through Chebyshev nodes, computed with 80 digits, rounded to double.

Run it with any Python 3; nothing else is needed. A test does not run it: the constants are part of the specification
(docs/order-of-arithmetic-models.md), and the accuracy is tested against scripts/make-math-truth.py instead.
"""
import struct
from decimal import Decimal, getcontext

getcontext().prec = 80
TINY = Decimal(10) ** -75
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459")
# The intervals are a little wider than needed, so that an argument rounded past the end is still inside.
MARGIN = Decimal("1.0005")


def cosine(x):
    total = term = Decimal(1)
    k = 0
    while abs(term) > TINY:
        k += 2
        term = -term * x * x / (k * (k - 1))
        total += term
    return total


def polynomial_through_chebyshev_nodes(f, low, high, degree):
    n = degree + 1
    xs = [(low + high) / 2 + (high - low) / 2 * cosine(PI * (2 * i + 1) / (2 * n)) for i in range(n)]
    rows = [[x**k for k in range(n)] + [f(x)] for x in xs]
    for i in range(n):
        best = max(range(i, n), key=lambda r: abs(rows[r][i]))
        rows[i], rows[best] = rows[best], rows[i]
        for r in range(n):
            if r != i:
                factor = rows[r][i] / rows[i][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i])]
    return [rows[i][n] / rows[i][i] for i in range(n)]


def series(first, next_term):
    total, term, k = Decimal(0), first, 0
    while abs(term) > TINY:
        total += term
        term = next_term(term, k)
        k += 1
    return total


def exp_remainder(r):
    """(e^r - 1 - r) / r^2."""
    return series(Decimal(1) / 2, lambda term, k: term * r / (k + 3))


def atanh_remainder(z):
    """(2 atanh(s) - 2 s) / s^3 as a function of z = s^2."""
    return series(Decimal(2) / 3, lambda term, k: term * z * (2 * k + 3) / (2 * k + 5))


def atanh_rest(z):
    """(atanh(s) / s - 1 - z/3 - z^2/5) / z^3 as a function of z = s^2."""
    return series(Decimal(1) / 7, lambda term, k: term * z * (2 * k + 7) / (2 * k + 9))


def in_two(x):
    high = float(x)
    return repr(high), repr(float(x - Decimal(high)))


def leading_bits(x, dropped):
    (bits,) = struct.unpack("<Q", struct.pack("<d", float(x)))
    (value,) = struct.unpack("<d", struct.pack("<Q", bits >> dropped << dropped))
    return value


ln2 = Decimal(2).ln()
half = ln2 / 2 * MARGIN
root = Decimal(2).sqrt()
s = (root - 1) / (root + 1) * MARGIN

print("LOG2_E", repr(float(1 / ln2)))
print("LN2_HIGH", repr(leading_bits(ln2, 20)))
print("LN2_LOW", repr(float(ln2 - Decimal(leading_bits(ln2, 20)))))
print("SQRT_HALF", repr(float(root / 2)))
print("SQRT_2", repr(float(root)))
print("exp: 1/2, then Q1 ...")
for c in polynomial_through_chebyshev_nodes(exp_remainder, -half, half, 10):
    print(" ", repr(float(c)))
print("log1p: P0 ...")
for c in polynomial_through_chebyshev_nodes(atanh_remainder, Decimal(0), s * s, 6):
    print(" ", repr(float(c)))
print("power: 1/3 and 1/5 in two parts, ln 2 with its leading 42 bits apart, then P0 ...")
print(" ", *in_two(Decimal(1) / 3))
print(" ", *in_two(Decimal(1) / 5))
print(" ", repr(leading_bits(ln2, 11)), repr(float(ln2 - Decimal(leading_bits(ln2, 11)))))
for c in polynomial_through_chebyshev_nodes(atanh_rest, Decimal(0), s * s, 7):
    print(" ", repr(float(c)))
