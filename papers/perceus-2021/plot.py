"""Plots of perceus-2021: the five programs with and without reuse."""
import plotting
from plotting import plt

PROGRAMS = {'rbtree': '50000', 'rbtree-ck': '20000', 'cfold': '13', 'deriv': '7', 'nqueens': '8'}
LARGE = {'rbtree': '4200000', 'rbtree-ck': '420000', 'cfold': '15', 'deriv': '10', 'nqueens': '13'}
MODES = {'fresh': ('', 0.45), 'moved': ('////', 0.7), 'reuse': ('', 0.95)}  # hatch, opacity


def gains(ax, trials, figure, names, sizes, title):
    """Time without reuse over time with it, by program; published: a line across the group."""
    width = 0.8 / len(names)
    for x, (program, size) in enumerate(sizes.items()):
        for i, name in enumerate(names):
            sample = trials.ratio(('functional', f'{program}/{size}/moved', name, 1), ('functional', f'{program}/{size}/reuse', name, 1))
            if not sample:
                continue
            place = x - 0.4 + width * (i + 0.5)
            ax.bar([place], [sample.median], width=0.9 * width, color=plotting.style(name)[0], alpha=0.8, linewidth=0,
                   yerr=[[sample.median - sample.least], [sample.most - sample.median]], ecolor='#333333',
                   error_kw={'elinewidth': 0.8})
            ax.annotate(f'{sample.median:.2f}', (place, sample.most), xytext=(0, 2), textcoords='offset points', ha='center', fontsize=6)
        ax.plot([x - 0.42, x + 0.42], [float(figure.expected[program]['value'])] * 2, color='black', linewidth=1.4, linestyle=(0, (4, 2)))
    ax.axhline(1, color='#777777', linewidth=0.9)
    ax.set_yscale('log')
    plotting.log_axis(ax.yaxis)
    ax.set_xticks(range(len(sizes)))
    ax.set_xticklabels([f'{program}\n{size}' for program, size in sizes.items()])
    ax.grid(False, axis='x')
    ax.set_title(title)


def times(ax, trials, names, program, size):
    for x, name in enumerate(names):
        there = [m for m in MODES if trials.ns('functional', f'{program}/{size}/{m}', name, 1)]
        for i, mode in enumerate(there):
            sample = trials.ns('functional', f'{program}/{size}/{mode}', name, 1)
            hatch, opacity = MODES[mode]
            width = 0.8 / len(there)
            ax.bar([x - 0.4 + width * (i + 0.5)], [sample.median], width=0.9 * width, color=plotting.style(name)[0], alpha=opacity,
                   hatch=hatch, edgecolor='white', linewidth=0, ecolor='#333333', error_kw={'elinewidth': 0.8},
                   yerr=[[sample.median - sample.least], [sample.most - sample.median]])
    ax.set_xticks(range(len(names)))
    ax.set_xticklabels(names, fontsize=7, rotation=35, ha='right')
    ax.grid(False, axis='x')
    ax.set_title(f'{program} {size}')


def measured(trials, names, sizes):
    return any(trials.ns('functional', f'{p}/{s}/reuse', n, 1) for p, s in sizes.items() for n in names)


def draw(trials, figure, folder):
    names = trials.strategies('functional')
    forms = [(sizes, key) for sizes, key in ((PROGRAMS, 'programs'), (LARGE, 'large')) if measured(trials, names, sizes)]
    plots = []
    for sizes, key in forms:
        plot, ax = plt.subplots(figsize=(9.6, 3.4))
        gains(ax, trials, figure, names, sizes, 'time without reuse, over time with it; broken lines: published')
        plots.append((plotting.finish(plot, names, folder, key), 'What reuse gains, by program and strategy, one thread. Medians of the '
                      'ratios of trials, with the least and the most. Above 1: reuse is faster.'))
        plot, axes = plt.subplots(1, len(sizes), figsize=(11.2, 3.2))
        for ax, (program, size) in zip(axes, sizes.items()):
            times(ax, trials, names, program, size)
        axes[0].set_ylabel('ns per constructor')
        plot.tight_layout()
        plots.append((plotting.save(plot, folder, key + '-times'), 'Nanoseconds per constructor call, with all that follows from it. '
                      'Hatched: moved, without reuse; full: reuse; pale, where measured: fresh, without drop specialisation too.'))
    return plots
