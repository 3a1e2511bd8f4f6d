"""Tests of what judges the figures, and of what ./reproduce says to bad input. Nothing is measured."""
import csv
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import claims  # noqa: E402
import figures  # noqa: E402
import markdown  # noqa: E402
from trials import Trials  # noqa: E402

REPRODUCE = figures.ROOT / 'reproduce'


class OneFigure:
    key = 'test'
    expected = {'known': {'what': 'theirs', 'value': '2.5', 'unit': 'ns', 'label': 'V'}}


def trials_of(rows, cores=4):
    """rows: (strategy, threads, trial, ns, flags)."""
    with tempfile.NamedTemporaryFile('w', suffix='.csv', newline='') as file:
        out = csv.writer(file)
        out.writerow('workload variant strategy threads trial ops ns_per_op capacity flags cores processors'.split())
        for strategy, threads, trial, ns, flags in rows:
            out.writerow(['pair', '1', strategy, threads, trial, 0 if 'failed' in flags else 1, ns, 1, flags, cores, cores])
        file.flush()
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


class Folders(unittest.TestCase):
    def test_claims_name_cells_that_the_figure_measures(self):
        for key in (folder.parent.name for folder in figures.PAPERS.glob('*/params.json')):
            figure = figures.Figure(key)
            names, contestants, _ = figure.plan(figures.all_strategies(), [1])
            for claim in figure.claims:
                for text in (claim[part] for part in ('cell', 'over') if part in claim):
                    workload, variant, strategy, _ = claims.parse(text)
                    self.assertIn(f'{workload}/{variant}', names, key)
                    self.assertIn(strategy, contestants, key)
                claims.published(figure, claim)

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

    def test_nothing_to_redraw(self):
        with tempfile.TemporaryDirectory() as out:
            self.refused('--out', out, '--redraw', status=1)


if __name__ == '__main__':
    unittest.main()
