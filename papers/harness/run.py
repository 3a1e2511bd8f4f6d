"""The part of ./reproduce that comes after the packages: build, measure, judge, draw. Not to be called by hand: ./reproduce
has checked what it passes on."""
import argparse
import csv
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import build  # noqa: E402
import claims  # noqa: E402
import figures  # noqa: E402
import machine  # noqa: E402
import measure  # noqa: E402
import report  # noqa: E402
from trials import Damaged, Trials  # noqa: E402

BUILD_SECONDS, PER_TARGET, DRAW_SECONDS = 45, 3, 30
PATIENCE = 5


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument('--size', choices=('quick', 'full'))
    parser.add_argument('--out', type=pathlib.Path)
    parser.add_argument('--threads', type=lambda text: sorted({int(t) for t in text.split(',')}))
    parser.add_argument('--strategies', type=lambda text: text.split(','))
    parser.add_argument('--patient', action='store_true')
    parser.add_argument('--plots', action='store_true')
    parser.add_argument('figures', nargs='+')
    return parser.parse_args()


def targets_of(args, chosen):
    return sorted({target for figure in chosen for part in figure.parts(args.size) for target in part.targets()})


def announce(args, chosen, strategies, targets):
    parts = measure.estimate(args, chosen, strategies)
    building = 5 if build.is_built(targets) else BUILD_SECONDS + PER_TARGET * len(targets)
    threads = args.threads or figures.machine_threads()
    print(f'reproduce: about {measure.minutes(sum(parts.values()) + building + DRAW_SECONDS)} for the {args.size} form, with up to '
          f'{max(threads)} threads: ' + ', '.join(f'{key} {measure.minutes(s)}' for key, s in parts.items())
          + '; the rest is building and drawing' + f'; up to {PATIENCE} times that if processors are taken away' * args.patient, flush=True)


def load(figure, folder):
    """(state, Trials or None): all of its parts, or why not."""
    about = measure.read_json(folder / 'measured.json')
    if not about.get('trials'):
        return 'not measured', None
    paths = {folder / f'{part}.csv': count for part, count in about['trials'].items()}
    absent = [path.stem for path in paths if not path.exists()]
    if absent:
        begun = any((folder / f'{part}.csv.partial').exists() for part in about['trials']) or len(absent) < len(paths)
        return ('interrupted half-way' if begun else 'not measured: interrupted before it began') + \
            f"; {', '.join(absent)} of {len(paths)} parts lacking", None
    return f"Measured in the {about['form']} form, {about['date']}", Trials(*paths, trials=paths)


def draw(figure, folder):
    state, trials = load(figure, folder)
    for old in folder.glob('*.svg'):
        old.unlink()
    plots = figure.plots().draw(trials, figure, folder) if trials else []
    return figure, state, plots, trials, claims.judge_all(figure, trials)


def read_machine(path):
    try:
        return json.loads(path.read_text())
    except json.JSONDecodeError as error:
        raise Damaged(path, error.lineno, error.msg) from None


def write_machine(out, about):
    (out / 'machine.json').write_text(json.dumps(about, indent=2, ensure_ascii=False) + '\n')


def write_claims(path, results):
    with open(path, 'w', newline='') as file:
        table = csv.DictWriter(file, ['figure', 'claim', 'published', 'criterion', 'measured', 'verdict', 'why'])
        table.writeheader()
        table.writerows(row for *_, rows in results for row in rows)


def summary(results, out):
    for figure, _, _, _, rows in results:
        print(f'\n{figure.title}')
        for row in rows:
            why = f" ({row['why']})" if row['why'] else ''
            print(f"  {row['verdict']:<12} {row['criterion']}: {row['measured']}{why}")
    print(f'\nreproduce: {os.path.relpath(out / "report.html")}')


def main():
    args = arguments()
    chosen = [figures.Figure(key) for key in args.figures]
    for figure in chosen if args.patient else []:
        figure.params['tries'] = PATIENCE
    complete = True
    if args.plots:
        about = read_machine(args.out / 'machine.json')
    else:
        strategies = args.strategies or figures.all_strategies()
        targets = targets_of(args, chosen)
        announce(args, chosen, strategies, targets)
        print('reproduce: building', flush=True)
        bench = build.build(targets)
        about = machine.describe(bench) | {'form': args.size}
        write_machine(args.out, about)
        (args.out / 'report.html').unlink(missing_ok=True)
        complete = measure.measure_all(args, chosen, strategies, bench)

    print('reproduce: drawing', flush=True)
    results = [draw(figure, args.out / figure.key) for figure in chosen]
    about['capacity probe'].update({f.key: t.capacity() for f, _, _, t, _ in results if t})
    write_machine(args.out, about)
    write_claims(args.out / 'claims.csv', results)
    report.write(args.out / 'report.html', about, results, f"{about['form']} form")
    summary(results, args.out)
    return 0 if complete else 130


if __name__ == '__main__':
    try:
        sys.exit(main())
    except Damaged as damage:
        sys.exit(f'reproduce: {damage}')
    except KeyboardInterrupt:
        print('\nreproduce: interrupted', file=sys.stderr)
        sys.exit(130)
