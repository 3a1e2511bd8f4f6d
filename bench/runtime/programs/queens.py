# All ways to place N queens; the first two queens' columns are dealt out to the threads.
# queens.py THREADS N strong|weak
import sys
import threading
import time


def place(row, n, columns, rising, falling):
    if row == n:
        return 1
    found = 0
    for column in range(n):
        if not (columns[column] or rising[row + column] or falling[row - column + n]):
            columns[column] = rising[row + column] = falling[row - column + n] = True
            found += place(row + 1, n, columns, rising, falling)
            columns[column] = rising[row + column] = falling[row - column + n] = False
    return found


def work(n, first, step, out, index):
    found = 0
    for start in range(first, n * n, step):
        column = start // n
        second = start % n
        columns = [False] * n
        rising = [False] * (2 * n)
        falling = [False] * (2 * n + 1)
        columns[column] = rising[column] = falling[n - column] = True
        if not (columns[second] or rising[1 + second] or falling[1 - second + n]):
            columns[second] = rising[1 + second] = falling[1 - second + n] = True
            found += place(2, n, columns, rising, falling)
    out[index] = found


def main():
    count = int(sys.argv[1])
    n = int(sys.argv[2])
    weak = sys.argv[3] == "weak"
    out = [0] * count
    threads = []
    for t in range(count):
        threads.append(threading.Thread(target=work, args=(n, 0 if weak else t, 1 if weak else count, out, t)))
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    end = time.perf_counter()
    print("solutions", sum(out), "by thread", out)
    print(f"{end - begin:.4f}", file=sys.stderr)


main()
