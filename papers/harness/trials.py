"""The raw results of a figure: one row per cell and trial, as lt-bench wrote them."""
import csv
import statistics

COLUMNS = ['workload', 'variant', 'strategy', 'threads', 'trial', 'what', 'ops', 'ns_per_op', 'capacity', 'flags', 'cores',
           'processors', 'pending', 'resident_bytes', 'peak_bytes', 'p99.9_ns', 'max_ns']
QUANTITIES = {  # what is judged: the column, the kind of run that has it, the unit
    'ns': ('ns_per_op', 'throughput', 'ns'),
    'retries': ('retries_per_op', 'throughput', 'failed compare-and-swaps per operation'),
    'updates': ('updates_per_op', 'throughput', 'changes of counts per step'),
    'peak': ('peak_bytes', 'throughput', 'bytes'),
    'pending': ('pending', 'memory', 'objects'),
    'waiting': ('pending_bytes', 'memory', 'bytes'),
    'allocated': ('allocated_bytes', 'memory', 'bytes'),
    'ns_looked_at': ('ns_per_op', 'memory', 'ns'),
    'resident': ('resident_bytes', 'memory', 'bytes'),
    'longest': ('max_ns', 'latency', 'ns'),
    'p99.9': ('p99.9_ns', 'latency', 'ns'),
}


class Damaged(Exception):
    """A file that is not as lt-bench wrote it; the message names file and line."""

    def __init__(self, path, line, why):
        super().__init__(f'{path}, line {line}: {why}')


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

    def mapped(self, function):
        """The same of function(value), which rises or falls everywhere."""
        mapped = Sample([], [])
        mapped.__dict__.update(self.__dict__, values=sorted(map(function, self.values)))
        return mapped


def read_rows(path, trials=None):
    """The rows of a file, checked; with `trials`, so many trials of every cell have to be there."""
    with open(path, newline='', encoding='utf-8', errors='replace') as file:
        lines = csv.reader(file)
        head = next(lines, [])
        lacking = [c for c in COLUMNS if c not in head]
        if lacking:
            raise Damaged(path, 1, f"no column '{lacking[0]}'")
        rows, seen = [], {}
        for fields in lines:
            if len(fields) != len(head):
                raise Damaged(path, lines.line_num, f'{len(fields)} fields instead of {len(head)}')
            row = dict(zip(head, fields))
            for column in ('threads', 'trial', 'ops', 'ns_per_op', 'capacity', 'cores', 'processors', 'peak_bytes'):
                try:
                    if float(row[column]) < 0:
                        raise ValueError
                except ValueError:
                    raise Damaged(path, lines.line_num, f"{column} is '{row[column]}'") from None
            cell = tuple(row[c] for c in ('what', 'workload', 'variant', 'strategy', 'threads'))
            if row['trial'] in seen.setdefault(cell, set()):
                raise Damaged(path, lines.line_num, f"trial {row['trial']} of {'/'.join(cell[1:3])} {cell[3]} is there twice")
            seen[cell].add(row['trial'])
            rows.append(row)
        wanted = {str(t) for t in range(trials)} if trials else set.union(set(), *seen.values())
        for cell, there in seen.items():
            if there != wanted:
                raise Damaged(path, lines.line_num, f"ends without trial {min(wanted - there or there - wanted)} of "
                              f"{'/'.join(cell[1:3])} {cell[3]} x{cell[4]}")
        if not rows:
            raise Damaged(path, max(1, lines.line_num), 'no row')
    return rows


class Trials:
    def __init__(self, *paths, trials=None):
        """trials: how many there have to be, by path; a path that is not in it may have any number."""
        self.rows = [row for path in paths for row in read_rows(path, (trials or {}).get(path))]
        self.runs = {what: {} for what in ('throughput', 'memory', 'latency')}
        self.cells = self.runs['throughput']
        for row in self.rows:
            key = (row['workload'], row['variant'], row['strategy'], int(row['threads']))
            self.runs[row['what']].setdefault(key, {})[int(row['trial'])] = row
        self.cores = int(self.rows[0]['cores']) if self.rows else 0
        self.processors = int(self.rows[0]['processors']) if self.rows else 0

    def cells_of(self, quantity):
        return self.runs[QUANTITIES[quantity][1]]

    def _trials(self, cell, quantity='ns'):
        column = QUANTITIES[quantity][0]
        return {t: row for t, row in self.cells_of(quantity).get(cell, {}).items()
                if int(row['ops']) and 'failed' not in row['flags'] and row.get(column, '') != ''}

    def _failures(self, *cells, quantity='ns'):
        return [row['flags'] for cell in cells for row in self.cells_of(quantity).get(cell, {}).values()
                if 'failed' in row['flags'] or 'leaked' in row['flags']]

    def of(self, quantity, *cell):
        """A Sample of one of QUANTITIES; cell is workload, variant, strategy, threads."""
        rows = self._trials(cell, quantity).values()
        column = QUANTITIES[quantity][0]
        return Sample([float(r[column]) for r in rows], ['stolen' in r['flags'] for r in rows],
                      self._failures(cell, quantity=quantity))

    def ns(self, *cell):
        """A Sample of nanoseconds per operation and thread."""
        return self.of('ns', *cell)

    def ratio(self, cell, over, factor=1.0, quantity='ns', than=None):
        """A Sample of factor * cell / over, one ratio per trial; `than`, a pair of cells: divided by the ratio of those. With factor
        'capacity' it is the speed of over's threads together, as a part of what the processors could have done."""
        cells = [cell, over, *(than or ())]
        rows = [self._trials(c, quantity) for c in cells]
        column = QUANTITIES[quantity][0]
        values, stolen = [], []
        for t in sorted(set.intersection(*map(set, rows))):
            x = [float(r[t][column]) for r in rows]
            if not all(x[1:]):
                continue
            by = over[3] / max(float(rows[1][t]['capacity']), 1e-9) if factor == 'capacity' else factor
            values.append(by * x[0] / x[1] * (x[3] / x[2] if than else 1))
            stolen.append(any('stolen' in r[t]['flags'] for r in rows))
        return Sample(values, stolen, self._failures(*cells, quantity=quantity))

    def threads(self, workload, variant, strategy):
        return sorted(key[3] for key in self.cells if key[:3] == (workload, variant, strategy))

    def strategies(self, workload, variant=None):
        return list(dict.fromkeys(row['strategy'] for row in self.rows if row['workload'] == workload
                                  and variant in (None, row['variant'])))

    def flagged(self):
        return sum('stolen' in row['flags'] for row in self.rows)

    def capacity(self):
        """The capacity probe's median by number of threads."""
        by_threads = {}
        for row in self.rows:
            by_threads.setdefault(int(row['threads']), []).append(float(row['capacity']))
        return {threads: round(statistics.median(values), 2) for threads, values in sorted(by_threads.items())}
