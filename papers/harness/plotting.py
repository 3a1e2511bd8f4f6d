"""How every plot of papers/ looks: Okabe and Ito's colours, which colour-blind readers can tell apart, and a marker and a
line of its own for each strategy, so that a black-and-white print can be read too."""
import matplotlib

matplotlib.use('svg')
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator  # noqa: E402

STYLE = {  # colour, marker, line
    'plain': ('#000000', 's', ':'), 'leak': ('#7f7f7f', 'x', ':'), 'global_lock': ('#E69F00', 'P', '-'),
    'atomic': ('#D55E00', '^', '-'), 'biased': ('#0072B2', 'o', '-'), 'deferred': ('#009E73', 'D', '-'),
    'epoch': ('#CC79A7', 'v', '-'),
}
PEER = [('#56B4E9', '<', '--'), ('#8c6d1f', '>', '--'), ('#5b5b9f', '*', '--'), ('#3f7f7f', 'h', '--')]
MEANING = {'fetch_add': 'fetch_add (floor)', 'cas': 'compare-and-swap loop', 'malloc_free': 'malloc + free',
           'urcu_memb': 'liburcu memb', 'urcu_qsbr': 'liburcu qsbr'}

matplotlib.rcParams.update({
    'svg.fonttype': 'path', 'svg.hashsalt': 'lifetime',
    'font.size': 9, 'axes.titlesize': 9.5, 'axes.labelsize': 9, 'legend.fontsize': 9,
    'axes.spines.top': False, 'axes.spines.right': False, 'axes.grid': True, 'grid.color': '#dddddd',
    'grid.linewidth': 0.6, 'axes.axisbelow': True, 'lines.linewidth': 1.5, 'lines.markersize': 5,
})


def style(name):
    if name in STYLE:
        return STYLE[name]
    return PEER[(list(MEANING).index(name) if name in MEANING else sum(map(ord, name))) % len(PEER)]


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


def line(ax, name, threads, samples):
    """A line through the medians with a band from the least to the most. Hollow: processor time was taken away."""
    colour, marker, dashes = style(name)
    points = [(t, s) for t, s in zip(threads, samples) if s]
    if not points:
        return
    x = [t for t, _ in points]
    ax.fill_between(x, [s.least for _, s in points], [s.most for _, s in points], color=colour, alpha=0.16, linewidth=0)
    ax.plot(x, [s.median for _, s in points], color=colour, linestyle=dashes, zorder=3)
    for t, s in points:
        ax.plot([t], [s.median], marker=marker, color=colour, linestyle='none', zorder=4,
                markerfacecolor='white' if s.disturbed else colour)


def finish(figure, names, folder, name):
    """Puts the legend above the plots and writes folder/name.svg. The same data give the same file."""
    handles = [plt.Line2D([], [], label=label(n), **dict(zip(('color', 'marker', 'linestyle'), style(n)))) for n in names]
    figure.legend(handles=handles, loc='upper center', bbox_to_anchor=(0.5, 1.0), frameon=False, ncol=min(len(names), 10),
                  columnspacing=1.2, handlelength=2.2, handletextpad=0.5)
    figure.tight_layout(rect=(0, 0, 1, 1 - 0.32 / figure.get_figheight()))
    return save(figure, folder, name)


def save(figure, folder, name):
    path = folder / f'{name}.svg'
    figure.savefig(path, format='svg', metadata={'Date': None, 'Creator': None})
    plt.close(figure)
    return path
