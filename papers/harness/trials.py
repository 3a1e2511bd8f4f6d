"""The raw results of a figure: one row per cell and trial, as lt-bench wrote them."""
import csv
import statistics


class Sample:
    """What the trials of one quantity gave, without those in which processor time was taken away, if enough are left."""

    def __init__(self, values, stolen, failures=()):
        self.all = len(values)
        self.stolen = sum(stolen)
        self.failures = list(failures)
        clean = [v for v, s in zip(values, stolen) if not s]
        self.disturbed = len(clean) < max(1, (self.all + 1) // 2)
        self.values = sorted(values if self.disturbed else clean)

    def __bool__(self):
        return bool(self.values)

    @property
    def median(self):
        return statistics.median(self.values)

    @property
    def least(self):
        return self.values[0]

    @property
    def most(self):
        return self.values[-1]


class Trials:
    def __init__(self, path):
        with open(path, newline='') as file:
            self.rows = list(csv.DictReader(file))
        self.cells = {}
        for row in self.rows:
            key = (row['workload'], row['variant'], row['strategy'], int(row['threads']))
            self.cells.setdefault(key, {})[int(row['trial'])] = row
        self.cores = int(self.rows[0]['cores']) if self.rows else 0
        self.processors = int(self.rows[0]['processors']) if self.rows else 0

    def _trials(self, cell):
        return {t: row for t, row in self.cells.get(cell, {}).items() if int(row['ops']) and 'failed' not in row['flags']}

    def _failures(self, *cells):
        return [row['flags'] for cell in cells for row in self.cells.get(cell, {}).values()
                if 'failed' in row['flags'] or 'leaked' in row['flags']]

    def ns(self, *cell):
        """A Sample of nanoseconds per operation and thread; cell is workload, variant, strategy, threads."""
        rows = self._trials(cell).values()
        return Sample([float(r['ns_per_op']) for r in rows], ['stolen' in r['flags'] for r in rows], self._failures(cell))

    def ratio(self, cell, over, factor=1.0):
        """A Sample of cell / over, one ratio per trial, times factor."""
        a, b = self._trials(cell), self._trials(over)
        both = sorted(set(a) & set(b))
        return Sample([factor * float(a[t]['ns_per_op']) / float(b[t]['ns_per_op']) for t in both],
                      ['stolen' in a[t]['flags'] + b[t]['flags'] for t in both], self._failures(cell, over))

    def threads(self, workload, variant, strategy):
        return sorted(key[3] for key in self.cells if key[:3] == (workload, variant, strategy))

    def strategies(self, workload):
        return list(dict.fromkeys(row['strategy'] for row in self.rows if row['workload'] == workload))

    def flagged(self):
        return sum('stolen' in row['flags'] for row in self.rows)

    def capacity(self):
        """The capacity probe's median by number of threads."""
        by_threads = {}
        for row in self.rows:
            by_threads.setdefault(int(row['threads']), []).append(float(row['capacity']))
        return {threads: round(statistics.median(values), 2) for threads, values in sorted(by_threads.items())}
