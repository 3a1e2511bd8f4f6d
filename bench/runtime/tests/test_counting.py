"""Counts the references of some programs in every way, and looks at the numbers: the same again, in order, and believed by the check
of counting.c at the end of every epoch.

test_counting.py POCKET-COUNTED
"""
import os
import re
import subprocess
import sys

PROGRAMS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'programs')
RUNS = ['counter.py 1 500 free strong', 'gcbench.py 1 6 weak', 'tree.py 1 5 trivial worker strong', 'queens.py 1 6 strong',
        'ladder.py 1 500 container strong', 'matmul.py 1 12 shared strong']


def counts(run, epoch):
    file, *arguments = run.split()
    done = subprocess.run([sys.argv[1], os.path.join(PROGRAMS, file), *arguments], capture_output=True, text=True, check=False,
                          env=os.environ | {'COUNTING': 'coalesced', 'COUNTING_EPOCH': str(epoch)})
    found = re.search(r'counting: (\d+) naive, (\d+) deferred, (\d+) coalesced; coalesced: (\d+)\n$', done.stderr)
    if done.returncode or not found:
        sys.exit(f'{run}, epochs of {epoch}: exit status {done.returncode}: {done.stderr[-200:]}')
    return [int(number) for number in found.groups()]


failures = []
for run in RUNS:
    often, seldom, again = counts(run, 1), counts(run, 1000000), counts(run, 1)
    print(run, often, seldom)
    naive, deferred, coalesced, last = often
    if often != again:
        failures.append(f'{run}: {often}, and again {again}')
    if not naive > deferred >= coalesced == last > 0:
        failures.append(f'{run}: not in order: {often}')
    if seldom[:2] != often[:2] or not 0 < seldom[2] < coalesced:
        failures.append(f'{run}: one epoch leaves {seldom}, epochs of one object {often}')
sys.exit('\n'.join(failures) or 0)
