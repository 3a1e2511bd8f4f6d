"""Plot of brc-2018: Table 7 as published, and the same four increments measured here."""
import csv
import pathlib

import plotting
from plotting import plt

ROWS = [  # label, id in expected.csv, measured cell, style of, hatch
    ('non-atomic', 'plain', ('increment', 'owner', 'plain', 1), 'plain', ''),
    ('BRC owner', 'owner', ('increment', 'owner', 'biased', 1), 'biased', '////'),
    ('atomic CAS', 'cas', ('increment', 'owner', 'cas', 1), 'atomic', 'xxxx'),
    ('BRC non-owner', 'non_owner', ('increment', 'foreign', 'biased', 1), 'deferred', '\\\\\\\\'),
]


def bars(ax, title, values):
    """values: a (median, least, most) for each of ROWS, or None."""
    longest = max((v[2] for v in values if v), default=1)
    for y, (row, value) in enumerate(zip(ROWS, values)):
        if not value:
            ax.annotate('not measured', (0, y), xytext=(4, 0), textcoords='offset points', va='center')
            continue
        median, least, most = value
        ax.barh(y, median, height=0.62, color=plotting.style(row[3])[0], alpha=0.75, hatch=row[4], edgecolor='white',
                linewidth=0, xerr=[[median - least], [most - median]] if most > least else None, ecolor='black', capsize=3)
        ax.annotate(f'{median:.2f}', (most, y), xytext=(6, 0), textcoords='offset points', va='center')
    ax.set_yticks(range(len(ROWS)))
    ax.set_yticklabels([row[0] for row in ROWS])
    ax.set_xlim(0, longest * 1.16)
    ax.grid(False, axis='y')
    ax.set_title(title)
    ax.set_xlabel('ns per increment, one thread')


def draw(trials, folder):
    with open(pathlib.Path(__file__).with_name('expected.csv'), newline='') as file:
        published = {row['id']: float(row['value']) for row in csv.DictReader(file)}
    samples = [trials.ns(*row[2]) for row in ROWS]
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 2.9), sharey=True)
    bars(left, 'published (4-core Haswell, Swift 3.1.1)', [(published[row[1]],) * 3 for row in ROWS])
    bars(right, f'measured here ({trials.cores} cores)', [(s.median, s.least, s.most) if s else None for s in samples])
    left.invert_yaxis()  # shared: both begin above
    figure.tight_layout()
    return [(plotting.save(figure, folder, 'table7'), 'Nanoseconds per increment. Measured: the median, with the least and the '
             'most of the trials.')]
