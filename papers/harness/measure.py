"""Measures figures: part by part and trial by trial, each by a run of lt-bench of its own, or of programs.py. What is complete is kept, so an
interrupted run goes on where it was when the same is asked for again.

  OUT/run.json             what was asked for; complete: whether all of it was measured
  OUT/FIGURE/measured.json the form, the date, and how many trials each part has
  OUT/FIGURE/PART.csv      all trials of a part; until then PART.csv.partial has those that are complete"""
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time

import trials


def minutes(seconds):
    return f'{int(seconds) // 60}:{int(seconds) % 60:02} min'


class Progress:
    """The line that says what runs and what is left. The time left is the estimate, corrected by how wrong it was so far."""

    def __init__(self, seconds):
        self.all = self.left = seconds  # of the estimate
        self.start = time.monotonic()
        self.live = sys.stderr.isatty()
        self.said = ''

    def done(self, seconds):
        self.left -= seconds

    def skip(self, seconds):
        self.all -= seconds
        self.left -= seconds

    def show(self, what, part_of=0.0, seconds=0.0):
        """`part_of` of what takes `seconds` is done."""
        left = max(self.left - part_of * seconds, 0)
        done = self.all - left
        ratio = (time.monotonic() - self.start) / done if done > 0.02 * self.all else 1
        line = f'{100 * done / max(self.all, 1e-9):3.0f} %  {what}  {minutes(left * ratio)} left'
        if self.live:
            print(f'\r\033[K{line}', end='', file=sys.stderr, flush=True)
        elif what != self.said:
            print(f'  {line}', file=sys.stderr, flush=True)
        self.said = what

    def end(self):
        if self.live:
            print('\r\033[K', end='', file=sys.stderr, flush=True)


def fingerprint(args, chosen, bench):
    """What must be the same for a run to go on."""
    paths = [bench] + [path for f in chosen for part in f.parts(args.size) for path in part.files(bench)]
    program = hashlib.sha256(b''.join(path.read_bytes() for path in paths)).hexdigest()
    params = {f.key: f.params for f in chosen}
    return json.loads(json.dumps({'form': args.size, 'threads': args.threads, 'strategies': args.strategies, 'params': params,
                                  'figures': [f.key for f in chosen], 'programs': program}))


def read_json(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}


def write_json(path, value):
    beside = path.with_suffix('.new')
    beside.write_text(json.dumps(value, indent=1, ensure_ascii=False) + '\n')
    os.replace(beside, path)


def trials_in(path, wanted):
    """How many complete trials a .partial has. A damaged one ends the program: what it says cannot be gone on from."""
    if not path.exists():
        return 0
    there = {int(row['trial']) for row in trials.read_rows(path)}
    if there != set(range(len(there))) or len(there) > wanted:
        raise trials.Damaged(path, 1, f'has the trials {sorted(there)} of {wanted}; remove it to begin again')
    return len(there)


def append(trial, partial):
    """Atomically: a kill in between leaves the file as it was, or with the whole trial."""
    text = trial.read_text()
    if partial.exists():
        text = partial.read_text() + text.split('\n', 1)[1]
    beside = partial.with_suffix('.new')
    beside.write_text(text)
    os.replace(beside, partial)
    trial.unlink()


def run_bench(command, tell):
    """Runs it, says how far it is, passes on what it complains of."""
    bench = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        for line in bench.stderr:
            progress = re.match(r'\s*(\d+) of (\d+) cells', line)
            if progress:
                tell(int(progress[1]) / max(int(progress[2]), 1))
            elif line.strip() and 'interrupted' not in line:
                print('\r\033[K' * sys.stderr.isatty() + line, end='', file=sys.stderr)
        status = bench.wait()
    except KeyboardInterrupt:
        bench.wait()
        raise
    if status == -signal.SIGINT:
        raise KeyboardInterrupt
    if status not in (0, 3):  # 3: some cells failed; their rows say so
        sys.exit(f'reproduce: what measures ended with status {status}: ' + ' '.join(command))


def measure_part(part, args, strategies, bench, folder, progress):
    whole = folder / f'{part.key}.csv'
    partial, trial_path = folder / f'{part.key}.csv.partial', folder / f'{part.key}.trial.csv'
    seconds = part.seconds_per_trial(strategies, args.threads)
    if whole.exists():
        progress.skip(part.trials * seconds)
        return
    begun = trials_in(partial, part.trials)
    progress.skip(begun * seconds)
    for trial in range(begun, part.trials):
        what = f'{part.name}, trial {trial + 1} of {part.trials}'
        progress.show(what)
        run_bench(part.command(bench, strategies, args.threads, trial, trial_path),
                  lambda fraction, what=what: progress.show(what, fraction, seconds))
        append(trial_path, partial)
        progress.done(seconds)
    os.replace(partial, whole)


def begin_again(chosen, out):
    for figure in chosen:
        folder = out / figure.key
        for pattern in ('*.csv', '*.csv.partial', '*.svg', 'measured.json'):
            for old in folder.glob(pattern):
                old.unlink()


def estimate(args, chosen, strategies):
    return {f.key: sum(p.trials * p.seconds_per_trial(strategies, args.threads) for p in f.parts(args.size)) for f in chosen}


def measure_all(args, chosen, strategies, bench):
    """Whether all was measured; False: Ctrl-C ended it."""
    out = args.out
    asked = fingerprint(args, chosen, bench)
    before = read_json(out / 'run.json')
    goes_on = before.get('asked') == asked and not before.get('complete')
    if goes_on:
        print(f"reproduce: going on with the run of {before['date']}", flush=True)
    else:
        begin_again(chosen, out)
    run = {'asked': asked, 'date': before['date'] if goes_on else time.strftime('%Y-%m-%d %H:%M %Z'), 'complete': False}
    write_json(out / 'run.json', run)
    progress = Progress(sum(estimate(args, chosen, strategies).values()))
    try:
        for figure in chosen:
            folder = out / figure.key
            folder.mkdir(parents=True, exist_ok=True)
            parts = figure.parts(args.size)
            write_json(folder / 'measured.json', {'form': args.size, 'date': run['date'],
                                                  'trials': {part.key: part.trials for part in parts}})
            for part in parts:
                measure_part(part, args, strategies, bench, folder, progress)
    except KeyboardInterrupt:
        progress.end()
        print('\nreproduce: interrupted; the same command goes on from here. What is not complete will not be drawn', flush=True)
        return False
    progress.end()
    write_json(out / 'run.json', run | {'complete': True})
    return True
