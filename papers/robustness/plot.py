"""Plots of robustness: what waits and how fast it goes, over time beside a reader that does not go on, and over the threads."""
import plotting
from plotting import plt

STALLED = [('running', 'nobody stands still'), ('stopped', 'stopped for ever'), ('late', 'late by 10 ms'),
           ('stopped/limited', 'stopped, limit 1 MiB'), ('late/limited', 'late, limit 1 MiB')]
CROWDED = ('slot', '1000/10%/borrow')
LEAST = 1e-3  # MB: none
TOGETHER = 4  # looks, for a speed


def row_of(trials, variant, name, threads=2):
    """The first trial in which nothing took processor time away, or the first."""
    rows = trials.runs['memory'].get(('stall', variant, name, threads), {}).values()
    rows = [row for row in rows if row.get('looks')]
    return min(rows, key=lambda row: ('stolen' in row['flags'], int(row['trial'])), default=None)


def looks(row):
    """[(ms, MB pending, MB resident, operations)]"""
    table = [list(map(float, look.split())) for look in row['looks'].split(';')]
    return [(us / 1e3, pending / 1e6, resident / 1e6, operations) for us, pending, resident, operations in table]


def speeds(table):
    """[(ms, Mop/s)], each from some looks."""
    return [(b[0], (b[3] - a[3]) / (b[0] - a[0]) / 1e3) for a, b in zip(table, table[TOGETHER:]) if b[0] > a[0] and b[3] >= a[3]]


def curve(ax, name, points):
    colour, marker, dashes = plotting.style(name)
    ax.plot([x for x, _ in points], [max(y, LEAST) for _, y in points], color=colour, linestyle=dashes, linewidth=1.2, marker=marker,
            markersize=3.5, markevery=max(1, len(points) // 6))


def contestants(trials):
    return [name for name in trials.strategies('stall', 'stopped') if row_of(trials, 'stopped', name)]


def ours(trials):
    """Those that say what is pending."""
    return [name for name in contestants(trials) if row_of(trials, 'stopped', name)['pending'] != '' and name != 'leak']


def over_time(trials, folder):
    names = ours(trials)
    plot, axes = plt.subplots(2, len(STALLED), figsize=(13, 5.6), sharey='row')
    for i, (variant, title) in enumerate(STALLED):
        for name in names:
            row = row_of(trials, variant, name)
            if row:
                curve(axes[0][i], name, [(ms, mb) for ms, mb, _, _ in looks(row)])
                curve(axes[1][i], name, speeds(looks(row)))
        axes[0][i].set_title(title)
        axes[1][i].set_xlabel('ms')
    for ax in axes.flat:
        ax.set_yscale('log')
        plotting.log_axis(ax.yaxis)
    axes[0][0].set_ylabel('MB that wait')
    axes[1][0].set_ylabel('Mop/s, of 2 threads')
    return plotting.finish(plot, names, folder, 'stalled')


def resident(trials, folder):
    names = contestants(trials)
    plot, axes = plt.subplots(1, 3, figsize=(11.2, 3.9), sharey=True)
    for ax, (variant, title) in zip(axes, STALLED):
        for name in names:
            row = row_of(trials, variant, name)
            if row:
                curve(ax, name, [(ms, mb) for ms, _, mb, _ in looks(row)])
        ax.set_title(title)
        ax.set_xlabel('ms')
        ax.set_yscale('log')
        plotting.log_axis(ax.yaxis)
    axes[0].set_ylabel('growth of the resident set, MB')
    return plotting.finish(plot, names, folder, 'resident')


def crowd(trials, folder):
    cells = trials.cells_of('resident')
    names = list(dict.fromkeys(name for workload, variant, name, threads in cells if (workload, variant) == CROWDED and threads > 1))
    tell = [name for name in names if name in ours(trials)]
    plot, axes = plt.subplots(1, 3, figsize=(11.2, 4.2))
    megabytes = lambda value, _: max(value / 1e6, LEAST)  # noqa: E731
    plotting.thread_panel(axes[0], trials, CROWDED, tell, megabytes, 'waiting')
    axes[0].set_title('MB that wait, at most')
    plotting.thread_panel(axes[1], trials, CROWDED, names, megabytes, 'resident')
    axes[1].set_title('growth of the resident set, MB')
    plotting.thread_panel(axes[2], trials, CROWDED, names, plotting.per_second(1e3), 'ns_looked_at', log=False)
    axes[2].set_title('Mop/s, of all threads')
    axes[2].set_ylim(bottom=0)
    return plotting.finish(plot, names, folder, 'crowd')


def draw(trials, _, folder):
    return [
        (over_time(trials, folder), 'Beside a reader that does not go on, over time, one trial: what waits of 1000 slots with 10 % stores, and '
         'how many operations two threads do. Strategies of this library, which say what waits; 1 KB at the bottom is nothing. With the limit: '
         'those that hold back who retires.'),
        (resident(trials, folder), 'The same beside the libraries, which do not say what waits: the growth of the resident set.'),
        (crowd(trials, folder), 'P, 1.5 P, 2 P and 4 P threads on P processors, nobody stopped but by the scheduler. Medians, and a band from '
         'the least to the most.'),
    ]
