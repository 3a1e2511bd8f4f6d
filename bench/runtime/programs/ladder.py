# The sharing ladder: the same loop, over more and more that is shared.
# ladder.py THREADS ITERATIONS nothing|local|provider|container|singleton|value strong|weak
#   nothing    numbers in local variables
#   local      objects that the thread made itself
#   provider   a method of one shared object, which returns a number of the thread's own
#   container  one shared list of objects
#   singleton  one shared object's attribute
#   value      one shared number
import sys
import threading
import time


class Thing:
    def __init__(self, value):
        self.value = value


class Provider:
    def __init__(self, step):
        self.step = step

    def next(self, x):
        return x + 1


def nothing(shared, times):
    x = 0
    for i in range(times):
        x = x + 1
    return x


def local(shared, times):
    thing = Thing(0)
    for i in range(times):
        thing.value = thing.value + 1
    return thing.value


def provider(shared, times):
    source = shared[0]
    x = 0
    for i in range(times):
        x = source.next(x)
    return x


def container(shared, times):
    things = shared[1]
    x = 0
    for i in range(times):
        x = x + things[i % 8].value
    return x


def singleton(shared, times):
    thing = shared[2]
    x = 0
    for i in range(times):
        x = x + thing.value
    return x


def value(shared, times):
    x = 0
    for i in range(times):
        y = shared[3]
        x = x + y
    return x


def work(rung, shared, times, out, index):
    out[index] = rung(shared, times)


def main():
    count = int(sys.argv[1])
    each = int(sys.argv[2])
    rungs = {
        "nothing": nothing,
        "local": local,
        "provider": provider,
        "container": container,
        "singleton": singleton,
        "value": value,
    }
    rung = rungs[sys.argv[3]]
    if sys.argv[4] == "strong":
        each = each // count
    large = each + 5000 - each
    shared = [Provider(1), [Thing(large + i) for i in range(8)], Thing(large), large]
    out = [0] * count
    threads = [threading.Thread(target=work, args=(rung, shared, each, out, t)) for t in range(count)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    end = time.perf_counter()
    print(sys.argv[3], out)
    print(f"{end - begin:.4f}", file=sys.stderr)


main()
