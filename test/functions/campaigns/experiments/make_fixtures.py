"""Makes fixtures.json: python3 -m venv v && v/bin/pip install gbstats==0.8.0 scipy==1.17.1 && v/bin/python make_fixtures.py

The GrowthBook vector is that of its own test of the sequential t-test (packages/stats/tests, tuning parameter 1000).
"""

import json
import math
from pathlib import Path

from gbstats.frequentist.tests import SequentialConfig, SequentialTwoSidedTTest
from gbstats.models.statistics import SampleMeanStatistic
from scipy.special import betaln
from scipy.stats import binomtest

a = dict(sum=1396.87, sum_squares=52377.9767, n=3000)
b = dict(sum=2422.7, sum_squares=134698.29, n=3461)


def sequential(alpha, tuned_for):
    config = SequentialConfig(alpha=alpha, sequential_tuning_parameter=tuned_for)
    result = SequentialTwoSidedTTest(SampleMeanStatistic(**a), SampleMeanStatistic(**b), config).compute_result()
    return dict(alpha=alpha, tightestAt=tuned_for, expected=result.expected, low=result.ci[0], high=result.ci[1])


signs = [(0, 0), (1, 0), (3, 3), (7, 0), (20, 9), (60, 40), (0, 25), (500, 400), (1000, 1000)]
splits = [(0, 0), (5, 0), (11, 0), (10, 0), (3, 9), (30, 12), (100, 88), (250, 180), (990, 1010)]
Path(__file__).with_name("fixtures.json").write_text(
    json.dumps(
        dict(
            growthbook=dict(
                a=dict(sum=a["sum"], sumOfSquares=a["sum_squares"], n=a["n"]),
                b=dict(sum=b["sum"], sumOfSquares=b["sum_squares"], n=b["n"]),
                intervals=[sequential(alpha, at) for alpha in (0.05, 0.01) for at in (1000, 5000)],
            ),
            evidence=[
                dict(
                    wins=w,
                    losses=l,
                    logEvidence=(w + l) * math.log(2) + betaln(w + 0.5, l + 0.5) - betaln(0.5, 0.5),
                )
                for w, l in signs
            ],
            splits=[
                dict(one=x, other=y, pValue=binomtest(x, x + y, 0.5).pvalue if x + y else 1.0) for x, y in splits
            ],
        ),
        indent=2,
    )
    + "\n"
)
