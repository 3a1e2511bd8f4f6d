"""Plots of perfbook: the routing table, the hash table and the counters."""
import plotting
from plotting import plt

ROUTE = {'ideal': 'leak', 'QSBR': 'urcu_qsbr_call', 'RCU': 'urcu_memb_call', 'seqlock': 'seqlock', 'hazptr': 'ck_hp_hand',
         'refcnt': 'cas'}
ZOO = {'unsync': 'leak', 'global lock': 'mutex', 'bucket lock': 'bucket_lock', 'hazptr': 'ck_hp_hand', 'RCU': 'urcu_memb_call',
       'QSBR': 'urcu_qsbr_call'}
INCREMENT = {'atomic': 'fetch_add', 'per-thread': 'deferred'}


def published_threads(ax, curves, names, title):
    plotting.published_panel(ax, curves, names)
    ax.set_yscale('log')
    plotting.log_axis(ax.yaxis)
    threads = sorted({x for points in curves.values() for x, _ in points})
    plotting.thread_axis(ax, threads, 0, 0)
    ax.set_title(title)
    ax.set_xlabel('threads')


def lookups(trials, figure, folder, key, names):
    ours = [n for n in trials.strategies('lookup') if n in plotting.STYLE and n != 'leak']
    plot, axes = plt.subplots(1, 3, figsize=(11.2, 4.2), sharey=True)
    published_threads(axes[0], figure.published(key), names, 'published (Xeon 8176)')
    for ax, how, words in zip(axes[1:], ('section', 'safepoint'), ('a section per lookup', 'one long section with safepoints')):
        cell = ('lookup', f'{key}/{how}')
        here = [n for n in dict.fromkeys([*names.values(), *ours]) if n in trials.strategies(*cell)]
        plotting.thread_panel(ax, trials, cell, here, plotting.per_second(1e6))
        ax.set_title('measured: ' + words)
    axes[0].set_ylabel('lookups per millisecond, all threads')
    return plotting.finish(plot, list(dict.fromkeys([*names.values(), *ours])), folder, key)


def increments(trials, figure, folder):
    names = trials.strategies('increment')
    plot, axes = plt.subplots(1, 3, figsize=(11.2, 3.6), sharey=True)
    published_threads(axes[0], figure.published('increment'), INCREMENT, 'published (AMD Milan): shared, per thread')
    for ax, variant, words in zip(axes[1:], ('foreign', 'owner'), ('one object that all share', 'an object per thread')):
        plotting.thread_panel(ax, trials, ('increment', variant), names)
        ax.set_title('measured: ' + words)
    axes[0].set_ylabel('ns per increment and thread')
    return plotting.finish(plot, list(dict.fromkeys([*INCREMENT.values(), *names])), folder, 'increment')


def draw(trials, figure, folder):
    ending = (' The published curves have the style of what does the same here: leak is the list without any protection '
              '(ideal, unsync), the compare-and-swap loop is refcnt. Medians, and a band from the least to the most.')
    return [
        (lookups(trials, figure, folder, 'route', ROUTE), 'The Pre-BSD routing table: ten elements, read only.' + ending),
        (lookups(trials, figure, folder, 'zoo', ZOO), 'Schrödinger\'s Zoo: a hash table with 262144 buckets and elements, '
         'read only.' + ending),
        (increments(trials, figure, folder), 'Increments of a counter that all threads share, and of one per thread. Medians, '
         'and a band from the least to the most.'),
    ]
