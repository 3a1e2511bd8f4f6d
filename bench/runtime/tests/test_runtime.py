"""Runs the programs, and programs that go wrong, on one pocket and on python3: both must print the same.

test_runtime.py POCKET [--sanitized]
"""
import os
import resource
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = os.path.join(os.path.dirname(HERE), 'programs')
POCKET = os.path.abspath(sys.argv[1])
SANITIZED = '--sanitized' in sys.argv

SAME = [
    'tests/language.py', 'tests/control.py', 'tests/threads.py', 'tests/borrows.py', 'tests/edges.py',
    'matmul.py {} 12 shared strong', 'matmul.py {} 10 copied weak',
    'montecarlo.py {} 600 private strong', 'montecarlo.py {} 400 shared weak',
    'tree.py {} 4 trivial main strong', 'tree.py {} 4 trivial worker weak', 'tree.py {} 3 expensive main weak',
    'gcbench.py {} 6 strong', 'gcbench.py {} 4 weak', 'queens.py {} 6 strong', 'queens.py {} 5 weak',
    'counter.py {} 900 lock strong', 'counter.py {} 900 free weak',
] + ['ladder.py {} 900 ' + rung + ' strong' for rung in ('nothing', 'local', 'provider', 'container', 'singleton', 'value')]

# The name, the program, what stderr must contain, and whether its last line is python3's as well.
WRONG = [
    ('syntax', 'x = 1\nif x = 2:\n    pass\n', ['wrong.py", line 2', 'if x = 2:', 'SyntaxError'], False),
    ('indentation', 'def f():\nreturn 1\n', ['line 2', 'return 1', 'expected an indented block'], False),
    ('dedent', 'if 1:\n        x = 1\n    y = 2\n', ['line 3', 'y = 2', 'unindent does not match'], False),
    ('string', 'x = "abc\n', ['line 1', 'unterminated string literal'], True),
    ('bracket', 'x = (1,\n', ['never closed'], False),
    ('yield', 'def f():\n    yield 1\n', ['wrong.py", line 2', 'yield 1', 'yield is not supported'], False),
    ('star', 'def f(*args):\n    pass\n', ['line 1', 'this kind of parameter is not supported'], False),
    ('module', 'import math\nimport socket\n', ['line 2', "the module 'socket' is not supported"], False),
    ('decorator', '@f\ndef g():\n    pass\n', ['line 1', "'@' here is not supported"], False),
    ('set', 'x = {1, 2}\n', ['line 1', 'a set is not supported'], False),
    ('special', 'class A:\n    def __add__(self, b):\n        pass\n', ['line 2', '__add__ is not supported'], False),
    ('break', 'x = 1\nbreak\n', ['line 2', "'break' outside loop"], True),
    ('return', 'return 1\n', ['line 1', "'return' outside function"], True),
    ('huge', 'x = 99999999999999999999\n', ['line 1', 'int of more than 64 bits is not supported'], False),
    ('null byte', 'x = 1\0\n', ['wrong.py", line 1', 'null bytes'], False),
    ('encoding', b'x = 1\ny = "\xff"\n', ['wrong.py", line 2', "'\\xff' here is not UTF-8"], False),
    ('tabs', 'if 1:\n\tx = 1\n        y = 2\n', ['line 3', 'inconsistent use of tabs and spaces'], False),
    ('escape', 'x = "\\xg0"\n', ['line 1', 'truncated \\x escape'], False),
    ('character', 'x = "\\U00110000"\n', ['line 1', 'is no character'], False),
    ('brackets', 'x = ' + '(' * 100000 + '1' + ')' * 100000 + '\n', ['line 1', 'too many nested'], False),
    ('not', 'x = ' + 'not ' * 200000 + '1\n', ['line 1', 'too many nested'], False),
    ('powers', 'x = ' + '1**' * 100000 + '1\n', ['line 1', 'too many nested'], False),
    ('sum', 'x = ' + '1+' * 200000 + '1\n', ['line 1', 'too many parts'], False),
    ('elif', 'x = 5\nif x == 0:\n    pass\n' + 'elif x == 1:\n    pass\n' * 200000, ['too many parts'], False),
    ('calls', 'x = f' + '()' * 100000 + '\n', ['line 1', 'too many parts'], False),
    ('constants', 'x = [' + ','.join(map(str, range(5000, 45000))) + ']\n', ['as many constants'], False),
    ('nonlocal', 'nonlocal x\n', ['line 1', 'not allowed at module level'], True),
    ('global', 'def f():\n    x = 1\n    global x\n', ['line 3', "name 'x' is assigned to before global"], False),
    ('slice', 'l = [1]\nl[0:1] = [2]\n', ['line 2', 'assignment to a slice is not supported'], False),
    ('exception', 'class E(Exception):\n    x = 1\n', ['line 1', "an exception's class no members"], False),
    ('init', 'class A:\n    __init__ = 5\nA()\n', ['line 3', 'no __init__ but a function'], False),
    ('keywords', 'int(x="1")\n', ['line 1', 'takes no keyword arguments'], False),
    ('separator', 'print(1, 2, sep=5)\n', ['line 1', 'sep'], False),
    ('wait', 'import threading\nthreading.Lock().acquire(False)\n', ['line 2', 'acquire() takes exactly 1 argument'],
     False),
    ('hash', 't = ()\nfor i in range(100000):\n    t = (t,)\nd = {t: 1}\n', ['line 4', 'RecursionError'], False),
    ('sort recursion', 'def f(x):\n    return sorted([x], key=f)\nf(1)\n', ['RecursionError'], False),
    ('zero', 'def f(x):\n    return 1 / x\n\nprint("first")\nf(0)\n',
     ['Traceback (most recent call last):', 'line 5, in <module>', 'line 2, in f', '    return 1 / x'], True),
    ('name', 'print(undefined)\n', ['line 1, in <module>'], True),
    ('attribute', 'class A:\n    pass\nA().x\n', ['line 3'], True),
    ('type', '1 + "a"\n', [], True),
    ('argument', 'def f(a, b):\n    pass\nf(1)\n', ["missing 1 required positional argument: 'b'"], True),
    ('keyword', 'def f(a):\n    pass\nf(b=1)\n', [], True),
    ('call', 'x = 3\nx()\n', [], True),
    ('key', 'd = {}\nd["missing"]\n', [], True),
    ('own', 'class Own(Exception):\n    pass\nraise Own("said", 1)\n', ["('said', 1)"], False),
    ('assert', 'x = 1\nassert x == 2, "not two"\n', [], True),
    ('unpack', 'a, b = [1, 2, 3]\n', [], True),
    ('overflow', 'x = 1\nwhile True:\n    x *= 2\n', ['OverflowError: int of more than 64 bits'], False),
    ('recursion', 'def f(n):\n    return f(n + 1) + 1\nf(0)\n', ['[Previous line repeated 9'], True),
    ('method recursion', 'class A:\n    def __init__(self):\n        self.a = A()\nA()\n', ['RecursionError'], False),
    ('repr recursion', 'x = []\nfor i in range(5000):\n    x = [x]\nprint(x)\n', ['RecursionError'], False),
    ('memory', '[0] * 10 ** 13\n', ['MemoryError'], True),
    ('lock', 'import threading\nthreading.Lock().release()\n', [], True),
    ('join', 'import threading\nthreading.Thread(target=print).join()\n', [], True),
]

# Takes more than there is, catches that, and goes on.
GREEDY = '''
kept = []
while True:
    kept.append({})
'''

passed, failed = 0, 0


def check(name, good, *details):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print('FAILED', name, *details, sep='\n  ')


def run(*command, limit=None):
    def limited():
        if limit:
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    environment = dict(os.environ)
    if POCKET.endswith('leak'):  # which is meant to
        environment['ASAN_OPTIONS'] = environment.get('ASAN_OPTIONS', '') + ':detect_leaks=0'
    return subprocess.run(command, capture_output=True, timeout=300, encoding='utf-8', errors='replace',
                          preexec_fn=limited, env=environment)


def last_line(text):
    lines = text.strip().splitlines()
    return lines[-1] if lines else ''


def same(line):
    for threads in ('1', '3') if '{}' in line else ('',):
        file, *args = line.format(threads).split()
        path = os.path.join(os.path.dirname(HERE), file) if '/' in file else os.path.join(PROGRAMS, file)
        ours, theirs = run(POCKET, path, *args), run(sys.executable, path, *args)
        good = ours.stdout == theirs.stdout and ours.stdout and ours.returncode == theirs.returncode == 0
        check(line.format(threads), good, ours.stdout[-2000:], ours.stderr[-3000:], theirs.stdout[-2000:])


def wrong(folder, name, text, fragments, like_python):
    path = os.path.join(folder, 'wrong.py')
    with open(path, 'wb') as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    ours = run(POCKET, path)
    good = ours.returncode == 1 and all(fragment in ours.stderr for fragment in fragments)
    if like_python:
        theirs = run(sys.executable, path)
        good = good and last_line(ours.stderr) == last_line(theirs.stderr) and ours.stdout == theirs.stdout
        check(name, good, ours.stderr[-2000:], last_line(theirs.stderr), ours.returncode)
    else:
        check(name, good, ours.stderr[-2000:], ours.returncode)


def main():
    for line in SAME:
        same(line)
    with tempfile.TemporaryDirectory() as folder:
        for case in WRONG:
            wrong(folder, *case)
        if not SANITIZED and not POCKET.endswith('leak'):  # a sanitizer's shadow is larger than any limit
            for item in ('[1.5] * 1000', '"x" * 10000 + str(len(kept))', '{len(kept): 1}', 'len(kept) + 0.5'):
                path = os.path.join(folder, 'greedy.py')
                with open(path, 'w') as file:
                    file.write(GREEDY.replace('{}', item))
                ours = run(POCKET, path, limit=300 << 20)
                good = ours.returncode == 1 and last_line(ours.stderr) == 'MemoryError'
                check(f'out of memory by {item}', good, ours.stdout, ours.stderr[-2000:], ours.returncode)
    missing = run(POCKET, '/nonexistent.py')
    check('no such file', missing.returncode == 1 and "can't open file '/nonexistent.py'" in missing.stderr, missing.stderr)
    usage = run(POCKET)
    check('usage', usage.returncode == 2 and 'usage: pocket FILE' in usage.stderr, usage.stderr)
    print(f'{passed} passed, {failed} failed')
    return failed > 0


sys.exit(main())
