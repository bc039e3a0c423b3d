"""Writes kcrit.json: critical values of the binomial from scipy, for every n up to 1000. Run: pip install scipy; python kcrit.py"""
import json, pathlib
from scipy.stats import binom

HOURS = {"6h": 6, "1d": 24, "3d": 72, "7d": 168}
goldens = []
for objective in ["0.9", "0.95", "0.99", "0.995", "0.999"]:
    p = float(round(1 - float(objective), 12))
    for window, hours in HOURS.items():
        # One false alert a year over four windows, halved because windows slide (docs/slo-alerting.md).
        alpha = 0.5 * 0.25 * hours / (365 * 24)
        k, kcrit = 1, []
        for n in range(1, 1001):
            while binom.sf(k - 1, n, p) > alpha:
                k += 1
            kcrit.append(k)
        goldens.append({"objective": objective, "window": window, "kcrit": kcrit})
pathlib.Path(__file__).with_name("kcrit.json").write_text(
    "[\n" + ",\n".join(json.dumps(g, separators=(",", ":")) for g in goldens) + "\n]\n")
