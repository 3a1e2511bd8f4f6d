"""Judges the claims of a figure. A claim of claims.json is

  claim       what is said
  published   ids of expected.csv, or nothing
  cell        "workload/variant strategy xT": nanoseconds per operation and thread
  over        optional, a second cell: what is judged is then cell / over, one ratio per trial
  at_most, at_least, below   the criterion, for the median

PASS and FAIL are what the median says. CANNOT-SHOW is for a machine or a run that cannot tell, and says why."""


def parse(text):
    name, strategy, threads = text.split(' ')
    workload, variant = name.split('/', 1)
    return workload, variant, strategy, int(threads[1:])


def words(cell, beside=None):
    """A cell in words; what it shares with the cell beside it is left out."""
    workload, variant, strategy, threads = cell
    parts = [strategy] if not beside or strategy != beside[2] or cell[:2] == beside[:2] and threads == beside[3] else []
    if not beside or cell[:2] != beside[:2]:
        parts.append(f'{workload}/{variant}')
    if not beside or threads != beside[3]:
        parts.append(f"at {threads} thread{'s' if threads > 1 else ''}")
    return ' '.join(parts)


BOUNDS = {'at_least': ('≥', lambda x, bound: x >= bound), 'at_most': ('≤', lambda x, bound: x <= bound),
          'below': ('<', lambda x, bound: x < bound)}


def criterion(claim):
    unit = f" × {words(parse(claim['over']), parse(claim['cell']))}" if 'over' in claim else ' ns'
    limits = [f'{sign} {claim[key]:g}' for key, (sign, _) in BOUNDS.items() if key in claim]
    return words(parse(claim['cell'])) + ': ' + ' and '.join(limits).replace(' ', '\u00a0') + unit.replace(' ', '\u00a0')


def published(figure, claim):
    rows = [figure.expected[key] for key in claim.get('published', [])]
    return ', '.join(f"{row['what']} {row['value']} {row['unit']}".strip() + f" [{row['label']}]" for row in rows) or '–'


def number(x):
    return f'{x:.0f}' if x >= 100 else f'{x:.1f}' if x >= 10 else f'{x:.2f}'


def span(sample):
    return f'{number(sample.median)} [{number(sample.least)} .. {number(sample.most)}]'


def judge(figure, claim, trials):
    """A row of the table: claim, published, criterion, measured, verdict, why."""
    row = {'figure': figure.key, 'claim': claim['claim'], 'published': published(figure, claim),
           'criterion': criterion(claim), 'measured': '–', 'verdict': 'CANNOT-SHOW', 'why': ''}
    if trials is None:
        row['why'] = 'not measured'
        return row
    cells = [parse(claim[key]) for key in ('cell', 'over') if key in claim]
    needed = max(cell[3] for cell in cells)
    if needed > trials.cores:
        row['why'] = f'needs {needed} cores, this machine has {trials.cores}'
        return row
    absent = [words(cell) for cell in cells if cell not in trials.cells]
    if absent:
        row['why'] = 'not measured: ' + ', '.join(absent)
        return row
    sample = trials.ratio(*cells) if len(cells) == 2 else trials.ns(*cells[0])
    if sample.failures:
        row.update(verdict='FAIL', why=f'{len(sample.failures)} trials: {sample.failures[0]}')
        return row
    row['measured'] = span(sample) + (' ×' if len(cells) == 2 else ' ns')
    if len(cells) == 2:
        row['measured'] += f' ({number(trials.ns(*cells[0]).median)} / {number(trials.ns(*cells[1]).median)} ns)'
    if sample.disturbed:
        row['why'] = f'processor time was taken away in {sample.stolen} of {sample.all} trials'
        return row
    good = all(holds(sample.median, claim[key]) for key, (_, holds) in BOUNDS.items() if key in claim)
    row['verdict'] = 'PASS' if good else 'FAIL'
    return row


def judge_all(figure, trials):
    return [judge(figure, claim, trials) for claim in figure.claims]
