"""Makes fixtures.json.

python3 -m venv v && v/bin/pip install scipy==1.17.1 statsmodels==0.14.5 pymannkendall==1.4.3
v/bin/python make_fixtures.py && npx prettier --write fixtures.json

Stratified ranks are put together from SciPy's ranks, the model of posting times is solved with dense covariances, and the
interval of a shift is found by trying all shifts: none of it as the code does it. The versions are written into the file.
"""

import json
from importlib.metadata import version
from itertools import product
from pathlib import Path

import numpy as np
import pymannkendall
from scipy import stats
from statsmodels.robust import mad
from statsmodels.stats.multitest import multipletests

rng = np.random.default_rng(2026)


def listed(array, digits=3):
    return [round(float(each), digits) for each in array]


quantiles = dict(
    normal=[dict(probability=p, value=stats.norm.ppf(p)) for p in (1e-5, 0.001, 0.025, 0.2, 0.5, 0.9, 0.975, 0.9999)],
    student=[
        dict(probability=p, degrees=d, value=stats.t.ppf(p, d)) for p, d in product((0.9, 0.975, 0.999), (29, 60, 500))
    ],
    twoSided=[dict(z=z, pValue=2 * stats.norm.sf(abs(z))) for z in (0.0, -0.5, 1.0, 1.96, -3.3, 6.0)],
)

raw = [[0.01, 0.04, 0.03, 0.005], [0.5], [0.001, 0.001, 0.2, 0.9, 0.02, 0.0125], [1.0, 1.0, 0.04]]
corrected = [dict(raw=each, holm=listed(multipletests(each, method="holm")[1], 12)) for each in raw]


def van_elteren(strata, shift=0.0, ties=True):
    excess = variance = 0.0
    for stratum in strata:
        x, y = np.array(stratum["present"]) - shift, np.array(stratum["absent"])
        m, n = len(x), len(x) + len(y)
        if m == 0 or len(y) == 0:
            continue
        ranks = stats.rankdata(np.concatenate([x, y]))
        correction = stats.tiecorrect(ranks) if ties else 1.0
        excess += (ranks[:m].sum() - m * (n + 1) / 2) / (n + 1)
        variance += m * (n - m) * (n + 1) / 12 * correction / (n + 1) ** 2
    return excess / np.sqrt(variance)


def not_refused(strata, level):
    """Lowest and highest difference next to which the test of the shifted values does not refuse."""
    differences = sorted(
        {one - other for stratum in strata for one in stratum["present"] for other in stratum["absent"]}
    )
    limit = stats.norm.ppf(1 - level / 2)
    # Between two neighbouring differences the statistic does not change.
    between = [(a + b) / 2 for a, b in zip(differences, differences[1:])]
    kept = [shift for shift in between if abs(van_elteren(strata, shift, ties=False)) <= limit]
    return max(d for d in differences if d < kept[0]), min(d for d in differences if d > kept[-1])


def stratum(m, n, shift, digits):
    level = rng.normal()
    return dict(
        present=listed(rng.standard_t(3, m) + level + shift, digits), absent=listed(rng.standard_t(3, n) + level, digits)
    )


ranked = []
for sizes, shift, digits in [
    ([(9, 14)], 0.8, 4),
    ([(12, 10)], 0.0, 0),
    ([(3, 9), (6, 2), (1, 17), (0, 12), (4, 4)], 0.6, 4),
    ([(2, 3)] * 12, -0.7, 0),
]:
    strata = [stratum(m, n, shift, digits) for m, n in sizes]
    z = van_elteren(strata)
    low, high = not_refused(strata, 0.05) if digits > 0 else (None, None)
    case = dict(strata=strata, z=z, pValue=2 * stats.norm.sf(abs(z)), low=low, high=high, mannWhitney=None)
    if len(strata) == 1:
        case["mannWhitney"] = stats.mannwhitneyu(
            strata[0]["present"], strata[0]["absent"], method="asymptotic", use_continuity=False
        ).pvalue
    ranked.append(case)

trends = []
for n, slope, digits in [(6, -0.5, 4), (8, 0.0, 4), (12, -0.2, 4), (30, -0.03, 4), (31, -0.05, 4), (15, -0.2, 0)]:
    values = listed(slope * np.arange(n) + rng.standard_t(3, n), digits)
    tied = len(set(values)) < n
    if not tied and n <= 30:
        p = stats.kendalltau(np.arange(n), values, method="exact", alternative="less").pvalue
    else:
        # Mann-Kendall with continuity: SciPy's kendalltau has none.
        s = sum(np.sign(values[j] - values[i]) for i in range(n) for j in range(i + 1, n))
        _, sizes = np.unique(values, return_counts=True)
        variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in sizes)) / 18
        p = stats.norm.cdf((s + 1) / np.sqrt(variance))
    sen = stats.theilslopes(values, alpha=0.95)
    trends.append(
        dict(
            values=values,
            tau=stats.kendalltau(np.arange(n), values).statistic,
            pValue=p,
            slope=sen.slope,
            low=sen.low_slope,
            high=sen.high_slope,
        )
    )

dependent = []
for n, memory, slope in [(40, 0.6, 0.0), (60, 0.8, -0.02), (25, 0.7, -0.1), (50, 0.0, 0.0)]:
    noise, values = 0.0, []
    for i in range(n):
        noise = memory * noise + float(rng.normal())
        values.append(round(noise + slope * i, 4))
    plain = pymannkendall.original_test(values)
    hamed_rao = pymannkendall.hamed_rao_modification_test(values, alpha=0.5, lag=3)
    dependent.append(dict(values=values, inflation=hamed_rao.var_s / plain.var_s))

values = listed(rng.standard_t(2, 12), 4)
spread = dict(values=values, median=float(np.median(values)), mad=float(mad(values)))

errors = sorted(listed(rng.normal(0, 100, 53), 2))
low, high = stats.mstats.mquantiles(errors, [0.1, 0.9], alphap=0, betap=0)
sums = dict(errors=errors, low=float(low), high=float(high))


def posterior(rows, others):
    """The model of posting times with dense covariances: effects and noise are jointly normal."""
    discount = min(1, 40 / max(len(others), 1))
    size = 2 + 8 + 7 + 56
    design = np.zeros((len(rows) + len(others), size))
    for i, (row, own) in enumerate([(r, True) for r in rows] + [(r, False) for r in others]):
        design[i, 0 if own else 1] = 1
        design[i, 2 + row["hourBand"]] = 1
        design[i, 10 + row["weekday"] - 1] = 1
        if own:
            design[i, 17 + (row["weekday"] - 1) * 8 + row["hourBand"]] = 1
    y = np.array([r["value"] for r in rows + others])
    groups = [r["group"] for r in rows + others]
    same = np.array([[float(a == b) for b in groups] for a in groups])
    power = np.array([1.0] * len(rows) + [discount] * len(others))
    degrees = len(rows) - 1 + discount * len(others)
    counts = np.array([sum(r["weekday"] == w and r["hourBand"] == b for r in rows) for w, b in cells])
    cell_design = np.zeros((56, size))
    for i, (w, b) in enumerate(cells):
        cell_design[i, [2 + b, 10 + w - 1, 17 + i]] = 1
    contrast = cell_design - (counts / len(rows)) @ cell_design
    fits = []
    main = [0.01, 0.06, 0.4]
    for day, band, weekday, cell in product([0, 0.3], main, main, [0.01, 0.08]):
        # A likelihood to a power is a likelihood with precision times the power; a day is wholly own or wholly of others.
        covariance = np.eye(len(y)) + day * same
        inverse = np.linalg.inv(covariance) * power[:, None]
        variances = np.array([1e6, 1] + [band] * 8 + [weekday] * 7 + [cell] * 56)
        precision = design.T @ inverse @ design + np.diag(1 / variances)
        effects = np.linalg.solve(precision, design.T @ inverse @ y)
        residual = y - design @ effects
        squares = residual @ inverse @ residual + effects @ (effects / variances)
        # log |covariance|, a group at a time, to the power.
        logdet = sum(power[groups.index(g)] * np.log1p(groups.count(g) * day) for g in dict.fromkeys(groups))
        log = -0.5 * (
            logdet + np.log(variances).sum() + np.linalg.slogdet(precision)[1] + degrees * np.log(squares)
        )
        spread = np.einsum("ij,jk,ik->i", contrast, np.linalg.inv(precision), contrast) * squares / degrees
        fits.append((log, contrast @ effects, spread))
    logs = np.array([log for log, _, _ in fits])
    weights = np.exp(logs - logs.max())
    weights[weights <= 1e-3] = 0
    weights /= weights.sum()
    mean = sum(w * m for w, (_, m, _) in zip(weights, fits))
    square = sum(w * (s + m**2) for w, (_, m, s) in zip(weights, fits))
    return dict(mean=mean.tolist(), sd=np.sqrt(square - mean**2).tolist())


cells = [(w, b) for w in range(1, 8) for b in range(8)]


def timed(count, account, effect):
    rows = []
    for i in range(count):
        weekday, band = int(rng.integers(1, 8)), int(rng.integers(2, 7))
        value = round(float(rng.normal() + effect * (band == 5)), 3)
        rows.append(dict(weekday=weekday, hourBand=band, group=f"{account}/{i // 2}", value=value))
    return rows


own, others = timed(60, "own", 1.0), timed(90, "other", 0.5)
models = [dict(own=own, others=given, **posterior(own, given)) for given in ([], others)]

Path(__file__).with_name("fixtures.json").write_text(
    json.dumps(
        dict(
            madeWith={name: version(name) for name in ("numpy", "scipy", "statsmodels", "pymannkendall")},
            quantiles=quantiles,
            corrected=corrected,
            ranked=ranked,
            trends=trends,
            dependent=dependent,
            spread=spread,
            sums=sums,
            models=models,
        ),
        indent=1,
    )
    + "\n"
)
