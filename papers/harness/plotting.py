"""How every plot of papers/ looks: Okabe and Ito's colours, which colour-blind readers can tell apart, and a marker and a
line of its own for each strategy, so that a black-and-white print can be read too."""
import matplotlib

matplotlib.use('svg')
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator  # noqa: E402

STYLE = {  # colour, marker, line
    'plain': ('#000000', 's', ':'), 'leak': ('#7f7f7f', 'x', ':'), 'global_lock': ('#E69F00', 'P', '-'),
    'atomic': ('#D55E00', '^', '-'), 'biased': ('#0072B2', 'o', '-'), 'deferred': ('#009E73', 'D', '-'),
    'epoch': ('#CC79A7', 'v', '-'), 'qsbr': ('#56B4E9', '1', '-'), 'hazard': ('#8c6d1f', '2', '-'),
    'interval': ('#7f3c8d', '3', '-'),
}
PEER = {  # lines broken: not ours
    'fetch_add': ('#56B4E9', '<', '--'), 'cas': ('#8c6d1f', '>', '--'), 'malloc_free': ('#5b5b9f', '*', '--'),
    'mutex': ('#000000', 'X', '--'), 'bucket_lock': ('#8c6d1f', 'p', '--'), 'seqlock': ('#56B4E9', 'h', '--'),
    'ck_hp_hand': ('#0072B2', '*', '--'), 'urcu_memb': ('#009E73', '>', '--'), 'urcu_qsbr': ('#CC79A7', '<', '--'),
    'urcu_memb_call': ('#009E73', '>', '--'), 'urcu_memb_put': ('#000000', 'X', '--'), 'urcu_qsbr_call': ('#CC79A7', '<', '--'),
    'std_lock_pool': ('#000000', 'X', '--'), 'std_shared_ptr': ('#56B4E9', 'h', '--'), 'boost_shared_ptr': ('#8c6d1f', 'p', '--'),
    'xenium_lfrc': ('#D55E00', 'X', '--'), 'xenium_hp': ('#0072B2', '*', '--'), 'xenium_ebr': ('#CC79A7', '<', '--'),
    'xenium_nebr': ('#56B4E9', '>', '--'), 'xenium_qsbr': ('#009E73', 'h', '--'),
    'ck_epoch': ('#5b5b9f', '>', '-.'), 'ck_hp': ('#3f7f7f', 's', '-.'), 'cds_dhp': ('#000000', 'd', '-.'),
    'cpython': ('#000000', 'X', '--'), 'cpython_ft': ('#56B4E9', 'h', '--'),
    'biased_revoked': ('#56B4E9', 'h', '--'),
    'inc_not_zero': ('#8c6d1f', '>', '--'), 'inc_not_zero_told': ('#8c6d1f', '>', '--'), 'rcuref': ('#0072B2', '*', '--'),
}
SPARE = [('#56B4E9', '1', '-.'), ('#8c6d1f', '2', '-.'), ('#5b5b9f', '3', '-.'), ('#3f7f7f', '4', '-.')]
MEANING = {
    'fetch_add': 'fetch_add (floor)', 'cas': 'compare-and-swap loop', 'malloc_free': 'malloc + free', 'urcu_memb': 'liburcu memb',
    'urcu_qsbr': 'liburcu qsbr', 'urcu_memb_call': 'liburcu memb', 'urcu_memb_put': 'liburcu, deferred decrements', 'urcu_qsbr_call': 'liburcu qsbr', 'mutex': 'one mutex',
    'bucket_lock': 'lock per bucket', 'seqlock': 'sequence lock', 'ck_hp_hand': 'CK hazard pointers',
    'std_lock_pool': 'std, lock pool', 'std_shared_ptr': 'std::atomic<shared_ptr>', 'boost_shared_ptr': 'boost, spinlock',
    'xenium_lfrc': 'xenium LFRC', 'xenium_hp': 'xenium HP', 'xenium_ebr': 'xenium EBR', 'xenium_nebr': 'xenium NEBR',
    'ck_epoch': 'CK epochs', 'ck_hp': 'CK hazard pointers', 'cds_dhp': 'libcds DHP', 'xenium_qsbr': 'xenium QSBR', 'cpython': 'CPython, GIL', 'cpython_ft': 'CPython, free-threaded',
    'biased_revoked': 'biased, owners revoked',
    'inc_not_zero': 'inc_not_zero: a loop', 'inc_not_zero_told': 'inc_not_zero: a loop', 'rcuref': 'rcuref: one addition',
}

matplotlib.rcParams.update({
    'svg.fonttype': 'path', 'svg.hashsalt': 'lifetime',
    'font.size': 9, 'axes.titlesize': 9.5, 'axes.labelsize': 9, 'legend.fontsize': 9,
    'axes.spines.top': False, 'axes.spines.right': False, 'axes.grid': True, 'grid.color': '#dddddd',
    'grid.linewidth': 0.6, 'axes.axisbelow': True, 'lines.linewidth': 1.5, 'lines.markersize': 5,
})


def style(name):
    return STYLE.get(name) or PEER.get(name) or SPARE[sum(map(ord, name)) % len(SPARE)]


def label(name):
    return MEANING.get(name, name)


def plain_number(x, _=None):
    return f'{x:.3g}' if x < 1000 else f'{x:.0f}'


def log_axis(axis):
    axis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5)))
    axis.set_major_formatter(FuncFormatter(plain_number))
    axis.set_minor_formatter(NullFormatter())


def thread_axis(ax, threads, cores, processors):
    """Threads on a logarithmic axis, with the machine's cores marked."""
    ax.set_xscale('log', base=2)
    ax.set_xlim(threads[0] / 1.15, threads[-1] * 1.15)
    ax.set_xticks(threads)
    ax.xaxis.set_major_formatter(FuncFormatter(plain_number))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.grid(False, axis='x')
    for count, name in {processors: 'hardware threads', cores: 'cores'}.items():
        if threads[0] < count <= threads[-1]:
            ax.axvline(count, color='#555555', linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
            ax.annotate(f'{count} {name}', (count, 1), xycoords=('data', 'axes fraction'), xytext=(-3, -2),
                        textcoords='offset points', rotation=90, ha='right', va='top', fontsize=7.5, color='#555555',
                        bbox={'facecolor': 'white', 'alpha': 0.75, 'edgecolor': 'none', 'pad': 0.6}, zorder=5)


def line(ax, name, places, samples):
    """A line through the medians with a band from the least to the most. Hollow: processor time was taken away."""
    colour, marker, dashes = style(name)
    points = [(x, s) for x, s in zip(places, samples) if s]
    if not points:
        return
    x = [p for p, _ in points]
    ax.fill_between(x, [s.least for _, s in points], [s.most for _, s in points], color=colour, alpha=0.16, linewidth=0)
    ax.plot(x, [s.median for _, s in points], color=colour, linestyle=dashes, zorder=3)
    for place, s in points:
        ax.plot([place], [s.median], marker=marker, color=colour, linestyle='none', zorder=4,
                markerfacecolor='white' if s.disturbed else colour)


def published(ax, name, points):
    """A curve as it was published: values without a band."""
    colour, marker, dashes = style(name)
    ax.plot([x for x, _ in points], [y for _, y in points], color=colour, marker=marker, linestyle=dashes, zorder=3)


def published_panel(ax, curves, names):
    """curves: of Figure.published; names: {series: the contestant whose style it has}."""
    for series, name in names.items():
        published(ax, name, curves.get(series, []))


def of_threads(trials, cell, name, change=None, quantity='ns'):
    """(threads, Samples) of a contestant in cell, a (workload, variant); change(value, threads) what is drawn."""
    cells = trials.cells_of(quantity)
    threads = sorted(key[3] for key in cells if key[:3] == (*cell, name))
    samples = [trials.of(quantity, *cell, name, t) for t in threads]
    return threads, [s.mapped(lambda v, t=t: change(v, t)) if change else s for t, s in zip(threads, samples)]


def per_second(unit):
    """Operations of all threads together per unit, from nanoseconds per operation and thread."""
    return lambda ns, threads: threads * unit / ns


def thread_panel(ax, trials, cell, names, change=None, quantity='ns', log=True):
    """Contestants over the threads, for one cell."""
    seen = set()
    for name in names:
        threads, samples = of_threads(trials, cell, name, change, quantity)
        line(ax, name, threads, samples)
        seen |= set(threads)
    if log:
        ax.set_yscale('log')
        log_axis(ax.yaxis)
    if seen:
        thread_axis(ax, sorted(seen), trials.cores, trials.processors)
    ax.set_xlabel('threads')


def dot_rows(ax, rows, title, label_x):
    """rows: (name, published value or None, Sample or None), one below the other: published hollow, measured filled, with a
    line from the least to the most."""
    for y, (name, value, sample) in enumerate(rows):
        colour, marker, _ = style(name)
        if value is not None:
            ax.plot([value], [y], marker='D', markersize=7, markerfacecolor='none', markeredgecolor='#222222', linestyle='none')
        if sample:
            ax.plot([sample.least, sample.most], [y, y], color=colour, linewidth=3, alpha=0.4)
            ax.plot([sample.median], [y], marker=marker, markersize=7, color=colour, linestyle='none',
                    markerfacecolor='white' if sample.disturbed else colour)
    ax.set_yticks(range(len(rows)))
    ax.set_yticklabels([label(name) for name, _, _ in rows])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_xscale('log')
    log_axis(ax.xaxis)
    ax.set_title(title)
    ax.set_xlabel(label_x)


def legend_rows(names, width):
    """The legend in rows that are no wider than the figure, in inches."""
    rows, used = [[]], 0.0
    for name in names:
        length = 0.62 + 0.075 * len(label(name))
        if rows[-1] and used + length > width:
            rows.append([])
            used = 0.0
        rows[-1].append(name)
        used += length
    return rows


def thin_out(ax):
    """Decades alone where 1, 2, 5 would be too many."""
    for axis, (low, high), scale in ((ax.xaxis, ax.get_xlim(), ax.get_xscale()), (ax.yaxis, ax.get_ylim(), ax.get_yscale())):
        if scale == 'log' and isinstance(axis.get_major_locator(), LogLocator) and low > 0 and high / low > 3000:
            axis.set_major_locator(LogLocator(base=10))
            axis.set_minor_locator(NullLocator())


def finish(figure, names, folder, name):
    """Puts the legend above the plots and writes folder/name.svg. The same data give the same file."""
    for ax in figure.axes:
        thin_out(ax)
    height, rows = figure.get_figheight(), legend_rows(names, figure.get_figwidth())
    for i, row in enumerate(rows):
        handles = [plt.Line2D([], [], label=label(n), **dict(zip(('color', 'marker', 'linestyle'), style(n)))) for n in row]
        figure.add_artist(figure.legend(handles=handles, loc='upper center', bbox_to_anchor=(0.5, 1 - i * 0.21 / height),
                                        frameon=False, ncol=len(row), columnspacing=1.2, handlelength=2.2, handletextpad=0.5))
    figure.legends.clear()
    figure.tight_layout(rect=(0, 0, 1, 1 - (0.11 + 0.21 * len(rows)) / height))
    return save(figure, folder, name)


def save(figure, folder, name):
    path = folder / f'{name}.svg'
    figure.savefig(path, format='svg', metadata={'Date': None, 'Creator': None})
    plt.close(figure)
    return path
