# Matrix multiplication in plain loops: every element is a number of its own.
# matmul.py THREADS N shared|copied strong|weak
# shared: all threads read the matrices that the main thread made; copied: each its own copy.
import sys
import threading
import time


def matrix(n, seed):
    rows = []
    for i in range(n):
        row = []
        for j in range(n):
            seed = (seed * 1103515245 + 12345) % 2147483648
            row.append(seed / 2147483648 - 0.5)
        rows.append(row)
    return rows


def copy_of(m):
    return [[x + 0.0 for x in row] for row in m]


def multiply(a, b, c, first, last, n, copied):
    if copied:
        a = copy_of(a)
        b = copy_of(b)
    for i in range(first, last):
        row = c[i]
        for j in range(n):
            total = 0.0
            for k in range(n):
                total += a[i][k] * b[k][j]
            row[j] = total


def main():
    count = int(sys.argv[1])
    n = int(sys.argv[2])
    copied = sys.argv[3] == "copied"
    weak = sys.argv[4] == "weak"
    a = matrix(n, 1)
    b = matrix(n, 2)
    results = [[[0.0] * n for i in range(n)] for t in range(count if weak else 1)]
    threads = []
    for t in range(count):
        first = 0 if weak else n * t // count
        last = n if weak else n * (t + 1) // count
        c = results[t if weak else 0]
        threads.append(threading.Thread(target=multiply, args=(a, b, c, first, last, n, copied)))
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    end = time.perf_counter()
    for c in results:
        trace = 0.0
        for i in range(n):
            trace += c[i][i]
        print("trace", trace, "corner", c[n - 1][0])
    print(f"{end - begin:.4f}", file=sys.stderr)


main()
