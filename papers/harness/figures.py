"""A figure is a folder of papers/: params.json, expected.csv, claims.json, plot.py and a README.md for people."""
import csv
import importlib.util
import json
import os
import pathlib
import shutil
import sys

PAPERS = pathlib.Path(__file__).resolve().parent.parent
ROOT = PAPERS.parent
FLOORS = ('plain', 'leak', 'malloc_free')  # reclaim nothing or serve one thread
PER_CELL = 0.008  # seconds that a cell takes beyond what is measured: a process, its threads, their meeting


def processors():
    return len(os.sched_getaffinity(0))


def machine_threads():
    """As lt-bench chooses them: 1, 2, 4 ... P, 1.5 P, 2 P."""
    p = processors()
    return sorted({1 << i for i in range(p.bit_length()) if 1 << i < p} | {p, p + p // 2, 2 * p})


def crowded_threads():
    """P, 1.5 P, 2 P, 4 P."""
    p = processors()
    return [p, p + p // 2, 2 * p, 4 * p]


def free_threaded():
    """The first CPython without a GIL on PATH, or None."""
    names = ['python3t'] + [f'python3.{minor}t' for minor in range(20, 12, -1)]
    return next(filter(None, map(shutil.which, names)), None)


class Part:
    """What one run of lt-bench measures: workloads, each by every contestant with every number of threads."""

    def __init__(self, figure, key, params, size):
        params = {**figure.params, **params, **figure.params.get(size, {}), **params.get(size, {})}
        self.figure, self.key = figure, key
        self.workloads = params['workloads']
        self.strategies = params.get('strategies')   # None: all
        self.peers = params.get('peers', [])
        self.threads = params.get('threads', 'machine')  # a list; 'machine'; 'cores': those of them up to P; or 'crowd'
        self.what = params.get('what', 'throughput')
        self.trials, self.seconds, self.seed = params['trials'], params['seconds'], params.get('seed', 1)
        self.warm_up, self.probe = params.get('warm_up', 0.1 * self.seconds), params.get('probe', 0.001)
        self.tries = params.get('tries', 1)          # of a cell in a trial, while processor time is taken from it
        self.setup = params.get('setup', 0)          # seconds that a cell takes to build what it works on
        self.lengths = params.get('lengths', {})     # workloads that run so many times as long as `seconds`

    @property
    def name(self):
        return f'{self.figure.key} {self.key}'

    def targets(self):
        """What has to be built beside lt-bench."""
        return []

    def files(self, bench):
        """What it runs beside lt-bench."""
        return []

    def contestants(self, strategies):
        return [s for s in strategies if self.strategies is None or s in self.strategies] + self.peers

    def thread_counts(self, asked):
        if isinstance(self.threads, list):
            return self.threads
        if self.threads == 'crowd':
            return asked or crowded_threads()
        counts = asked or machine_threads()
        return [t for t in counts if t <= processors()] or counts[:1] if self.threads == 'cores' else counts

    def cells(self, strategies, asked):
        """(workload/variant, contestant, threads): about what will be measured; lt-bench leaves out what nobody plays."""
        return [(w, c, t) for w in self.workloads for c in self.contestants(strategies) for t in self.thread_counts(asked)
                if t == 1 or c != 'plain']

    def seconds_per_trial(self, strategies, asked):
        beside = self.warm_up + 2 * self.probe + self.setup + PER_CELL
        return 0.2 + sum(self.lengths.get(w, 1) * self.seconds + beside for w, _, _ in self.cells(strategies, asked))

    def command(self, bench, strategies, asked, trial, csv_path):
        command = [str(bench), '--quiet', '--figure', self.figure.key, '--csv', str(csv_path), '--trials', '1',
                   '--first-trial', str(trial), '--workload', ','.join(self.workloads),
                   '--strategy', ','.join(self.contestants(strategies)),
                   '--threads', ','.join(map(str, self.thread_counts(asked))), '--seconds', str(self.seconds),
                   '--warm-up', f'{self.warm_up:g}', '--probe', str(self.probe), '--seed', str(self.seed), '--tries', str(self.tries)]
        return command + ([f'--{self.what}'] if self.what != 'throughput' else [])


class Programs(Part):
    """The same, of programs of bench/runtime/programs, run by harness/programs.py. A program is named as its file and a variant;
    of it, params.json says how to run it, and for each form the size and the steps that this makes, of one thread's whole work."""
    FOLDER = ROOT / 'bench' / 'runtime' / 'programs'

    def __init__(self, figure, key, params, size):
        super().__init__(figure, key, {**params, 'workloads': list(params['programs'])}, size)
        self.programs, self.size = params['programs'], size

    def program(self, name, threads):
        file, *arguments = self.programs[name]['run'].format(threads=threads, size=self.programs[name][self.size][0]).split()
        return [str(self.FOLDER / file), *arguments]

    def steps(self, name, threads):
        return self.programs[name][self.size][1] * (threads if self.program(name, 1)[-1] == 'weak' else 1)

    def targets(self):
        counted = ['counted'] if any(peer.startswith('counted_') for peer in self.peers) else []
        return [f'pocket-{contestant}' for contestant in self.strategies + counted]

    def files(self, bench):
        pockets = [bench.parent / 'runtime' / target for target in self.targets()]
        return [path for path in pockets if path.exists()] + sorted(self.FOLDER.glob('*.py'))

    def seconds_per_trial(self, strategies, asked):
        there = [cell for cell in self.cells(strategies, asked) if cell[1] != 'cpython_ft' or free_threaded()]
        return 0.2 + len(there) * (self.seconds + PER_CELL)

    def command(self, bench, strategies, asked, trial, csv_path):
        return [sys.executable, '-B', str(PAPERS / 'harness' / 'programs.py'), '--bench', str(bench), '--figure', self.figure.key,
                '--part', self.key, '--size', self.size, '--strategies', ','.join(self.contestants(strategies)),
                '--threads', ','.join(map(str, self.thread_counts(asked))), '--first-trial', str(trial),
                '--tries', str(self.tries), '--csv', str(csv_path)]


def for_each_strategy(claim):
    """A claim that says {strategy} is one for each of the library's; what is `explained` may then be by strategy."""
    text = json.dumps(claim)
    if '{strategy}' not in text:
        return [claim]
    explained = claim.get('explained')
    of = explained if isinstance(explained, dict) else dict.fromkeys(all_strategies(), explained)
    return [{**json.loads(text.replace('{strategy}', s)), 'explained': of.get(s) or ''} for s in all_strategies() if s not in FLOORS]


class Figure:
    def __init__(self, key):
        self.key = key
        self.folder = PAPERS / key
        self.params = json.loads((self.folder / 'params.json').read_text())
        self.title = self.params['title']
        claims = json.loads((self.folder / 'claims.json').read_text())
        self.claims = [one for claim in claims for one in for_each_strategy(claim)]
        with open(self.folder / 'expected.csv', newline='') as file:
            self.expected = {row['id']: row for row in csv.DictReader(file)}

    def parts(self, size):
        return [(Programs if 'programs' in params else Part)(self, key, params, size)
                for key, params in self.params['parts'].items()]

    def plots(self):
        """The module plot.py: draw(trials, figure, folder) gives a list of (file, caption)."""
        spec = importlib.util.spec_from_file_location('plot_' + self.key.replace('-', '_'), self.folder / 'plot.py')
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def published(self, prefix):
        """The rows of expected.csv whose id is prefix/series/x: {series: [(x, value)]}."""
        curves = {}
        for key, row in self.expected.items():
            parts = key.split('/')
            if len(parts) == 3 and parts[0] == prefix:
                curves.setdefault(parts[1], []).append((float(parts[2]), float(row['value'])))
        return curves


def all_figures():
    return sorted(folder.parent.name for folder in PAPERS.glob('*/params.json'))


def all_strategies():
    return sorted(folder.name for folder in (ROOT / 'strategies').iterdir() if folder.is_dir())
