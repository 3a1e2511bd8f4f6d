"""Plots of reclaim-comparison: base costs, list length, threads, and what a section costs."""
import plotting
from plotting import plt

LENGTHS = (0, 1, 5, 10, 25, 50, 100)
SCHEMES = {'LFRC': 'xenium_lfrc', 'HP': 'xenium_hp', 'EBR': 'xenium_ebr', 'NEBR': 'xenium_nebr', 'QSBR': 'xenium_qsbr'}
OURS = ('atomic', 'biased', 'deferred', 'epoch')


def base(trials, figure, folder):
    columns = [('guard, or borrow', ('slot', '1/0%/borrow'), 'guard'), ('list of 10, read only', ('set', '10/0%'), 'read'),
               ('list of 10, modifications only', ('set', '10/100%'), 'write'), ('queue', ('queue', '100'), 'queue')]
    plot, axes = plt.subplots(1, 4, figsize=(11.2, 3.4), sharey=True)
    for ax, (title, cell, key) in zip(axes, columns):
        curves = figure.published('base-' + key)
        rows = [(name, curves[series][0][1] if series in curves else None, trials.ns(*cell, name, 1))
                for series, name in SCHEMES.items()]
        plotting.dot_rows(ax, rows + [(name, None, trials.ns(*cell, name, 1)) for name in OURS], title, 'ns')
    plot.tight_layout()
    return plotting.save(plot, folder, 'base')


def lengths(trials, figure, folder):
    threads = max((t for t in trials.threads('set', '10/0%', 'epoch') if t <= trials.cores), default=1)
    names = [*SCHEMES.values(), *OURS]
    plot, axes = plt.subplots(1, 3, figsize=(11.2, 4.2))
    plotting.published_panel(axes[0], figure.published('length'), {**SCHEMES, 'LFRC-padded': 'xenium_lfrc'})
    axes[0].set_title('published: 1 thread (Opteron 6168)')
    for ax, count in zip(axes[1:], (1, threads)):
        for name in names:
            plotting.line(ax, name, LENGTHS, [trials.ns('set', f'{length}/0%', name, count) for length in LENGTHS])
        ax.set_title(f'measured: {count} thread{"s" * (count > 1)}, {trials.cores} cores')
    axes[2].set_yscale('log')
    plotting.log_axis(axes[2].yaxis)
    for ax in axes:
        ax.set_xlabel('elements of the list')
    axes[0].set_ylabel('ns per operation and thread')
    return plotting.finish(plot, names, folder, 'length')


def scaling(trials, figure, folder):
    columns = [('list of 10, 20 % modify', ('set', '10/20%'), 'modify-20'),
               ('list of 10, 80 % modify', ('set', '10/80%'), 'modify-80'), ('queue', ('queue', '100'), 'queue')]
    names = [*SCHEMES.values(), *OURS]
    plot, axes = plt.subplots(2, 3, figsize=(11.2, 6.2), sharex=True, sharey='row')
    for i, (title, cell, key) in enumerate(columns):
        curves = figure.published(key)
        plotting.published_panel(axes[0][i], curves, SCHEMES)
        axes[0][i].set_title(title)
        axes[0][i].set_yscale('log')
        plotting.log_axis(axes[0][i].yaxis)
        plotting.thread_panel(axes[1][i], trials, cell, names)
    for ax, words in zip(axes[:, 0], ('published', 'measured')):
        ax.set_ylabel(f'{words}: ns\nper operation and thread')
    return plotting.finish(plot, names, folder, 'threads')


def sections(trials, figure, folder):
    names = [*SCHEMES.values(), *OURS]
    plot, axes = plt.subplots(1, 4, figsize=(11.2, 3.9), sharey=True)
    columns = [('10/0%', 'read only, 100 per section'), ('10/0%/each', 'read only, 1 per section'),
               ('10/20%', '20 % modify, 100 per section'), ('10/20%/each', '20 % modify, 1 per section')]
    for ax, (variant, title) in zip(axes, columns):
        plotting.thread_panel(ax, trials, ('set', variant), names)
        ax.set_title(title)
    axes[0].set_ylabel('ns per operation and thread')
    return plotting.finish(plot, names, folder, 'sections')


def draw(trials, figure, folder):
    return [
        (base(trials, figure, folder), 'Base costs at one thread. Hollow diamonds: published. The others: the median measured '
         'here, with a line from the least to the most.'),
        (lengths(trials, figure, folder), 'Looks only, over the length of the list. Medians, and a band from the least to the '
         'most.'),
        (scaling(trials, figure, folder), 'With modifications, and the queue, over the threads. Medians, and a band from the '
         'least to the most.'),
        (sections(trials, figure, folder), 'The setting on which it depends: 100 operations in a section, as published, and a '
         'section for each. Medians, and a band from the least to the most.'),
    ]
