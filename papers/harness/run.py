"""The part of ./reproduce that comes after the packages: build, measure, judge, draw. Not to be called by hand: ./reproduce
has checked what it passes on."""
import argparse
import csv
import json
import os
import pathlib
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import build  # noqa: E402
import claims  # noqa: E402
import figures  # noqa: E402
import machine  # noqa: E402
import report  # noqa: E402
from trials import Trials  # noqa: E402

BUILD_SECONDS, DRAW_SECONDS = 45, 20


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument('--size', choices=('quick', 'full'))
    parser.add_argument('--out', type=pathlib.Path)
    parser.add_argument('--threads', type=lambda text: sorted({int(t) for t in text.split(',')}))
    parser.add_argument('--strategies', type=lambda text: text.split(','))
    parser.add_argument('--redraw', action='store_true')
    parser.add_argument('figures', nargs='+')
    return parser.parse_args()


def minutes(seconds):
    return f'{int(seconds) // 60}:{int(seconds) % 60:02} min'


def default_threads():
    """As lt-bench will choose them; only for the estimate."""
    p = len(os.sched_getaffinity(0))
    return sorted({1 << i for i in range(p.bit_length()) if 1 << i < p} | {p, p + p // 2, 2 * p})


def announce(args, chosen):
    threads = args.threads or default_threads()
    strategies = args.strategies or figures.all_strategies()
    parts = {f.key: f.seconds(args.size, strategies, threads) for f in chosen}
    building = 5 if build.is_built() else BUILD_SECONDS
    shown = sorted({t for f in chosen for t in f.threads or threads})
    print(f'reproduce: about {minutes(sum(parts.values()) + building + DRAW_SECONDS)} for the {args.size} form, with '
          f"{', '.join(map(str, shown))} threads: " + ', '.join(f'{key} {minutes(s)}' for key, s in parts.items())
          + '; the rest is building and drawing', flush=True)


def measure(args, figure, bench, path):
    """Afterwards path is there and complete; KeyboardInterrupt if it was interrupted."""
    names, contestants, threads = figure.plan(args.strategies or figures.all_strategies(), args.threads or [])
    s = figure.sizes[args.size]
    command = [str(bench), '--quiet', '--figure', figure.key, '--csv', str(path), '--workload', ','.join(names),
               '--strategy', ','.join(contestants), '--trials', str(s['trials']), '--seconds', str(s['seconds']),
               '--warm-up', str(s['warm_up']), '--probe', str(s['probe']), '--seed', str(s['seed'])]
    if threads:
        command += ['--threads', ','.join(map(str, threads))]
    print(f'reproduce: measuring {figure.key}', flush=True)
    status = subprocess.run(command).returncode
    if status == -signal.SIGINT:
        raise KeyboardInterrupt
    if status not in (0, 3):  # 3: some cells failed; their rows say so
        sys.exit(f'reproduce: lt-bench ended with status {status}')


def draw(figure, folder, state):
    path = folder / 'trials.csv'
    if not path.exists():
        return figure, state or 'there is no complete measurement', [], None, claims.judge_all(figure, None)
    trials = Trials(path)
    plots = figure.plots().draw(trials, folder)
    return figure, state or 'Drawn again from an earlier measurement', plots, trials, claims.judge_all(figure, trials)


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


def measure_all(args, chosen, bench):
    """What to say of each figure, by its key; and whether Ctrl-C ended the measuring."""
    states, interrupted = {}, False
    for figure in chosen:
        folder = args.out / figure.key
        folder.mkdir(parents=True, exist_ok=True)
        for old in (folder / 'trials.csv', *folder.glob('*.svg')):
            old.unlink(missing_ok=True)
        if interrupted:
            states[figure.key] = 'not measured: interrupted before it began'
            continue
        try:
            measure(args, figure, bench, folder / 'trials.csv')
            states[figure.key] = f'Measured in the {args.size} form'
        except KeyboardInterrupt:
            states[figure.key] = 'interrupted half-way; what there is lies in trials.csv.partial'
            interrupted = True
            print('\nreproduce: interrupted; this figure will not be drawn', flush=True)
    return states, interrupted


def main():
    args = arguments()
    chosen = [figures.Figure(key) for key in args.figures]
    states, interrupted = {}, False
    if args.redraw:
        about = json.loads((args.out / 'machine.json').read_text())
    else:
        announce(args, chosen)
        print('reproduce: building', flush=True)
        bench = build.build()
        about = machine.describe(bench) | {'form': args.size}
        write_machine(args.out, about)
        (args.out / 'report.html').unlink(missing_ok=True)
        states, interrupted = measure_all(args, chosen, bench)

    print('reproduce: drawing', flush=True)
    results = [draw(figure, args.out / figure.key, states.get(figure.key)) for figure in chosen]
    about['capacity probe'].update({f.key: t.capacity() for f, _, _, t, _ in results if t})
    write_machine(args.out, about)
    write_claims(args.out / 'claims.csv', results)
    report.write(args.out / 'report.html', about, results, f"{about['form']} form")
    summary(results, args.out)
    return 130 if interrupted else 0


if __name__ == '__main__':
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print('\nreproduce: interrupted', file=sys.stderr)
        sys.exit(130)
