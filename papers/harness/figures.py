"""A figure is a folder of papers/: params.json, expected.csv, claims.json, plot.py and a README.md for people."""
import csv
import importlib.util
import json
import pathlib

PAPERS = pathlib.Path(__file__).resolve().parent.parent
ROOT = PAPERS.parent
PER_CELL = 0.008  # seconds that a cell takes beyond what is measured: a process, its threads, their meeting


class Figure:
    def __init__(self, key):
        self.key = key
        self.folder = PAPERS / key
        params = json.loads((self.folder / 'params.json').read_text())
        self.title = params['title']
        self.workloads = params['workloads']
        self.strategies = params.get('strategies')  # None: all
        self.threads = params.get('threads')        # None: the machine's
        self.sizes = {size: params[size] for size in ('quick', 'full')}
        self.claims = json.loads((self.folder / 'claims.json').read_text())
        with open(self.folder / 'expected.csv', newline='') as file:
            self.expected = {row['id']: row for row in csv.DictReader(file)}

    def plots(self):
        """The module plot.py: draw(trials, folder) gives a list of (file, caption)."""
        spec = importlib.util.spec_from_file_location('plot_' + self.key.replace('-', '_'), self.folder / 'plot.py')
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def plan(self, strategies, threads):
        """What lt-bench is to measure: (workloads, contestants, thread counts)."""
        wanted = [s for s in strategies if self.strategies is None or s in self.strategies]
        peers = [peer for w in self.workloads for peer in w['peers']]
        names = [f"{w['workload']}/{variant}" for w in self.workloads for variant in w['variants']]
        return names, list(dict.fromkeys(wanted + peers)), self.threads or threads

    def seconds(self, size, strategies, threads):
        """What measuring it takes, about."""
        _, contestants, threads = self.plan(strategies, threads)
        cells = 0
        for w in self.workloads:
            for count in threads:
                players = [c for c in contestants if c in w['peers'] or c in strategies]
                cells += len(w['variants']) * len([c for c in players if count == 1 or c != 'plain'])
        s = self.sizes[size]
        return s['trials'] * cells * (s['seconds'] + s['warm_up'] + 2 * s['probe'] + PER_CELL)


def all_strategies():
    return sorted(folder.name for folder in (ROOT / 'strategies').iterdir() if folder.is_dir())
