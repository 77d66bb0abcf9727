"""Answers requests of python.mjs, one JSON line each: load data, run calls, give a value. Times itself."""
import json
import sys
import time

import numpy as np

data = {}
parts = {}

try:
    import numexpr
except Exception as error:  # noqa: BLE001 - whatever keeps it from loading is what the row says
    numexpr = error
try:
    import polars
except Exception as error:  # noqa: BLE001
    polars = error


def need(module):
    if isinstance(module, Exception):
        raise module
    return module


def generator():
    return parts.setdefault("generator", np.random.default_rng(1))


def x():
    return data["x"]


def y():
    return data["y"]


def n():
    return data["n"]


def series():
    if "series" not in parts:
        parts["series"] = need(polars).Series("x", x())
    return parts["series"]


def square(name):
    return data[name].reshape(n(), n())


def moments():
    centred = x() - x().mean()
    second = np.mean(centred**2)
    return np.array([x().mean(), second, np.mean(centred**3) / second**1.5, np.mean(centred**4) / second**2 - 3, x().min(), x().max()])


def sigmoid():
    return 1.0 / (1.0 + np.exp(-x()))


def out():
    if "out" not in parts:
        parts["out"] = np.empty(len(x()))
    return parts["out"]


def sigmoid_into():
    np.negative(x(), out=out())
    np.exp(out(), out=out())
    np.add(out(), 1.0, out=out())
    return np.reciprocal(out(), out=out())


NUMPY = {
    "sum f64": lambda: x().sum(),
    "sum f32": lambda: x().sum(),
    "sumOfSquares f64": lambda: np.dot(x(), x()),
    "sumOfSquares f32": lambda: np.dot(x(), x()),
    "dot f64": lambda: np.dot(x(), y()),
    "mean f64": lambda: x().mean(),
    "min f64": lambda: x().min(),
    "max f64": lambda: x().max(),
    "max f32": lambda: x().max(),
    "argMax f64": lambda: x().argmax(),
    "variance f64": lambda: x().var(),
    "describe f64": moments,
    "sum int32": lambda: x().sum(dtype=np.int64),
    "sumOfSquares int32": lambda: np.dot(x().astype(np.int64), x().astype(np.int64)),
    "add f64": lambda: np.add(x(), y()),
    "multiply f64": lambda: np.multiply(x(), y()),
    "axpy f64": lambda: 2.5 * x() + y(),
    "sqrt f64": lambda: np.sqrt(x()),
    "exp f64": lambda: np.exp(x()),
    "exp into f64": lambda: np.exp(x(), out=out()),
    "axpy into f64": lambda: np.add(np.multiply(x(), 2.5, out=out()), y(), out=out()),
    "sigmoid into f64": sigmoid_into,
    "log f64": lambda: np.log(x()),
    "tanh f64": lambda: np.tanh(x()),
    "sigmoid f64": sigmoid,
    "matvec f64": lambda: data["a"].reshape(int(data["rows"]), int(data["columns"])) @ x(),
    "matmul f64": lambda: square("a") @ square("b"),
    "matmul f32": lambda: square("a") @ square("b"),
    "gram f64": lambda: data["a"].reshape(int(data["rows"]), int(data["columns"])).T @ data["a"].reshape(int(data["rows"]), int(data["columns"])),
    "sort f64": lambda: np.sort(x()),
    "argSort f64": lambda: np.argsort(x(), kind="stable"),
    "quantile f64": lambda: np.quantile(x(), 0.9),
    "median f64": lambda: np.median(x()),
    "histogram f64": lambda: np.histogram(x(), bins=50, range=(-1, 1))[0],
    "cumulativeSum f64": lambda: np.cumsum(x()),
    "topK f64": lambda: np.sort(np.partition(x(), len(x()) - min(10, len(x())))[-10:])[::-1],
    "random.uniform f64": lambda: generator().random(n()),
    "random.normal f64": lambda: generator().standard_normal(n()),
}

NUMEXPR = {
    "sum f64": lambda: need(numexpr).evaluate("sum(x)", {"x": x()}),
    "sumOfSquares f64": lambda: need(numexpr).evaluate("sum(x * x)", {"x": x()}),
    "axpy f64": lambda: need(numexpr).evaluate("2.5 * x + y", {"x": x(), "y": y()}),
    "add f64": lambda: need(numexpr).evaluate("x + y", {"x": x(), "y": y()}),
    "exp f64": lambda: need(numexpr).evaluate("exp(x)", {"x": x()}),
    "exp into f64": lambda: need(numexpr).evaluate("exp(x)", {"x": x()}, out=out()),
    "axpy into f64": lambda: need(numexpr).evaluate("2.5 * x + y", {"x": x(), "y": y()}, out=out()),
    "sigmoid into f64": lambda: need(numexpr).evaluate("1 / (1 + exp(-x))", {"x": x()}, out=out()),
    "log f64": lambda: need(numexpr).evaluate("log(x)", {"x": x()}),
    "sigmoid f64": lambda: need(numexpr).evaluate("1 / (1 + exp(-x))", {"x": x()}),
}

POLARS = {
    "sum f64": lambda: series().sum(),
    "sum f32": lambda: series().sum(),
    "mean f64": lambda: series().mean(),
    "min f64": lambda: series().min(),
    "max f64": lambda: series().max(),
    "argMax f64": lambda: series().arg_max(),
    "variance f64": lambda: series().var(ddof=0),
    "sort f64": lambda: series().sort().to_numpy(),
    "median f64": lambda: series().median(),
    "quantile f64": lambda: series().quantile(0.9, interpolation="linear"),
}

LIBRARIES = {"NumPy": NUMPY, "numexpr": NUMEXPR, "polars (Python)": POLARS}
TYPES = {"Float64Array": np.float64, "Float32Array": np.float32, "Int32Array": np.int32}


def answer(request):
    if request["op"] == "load":
        data.clear()
        parts.clear()
        for name, value in request["values"].items():
            data[name] = value if isinstance(value, (int, float)) else np.fromfile(value["path"], dtype=TYPES[value["type"]])
        return {}
    call = LIBRARIES[request["library"]][request["name"]]
    value = call()
    start = time.perf_counter_ns()
    for _ in range(request["calls"]):
        value = call()
    seconds = (time.perf_counter_ns() - start) / 1e9 / request["calls"]
    if request["path"] is None:
        return {"seconds": seconds}
    if np.ndim(value) == 0:
        return {"seconds": seconds, "value": float(value)}
    np.ascontiguousarray(value).astype(np.float64).tofile(request["path"])
    return {"seconds": seconds, "array": request["path"]}


for line in sys.stdin:
    try:
        print(json.dumps(answer(json.loads(line))), flush=True)
    except Exception as error:  # noqa: BLE001
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
