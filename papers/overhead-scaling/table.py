#!/usr/bin/python3
"""Prints README.md's table of strategies from raw trials.

usage: papers/overhead-scaling/table.py [OUT]        OUT is what ./reproduce wrote to (default: out)
"""
import glob
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'harness'))
from trials import Trials  # noqa: E402

MODELS = {
    'global_lock': 'one lock held through a section, as CPython\'s GIL',
    'atomic': 'one atomic count; split counts in the slots; frees at once',
    'biased': 'the owner counts without atomics; the others in a half of their own',
    'deferred': 'per-thread delta caches; borrows uncounted',
    'epoch': 'counted owners, free borrows, epochs',
    'qsbr': 'counted owners, free borrows, quiescent states',
    'hazard': 'counted owners, hazard pointers; what waits is bounded',
    'interval': 'counted owners, intervals; what a stopped thread holds up is bounded',
    'plain': 'floor: unsynchronised counts, one thread',
    'leak': 'floor: nothing counted, nothing freed',
}


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else 'out'
    trials = Trials(*glob.glob(os.path.join(out, 'overhead-scaling', '*.csv')))
    cores = trials.cores
    columns = [
        ('pair', ('pair', '1024'), 1),
        (f'pair, shared, {cores} threads', ('shared_pair', 'foreign'), cores),
        ('borrow', ('slot', '1000/0%/borrow'), 1),
        (f'borrow, one slot, {cores} threads', ('slot', '1/0%/borrow'), cores),
        (f'10 % stores, {cores} threads', ('slot', '1000/10%/borrow'), cores),
        ('new + release', ('new_drop', 'unpublished'), 1),
    ]
    print('| strategy | | ' + ' | '.join(c[0] for c in columns) + ' |')
    print('|---|---|' + '--:|' * len(columns))
    for strategy, model in MODELS.items():
        cells = []
        for _, cell, threads in columns:
            sample = trials.ns(*cell, strategy, threads)
            cells.append(f'{sample.median:.3g}' if sample else '–')
        folder = f'[`{strategy}`](strategies/{strategy}/README.md)'
        print(f'| {folder} | {model} | ' + ' | '.join(cells) + ' |')


main()
