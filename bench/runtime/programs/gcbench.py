# GCBench (Ellis, Kovac, Boehm): trees of many sizes are made and dropped, while a long-lived tree and an array stay.
# gcbench.py THREADS DEPTH strong|weak
import sys
import threading
import time


class Node:
    def __init__(self, left, right):
        self.left = left
        self.right = right


def make(depth):
    if depth <= 0:
        return Node(None, None)
    return Node(make(depth - 1), make(depth - 1))


def populate(depth, node):
    if depth <= 0:
        return
    node.left = Node(None, None)
    node.right = Node(None, None)
    populate(depth - 1, node.left)
    populate(depth - 1, node.right)


def size(node):
    if node.left is None:
        return 1
    return 1 + size(node.left) + size(node.right)


def work(depth, share, out, index):
    long_lived = Node(None, None)
    populate(depth, long_lived)
    array = [0.0] * (1 << depth)
    for i in range(len(array)):
        array[i] = 1.0 / (i + 1)
    nodes = 0
    for d in range(2, depth + 1, 2):
        times = (2 << depth) // (2 << d)
        for i in range(max(times // share, 1)):
            top_down = Node(None, None)
            populate(d, top_down)
            bottom_up = make(d)
            nodes += size(bottom_up)
        nodes += size(top_down)
    out[index] = (nodes, size(long_lived), array[len(array) // 2])


def main():
    count = int(sys.argv[1])
    depth = int(sys.argv[2])
    share = 1 if sys.argv[3] == "weak" else count
    out = [None] * count
    threads = [threading.Thread(target=work, args=(depth, share, out, t)) for t in range(count)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    end = time.perf_counter()
    print(out)
    print(f"{end - begin:.4f}", file=sys.stderr)


main()
