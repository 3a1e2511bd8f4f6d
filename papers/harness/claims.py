"""Judges the claims of a figure. A claim of claims.json is

  claim       what is said
  published   ids of expected.csv, or nothing
  at_most, at_least, below, above   the criterion, for the median
  of          what is judged: ns, nanoseconds per operation and thread, if it does not say; retries, peak, resident (bytes), pending
              (objects), waiting, allocated (bytes, a mean); ns_looked_at, as ns, of the runs that look at memory; of calls, p99.9 or the longest

and one of these, where a cell is "workload/variant strategy xT":

  cell        a cell alone
  cell, over  cell / over, one ratio per trial; `times` a number, or 'capacity': as a part of what the processors could do
  cell, over, than   the same, divided by the ratio of the two cells in `than`
  each        a list of [cell, over]: the criterion holds for every ratio, `times` as above; the one nearest to failing is shown
  mean        a list of [cell, over]: the geometric mean of the ratios' medians
  best        "workload/variant xT": the best of this library's strategies over the best peer, of those that were measured there;
              FLOORS, which reclaim nothing or serve one thread, are neither
  rises       a list of [cell, over]: no ratio is less than the one before by more than `slack` (0.05), and the last is the greater
  line        a list of cells, and `at`, their places: how well the medians lie on a line that rises (R²)
  cannot      why this library or any run of it cannot show it

A claim that says {strategy} is one for each of the library's strategies (figures.for_each_strategy).

`criterion` says it in words where the cells alone would not. `explained` is printed beside a FAIL: the reason, and how it was found.

PASS and FAIL are what the median says. CANNOT-SHOW is for a machine or a run that cannot tell, and says why."""
import statistics

from figures import FLOORS, all_strategies
from trials import QUANTITIES


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
          'below': ('<', lambda x, bound: x < bound), 'above': ('>', lambda x, bound: x > bound)}


def bounds(claim):
    return ' and '.join(f'{sign} {claim[key]:g}' for key, (sign, _) in BOUNDS.items() if key in claim).replace(' ', '\u00a0')


def holds(x, claim):
    return all(test(x, claim[key]) for key, (_, test) in BOUNDS.items() if key in claim)


def margin(x, claim):
    """How far inside the criterion x is; less than 1: outside."""
    return min([claim[key] / x for key in ('at_most', 'below') if key in claim and x] +
               [x / claim[key] for key in ('at_least', 'above') if key in claim] or [1])


def criterion(claim):
    if 'criterion' in claim:
        limits = bounds(claim)
        return claim['criterion'] + (f': {limits}' if limits else '')
    unit = f" × {words(parse(claim['over']), parse(claim['cell']))}" if 'over' in claim else ' ' + QUANTITIES[of(claim)][2]
    return words(parse(claim['cell'])) + ': ' + bounds(claim) + unit.replace(' ', '\u00a0')


def of(claim):
    return claim.get('of', 'ns')


def published(figure, claim):
    rows = [figure.expected[key] for key in claim.get('published', [])]
    return '; '.join(f"{row['what']} {row['value']} {row['unit']}".strip() + f" [{row['label']}]" for row in rows) or '–'


def number(x):
    return f'{x:.4g}' if x >= 1e5 else f'{x:.0f}' if x >= 100 else f'{x:.1f}' if x >= 10 else f'{x:.2f}'


def span(sample):
    return f'{number(sample.median)} [{number(sample.least)} .. {number(sample.most)}]'


def pairs_of(claim):
    """All ratios that the claim is about, as pairs of cells."""
    for key in ('each', 'mean', 'rises'):
        if key in claim:
            return [tuple(map(parse, pair)) for pair in claim[key]]
    return [(parse(claim['cell']), parse(claim['over']))] if 'over' in claim else []


def cells_of(claim):
    """All cells that the claim needs."""
    cells = [cell for pair in pairs_of(claim) for cell in pair]
    if 'cell' in claim and 'over' not in claim:
        cells.append(parse(claim['cell']))
    return cells + [parse(text) for key in ('than', 'line') for text in claim.get(key, [])]


def threads_of(claim):
    """The most that one of its cells has."""
    return int(claim['best'].rpartition(' x')[2]) if 'best' in claim else max(cell[3] for cell in cells_of(claim))


def r_squared(points):
    """Of the line through the points; 0 if it does not rise."""
    mx, my = (statistics.fmean(p[i] for p in points) for i in (0, 1))
    sxy = sum((x - mx) * (y - my) for x, y in points)
    return sxy ** 2 / (sum((x - mx) ** 2 for x, _ in points) * sum((y - my) ** 2 for _, y in points)) if sxy > 0 else 0


class Verdict(Exception):
    """(verdict, why)"""


def needed(samples):
    """The samples, if they can be judged."""
    for sample in samples:
        if sample.failures:
            raise Verdict('FAIL', f'{len(sample.failures)} trials: {sample.failures[0]}')
        if not sample:
            raise Verdict('CANNOT-SHOW', 'no trial of it has a value')
    return samples


def undisturbed(samples):
    for sample in samples:
        if sample.disturbed:
            raise Verdict('CANNOT-SHOW', f'processor time was taken away in {sample.stolen} of {sample.all} trials')


def judge_one(claim, trials, row):
    cell, quantity = parse(claim['cell']), of(claim)
    over = parse(claim['over']) if 'over' in claim else None
    than = tuple(map(parse, claim['than'])) if 'than' in claim else None
    sample = trials.ratio(cell, over, claim.get('times', 1.0), quantity, than) if over else trials.of(quantity, *cell)
    needed([sample])
    unit = QUANTITIES[quantity][2]
    row['measured'] = span(sample) + (' ×' if over else f' {unit}')
    if over and not than and 'times' not in claim:
        both = [number(trials.of(quantity, *c).median) for c in (cell, over)]
        row['measured'] += f' ({both[0]} / {both[1]} {unit})'
    undisturbed([sample])
    return holds(sample.median, claim)


def judge_each(claim, trials, row):
    pairs = pairs_of(claim)
    samples = needed([trials.ratio(*pair, claim.get('times', 1.0), of(claim)) for pair in pairs])
    worst = min(range(len(pairs)), key=lambda i: margin(samples[i].median, claim))
    row['measured'] = f'{span(samples[worst])} × ({words(pairs[worst][0])} over {words(pairs[worst][1], pairs[worst][0])})'
    undisturbed(samples)
    return all(holds(sample.median, claim) for sample in samples)


def judge_mean(claim, trials, row):
    samples = needed([trials.ratio(*pair, quantity=of(claim)) for pair in pairs_of(claim)])
    medians = [sample.median for sample in samples]
    mean = statistics.geometric_mean(medians)
    row['measured'] = f'{number(mean)} × (from {number(min(medians))} to {number(max(medians))} in {len(medians)} cells)'
    undisturbed(samples)
    return holds(mean, claim)


def judge_rises(claim, trials, row):
    samples = needed([trials.ratio(*pair, quantity=of(claim)) for pair in pairs_of(claim)])
    medians = [sample.median for sample in samples]
    row['measured'] = ' → '.join(map(number, medians))
    undisturbed(samples)
    steps = all(b >= a * (1 - claim.get('slack', 0.05)) for a, b in zip(medians, medians[1:]))
    return steps and medians[-1] > medians[0] and holds(medians[-1] / medians[0], claim)


def judge_line(claim, trials, row):
    samples = needed([trials.of(of(claim), *parse(text)) for text in claim['line']])
    fit = r_squared([(x, sample.median) for x, sample in zip(claim['at'], samples)])
    row['measured'] = f'R² {fit:.3f} (' + ', '.join(number(sample.median) for sample in samples) + ')'
    undisturbed(samples)
    return holds(fit, claim)


def sides(claim, trials):
    """The cells of the library's strategies, and those of the peers."""
    workload, variant, _, threads = parse(claim['best'].replace(' ', ' ours '))
    cells = [cell for cell in trials.cells_of(of(claim)) if (*cell[:2], cell[3]) == (workload, variant, threads) and cell[2] not in FLOORS]
    ours = all_strategies()
    return [cell for cell in cells if cell[2] in ours], [cell for cell in cells if cell[2] not in ours]


def judge_best(claim, trials, row):
    best = [min(side, key=lambda cell: needed([trials.of(of(claim), *cell)])[0].median) for side in sides(claim, trials)]
    sample, = needed([trials.ratio(*best, quantity=of(claim))])
    both = [number(trials.of(of(claim), *cell).median) for cell in best]
    row['measured'] = f'{span(sample)} × ({best[0][2]} {both[0]} / {best[1][2]} {both[1]} {QUANTITIES[of(claim)][2]})'
    undisturbed([sample])
    return holds(sample.median, claim)


JUDGES = {'each': judge_each, 'mean': judge_mean, 'rises': judge_rises, 'line': judge_line, 'best': judge_best, 'cell': judge_one}


def verdict(claim, trials, row):
    """(verdict, why); the row gets what was measured."""
    if 'cannot' in claim:
        return 'CANNOT-SHOW', claim['cannot']
    if trials is None:
        return 'CANNOT-SHOW', 'not measured'
    cells = cells_of(claim)
    most = threads_of(claim)
    if most > trials.cores and not claim.get('oversubscribed'):
        return 'CANNOT-SHOW', f'needs {most} cores, this machine has {trials.cores}'
    absent = [words(cell) for cell in cells if cell not in trials.cells_of(of(claim))]
    if 'best' in claim and not all(sides(claim, trials)):
        absent = [claim['best']]
    if absent:
        return 'CANNOT-SHOW', 'not measured: ' + ', '.join(dict.fromkeys(absent))
    if of(claim) == 'allocated' and not any(row.get('allocated_bytes') for row in trials.rows):
        return 'CANNOT-SHOW', f"jemalloc alone says what is allocated; it was measured with {trials.rows[0].get('allocator', 'another')}"
    try:
        good = next(judge for key, judge in JUDGES.items() if key in claim)(claim, trials, row)
    except Verdict as unusual:
        return unusual.args
    return ('PASS', '') if good else ('FAIL', claim.get('explained', ''))


def judge(figure, claim, trials):
    """A row of the table: claim, published, criterion, measured, verdict, why."""
    row = {'figure': figure.key, 'claim': claim['claim'], 'published': published(figure, claim),
           'criterion': criterion(claim), 'measured': '–'}
    row['verdict'], row['why'] = verdict(claim, trials, row)
    return row


def judge_all(figure, trials):
    return [judge(figure, claim, trials) for claim in figure.claims]
