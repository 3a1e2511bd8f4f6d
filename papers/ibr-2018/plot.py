"""Plots of ibr-2018: speed and what is not reclaimed, over the threads."""
import plotting
from plotting import plt

CELLS = [('hash', '50000/100%'), ('hash', '50000/10%')]
TITLES = ['insert, remove', 'get, put: 90/10']
SERIES = {'none': 'leak', 'EBR': 'xenium_ebr', 'HP': 'xenium_hp'}
LEAST = 1e-3  # MB: none


def megabytes(value, _):
    return max(value / 1e6, LEAST)


def contestants(trials):
    return [name for name in trials.strategies(*CELLS[0]) if name != 'plain']


def speed(trials, figure, folder):
    names = contestants(trials)
    plot, axes = plt.subplots(1, 3, figsize=(11.2, 4.2))
    plotting.published_panel(axes[0], figure.published('throughput'), SERIES)
    axes[0].set_title('published, 72 hardware threads')
    axes[0].set_xscale('log', base=2)
    axes[0].xaxis.set_major_formatter(plotting.FuncFormatter(plotting.plain_number))
    axes[0].set_xlabel('threads')
    for ax, cell, title in zip(axes[1:], CELLS, TITLES):
        plotting.thread_panel(ax, trials, cell, names, plotting.per_second(1e3), 'ns_looked_at', log=False)
        ax.set_title(f'measured: {title}')
    for ax in axes:
        ax.set_ylim(bottom=0)
    axes[0].set_ylabel('Mop/s, of all threads')
    return plotting.finish(plot, names, folder, 'speed')


def waiting(trials, folder):
    names = contestants(trials)
    plot, axes = plt.subplots(1, 2, figsize=(11.2, 4.2))
    plotting.thread_panel(axes[0], trials, CELLS[0], [name for name in names if name != 'leak'], megabytes, 'waiting')
    axes[0].set_title('MB that wait, at most')
    plotting.thread_panel(axes[1], trials, CELLS[0], names, megabytes, 'resident')
    axes[1].set_title('growth of the resident set, MB')
    return plotting.finish(plot, names, folder, 'waiting')


def draw(trials, figure, folder):
    return [
        (speed(trials, figure, folder), 'A hash map of 50,000 keys of 100,000, over the threads. Medians, and a band from the least to the most. '
         'Published: no reclamation, epochs and hazard pointers, in the styles of leak and of xenium.'),
        (waiting(trials, folder), 'Insert and remove: what waits, by the strategies that say so, and the growth of the resident set, which has '
         'in it what an allocator keeps. 1 KB at the bottom is nothing. Medians, and a band from the least to the most.'),
    ]
