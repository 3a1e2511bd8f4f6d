"""Plot of circ-2024: mean of the bytes allocated, over the length of the run."""
import statistics

import plotting
from plotting import FuncFormatter, NullLocator, plt

WORKLOAD = 'double_link'


def milliseconds(trials, variant, name, threads):
    return 1e3 * statistics.median(float(row['seconds']) for row in trials.rows if 'failed' not in row['flags'] and
                                   (row['variant'], row['strategy'], int(row['threads'])) == (variant, name, threads))


def megabytes(value):
    return value / 1e6


def panel(ax, trials, names, threads):
    for name in names:
        variants = sorted({key[1] for key in trials.cells_of('allocated') if key[2:] == (name, threads)
                           and trials.of('allocated', *key)})
        plotting.line(ax, name, [milliseconds(trials, variant, name, threads) for variant in variants],
                      [trials.of('allocated', WORKLOAD, v, name, threads).mapped(megabytes) for v in variants])
    ax.set_title(f"{threads} thread{'s' if threads > 1 else ''}")
    ax.set_xlabel('length of the run, ms')
    for axis in (ax.xaxis, ax.yaxis):
        (ax.set_xscale if axis is ax.xaxis else ax.set_yscale)('log')
        plotting.log_axis(axis)
        axis.set_minor_locator(NullLocator())


def draw(trials, _, folder):
    names = trials.strategies(WORKLOAD)
    counts = sorted({key[3] for key in trials.cells_of('allocated')})
    plot, axes = plt.subplots(1, len(counts), figsize=(4.2 * len(counts), 4.2), sharey=True, squeeze=False)
    for ax, threads in zip(axes[0], counts):
        panel(ax, trials, names, threads)
    axes[0][0].set_ylabel('MB allocated, mean over the run')
    axes[0][0].yaxis.set_major_formatter(FuncFormatter(plotting.plain_number))
    return [(plotting.finish(plot, names, folder, 'run-length'),
             'A queue linked both ways, of strings. Bytes allocated, a look every millisecond, mean over the run; beyond '
             'what was allocated before it. What climbs with the length of the run is not reclaimed while the program '
             'runs. Medians, and a band from the least to the most.')]
