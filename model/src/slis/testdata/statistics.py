"""Writes statistics.json: reference values for statistics.test.ts.

    pip install scipy==1.17.1 lifelines==0.30.3
    python model/src/slis/testdata/statistics.py
"""

import json
import pathlib
import random

from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time
from scipy import stats

rng = random.Random(20261001)


def censored_sample():
    """5 to 60 items; every third sample is rounded, so that stops and censorings tie."""
    size = rng.randint(5, 60)
    scale = rng.choice([3600, 86400, 7 * 86400])
    rounded = rng.random() < 0.34
    items = []
    for _ in range(size):
        stop, censor = rng.expovariate(1 / scale), rng.expovariate(1 / (1.5 * scale))
        seconds = min(stop, censor)
        items.append((float(round(seconds / 600) * 600 + 600) if rounded else seconds, stop <= censor))
    return items


def survival():
    cases = []
    for _ in range(50):
        items = censored_sample()
        fitter = KaplanMeierFitter().fit([s for s, _ in items], [e for _, e in items])
        tau = rng.choice([1800.0, 86400.0, 28 * 86400.0])
        at = sorted(rng.uniform(0, 2 * max(s for s, _ in items)) for _ in range(5))
        cases.append(
            {
                "times": [{"seconds": s, "stopped": e} for s, e in items],
                "tau": tau,
                "rmst": float(restricted_mean_survival_time(fitter, t=tau)),
                "at": at,
                "survival": [float(fitter.predict(t)) for t in at],
            }
        )
    return cases


def wilson():
    cases = []
    for _ in range(50):
        n = rng.randint(1, 400)
        k = rng.choice([0, n, rng.randint(0, n)])
        ci = stats.binomtest(k, n).proportion_ci(method="wilson")
        cases.append({"successes": k, "trials": n, "low": ci.low, "high": ci.high})
    return cases


def poisson():
    cases = []
    for _ in range(50):
        lam, k = rng.choice([0.05, 0.5, 2.0, 10.0, 60.0]), rng.randint(0, 80)
        cases.append({"k": k, "lambda": lam, "tail": float(stats.poisson.sf(k - 1, lam))})
    return cases


def theil_sen():
    cases = []
    for i in range(50):
        n = 8 if i < 30 else rng.randint(2, 20)
        slope = rng.uniform(-2, 2)
        values = [slope * x + rng.gauss(0, 3) for x in range(n)]
        if i % 3 == 0:
            values = [float(round(v)) for v in values]
        result = stats.theilslopes(values, range(n), alpha=0.95)
        cases.append({"values": values, "slope": result[0], "low": result[2], "high": result[3]})
    return cases


def robust_z():
    cases = []
    for _ in range(20):
        usual = [rng.randint(0, 200) for _ in range(4)]
        median = float(stats.scoreatpercentile(usual, 50))
        mad = float(stats.median_abs_deviation(usual))
        value = rng.randint(0, 600)
        cases.append({"value": value, "usual": usual, "z": (value - median) / max(1, 1.4826 * mad)})
    return cases


golden = {"survival": survival(), "wilson": wilson(), "poisson": poisson(), "theilSen": theil_sen(), "robustZ": robust_z()}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
