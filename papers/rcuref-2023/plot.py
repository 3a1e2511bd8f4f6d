"""Plots of rcuref-2023: retries and time over the threads."""
import plotting
from plotting import plt

CELL = ('shared_pair', 'foreign')
NAMES = ('inc_not_zero', 'rcuref', 'fetch_add', 'atomic')


def draw(trials, figure, folder):
    plot, (left, right) = plt.subplots(1, 2, figsize=(9.2, 3.6))
    plotting.thread_panel(left, trials, CELL, ['inc_not_zero_told'], quantity='retries', log=False)
    left.set_ylim(bottom=0)
    left.set_ylabel('failed compare-and-swaps per operation')
    left.set_title('retries')
    published = figure.expected['retries']
    left.annotate(f"published: {published['value']} at 112 CPUs", (0.02, 0.94), xycoords='axes fraction', fontsize=8, color='#333333')
    plotting.thread_panel(right, trials, CELL, NAMES)
    right.set_ylabel('ns per get and put, and thread')
    right.set_title('time')
    return [(plotting.finish(plot, NAMES, folder, 'rcuref'),
             'One object, of which all threads take and give up references. Left: how often a compare-and-swap loop fails per '
             'operation, in a run of its own. Right: the time of an operation. Medians, and a band from the least to the most.')]
