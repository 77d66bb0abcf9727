"""Optimum of L2-regularised logistic regression on datasets/breast-cancer, to 30 digits.

Newton's method with step halving in 80-digit decimal arithmetic, from zero, on the columns as they are; it ends when the
gradient is below 1e-45 of its first value. Only the standard library is used, and nothing of manycore. Prints
datasets/breast-cancer/optima.json:

    python3 scripts/optimum.py 1 0.1 > datasets/breast-cancer/optima.json
"""

import ast
import json
import pathlib
import struct
import sys
from decimal import Decimal, getcontext

getcontext().prec = 80
FOLDER = pathlib.Path(__file__).parent.parent / "datasets" / "breast-cancer"


def read_npy(path):
    """Values and shape of a C-ordered .npy file of little-endian doubles or int32."""
    data = path.read_bytes()
    assert data[:8] == b"\x93NUMPY\x01\x00"
    (length,) = struct.unpack_from("<H", data, 8)
    header = ast.literal_eval(data[10 : 10 + length].decode())
    assert not header["fortran_order"]
    code = {"<f8": "d", "<i4": "i"}[header["descr"]]
    body = data[10 + length :]
    return struct.unpack(f"<{len(body) // struct.calcsize(code)}{code}", body), header["shape"]


def loss_and_derivatives(rows, y, w, c, derivatives):
    """C * sum of log-losses + ||coefficients||^2 / 2 at w (intercept last, not penalised), gradient and Hessian."""
    size = len(w)
    value = sum(v * v for v in w[:-1]) / 2
    gradient = [*w[:-1], Decimal(0)]
    hessian = [[Decimal(int(i == j and i < size - 1)) for j in range(size)] for i in range(size)]
    for row, label in zip(rows, y):
        score = sum(a * b for a, b in zip(row, w))
        decay = (-abs(score)).exp()
        value += c * ((1 + decay).ln() + (score if score > 0 else Decimal(0)) - (score if label else Decimal(0)))
        if not derivatives:
            continue
        probability = (1 if score >= 0 else decay) / (1 + decay)
        slope, curvature = c * (probability - label), c * decay / (1 + decay) ** 2
        for i in range(size):
            gradient[i] += slope * row[i]
            scaled = curvature * row[i]
            for j in range(i + 1):
                hessian[i][j] += scaled * row[j]
    return value, gradient, hessian


def solve(a, b):
    """s with a s = b, by the LDL' factors of the lower triangle of a."""
    n = len(b)
    lower, diagonal = [[Decimal(0)] * n for _ in range(n)], [Decimal(0)] * n
    for i in range(n):
        for j in range(i + 1):
            rest = a[i][j] - sum(lower[i][k] * lower[j][k] * diagonal[k] for k in range(j))
            if i == j:
                diagonal[i] = rest
            else:
                lower[i][j] = rest / diagonal[j]
    z = []
    for i in range(n):
        z.append(b[i] - sum(lower[i][k] * z[k] for k in range(i)))
    s = [v / d for v, d in zip(z, diagonal)]
    for i in reversed(range(n)):
        s[i] -= sum(lower[k][i] * s[k] for k in range(i + 1, n))
    return s


def optimum(rows, y, c):
    w = [Decimal(0)] * len(rows[0])
    first = None
    while True:
        value, gradient, hessian = loss_and_derivatives(rows, y, w, c, True)
        size = max(abs(g) for g in gradient)
        first = first or size
        print(f"C = {c}: objective {value:.20f}, gradient {size:.3e}", file=sys.stderr)
        if size < first * Decimal("1e-45"):
            return value, w
        step = solve(hessian, gradient)
        length = Decimal(1)
        while True:
            trial = [a - length * b for a, b in zip(w, step)]
            if loss_and_derivatives(rows, y, trial, c, False)[0] <= value:
                break
            length /= 2
        w = trial


def main():
    x, (count, columns) = read_npy(FOLDER / "X.npy")
    y, _ = read_npy(FOLDER / "y.npy")
    rows = [[*map(Decimal, x[i * columns : (i + 1) * columns]), Decimal(1)] for i in range(count)]
    models = []
    for c in sys.argv[1:]:
        value, w = optimum(rows, y, Decimal(c))
        models.append(
            {
                "C": float(c),
                "objective": float(value),
                "objective_30_digits": f"{value:.30g}",
                "coefficients": [float(v) for v in w[:-1]],
                "intercept": float(w[-1]),
            }
        )
    formula = "C * sum_i log(1 + exp(-s_i * (x_i . coefficients + intercept))) + ||coefficients||^2 / 2, s_i = 1 for class 1, else -1"
    json.dump({"objective": formula, "made_by": "scripts/optimum.py", "models": models}, sys.stdout, indent=1)
    print()


main()
