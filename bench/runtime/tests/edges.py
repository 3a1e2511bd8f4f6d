# The ends of ranges, and what changes while it is looked at: the same results, and the same errors.
import math
import random
import threading


def tried(functions):
    for f in functions:
        try:
            print(f())
        except Exception as e:
            print("error")


def changed():
    d = {1: 1, 2: 2}
    for k in d:
        d[k + 5] = 1


def deleted():
    d = {1: 1, 2: 2}
    for k in d:
        del d[k]


def grown():
    l = [1]
    for x in l:
        l.append(x + 1)
        if len(l) > 100:
            l.clear()
    return l


tried([changed, deleted, grown])
tried([lambda: None.x, lambda: (5).x, lambda: [].append(1, 2), lambda: len(5), lambda: max([]), lambda: 1 in 5])
tried([lambda: chr(-1), lambda: chr(8364), lambda: ord(chr(128512)), lambda: chr(1114112), lambda: ord("ab")])
tried([lambda: int(" 12 "), lambda: int(""), lambda: int("1.5"), lambda: int("z", 36), lambda: int("1", 99)])
tried([lambda: float(" 1.5 "), lambda: float("0x1p3"), lambda: float("1e"), lambda: float("-inf"), lambda: float("")])
tried([lambda: math.pow(0, -1), lambda: math.pow(-8, 0.5), lambda: math.sqrt(-1), lambda: math.log(0)])
tried([lambda: round(5, 3)])
tried([lambda: f"{1:.}", lambda: f"{1.5:9.}", lambda: f"{1:q}", lambda: "}".format(1), lambda: "{".format(1)])
tried([lambda: random.choice([]), lambda: random.randrange(5, 5), lambda: random.randint(3, 1)])
tried([lambda: random.shuffle(5)])
tried([lambda: {0.0: 1}[-0.0], lambda: {float("inf"): 1}[float("inf")], lambda: {1e300: 2}[1e300], lambda: {2.0: 3}[2]])
print([0.0, -0.0, 0.5, 1e-310], str(0.0), f"{0.0}")


def name_of_error():
    try:
        {}[1]
    except KeyError as e:
        pass
    return e


def kept(e=None):
    try:
        raise ValueError(1)
    except ValueError as e:
        x = e.args
    return x


tried([name_of_error, kept])


def fills(a=[]):
    a.append(len(a))
    return a


print([fills() for i in range(3)][2])

thread = threading.Thread(target=fills)
thread.start()
thread.join()
tried([thread.start])
thread.join()
box = []


def joins_itself():
    try:
        box[0].join()
    except RuntimeError as e:
        print("not itself")


box.append(threading.Thread(target=joins_itself))
box[0].start()
box[0].join()


def starts(n):
    if n:
        t = threading.Thread(target=starts, args=(n - 1,))
        t.start()
        t.join()


starts(30)
print([
    e____________________________________________________________________________________________________ * 2
    for e____________________________________________________________________________________________________ in [1]
])
