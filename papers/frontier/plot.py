"""Plots of frontier: every contestant of a row, the fastest first."""
import plotting
from plotting import plt

ROWS = [  # title, cell, threads
    ('owner\'s pair, 1024 objects, 1 thread', ('pair', '1024'), 1),
    ('pair on one shared object, 4 threads', ('shared_pair', 'foreign'), 4),
    ('section', ('section', 'enter+leave'), 1),
    ('safepoint', ('section', 'safepoint'), 1),
    ('1000 slots, 0 % stores, 4 threads', ('slot', '1000/0%/borrow'), 4),
    ('1000 slots, 10 % stores, 4 threads', ('slot', '1000/10%/borrow'), 4),
    ('1000 slots, 50 % stores, 4 threads', ('slot', '1000/50%/borrow'), 4),
    ('one hot slot, owned loads, 4 threads', ('slot', '1/0%/owned'), 4),
    ('make, publish, retire, 1 thread', ('churn', 'own-slot'), 1),
    ('make, publish, retire, 4 threads', ('churn', 'own-slot'), 4),
    ('hand-over in a ring of 4', ('handoff', 'ring'), 4),
    ('new and drop, unpublished', ('new_drop', 'unpublished'), 1),
]


def ranking(trials, cell, threads):
    """(name, None, Sample), the fastest first."""
    samples = [(name, None, trials.ns(*cell, name, threads)) for name in trials.strategies(*cell)]
    return sorted((row for row in samples if row[2]), key=lambda row: row[2].median)


def draw(trials, _, folder):
    rows = [(title, ranking(trials, cell, threads)) for title, cell, threads in ROWS]
    rows = [(title, ranked) for title, ranked in rows if ranked]
    height = -(-len(rows) // 3)
    figure, axes = plt.subplots(height, 3, figsize=(11.2, 4.2 * height), squeeze=False)
    for ax in axes.flat[len(rows):]:
        ax.set_axis_off()
    for ax, (title, ranked) in zip(axes.flat, rows):
        plotting.dot_rows(ax, ranked, title, 'ns per operation and thread')
    figure.tight_layout()
    return [(plotting.save(figure, folder, 'frontier'), 'Every contestant of a row, the fastest first: the median, with a line from the '
             'least to the most of the trials.')]
