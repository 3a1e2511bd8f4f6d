# All threads count in one dict: under a lock in one entry, or each in an entry of its own.
# counter.py THREADS INCREMENTS lock|free strong|weak
import sys
import threading
import time


def locked(counts, lock, name, times):
    for i in range(times):
        with lock:
            counts["all"] += 1


def free(counts, lock, name, times):
    for i in range(times):
        counts[name] += 1


def main():
    count = int(sys.argv[1])
    each = int(sys.argv[2])
    work = locked if sys.argv[3] == "lock" else free
    if sys.argv[4] == "strong":
        each = each // count
    counts = {"all": 0}
    for t in range(count):
        counts[f"thread {t}"] = 0
    lock = threading.Lock()
    threads = [threading.Thread(target=work, args=(counts, lock, f"thread {t}", each)) for t in range(count)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    end = time.perf_counter()
    print(counts, sum(counts.values()) == count * each)
    print(f"{end - begin:.4f}", file=sys.stderr)


main()
