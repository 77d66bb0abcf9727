"""Fits logistic regressions on request, one JSON line each. Times itself. With arguments: fits once and prints the extra memory."""
import json
import os
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")
data = {}


def load(x, y, rows, columns, sparse=None):
    data.clear()
    data["y"] = np.fromfile(y, dtype=np.int32)
    if sparse is None:
        data["x"] = np.fromfile(x, dtype=float).reshape(rows, columns)
        return {}
    from scipy.sparse import csr_matrix

    parts = (np.fromfile(x, dtype=float), np.fromfile(sparse["columns"], dtype=np.int32), np.fromfile(sparse["rowOffsets"], dtype=np.int32))
    data["x"] = csr_matrix(parts, shape=(rows, columns))
    return {}


def dataset(name, x, y, standardized=False):
    from sklearn import datasets
    from sklearn.preprocessing import StandardScaler

    values, labels = getattr(datasets, f"load_{name}")(return_X_y=True)
    if standardized:
        values = StandardScaler().fit_transform(values)
    np.ascontiguousarray(values, dtype=float).tofile(x)
    labels.astype(np.int32).tofile(y)
    return {"rows": len(values), "columns": values.shape[1], "classes": int(labels.max()) + 1}


def make(library, solver, tol, limit):
    if library == "scikit-learn":
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(solver=solver, tol=tol, max_iter=limit)
    if library == "glum":
        from glum import GeneralizedLinearRegressor

        return GeneralizedLinearRegressor(family="binomial", alpha=1 / len(data["y"]), l1_ratio=0, solver=solver, gradient_tol=tol, max_iter=limit)
    from snapml import LogisticRegression

    return LogisticRegression(regularizer=1.0, penalty="l2", dual=True, use_gpu=False, fit_intercept=True, n_jobs=2, tol=tol, max_iter=limit)


def fit(library, solver, tol, threads=None, calls=1, out=None, limit=10000):
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=threads):
        start = time.perf_counter()
        for _ in range(calls):
            model = make(library, solver, tol, limit)
            model.fit(data["x"], data["y"])
        seconds = (time.perf_counter() - start) / calls
    if out is not None:
        coefficients = np.atleast_2d(model.coef_)
        intercepts = np.atleast_1d(model.intercept_).reshape(-1)
        if coefficients.shape[0] == 1 and intercepts.size != 1:
            intercepts = intercepts[:1]
        np.concatenate([coefficients.reshape(-1), intercepts]).astype(float).tofile(out)
        return {"measured": seconds, "vectors": int(coefficients.shape[0])}
    return {"measured": seconds}


def search(Cs, folds, solver, jobs):
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV

    start = time.perf_counter()
    found = GridSearchCV(LogisticRegression(solver=solver, max_iter=10000), {"C": Cs}, cv=folds, n_jobs=jobs).fit(data["x"], data["y"])
    return {"measured": time.perf_counter() - start, "best": found.best_params_["C"], "score": float(found.best_score_)}


def status(name):
    with open("/proc/self/status") as lines:
        for line in lines:
            if line.startswith(name):
                return int(line.split()[1]) / 1024
    raise OSError(f"no {name}")


def memory(x, y, rows, columns, solver):
    """Peak of the resident memory during a fit over what it was before, in MB."""
    load(x, y, int(rows), int(columns))
    small = make("scikit-learn", solver, 1e-4, 100)
    # What the first fit loads doesn't count.
    small.fit(data["x"][:500], data["y"][:500])
    model = make("scikit-learn", solver, 1e-4, 1000)
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    before = status("VmRSS")
    model.fit(data["x"], data["y"])
    return status("VmHWM") - before


OPERATIONS = {"load": load, "dataset": dataset, "fit": fit, "search": search}

if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(memory(*sys.argv[1:]))
        sys.exit()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            print(json.dumps(OPERATIONS[request.pop("op")](**request)), flush=True)
        except Exception as error:  # noqa: BLE001
            print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
    if "joblib.externals.loky" in sys.modules:
        # Its processes would live on for minutes and hold open the pipe that the benchmark reads to its end.
        from joblib.externals.loky import get_reusable_executor

        get_reusable_executor().shutdown(wait=True, kill_workers=True)
    os._exit(0)
