"""Builds lt-bench, and what a figure asks for beside it, with meson, release flags, in build/."""
import os
import pathlib
import shutil
import subprocess
import sys

from figures import ROOT


def compiler():
    return os.environ.get('CC') or shutil.which('cc') and 'cc' or 'gcc'


def folder():
    name = ''.join(c if c.isalnum() or c in '-.' else '_' for c in pathlib.Path(compiler().split()[0]).name)
    return ROOT / 'build' / f'reproduce-{name}'


def is_built(targets=()):
    return all((folder() / 'bench' / name).exists() for name in ('lt-bench', *(f'runtime/{target}' for target in targets)))


def build(targets):
    """The path of lt-bench; ends the program if it or one of the targets cannot be built."""
    place = folder()
    log = place.with_suffix('.log')
    place.parent.mkdir(exist_ok=True)
    steps = [['meson', 'setup', '-Dtests=false', '-Dbench=true', str(place)], ['meson', 'compile', '-C', str(place), 'lt-bench', *targets]]
    if (place / 'build.ninja').exists():
        steps[0].insert(2, '--reconfigure')
    with open(log, 'w') as out:
        for step in steps:
            if subprocess.run(step, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT).returncode:
                out.flush()
                print(''.join('    | ' + line for line in open(log).readlines()[-15:]), end='', file=sys.stderr)
                sys.exit(f'reproduce: the build failed; the whole log: {os.path.relpath(log)}')
    if not is_built():
        sys.exit(f'reproduce: lt-bench was not built; the log: {os.path.relpath(log)}')
    return place / 'bench' / 'lt-bench'
