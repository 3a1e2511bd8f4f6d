"""machine.json: what was measured on, and what with."""
import json
import os
import pathlib
import subprocess
import time

import build
import programs
from figures import ROOT


def run(*command):
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, 'LC_ALL': 'C'})
        return done.stdout.strip() if done.returncode == 0 else ''
    except OSError:
        return ''


def file(path):
    try:
        return pathlib.Path(path).read_text().strip()
    except OSError:
        return ''


def commit():
    name = run('git', 'rev-parse', 'HEAD')
    return name + (' with changes' if run('git', 'status', '--porcelain') else '') if name else 'unknown'


def topology():
    known = {}
    try:
        fields = json.loads(run('lscpu', '-J') or '{}').get('lscpu', [])
    except ValueError:
        fields = []
    while fields:
        field = fields.pop()
        known[field['field'].rstrip(':')] = field['data']
        fields += field.get('children', [])
    return {key: known[key] for key in ('Model name', 'Architecture', 'Socket(s)', 'Core(s) per socket', 'Thread(s) per core',
                                        'NUMA node(s)', 'L1d', 'L1d cache', 'L2', 'L2 cache', 'L3', 'L3 cache',
                                        'Hypervisor vendor') if known.get(key)}


def describe(bench):
    about = json.loads(run(str(bench), '--machine'))
    lscpu = topology()
    smt = file('/sys/devices/system/cpu/smt/active')
    memory = file('/proc/meminfo').splitlines()[:1]
    return {
        'date': time.strftime('%Y-%m-%d %H:%M %Z'),
        'cpu': lscpu.pop('Model name', 'unknown'),
        'topology': {'cores': about.pop('cores'), 'hardware threads': about.pop('processors'), **lscpu},
        'smt': {'1': 'on', '0': 'off'}.get(smt, 'unknown'),
        'governor': file('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor') or 'not visible',
        'cpu quota (cgroup cpu.max)': file('/sys/fs/cgroup/cpu.max') or 'none',
        'memory': memory[0].split(':')[1].strip() if memory else 'unknown',
        'kernel': ' '.join(os.uname()[i] for i in (0, 2, 4)),
        'compiler': (run(*build.compiler().split(), '--version').splitlines() or [about['compiler']])[0],
        'flags': about.pop('flags'),
        'python': programs.interpreters(),
        'libc': 'glibc ' + about.pop('libc'),
        'allocator': about.pop('allocator'),
        'lifetime': about.pop('lifetime') + ', ' + about.pop('lifetime_build'),
        'commit': commit(),
        'default thread counts': about.pop('threads'),
        'peers left out': about.pop('absent_peers'),
        'capacity probe': {'steps per second, one undisturbed thread': about.pop('spin_steps_per_second')},
    }
