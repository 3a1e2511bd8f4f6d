"""Plots of free-latency: the tail of stores, and the throughput, freed in one go and a little at a time."""
import plotting
from plotting import plt

WAYS = (('batch/stores', 'in one go'), ('amortised/stores', 'a little at a time'))


def draw(trials, _, folder):
    names = trials.strategies('freeing', 'batch/stores')
    plot, axes = plt.subplots(1, 4, figsize=(12.5, 3.6))
    for ax, (variant, way) in zip(axes, WAYS):
        plotting.thread_panel(ax, trials, ('freeing', variant), names, quantity='p99.9')
        ax.set_title(f'stores, p99.9: {way}')
        ax.set_ylabel('ns')
    for ax, (variant, way) in zip(axes[2:], WAYS):
        plotting.thread_panel(ax, trials, ('freeing', variant), names, plotting.per_second(1e3), log=False)
        ax.set_title(f'throughput: {way}')
        ax.set_ylabel('Mop/s, of all threads')
    for pair in (axes[:2], axes[2:]):
        low, high = min(ax.get_ylim()[0] for ax in pair), max(ax.get_ylim()[1] for ax in pair)
        for ax in pair:
            ax.set_ylim(low, high)
    return [(plotting.finish(plot, names, folder, 'freeing'),
             'Of 1000 slots, 10 % stores: how long one store in a thousand takes, or a safepoint; and operations of all threads. What an epoch '
             'leaves behind is freed in one go, or two objects with each that is retired. Medians, and a band from the least to the most.')]
