"""Tests of what measures, judges and draws the figures, with a stand-in for lt-bench, and of what ./reproduce says to bad input.
Nothing is measured."""
import argparse
import contextlib
import csv
import io
import os
import pathlib
import stat
import subprocess
import sys
import tempfile
import textwrap
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import claims  # noqa: E402
import figures  # noqa: E402
import markdown  # noqa: E402
import measure  # noqa: E402
import programs  # noqa: E402
import report  # noqa: E402
import run  # noqa: E402
from trials import COLUMNS, Damaged, Trials, read_rows  # noqa: E402

REPRODUCE = figures.ROOT / 'reproduce'


class OneFigure:
    key = 'test'
    expected = {'known': {'what': 'theirs', 'value': '2.5', 'unit': 'ns', 'label': 'V'}}


def row_of(strategy, threads, trial, ns, flags='', workload='pair', variant='1', cores=4, **more):
    row = {'workload': workload, 'variant': variant, 'strategy': strategy, 'threads': threads, 'trial': trial, 'what': 'throughput',
           'ops': 0 if 'failed' in flags else 1, 'ns_per_op': ns, 'capacity': min(threads, cores), 'flags': flags, 'cores': cores,
           'processors': cores, 'pending': '', 'resident_bytes': '', 'peak_bytes': 0, 'p99.9_ns': '', 'max_ns': ''}
    return {**row, **more}


def write_rows(path, rows):
    with open(path, 'w', newline='') as file:
        out = csv.DictWriter(file, list(dict.fromkeys([*COLUMNS, *(column for row in rows for column in row)])))
        out.writeheader()
        out.writerows(rows)


def trials_of(rows, cores=4):
    """rows: (strategy, threads, trial, ns, flags), or what row_of gave."""
    with tempfile.NamedTemporaryFile('w', suffix='.csv') as file:
        write_rows(file.name, [row if isinstance(row, dict) else row_of(*row, cores=cores) for row in rows])
        return Trials(file.name)


def judge(trials, **claim):
    return claims.judge(OneFigure, {'claim': 'c', 'cell': 'pair/1 a x1', **claim}, trials)


class Verdicts(unittest.TestCase):
    def test_a_ratio_is_taken_per_trial(self):
        trials = trials_of([('a', 1, t, 10.0 * t, '') for t in (1, 2, 3)] + [('b', 1, t, 5.0 * t, '') for t in (1, 2, 3)])
        row = judge(trials, over='pair/1 b x1', at_most=2.0)
        self.assertEqual(row['verdict'], 'PASS')
        self.assertTrue(row['measured'].startswith('2.00 [2.00 .. 2.00]'), row)

    def test_a_miss_is_a_fail_with_its_numbers(self):
        row = judge(trials_of([('a', 1, 0, 3.0, '')]), at_most=2.9)
        self.assertEqual((row['verdict'], row['measured']), ('FAIL', '3.00 [3.00 .. 3.00] ns'))

    def test_both_bounds_count(self):
        trials = trials_of([('a', 1, 0, 3.0, '')])
        self.assertEqual(judge(trials, at_least=3.1, at_most=4)['verdict'], 'FAIL')
        self.assertEqual(judge(trials, at_least=2.9, at_most=4)['verdict'], 'PASS')
        self.assertEqual(judge(trials, below=3.0)['verdict'], 'FAIL')

    def test_stolen_trials_are_left_out(self):
        trials = trials_of([('a', 1, 0, 3.0, ''), ('a', 1, 1, 3.0, ''), ('a', 1, 2, 90.0, 'stolen')])
        self.assertEqual(judge(trials, at_most=3.0)['measured'], '3.00 [3.00 .. 3.00] ns')

    def test_mostly_stolen_trials_cannot_show(self):
        row = judge(trials_of([('a', 1, 0, 3.0, ''), ('a', 1, 1, 3.0, 'stolen'), ('a', 1, 2, 3.0, 'stolen')]), at_most=3.0)
        self.assertEqual(row['verdict'], 'CANNOT-SHOW')
        self.assertIn('2 of 3', row['why'])

    def test_too_few_cores_cannot_show(self):
        row = judge(trials_of([('a', 4, 0, 3.0, '')], cores=2), cell='pair/1 a x4', at_most=3.0)
        self.assertEqual(row['verdict'], 'CANNOT-SHOW')
        self.assertIn('needs 4 cores', row['why'])

    def test_what_was_not_measured_cannot_show(self):
        self.assertEqual(judge(trials_of([('a', 1, 0, 3.0, '')]), over='pair/1 b x1', at_most=1)['verdict'], 'CANNOT-SHOW')
        self.assertEqual(judge(None, at_most=1)['verdict'], 'CANNOT-SHOW')

    def test_a_failed_cell_is_a_fail(self):
        row = judge(trials_of([('a', 1, 0, 3.0, ''), ('a', 1, 1, 0, 'failed: signal')]), at_most=9)
        self.assertEqual(row['verdict'], 'FAIL')
        self.assertIn('signal', row['why'])

    def test_what_was_published_is_shown_with_its_label(self):
        row = judge(trials_of([('a', 1, 0, 3.0, '')]), at_most=9, published=['known'])
        self.assertEqual(row['published'], 'theirs 2.5 ns [V]')


class Criteria(unittest.TestCase):
    """The claims that are about more than one ratio."""

    def test_each_shows_the_worst(self):
        trials = trials_of([('a', 1, 0, 4.0, ''), ('b', 1, 0, 2.0, ''), ('c', 1, 0, 1.0, '')])
        each = [['pair/1 a x1', 'pair/1 b x1'], ['pair/1 a x1', 'pair/1 c x1']]
        row = judge(trials, each=each, at_least=2, criterion='a over each')
        self.assertEqual(row['verdict'], 'PASS')
        row = judge(trials, each=each, at_most=3, criterion='a over each')
        self.assertEqual(row['verdict'], 'FAIL')
        self.assertTrue(row['measured'].startswith('4.00'), row)
        self.assertEqual(row['criterion'], 'a over each: ≤\u00a03')

    def test_each_may_be_a_speed(self):
        trials = trials_of([('a', 1, 0, 4.0, ''), ('a', 4, 0, 5.0, '')])
        row = judge(trials, each=[['pair/1 a x1', 'pair/1 a x4']], times=4, at_least=3.1, criterion='speed')
        self.assertEqual(row['verdict'], 'PASS')
        self.assertTrue(row['measured'].startswith('3.20'), row)

    def test_mean(self):
        trials = trials_of([('a', 1, 0, 4.0, ''), ('b', 1, 0, 2.0, ''), ('c', 1, 0, 8.0, '')])
        mean = [['pair/1 a x1', 'pair/1 b x1'], ['pair/1 a x1', 'pair/1 c x1']]
        row = judge(trials, mean=mean, at_most=1, criterion='mean')
        self.assertEqual((row['verdict'], row['measured']), ('PASS', '1.00 × (from 0.50 to 2.00 in 2 cells)'))
        self.assertEqual(judge(trials, mean=mean, at_most=0.99, criterion='mean')['verdict'], 'FAIL')
        self.assertEqual(judge(trials, mean=mean + [['pair/1 a x1', 'pair/1 d x1']], at_most=9, criterion='mean')['verdict'],
                         'CANNOT-SHOW')

    def rises(self, *values):
        rows = [row_of('base', 1, 0, 1.0)] + [row_of('a', 1, 0, v, variant=str(i)) for i, v in enumerate(values)]
        return judge(trials_of(rows), criterion='rises', rises=[[f'pair/{i} a x1', 'pair/1 base x1'] for i in range(len(values))]
                     )['verdict']

    def test_rises(self):
        self.assertEqual(self.rises(1, 2, 3), 'PASS')
        self.assertEqual(self.rises(1, 2, 1.95, 3), 'PASS')  # within the slack
        self.assertEqual(self.rises(1, 2, 1.5, 3), 'FAIL')
        self.assertEqual(self.rises(3, 2.9, 2.8), 'FAIL')

    def test_a_claim_with_strategy_is_one_for_each(self):
        made = figures.for_each_strategy({'claim': 'c', 'cell': 'pair/1 {strategy} x1', 'at_most': 1, 'explained': {'epoch': 'so'}})
        self.assertEqual([c['cell'].split()[1] for c in made], [s for s in figures.all_strategies() if s not in ('plain', 'leak')])
        self.assertEqual({c['cell'].split()[1]: c['explained'] for c in made if c['explained']}, {'epoch': 'so'})
        self.assertEqual(figures.for_each_strategy({'cell': 'pair/1 a x1'}), [{'cell': 'pair/1 a x1'}])

    def test_what_is_allocated(self):
        def grown(*values):
            trials = trials_of([row_of('a', 1, 0, 1.0, variant=str(i + 1), what='memory', allocated_bytes=v, allocator='mimalloc')
                                for i, v in enumerate(values)])
            return judge(trials, cell='pair/2 a x1', over='pair/1 a x1', of='allocated', at_most=1.25)
        self.assertEqual(grown(4e6, 5e6)['verdict'], 'PASS')
        self.assertEqual(grown(4e6, 5.1e6)['verdict'], 'FAIL')
        row = grown('', '')
        self.assertEqual(row['verdict'], 'CANNOT-SHOW')
        self.assertIn('mimalloc', row['why'])

    def test_line(self):
        def line(*values):
            trials = trials_of([row_of('a', 1, 0, v, variant=str(i)) for i, v in enumerate(values)])
            return judge(trials, line=[f'pair/{i} a x1' for i in range(len(values))], at=list(range(len(values))), at_least=0.98,
                         criterion='R²')['verdict']
        self.assertEqual(line(1, 2, 3, 4), 'PASS')
        self.assertEqual(line(1, 2, 9, 4), 'FAIL')
        self.assertEqual(line(4, 3, 2, 1), 'FAIL')

    def test_best_of_both_sides(self):
        trials = trials_of([row_of('leak', 1, 0, 1.0), row_of('epoch', 1, 0, 2.0), row_of('atomic', 1, 0, 4.0), row_of('theirs', 1, 0, 5.0)]
                           + [row_of('slow', 1, 0, 9.0), row_of('epoch', 4, 0, 9.0)])
        def best(**claim):
            return judge(trials, cell='pair/1 epoch x1', criterion='the best', **claim)
        row = best(best='pair/1 x1', below=0.5)
        self.assertEqual((row['verdict'], row['measured']), ('PASS', '0.40 [0.40 .. 0.40] × (epoch 2.00 / theirs 5.00 ns)'))
        self.assertEqual(best(best='pair/1 x1', below=0.4)['verdict'], 'FAIL')
        row = best(best='pair/1 x4', below=0.4)
        self.assertEqual((row['verdict'], row['why']), ('CANNOT-SHOW', 'not measured: pair/1 x4'))  # no peer

    def test_ratio_of_ratios(self):
        trials = trials_of([('a', 1, 0, 6.0, ''), ('b', 1, 0, 2.0, ''), ('c', 1, 0, 2.0, ''), ('d', 1, 0, 1.0, '')])
        row = judge(trials, over='pair/1 b x1', than=['pair/1 c x1', 'pair/1 d x1'], at_most=1.5, criterion='gap')
        self.assertEqual((row['verdict'], row['measured']), ('PASS', '1.50 [1.50 .. 1.50] ×'))

    def test_speed_of_threads(self):
        trials = trials_of([('a', 1, 0, 1.0, ''), row_of('a', 4, 0, 2.0, capacity=2.5)])
        row = judge(trials, over='pair/1 a x4', times=4, at_least=2, criterion='speed')
        self.assertEqual((row['verdict'], row['measured']), ('PASS', '2.00 [2.00 .. 2.00] ×'))
        row = judge(trials, over='pair/1 a x4', times='capacity', at_most=0.8, criterion='part')
        self.assertEqual((row['verdict'], row['measured']), ('PASS', '0.80 [0.80 .. 0.80] ×'))

    def test_what_is_disturbed_is_not_judged_whatever_it_is(self):
        trials = trials_of([('a', 1, 0, 1.0, ''), row_of('a', 4, 0, 9.0, 'stolen', peak_bytes=9)])
        row = judge(trials, over='pair/1 a x4', times='capacity', at_least=0.9, criterion='part')
        self.assertEqual(row['verdict'], 'CANNOT-SHOW')
        row = judge(trials, cell='pair/1 a x4', of='peak', at_most=1)
        self.assertEqual(row['verdict'], 'CANNOT-SHOW')

    def test_memory_is_judged_apart(self):
        trials = trials_of([('a', 1, 0, 3.0, ''), row_of('a', 1, 0, 9.0, what='memory', pending=7)])
        self.assertEqual(judge(trials, of='pending', at_most=7)['measured'], '7.00 [7.00 .. 7.00] objects')
        self.assertEqual(judge(trials, of='ns_looked_at', at_most=9)['measured'], '9.00 [9.00 .. 9.00] ns')
        self.assertEqual(judge(trials, of='waiting', at_most=7)['verdict'], 'CANNOT-SHOW')  # the file has no such column
        self.assertEqual(judge(trials, at_most=7)['measured'], '3.00 [3.00 .. 3.00] ns')

    def test_the_longest_call(self):
        trials = trials_of([row_of('a', 1, 0, 3.0, what='latency', max_ns=50000)])
        self.assertEqual(judge(trials, of='longest', at_most=50000)['verdict'], 'PASS')

    def test_what_cannot_be_shown_says_why(self):
        row = judge(None, criterion='x', cannot='no such thing')
        self.assertEqual((row['verdict'], row['why'], row['criterion']), ('CANNOT-SHOW', 'no such thing', 'x'))

    def test_a_fail_is_explained_a_pass_is_not(self):
        trials = trials_of([('a', 1, 0, 3.0, '')])
        self.assertEqual(judge(trials, at_most=1, explained='tested')['why'], 'tested')
        self.assertEqual(judge(trials, at_most=9, explained='tested')['why'], '')


class DamagedFiles(unittest.TestCase):
    def damaged(self, change, line, why, trials=None):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / 'x.csv'
            write_rows(path, [row_of(s, 1, t, 1.0) for t in range(3) for s in ('a', 'b')])
            path.write_text(change(path.read_text()))
            with self.assertRaises(Damaged) as raised:
                read_rows(path, trials)
        self.assertIn(f'x.csv, line {line}: ', str(raised.exception))
        self.assertIn(why, str(raised.exception))

    def test_whole_files_are_read(self):
        trials = trials_of([(s, 1, t, 1.0, '') for t in range(3) for s in ('a', 'b')])
        self.assertEqual(len(trials.rows), 6)

    def test_a_line_that_is_cut(self):
        self.damaged(lambda text: text[:-20], 7, 'fields instead of')

    def test_a_number_that_is_none(self):
        self.damaged(lambda text: text.replace(',1.0,', ',1.O,', 1), 2, "ns_per_op is '1.O'")

    def test_lines_that_are_missing(self):
        self.damaged(lambda text: '\n'.join(text.splitlines()[:-1]) + '\n', 6, 'ends without trial 2')

    def test_a_whole_trial_that_is_missing(self):
        self.damaged(lambda text: '\n'.join(text.splitlines()[:-2]) + '\n', 5, 'ends without trial 2', trials=3)

    def test_a_line_that_is_there_twice(self):
        self.damaged(lambda text: text + text.splitlines()[-1] + '\n', 8, 'is there twice')

    def test_a_head_that_is_missing(self):
        self.damaged(lambda text: text.split('\n', 1)[1], 1, 'no column')
        self.damaged(lambda text: '', 1, 'no column')


FAKE = textwrap.dedent('''\
    #!/usr/bin/python3 -B
    """Stands in for lt-bench: writes what was asked for, and counts how often it was called."""
    import os, pathlib, signal, sys
    sys.path.insert(0, {harness!r})
    from test_harness import row_of, write_rows
    asked = dict(zip(sys.argv[1:], sys.argv[2:]))
    calls = pathlib.Path({calls!r})
    calls.write_text(calls.read_text() + asked['--workload'] + ' ' + asked['--first-trial'] + '\\n')
    if len(calls.read_text().splitlines()) == int(os.environ.get('FAKE_STOPS_AT', 0)):
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    print('  1 of 1 cells, 0:00 left', file=sys.stderr)
    write_rows(asked['--csv'], [row_of(s, int(t), int(asked['--first-trial']), 1.0, workload=w.split('/')[0], variant=w.split('/', 1)[1])
                                for w in asked['--workload'].split(',') for s in asked['--strategy'].split(',')
                                for t in asked['--threads'].split(',')])
    ''')


class FakeFigure(figures.Figure):
    def __init__(self):
        self.key, self.title, self.claims, self.expected = 'fake', 'Fake', [], {}
        self.params = {'quick': {'trials': 3, 'seconds': 1}, 'parts': {
            'one': {'workloads': ['pair/1'], 'strategies': ['atomic'], 'threads': [1]},
            'two': {'workloads': ['pair/2'], 'strategies': ['atomic'], 'threads': [1]}}}

    def plots(self):
        return argparse.Namespace(draw=lambda trials, figure, folder: [('drawn', len(trials.rows))])


class Interruptions(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out = pathlib.Path(folder.name)
        self.calls = self.out / 'calls'
        self.calls.write_text('')
        self.bench = self.out / 'lt-bench'
        self.bench.write_text(FAKE.format(harness=str(pathlib.Path(__file__).resolve().parent), calls=str(self.calls)))
        self.bench.chmod(self.bench.stat().st_mode | stat.S_IXUSR)
        self.figure = FakeFigure()

    def measure(self, stops_at=0, threads=None):
        """Whether all was measured; and the calls that it took."""
        self.calls.write_text('')
        os.environ['FAKE_STOPS_AT'] = str(stops_at)
        args = argparse.Namespace(size='quick', threads=threads, strategies=None, out=self.out)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            complete = measure.measure_all(args, [self.figure], ['atomic'], self.bench)
        return complete, self.calls.read_text().split('\n')[:-1]

    def drawn(self):
        return run.draw(self.figure, self.out / 'fake')

    def test_everything_is_measured_and_drawn(self):
        complete, calls = self.measure()
        self.assertTrue(complete)
        self.assertEqual(calls, ['pair/1 0', 'pair/1 1', 'pair/1 2', 'pair/2 0', 'pair/2 1', 'pair/2 2'])
        self.assertEqual(self.drawn()[2], [('drawn', 6)])

    def test_an_interrupted_run_goes_on(self):
        complete, calls = self.measure(stops_at=5)
        self.assertFalse(complete)
        self.assertEqual(len(calls), 5)
        complete, calls = self.measure()
        self.assertTrue(complete)
        self.assertEqual(calls, ['pair/2 1', 'pair/2 2'])
        self.assertEqual(self.drawn()[2], [('drawn', 6)])

    def test_what_is_interrupted_is_not_drawn(self):
        self.measure()
        self.assertEqual(self.measure(stops_at=5)[0], False)  # a new run: the old one was complete
        _, state, plots, trials, _ = self.drawn()
        self.assertEqual((plots, trials), ([], None))
        self.assertIn('interrupted half-way', state)

    def test_after_a_complete_run_all_is_measured_again(self):
        self.measure()
        self.assertEqual(len(self.measure()[1]), 6)

    def test_another_question_is_not_gone_on_with(self):
        self.measure(stops_at=5)
        self.assertEqual(len(self.measure(threads=[1])[1]), 6)

    def test_another_program_is_not_gone_on_with(self):
        self.measure(stops_at=5)
        self.bench.write_text(self.bench.read_text() + '\n')
        self.assertEqual(len(self.measure()[1]), 6)

    def test_a_damaged_half_is_named(self):
        self.measure(stops_at=3)
        partial = self.out / 'fake' / 'one.csv.partial'
        partial.write_text(partial.read_text()[:-9])
        with self.assertRaises(Damaged) as raised:
            self.measure()
        self.assertIn('one.csv.partial, line 3', str(raised.exception))

    def test_a_part_that_lost_a_trial_is_not_drawn(self):
        self.measure()
        whole = self.out / 'fake' / 'one.csv'
        whole.write_text('\n'.join(whole.read_text().splitlines()[:-1]) + '\n')
        with self.assertRaises(Damaged):
            self.drawn()

    def test_the_line_says_what_runs_and_what_is_left(self):
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            progress = measure.Progress(100)
            progress.show('fake one, trial 1 of 3', 0.5, 100)
        self.assertRegex(said.getvalue(), r' 50 %  fake one, trial 1 of 3  \d+:\d\d min left')


class WholePrograms(unittest.TestCase):
    """programs.py, with stand-ins for interpreters: scripts that are given the program and its arguments."""

    def rows(self, *interpreters, capacity='$threads'):
        """interpreters: (strategy, the shell script); what is measured of one program by them, with that capacity."""
        with tempfile.TemporaryDirectory() as folder:
            bench = pathlib.Path(folder) / 'lt-bench'
            scripts = {bench: 'test $1 = --machine && echo \'{"cores": 2, "processors": 2}\'\n'
                              f'test $1 != --capacity || while read -r threads; do echo {capacity}; done'}
            scripts |= {bench.parent / 'runtime' / f'pocket-{name}': text for name, text in interpreters}
            (bench.parent / 'runtime').mkdir()
            for path, text in scripts.items():
                path.write_text(f'#!/bin/sh\n{text}\n')
                path.chmod(0o755)
            done = subprocess.run(
                [sys.executable, '-B', programs.__file__, '--bench', bench, '--figure', 'nogil', '--part', 'programs', '--size',
                 'quick', '--strategies', ','.join(name for name, _ in interpreters), '--threads', '1,2', '--first-trial', '3',
                 '--tries', '4', '--csv', bench.parent / 'out.csv'], capture_output=True, text=True, timeout=120)
            self.assertEqual(done.returncode, 0, done.stderr)
            return [row for row in read_rows(bench.parent / 'out.csv') if row['workload'] == 'matmul.py']

    def test_time_is_what_the_program_says_per_step_and_thread(self):
        rows = self.rows(('biased', 'echo same; echo 0.25 >&2'), ('plain', 'echo same; echo 0.5 >&2'))
        steps = 110 ** 3
        self.assertEqual([(r['strategy'], r['threads'], r['ops'], r['trial']) for r in rows if r['variant'] == 'shared'],
                         [('plain', '1', f'{steps}', '3'), ('biased', '1', f'{steps}', '3'), ('biased', '2', f'{steps}', '3')])
        self.assertAlmostEqual(float(rows[0]['ns_per_op']), 0.5e9 / steps, places=3)
        self.assertAlmostEqual(float(rows[2]['ns_per_op']), 2 * 0.25e9 / steps, places=3)
        self.assertEqual({r['cores'] for r in rows}, {'2'})

    def test_what_is_disturbed_is_measured_again_and_flagged(self):
        def said(**capacity):
            rows = self.rows(('biased', 'echo same; echo 0.25 >&2'), **capacity)
            return {(r['threads'], r['capacity'], r['tries'], r['flags']) for r in rows}

        self.assertEqual(said(), {('1', '1.000', '1', ''), ('2', '2.000', '1', '')})
        self.assertEqual(said(capacity=1.7), {('1', '1.700', '1', ''), ('2', '1.700', '4', 'stolen')})

    def test_what_goes_wrong_is_a_row(self):
        rows = self.rows(('biased', 'echo same; echo 0.25 >&2'), ('atomic', 'echo other; echo 0.1 >&2'),
                         ('epoch', 'echo Error: such >&2; exit 1'))
        said = {r['strategy']: r['flags'] for r in rows}
        self.assertIn('failed: exit status 1: Error: such', said['epoch'])
        self.assertIn('failed: prints something else', said['biased'] + said['atomic'])


class Folders(unittest.TestCase):
    def test_claims_name_cells_that_the_figure_measures(self):
        for key in figures.all_figures():
            figure = figures.Figure(key)
            for size in ('quick', 'full'):
                cells = {(w, c) for part in figure.parts(size) for w, c, _ in part.cells(figures.all_strategies(), [1, 2, 4])}
                for claim in figure.claims:
                    self.assertTrue('cannot' in claim or claims.bounds(claim) or 'rises' in claim, claim)
                    if 'best' in claim:
                        self.assertIn(claim['best'].split(' ')[0], {w for w, _ in cells}, key)
                    for workload, variant, strategy, _ in claims.cells_of(claim):
                        self.assertIn((f'{workload}/{variant}', strategy), cells, f'{key}, {size}')
                    claims.published(figure, claim)
                    claims.criterion(claim)

    def test_no_cell_is_measured_twice(self):
        for key in figures.all_figures():
            for size in ('quick', 'full'):
                parts = figures.Figure(key).parts(size)
                cells = [(part.what, *cell) for part in parts for cell in part.cells(figures.all_strategies(), [1, 2, 4])]
                self.assertEqual(len(cells), len(set(cells)), f'{key}, {size}')

    def test_published_values_have_number_label_and_source(self):
        for key in figures.all_figures():
            for row in figures.Figure(key).expected.values():
                float(row['value'])
                self.assertIn(row['label'], report.LABELS, key)
                self.assertTrue(row['what'] and row['source'], row)

    def test_every_folder_has_its_files(self):
        for key in figures.all_figures():
            folder = figures.PAPERS / key
            for name in ('README.md', 'params.json', 'expected.csv', 'claims.json', 'plot.py'):
                self.assertTrue((folder / name).exists(), f'{key}/{name}')
            self.assertTrue((folder / 'README.md').read_text().startswith('# '), key)

    def test_the_quick_form_keeps_its_promise(self):
        def estimate(keys, processors):
            real, figures.processors = figures.processors, lambda: processors
            try:
                args = argparse.Namespace(size='quick', threads=None)
                chosen = [figures.Figure(key) for key in keys]
                return (sum(measure.estimate(args, chosen, figures.all_strategies()).values()) + run.BUILD_SECONDS +
                        run.PER_TARGET * len(run.targets_of(args, chosen)) + run.DRAW_SECONDS)
            finally:
                figures.processors = real
        self.assertLessEqual(estimate(figures.all_figures(), 4), 600)
        self.assertLessEqual(estimate(['overhead-scaling', 'brc-2018'], 2), 300)

    def test_recorded_runs_are_whole(self):
        for folder in filter(pathlib.Path.is_dir, figures.PAPERS.glob('recorded/*')):
            self.assertTrue((folder / 'machine.json').exists(), folder)
            for key in (measured.parent.name for measured in folder.glob('*/measured.json')):
                _, trials = run.load(figures.Figure(key), folder / key)
                self.assertTrue(trials and trials.rows, f'{folder}, {key}')

    def test_markdown(self):
        self.assertEqual(markdown.to_html('# T\n\na *b* `c<d`', skip_title=True), '<p>a <i>b</i> <code>c&lt;d</code></p>\n')


class BadInput(unittest.TestCase):
    def refused(self, *arguments, status=2, lines=1, **environment):
        done = subprocess.run([REPRODUCE, *arguments], capture_output=True, text=True, timeout=20,
                              env={**os.environ, **environment})
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(done.stdout, '')
        if lines:
            self.assertEqual(len(done.stderr.splitlines()), lines, done.stderr)
        return done.stderr

    def test_unknown_figure_lists_the_figures(self):
        self.assertIn('brc-2018', self.refused('nosuch', lines=None))

    def test_thread_counts(self):
        for text in ('0', '1,0', '-1', 'x', '1,,2', '1.5', '', '99999999999999999999'):
            self.refused('--threads', text)

    def test_names(self):
        self.assertIn('biased', self.refused('--strategy', 'biazed'))
        self.refused('--nosuch')
        self.refused('--out')

    def test_out_that_cannot_be_written(self):
        self.refused('--out', '/proc/out', status=1)
        self.refused('--out', str(REPRODUCE), status=1)

    def test_missing_compiler(self):
        with tempfile.TemporaryDirectory() as out:
            self.assertIn('no-such-cc', self.refused('--out', out, status=1, CC='no-such-cc'))

    def test_nothing_to_plot(self):
        with tempfile.TemporaryDirectory() as out:
            self.refused('--out', out, '--plots', status=1)

    def test_record(self):
        def refused(*arguments):
            done = subprocess.run([figures.PAPERS / 'record', *arguments], capture_output=True, text=True, timeout=20)
            self.assertEqual((len(done.stderr.splitlines()), done.stdout), (1, ''), done.stderr)
            return done.returncode
        with tempfile.TemporaryDirectory() as out:
            self.assertEqual(refused(), 2)
            self.assertEqual(refused('Up/there', out), 2)
            self.assertEqual(refused('name', out), 1)
            (pathlib.Path(out) / 'run.json').write_text('{"complete": false}')
            self.assertEqual(refused('name', out), 1)

    def plots_of(self, out):
        return subprocess.run([REPRODUCE, '--out', out, '--plots', 'nogil'], capture_output=True, text=True, timeout=60)

    def test_damaged_files_are_named(self):
        with tempfile.TemporaryDirectory() as out:
            folder = pathlib.Path(out) / 'nogil'
            folder.mkdir()
            machine = pathlib.Path(out) / 'machine.json'
            machine.write_text('{"form": "quick"')
            done = self.plots_of(out)
            self.assertEqual((done.returncode, len(done.stderr.splitlines())), (1, 1), done.stderr)
            self.assertIn('machine.json, line 1', done.stderr)

            machine.write_text('{"form": "quick", "cpu": "", "date": "", "topology": {"cores": 4}, "capacity probe": {}}')
            (folder / 'measured.json').write_text('{"form": "quick", "date": "", "trials": {"ladder": 1}}')
            write_rows(folder / 'ladder.csv', [row_of('biased', 1, 0, 1.0, workload='ladder', variant='raw')])
            with open(folder / 'ladder.csv', 'a') as file:
                file.write('ladder,raw,bia')
            done = self.plots_of(out)
            self.assertEqual((done.returncode, len(done.stderr.splitlines())), (1, 1), done.stderr)
            self.assertIn('nogil/ladder.csv, line 3: 3 fields', done.stderr)


if __name__ == '__main__':
    unittest.main()
