"""Plots of overhead-scaling: ns per operation, and how much faster than one thread of `plain`, over the threads."""
import plotting
from plotting import plt

OPERATIONS = [  # of the overview: title, cell, where the overhead of one thread and the scaling are read
    ('pair on 1024 private objects', ('pair', '1024')),
    ('pair on one shared object', ('shared_pair', 'foreign')),
    ('1000 slots, 10 % stores, borrowed loads', ('slot', '1000/10%/borrow')),
]


def samples(trials, cell, name, factor=None):
    """(threads, Samples): of ns per operation or, with factor, of plain's time at 1 thread over it, times the threads."""
    threads = trials.threads(*cell, name)
    if not factor:
        return threads, [trials.ns(*cell, name, t) for t in threads]
    return threads, [trials.ratio((*cell, 'plain', 1), (*cell, name, t), factor=t) for t in threads]


def all_threads(trials):
    return sorted({key[3] for key in trials.cells})


def time_panel(ax, trials, cell, names):
    for name in names:
        plotting.line(ax, name, *samples(trials, cell, name))
    ax.set_yscale('log')
    plotting.log_axis(ax.yaxis)
    plotting.thread_axis(ax, all_threads(trials), trials.cores, trials.processors)


def scaling_panel(ax, trials, cell, names):
    threads = all_threads(trials)
    ax.plot(threads, [min(t, trials.cores) for t in threads], color='#999999', linewidth=0.9, linestyle=(0, (1, 1)), zorder=1)
    for name in names:
        plotting.line(ax, name, *samples(trials, cell, name, factor=True))
    ax.set_yscale('log')
    plotting.log_axis(ax.yaxis)
    plotting.thread_axis(ax, threads, trials.cores, trials.processors)
    ax.set_xlabel('threads')


def grid(trials, folder, name, columns, names):
    """A row of times over a row of scaling; columns is a list of (title, cell)."""
    columns = [(title, cell) for title, cell in columns if any(trials.threads(*cell, n) for n in names)]
    if not columns:
        return None
    figure, axes = plt.subplots(2, len(columns), figsize=(2.9 * len(columns) + 0.6, 5.6), squeeze=False, sharex=True)
    for i, (title, cell) in enumerate(columns):
        time_panel(axes[0][i], trials, cell, names)
        scaling_panel(axes[1][i], trials, cell, names)
        axes[0][i].set_title(title)
    axes[0][0].set_ylabel('ns per operation and thread')
    axes[1][0].set_ylabel('operations per second,\nplain at 1 thread = 1')
    return plotting.finish(figure, names, folder, name)


def overview(trials, folder, names):
    """Overhead to the right, scaling upwards: the corner to be in is the upper left."""
    figure, axes = plt.subplots(1, len(OPERATIONS), figsize=(11.2, 4.0))
    threads = max((t for t in all_threads(trials) if t <= trials.cores), default=1)
    for ax, (title, cell) in zip(axes, OPERATIONS):
        ax.axhline(threads, color='#999999', linewidth=0.9, linestyle=(0, (1, 1)))
        ax.axhline(1, color='#999999', linewidth=0.9, linestyle=(0, (1, 1)))
        for name in names:
            over = trials.ratio((*cell, name, 1), (*cell, 'plain', 1))
            scaling = trials.ratio((*cell, name, 1), (*cell, name, threads), factor=threads)
            if not over or not scaling or name == 'plain':
                continue
            colour, marker, _ = plotting.style(name)
            ax.errorbar([over.median], [scaling.median],
                        xerr=[[over.median - over.least], [over.most - over.median]],
                        yerr=[[scaling.median - scaling.least], [scaling.most - scaling.median]],
                        color=colour, marker=marker, markersize=8, elinewidth=0.9,
                        markerfacecolor='white' if over.disturbed or scaling.disturbed else colour)
        ax.set_xscale('log')
        ax.set_yscale('log')
        plotting.log_axis(ax.xaxis)
        plotting.log_axis(ax.yaxis)
        ax.set_title(title)
        ax.set_xlabel('overhead: time at 1 thread / plain')
    axes[0].set_ylabel(f'scaling: {threads} threads / own 1 thread')
    return plotting.finish(figure, [n for n in names if n != 'plain'], folder, 'overview')


def costs(trials, folder, strategies):
    """What has no plain counterpart worth dividing by: sections and creation, beside their peers."""
    panels = [('section: enter and leave', ('section', 'enter+leave')), ('safepoint', ('section', 'safepoint')),
              ('new and drop, unpublished', ('new_drop', 'unpublished'))]
    names = strategies + [n for w in ('section', 'new_drop') for n in trials.strategies(w) if n not in strategies]
    figure, axes = plt.subplots(1, len(panels), figsize=(11.2, 3.8))
    for ax, (title, cell) in zip(axes, panels):
        time_panel(ax, trials, cell, names)
        ax.set_title(title)
        ax.set_xlabel('threads')
    axes[0].set_ylabel('ns per operation and thread')
    return plotting.finish(figure, names, folder, 'sections-creation')


def draw(trials, _, folder):
    strategies = trials.strategies('slot') or trials.strategies('pair')
    pairs = strategies + [n for n in trials.strategies('pair') if n not in strategies]
    scaling = ('Above: median nanoseconds per operation and thread, with the least and the most of the trials as a band. '
               'Below: the same as operations per second of all threads, as a multiple of what one thread of plain does; dotted: the '
               'ideal. Right of the dashed line there are more threads than cores.')
    plots = [
        (overview(trials, folder, strategies), 'What a strategy costs one thread, and what it gives to many. Left is '
         'cheap, up is scalable; the dotted lines are no gain and the ideal.'),
        (grid(trials, folder, 'pairs', [('one private object', ('pair', '1')), ('1024 private objects', ('pair', '1024')),
              ('65536 private, shuffled', ('pair', '64k-shuffled')), ('one object shared by all', ('shared_pair', 'foreign'))],
              pairs), 'lt_retain and lt_release. ' + scaling),
    ]
    for slots, what in (('1', 'One slot'), ('1000', '1000 slots')):
        for how, loads in (('borrow', 'borrowed'), ('owned', 'owned')):
            columns = [(f'{stores} % stores', ('slot', f'{slots}/{stores}%/{how}')) for stores in (0, 1, 10, 50)]
            plots.append((grid(trials, folder, f'slots-{slots}-{how}', columns, strategies),
                          f'{what}, {loads} loads; a store makes a new object. {scaling}'))
    plots.append((costs(trials, folder, strategies), 'Sections and creation beside their peers: median nanoseconds per '
                  'operation and thread, with the least and the most of the trials.'))
    return [(path, caption) for path, caption in plots if path]
