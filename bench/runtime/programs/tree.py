# A binary tree is walked recursively.
# tree.py THREADS DEPTH trivial|expensive main|worker strong|weak
# trivial: a node costs an addition; expensive: some arithmetic. main: the main thread made the tree that all walk;
# worker: each thread makes its own.
import sys
import threading
import time


class Node:
    def __init__(self, value, left, right):
        self.value = value
        self.left = left
        self.right = right


def build(depth, value):
    if depth == 0:
        return Node(value, None, None)
    return Node(value, build(depth - 1, 2 * value), build(depth - 1, 2 * value + 1))


def trivial(node):
    if node is None:
        return 0
    return node.value + trivial(node.left) + trivial(node.right)


def cost(x):
    for i in range(30):
        x = (x * 31 + i) % 1000003
    return x


def expensive(node):
    if node is None:
        return 0
    return cost(node.value) + expensive(node.left) + expensive(node.right)


def work(roots, depth, values, times, walk, out, index):
    if roots is None:
        roots = [build(depth, value) for value in values]
    total = 0
    for i in range(times):
        for root in roots:
            total += walk(root)
    out[index] = total


def main():
    count = int(sys.argv[1])
    depth = int(sys.argv[2])
    walk = trivial if sys.argv[3] == "trivial" else expensive
    by_main = sys.argv[4] == "main"
    weak = sys.argv[5] == "weak"
    times = 5 if walk is trivial else 1
    parts = 12
    roots = [build(depth, p + 1) for p in range(parts)] if by_main else None
    out = [0] * count
    threads = []
    for t in range(count):
        first = 0 if weak else parts * t // count
        last = parts if weak else parts * (t + 1) // count
        mine = roots[first:last] if by_main else None
        values = [p + 1 for p in range(first, last)]
        threads.append(threading.Thread(target=work, args=(mine, depth, values, times, walk, out, t)))
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    end = time.perf_counter()
    print("sum", sum(out))
    print(f"{end - begin:.4f}", file=sys.stderr)


main()
