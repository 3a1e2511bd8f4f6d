"""Plots of nogil: the sharing ladder, the cost of a pair, and whole programs."""
import plotting
from plotting import plt

RUNGS = ('nothing', 'thread-local', 'provider', 'container', 'singleton', 'raw')
IMMORTAL = ('singleton-immortal', 'raw-immortal')
NAMES = ('global_lock', 'atomic', 'biased', 'deferred', 'epoch')


def ladder(trials, figure, folder):
    threads = max((t for t in trials.threads('ladder', 'nothing', 'biased') if t <= trials.cores), default=1)
    rungs = RUNGS + IMMORTAL
    plot, axes = plt.subplots(1, 2, figsize=(11.2, 4.4), width_ratios=(1, 1.5), sharey=True)
    curves = figure.published('ladder')
    axes[0].plot(range(len(RUNGS)), [curves[r][0][1] for r in RUNGS], color='black', marker='D', markerfacecolor='white')
    axes[0].set_title('published: CPython 3.14t, 4 threads')
    for name in NAMES:
        samples = [trials.ratio(('ladder', r, name, 1), ('ladder', r, name, threads), factor=threads) for r in rungs]
        plotting.line(axes[1], name, range(len(RUNGS)), samples[:len(RUNGS)])
        plotting.line(axes[1], name, range(len(RUNGS), len(rungs)), samples[len(RUNGS):])
    axes[1].set_title(f'measured: {threads} threads, {trials.cores} cores')
    for ax, names in zip(axes, (RUNGS, rungs)):
        ax.axhline(1, color='#999999', linewidth=0.9, linestyle=(0, (1, 1)))
        ax.axhline(threads, color='#999999', linewidth=0.9, linestyle=(0, (1, 1)))
        ax.set_yscale('log')
        plotting.log_axis(ax.yaxis)
        ax.set_xticks(range(len(names)))
        ax.set_xticklabels([name.replace('-', '\n') for name in names], fontsize=8)
        ax.set_xlabel('what is shared')
    axes[0].set_ylabel('speed of all threads over that of one')
    return plotting.finish(plot, NAMES, folder, 'ladder')


def overhead(trials, figure, folder):
    names = [n for n in NAMES if n != 'global_lock']
    plot, axes = plt.subplots(1, 2, figsize=(11.2, 2.9), sharey=True)
    for ax, variant, title in zip(axes, ('nothing', 'raw-private'), ('with 24 rounds of work per 8 pairs', 'pairs alone')):
        rows = [(n, None, trials.ratio(('ladder', variant, n, 1), ('ladder', variant, 'plain', 1))) for n in names]
        plotting.dot_rows(ax, rows, title, 'time of one thread over that of plain')
    plot.tight_layout()
    return plotting.save(plot, folder, 'overhead')


def counts(trials, figure, folder):
    names = ['plain', *NAMES, 'fetch_add', 'cas']
    plot, axes = plt.subplots(1, 3, figsize=(11.2, 3.8), sharey=True)
    columns = [(('pair', '1'), 'an object of the thread\'s own'), (('pair', '1024'), '1024 of them in turn'),
               (('shared_pair', 'foreign'), 'one object that all share')]
    for ax, (cell, title) in zip(axes, columns):
        plotting.thread_panel(ax, trials, cell, names)
        ax.set_title(title)
    axes[0].set_ylabel('ns per pair and thread')
    return plotting.finish(plot, names, folder, 'counts')


def cells_of(figure, part):
    return [tuple(name.split('/', 1)) for name in figure.params['parts'][part]['programs']]


def players(trials):
    """Those who ran programs, CPython last."""
    there = trials.strategies('matmul.py')
    return [name for name in NAMES + ('cpython', 'cpython_ft') if name in there]


def per_program(trials, cells, names, sample, ax):
    """A row per program, a mark per contestant."""
    for y, cell in enumerate(cells):
        for i, name in enumerate(names):
            value = sample(cell, name)
            if not value:
                continue
            colour, marker, _ = plotting.style(name)
            place = y + 0.7 * ((i + 0.5) / len(names) - 0.5)
            ax.plot([value.least, value.most], [place, place], color=colour, linewidth=2.5, alpha=0.35)
            ax.plot([value.median], [place], marker=marker, color=colour, linestyle='none',
                    markerfacecolor='white' if value.disturbed else colour)
    ax.set_yticks(range(len(cells)))
    ax.set_yticklabels([' '.join(cell) for cell in cells], fontsize=8)
    ax.set_ylim(len(cells) - 0.5, -0.5)
    ax.axvline(1, color='#999999', linewidth=0.9, linestyle=(0, (1, 1)))


def programs(trials, figure, folder):
    names, cells = players(trials), cells_of(figure, 'programs') + cells_of(figure, 'fixed-work')
    threads = max((t for t in trials.threads('matmul.py', 'shared', 'biased') if t <= trials.cores), default=1)
    plot, axes = plt.subplots(1, 2, figsize=(11.2, 9.5), sharey=True)
    per_program(trials, cells, names, lambda cell, name: trials.ratio((*cell, name, 1), (*cell, 'plain', 1)), axes[0])
    axes[0].set_xscale('log')
    plotting.log_axis(axes[0].xaxis)
    axes[0].set_xlabel('time of one thread over that of plain')
    per_program(trials, cells, names, lambda cell, name: trials.ratio((*cell, name, 1), (*cell, name, threads), factor=threads),
                axes[1])
    axes[1].axvline(threads, color='#999999', linewidth=0.9, linestyle=(0, (1, 1)))
    axes[1].set_xlim(left=0)
    axes[1].set_xlabel(f'speed of {threads} threads over that of one; {trials.cores} cores')
    return plotting.finish(plot, names, folder, 'programs')


def scaling(trials, figure, folder):
    names = players(trials)
    plot, axes = plt.subplots(2, 3, figsize=(11.2, 6.4))
    cells = [('matmul.py', 'shared'), ('matmul.py', 'copied'), ('tree.py', 'trivial-main'),
             ('matmul.py', 'shared-weak'), ('matmul.py', 'copied-weak'), ('gcbench.py', 'each')]
    for ax, cell in zip(axes.flat, cells):
        plotting.thread_panel(ax, trials, cell, names, plotting.per_second(1e3), log=False)
        ax.set_ylim(bottom=0)
        ax.set_title(' '.join(cell))
    for ax in axes[:, 0]:
        ax.set_ylabel('steps per µs, all threads')
    return plotting.finish(plot, names, folder, 'scaling')


def of_programs(trials, figure, folder):
    if not trials.strategies('matmul.py'):  # a run from before there were any
        return []
    return [
        (programs(trials, figure, folder), 'Whole programs, by an interpreter that differs in the strategy alone, and by CPython. '
         'Left: one thread, over the same without any synchronisation. Right: all cores; dotted: no gain, and the ideal.'),
        (scaling(trials, figure, folder), 'Above: fixed work, divided among the threads. Below: each thread does all of it.'),
    ]


def draw(trials, figure, folder):
    return of_programs(trials, figure, folder) + [
        (ladder(trials, figure, folder), 'The sharing ladder: how much faster all threads together are than one, by how much they '
         'share. Dotted: no gain, and the ideal. Medians, and a band from the least to the most.'),
        (overhead(trials, figure, folder), 'What a single thread pays for it: the median, with a line from the least to the '
         'most.'),
        (counts(trials, figure, folder), 'Retain and release, nothing else. Medians, and a band from the least to the most.'),
    ]
