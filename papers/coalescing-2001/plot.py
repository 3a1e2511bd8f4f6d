"""The plot of coalescing-2001: what is left of the updates, over the length of an epoch."""
import plotting
from plotting import plt

EPOCHS = [1000, 10000, 100000]
STYLES = [('#0072B2', 'o'), ('#D55E00', 's'), ('#009E73', '^'), ('#CC79A7', 'v'), ('#8c6d1f', 'D'), ('#56B4E9', 'x'), ('#000000', '+')]


def left(trials, program, contestant):
    """Per cent of the naive updates, or None."""
    workload, variant = program.split('/', 1)
    some, all_of_them = (trials.of('updates', workload, variant, name, 1) for name in (contestant, 'counted_naive'))
    return 100 * some.median / all_of_them.median if some and all_of_them else None


def draw(trials, figure, folder):
    plot, ax = plt.subplots(figsize=(9.2, 4.2))
    programs = list(figure.params['parts']['updates']['programs'])
    for program, (colour, marker) in zip(programs, STYLES):
        shares = [left(trials, program, name) for name in ['counted_deferred'] + [f'counted_{n}' for n in EPOCHS]]
        points = [(x, y) for x, y in zip([100] + EPOCHS, shares) if y is not None]
        ax.plot(*zip(*points), color=colour, marker=marker, label=program)
    ax.set_xscale('log')
    ax.set_yscale('log')
    ax.set_xticks([100] + EPOCHS, ['stack\nuncounted'] + [f'{n:,}' for n in EPOCHS])
    ax.set_xlabel('objects made in an epoch')
    ax.set_ylabel('updates left, % of naive counting')
    ax.legend(fontsize=8, loc='center left', bbox_to_anchor=(1.01, 0.5), frameon=False)
    plot.tight_layout()
    return [(plotting.save(plot, folder, 'updates'),
             'Changes of counts that are left, of those that naive counting makes, one thread. Leftmost: the references of the stack are not '
             'counted (Deutsch and Bobrow); then, slots are written down at their first change in an epoch. Counts: nothing is measured in time.')]
