"""Measures whole programs: what pocket-<strategy>, and CPython, take for a file of bench/runtime/programs. Stands where lt-bench
stands for the other parts, and writes the same rows (bench/README.md), each of its cells in a process of its own:

  seconds     from the first start() of a thread to the last join(), as the program says it
  ops         steps of the program, as params.json counts them; by all threads
  capacity    what threads that do nothing else got of the processors, just before and just after: lt-bench --capacity
  flags       stolen, if that was less than 0.9 of them; failed, if it ended badly or printed something else than the others

counted_naive, counted_deferred and counted_N are pocket-counted (bench/runtime/counting.h), the last with epochs of N objects. Of them the time
says nothing; their rows have updates_per_op, changes of counts per step, which nothing can disturb.

A cell that cannot be measured has a row with a flag. Interpreters that are not there are left out."""
import argparse
import csv
import json
import os
import pathlib
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import figures  # noqa: E402

COLUMNS = ['figure', 'workload', 'variant', 'strategy', 'threads', 'trial', 'tries', 'place', 'what', 'ops', 'seconds', 'ns_per_op',
           'capacity_before', 'capacity_after', 'capacity', 'flags', 'cores', 'processors', 'pending',
           'p99.9_ns', 'max_ns', 'resident_bytes', 'peak_bytes', 'updates_per_op']
COUNTED = 'counted_'
TIMEOUT = 300


def interpreter(contestant, bench):
    """The command that runs a program with it, or None."""
    if contestant == 'cpython':
        return sys.executable
    if contestant == 'cpython_ft':
        return figures.free_threaded()
    pocket = bench.parent / 'runtime' / f'pocket-{"counted" if contestant.startswith(COUNTED) else contestant}'
    return str(pocket) if pocket.exists() else None


def environment(contestant):
    """Of its process; None: this one's."""
    how = contestant.removeprefix(COUNTED)
    if how == contestant:
        return None
    return os.environ | ({'COUNTING': 'coalesced', 'COUNTING_EPOCH': how} if how.isdigit() else {'COUNTING': how})


def version(command):
    done = subprocess.run([command, '-c', 'import sys; print(sys.version)'], capture_output=True, text=True)
    return f'{command}: {done.stdout.strip()}' if done.returncode == 0 else None


def interpreters():
    """For machine.json."""
    return [version(command) for command in (sys.executable, figures.free_threaded()) if command]


class Probe:
    """lt-bench as a capacity probe: what threads that do nothing else get of the processors."""

    def __init__(self, bench):
        self.process = subprocess.Popen([bench, '--capacity'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
                                        start_new_session=True)  # Ctrl-C does not reach it: it ends with its input

    def capacity(self, threads):
        """In undisturbed processors."""
        print(threads, file=self.process.stdin)
        return float(self.process.stdout.readline())


def run_program(command, env):
    """(the number that it says last, what it printed), or a word that says why not."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env) as program:
        try:
            said, errors = program.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            program.kill()
            return f'failed: took more than {TIMEOUT} s'
        except BaseException:
            program.kill()
            raise
    if program.returncode:
        return f'failed: exit status {program.returncode}: {(errors.strip().splitlines() or [""])[-1][:80]}'
    return float(errors.split()[-1]), said


def measured(command, usual, env=None):
    """A row's columns; `usual`: what the program prints, or None if that is not known yet; and what it printed."""
    result = run_program(command, env)
    if isinstance(result, str):
        return {'ops': 0, 'seconds': 0, 'flags': result}, usual
    seconds, said = result
    if usual is not None and said != usual:
        return {'ops': 0, 'seconds': 0, 'flags': 'failed: prints something else than the others'}, usual
    return {'seconds': seconds, 'flags': ''}, said


def rows_of(part, args, machine):
    """All rows of a trial, one after the other."""
    probe = Probe(args.bench)
    players = [(c, interpreter(c, args.bench)) for c in args.strategies]
    players = [(c, command) for c, command in players if command]
    turn = args.first_trial % len(players)
    for name in part.workloads:
        for threads in args.threads:
            usual, before = None, probe.capacity(threads)
            for place, (contestant, command) in enumerate(players[turn:] + players[:turn]):
                if contestant == 'plain' and threads > 1:
                    continue
                env = environment(contestant)
                for tries in range(1, args.tries + 1):
                    columns, usual = measured([command, *part.program(name, threads)], usual, env)
                    earlier, before = before, probe.capacity(threads)
                    capacity = min(earlier, before)
                    stolen = not env and capacity < 0.9 * min(threads, machine['cores'])
                    if not stolen:
                        break
                if env:
                    columns['updates_per_op'] = columns['seconds'] / part.steps(name, threads)
                    columns['seconds'] = 0
                if stolen:
                    columns['flags'] += ('+' if columns['flags'] else '') + 'stolen'
                ops = columns.setdefault('ops', part.steps(name, threads))
                workload, variant = name.split('/', 1)
                yield columns | {
                    'figure': part.figure.key, 'workload': workload, 'variant': variant, 'strategy': contestant,
                    'threads': threads, 'trial': args.first_trial, 'tries': tries, 'place': place, 'what': 'throughput',
                    'seconds': f"{columns['seconds']:.9f}",
                    'ns_per_op': f"{columns['seconds'] * threads / ops * 1e9 if ops else 0:.4f}",
                    'capacity_before': f'{earlier:.3f}', 'capacity_after': f'{before:.3f}', 'capacity': f'{capacity:.3f}',
                    'cores': machine['cores'], 'processors': machine['processors'], 'peak_bytes': 0}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--bench', type=pathlib.Path)
    parser.add_argument('--figure')
    parser.add_argument('--part')
    parser.add_argument('--size')
    parser.add_argument('--strategies', type=lambda text: text.split(','))
    parser.add_argument('--threads', type=lambda text: [int(t) for t in text.split(',')])
    parser.add_argument('--first-trial', type=int)
    parser.add_argument('--tries', type=int, default=1)
    parser.add_argument('--csv', type=pathlib.Path)
    args = parser.parse_args()
    part = next(p for p in figures.Figure(args.figure).parts(args.size) if p.key == args.part)
    machine = json.loads(subprocess.run([args.bench, '--machine'], capture_output=True, text=True, check=True).stdout)
    count = len(part.cells(args.strategies, args.threads))
    beside = args.csv.with_suffix('.begun')
    with open(beside, 'w', newline='') as file:
        out = csv.DictWriter(file, COLUMNS, restval='')
        out.writeheader()
        for done, row in enumerate(rows_of(part, args, machine), 1):
            out.writerow(row)
            print(f'  {done} of {count} cells', file=sys.stderr, flush=True)
    os.replace(beside, args.csv)


if __name__ == '__main__':
    try:
        main()
    except KeyboardInterrupt:  # as a program that does nothing about it ends
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
