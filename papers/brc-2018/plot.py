"""Plots of brc-2018: Tables 6 and 7 and Figures 7 and 10, as published and measured here."""
import plotting
from plotting import plt

TABLE7 = [  # label, id in expected.csv, measured cell, style of, hatch
    ('non-atomic', 'plain', ('increment', 'owner', 'plain', 1), 'plain', ''),
    ('BRC owner', 'owner', ('increment', 'owner', 'biased', 1), 'biased', '////'),
    ('atomic CAS', 'cas', ('increment', 'owner', 'cas', 1), 'atomic', 'xxxx'),
    ('BRC non-owner', 'non_owner', ('increment', 'foreign', 'biased', 1), 'deferred', '\\\\\\\\'),
]
RATIOS = (0, 25, 50, 75, 100)
MIXES = ('gcbench-single', 'gcbench-multi', 'regex-redux', 'server-average')


def bars(ax, title, values):
    """values: a (median, least, most) for each row of Table 7, or None."""
    longest = max((v[2] for v in values if v), default=1)
    for y, (row, value) in enumerate(zip(TABLE7, values)):
        if not value:
            ax.annotate('not measured', (0, y), xytext=(4, 0), textcoords='offset points', va='center')
            continue
        median, least, most = value
        ax.barh(y, median, height=0.62, color=plotting.style(row[3])[0], alpha=0.75, hatch=row[4], edgecolor='white',
                linewidth=0, xerr=[[median - least], [most - median]] if most > least else None, ecolor='black', capsize=3)
        ax.annotate(f'{median:.2f}', (most, y), xytext=(6, 0), textcoords='offset points', va='center')
    ax.set_yticks(range(len(TABLE7)))
    ax.set_yticklabels([row[0] for row in TABLE7])
    ax.set_xlim(0, longest * 1.16)
    ax.grid(False, axis='y')
    ax.set_title(title)
    ax.set_xlabel('ns per increment, one thread')


def table7(trials, figure, folder):
    values = [float(figure.expected[row[1]]['value']) for row in TABLE7]
    samples = [trials.ns(*row[2]) for row in TABLE7]
    plot, (left, right) = plt.subplots(1, 2, figsize=(10, 2.9), sharey=True)
    bars(left, 'published (4-core Haswell, Swift 3.1.1)', [(v, v, v) for v in values])
    bars(right, f'measured here ({trials.cores} cores)', [(s.median, s.least, s.most) if s else None for s in samples])
    left.invert_yaxis()  # shared: both begin above
    plot.tight_layout()
    return plotting.save(plot, folder, 'table7')


def over_atomic(ax, trials, names, ending, quantity):
    for name in names:
        strategy, setting = ('biased', '') if name == 'biased_revoked' else (name, '/kept')
        cells = [f'1000000/{r}%{ending}{setting}' for r in RATIOS]
        samples = [trials.ratio(('queued', v, strategy, 1), ('queued', v, 'atomic', 1), quantity=quantity) for v in cells]
        plotting.line(ax, name, [r / 100 for r in RATIOS], samples)
    ax.axhline(1, color='#999999', linewidth=0.9, linestyle=(0, (1, 1)))
    ax.set_xlabel('R: part of the objects that are queued')


def note(ax, text, x, y, rotation=0):
    ax.annotate(text, (x, y), xytext=(3, 3), textcoords='offset points', fontsize=7.5, color='#333333', rotation=rotation)


def fig10(trials, figure, folder):
    names = [n for n in trials.strategies('queued') if n != 'atomic'] + ['biased_revoked']
    plot, axes = plt.subplots(1, 3, figsize=(11.2, 3.5))
    for ax, ending, title in zip(axes, ('/work', ''), ('time, with work between the counts', 'time, nothing in between')):
        over_atomic(ax, trials, names, ending, 'ns')
        ax.axvline(float(figure.expected['break_even']['value']), color='#333333', linewidth=0.9, linestyle=(0, (4, 3)))
        note(ax, 'published break-even', float(figure.expected['break_even']['value']), ax.get_ylim()[0], 90)
        ax.set_title(title)
    over_atomic(axes[2], trials, names, '', 'peak')
    axes[2].axhline(float(figure.expected['memory']['value']), color='#333333', linewidth=0.9, linestyle=(0, (4, 3)))
    note(axes[2], 'published: below this', 0, float(figure.expected['memory']['value']))
    axes[2].set_title('peak memory')
    axes[0].set_ylabel('over atomic counts')
    return plotting.finish(plot, names, folder, 'fig10')


def against_atomic(ax, rows):
    """rows: (label, name, Sample of time over atomic or None)."""
    for x, (_, name, sample) in enumerate(rows):
        colour, marker, _ = plotting.style(name)
        if sample:
            ax.bar([x], [sample.median], width=0.6, color=colour, alpha=0.7, hatch='////' if name == 'biased' else '',
                   edgecolor='white', linewidth=0,
                   yerr=[[sample.median - sample.least], [sample.most - sample.median]], ecolor='black', capsize=3)
            ax.annotate(f'{sample.median:.2f}', (x, sample.median), xytext=(3, 3), textcoords='offset points')
    ax.axhline(1, color='#999999', linewidth=0.9, linestyle=(0, (1, 1)))
    tallest = max((sample.median for _, _, sample in rows if sample), default=1)
    ax.set_ylim(0, min(ax.get_ylim()[1], 1.6 * tallest))  # a line that is longer goes out of the plot
    ax.set_xticks(range(len(rows)))
    ax.set_xticklabels([row[0] for row in rows], fontsize=8)
    ax.grid(False, axis='x')


def fig7(trials, figure, folder):
    plot, (left, right) = plt.subplots(1, 2, figsize=(11.2, 3.4))
    def over(variant, name, threads):
        return trials.ratio(('gcbench', variant, name, threads), ('gcbench', variant, 'atomic', threads))

    rows = [(f'single\n{letter}', name, over('single/18', name, 1))
            for letter, name in (('O', 'atomic'), ('I', 'plain'), ('B', 'biased'))]
    rows += [(f'multi, {t}\nB', 'biased', over('multi/18', 'biased', t))
             for t in trials.threads('gcbench', 'multi/18', 'biased')]
    against_atomic(left, rows)
    average = float(figure.expected['fig7_b_over_o']['value'])
    left.axhline(average, color='#333333', linewidth=0.9, linestyle=(0, (4, 3)))
    note(left, 'published: B, average of all clients', -0.4, average)
    left.set_title('Figure 7: GCBench (O atomic, I not atomic, B biased)')
    left.set_ylabel('time over atomic counts')
    threads = max((t for t in trials.threads('mix', MIXES[0], 'atomic') if t <= trials.cores), default=1)
    mixes = [(mix.replace('-', '\n') + f'\n{name}', name,
              trials.ratio(('mix', mix, name, threads), ('mix', mix, 'atomic', threads)))
             for mix in MIXES for name in ('biased', 'deferred')]
    against_atomic(right, mixes)
    right.set_title(f'the operation mixes of Table 6, {threads} threads')
    plot.tight_layout()
    return plotting.save(plot, folder, 'fig7')


def draw(trials, figure, folder):
    return [
        (table7(trials, figure, folder), 'Table 7: nanoseconds per increment. Measured: the median, with the least and the '
         'most of the trials.'),
        (fig10(trials, figure, folder), 'Figure 10: objects of which a second thread drops a reference. Time and peak memory over '
         'those of atomic counts; medians of the trials\' ratios, and a band from the least to the most.'),
        (fig7(trials, figure, folder), 'Figure 7, its GCBench rows, and programs with the operation mixes of Table 6: time over '
         'that of atomic counts; the lines on the bars go from the least to the most.'),
    ]
