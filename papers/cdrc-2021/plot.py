"""Plots of cdrc-2021: loads and stores, memory, stacks, structures and the queue."""
import plotting
from plotting import plt

OURS = ('atomic', 'biased', 'deferred', 'epoch')
POINTERS = ('std_lock_pool', 'std_shared_ptr', 'boost_shared_ptr')
MILLIONS = plotting.per_second(1e3)
ARTIFACT_NAMES = {'gnu': 'std', 'cdrc-hp': 'CDRC-HP', 'cdrc-ebr': 'CDRC-EBR', 'orcgc': 'OrcGC', 'folly': 'folly',
                  'herlihy': 'Herlihy'}


def artifact(ax, curves, title):
    """The authors' programs, run on a machine of the same size, with a legend of their own: they are no contestants."""
    for i, (series, points) in enumerate(curves.items()):
        shade = ('#000000', '#444444', '#666666', '#888888', '#aaaaaa', '#222222')[i % 6]
        ax.plot([x for x, _ in points], [y for _, y in points], color=shade, marker='.ox+sd'[i % 6],
                linestyle=('-', '--', '-.', ':')[i % 4], label=ARTIFACT_NAMES[series])
    ax.set_yscale('log')
    plotting.log_axis(ax.yaxis)
    if curves:
        plotting.thread_axis(ax, sorted({x for points in curves.values() for x, _ in points}), 0, 0)
        ax.legend(fontsize=7, frameon=False, ncol=2, loc='best', handlelength=2.5)
        ax.margins(y=0.3)
    ax.set_title(title)
    ax.set_xlabel('threads')


def load_store(trials, figure, folder):
    names = POINTERS + OURS
    plot, axes = plt.subplots(2, 3, figsize=(11.2, 6.6), sharey='row')
    for row, percent in zip(axes, (10, 50)):
        artifact(row[0], figure.published(f'load-store-{percent}'), f'the artifact, {percent} % stores [ours]')
        for ax, how in zip(row[1:], ('owned', 'borrow')):
            plotting.thread_panel(ax, trials, ('slot', f'10/{percent}%/{how}'), names, MILLIONS)
            ax.set_title(f'10 slots, {percent} % stores, {"owned loads" if how == "owned" else "borrows"}')
        row[0].set_ylabel('million operations per second')
    return plotting.finish(plot, names, folder, 'load-store')


def large(trials, figure, folder):
    sizes = [s for s in (1000000, 10000000) if trials.strategies('slot', f'{s}/10%/owned')]
    plot, axes = plt.subplots(1, len(sizes), figsize=(11.2, 3.4), squeeze=False)
    for ax, size in zip(axes[0], sizes):
        plotting.thread_panel(ax, trials, ('slot', f'{size}/10%/owned'), POINTERS + OURS, MILLIONS)
        ax.set_title(f'{size} slots, 10 % stores, owned loads')
    axes[0][0].set_ylabel('million operations per second')
    return plotting.finish(plot, POINTERS + OURS, folder, 'load-store-large')


def memory(trials, figure, folder):
    plot, axes = plt.subplots(1, 3, figsize=(11.2, 3.6))
    for ax, how in zip(axes, ('owned', 'borrow')):
        plotting.thread_panel(ax, trials, ('slot', f'1/10%/{how}'), OURS, lambda objects, _: objects + 1, 'pending')
        ax.set_title(f'1 slot, 10 % stores, {"owned loads" if how == "owned" else "borrows"}')
    axes[0].set_ylabel('most objects waiting, + 1')
    sizes = [10, 100, 1000, 10000, 100000]
    threads = max(trials.threads('stacks', '10x10/10%/borrow', 'epoch'), default=1)
    for name in OURS:
        samples = [trials.of('peak', 'stacks', f'10x{n}/10%/borrow', name, threads) for n in sizes]
        samples = [sample.mapped(lambda b: b / 1e6) for sample in samples]
        plotting.line(axes[2], name, sizes, samples)
    axes[2].set_xscale('log')
    axes[2].set_yscale('log')
    plotting.log_axis(axes[2].yaxis)
    axes[2].set_title(f'peak memory of 10 stacks, {threads} threads')
    axes[2].set_xlabel('elements of a stack')
    axes[2].set_ylabel('MB')
    return plotting.finish(plot, OURS, folder, 'memory')


def stacks(trials, figure, folder):
    names = POINTERS + OURS
    plot, axes = plt.subplots(2, 4, figsize=(11.2, 6.2), sharey=True)
    artifact(axes[0][0], figure.published('stacks-1'), 'the artifact, 1 % updates [ours]')
    axes[1][0].axis('off')
    for row, how in zip(axes, ('borrow', 'owned')):
        for ax, percent in zip(row[1:], (1, 10, 50)):
            plotting.thread_panel(ax, trials, ('stacks', f'10x20/{percent}%/{how}'), names, MILLIONS)
            ax.set_title(f'{percent} % updates, {"borrows" if how == "borrow" else "owned loads"}')
    for ax in (axes[0][0], axes[1][1]):
        ax.set_ylabel('million operations per second')
    return plotting.finish(plot, names, folder, 'stacks')


def structures(trials, figure, folder):
    names = OURS + ('xenium_ebr', 'xenium_hp', 'xenium_lfrc')
    plot, axes = plt.subplots(1, 3, figsize=(11.2, 3.8))
    for ax, cell, title in zip(axes, (('set', '1000/10%'), ('hash', '100000/10%'), ('queue', 'threads')),
                               ('list of 1000, 10 % modify', 'hash table of 100000, 10 % modify', 'queue: take one, put one')):
        plotting.thread_panel(ax, trials, cell, names, MILLIONS)
        ax.set_title(title)
    axes[0].set_ylabel('million operations per second')
    return plotting.finish(plot, names, folder, 'structures')


def draw(trials, figure, folder):
    ending = ' Medians, and a band from the least to the most.'
    return [
        (load_store(trials, figure, folder), 'Figures 6a and 6b: loads and stores of 10 slots.' + ending),
        (large(trials, figure, folder), 'Figure 6c: many slots.' + ending),
        (memory(trials, figure, folder), 'Figures 6d and 6h: objects that wait to be freed; memory by the size of the stacks.'
         + ending),
        (stacks(trials, figure, folder), 'Figures 6e to 6g: ten stacks of 20 elements.' + ending),
        (structures(trials, figure, folder), 'Figures 7a and 7b, and PLDI 2022, Figure 13.' + ending),
    ]
