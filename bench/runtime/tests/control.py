# Ways out of blocks, scopes, and what names mean.
import threading


def ways(n):
    trace = []
    for i in range(n):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            trace.append(i)
            try:
                if i == 2:
                    raise ValueError("two")
            except KeyError:
                trace.append("never")
            finally:
                trace.append("inner")
        except ValueError as error:
            trace.append(str(error))
        else:
            trace.append("else")
        finally:
            trace.append("outer")
    else:
        trace.append("not broken")
    return trace


print(ways(1), ways(3), ways(5))


def returns(lock, how):
    with lock:
        try:
            if how == 0:
                return "body"
            if how == 1:
                raise KeyError(how)
        except KeyError:
            return "except"
        finally:
            if how == 2:
                return "finally"
    return "end"


lock = threading.Lock()
print([returns(lock, how) for how in range(4)], lock.locked())


def again(n):
    try:
        try:
            return 10 // n
        except ZeroDivisionError:
            raise
    except ZeroDivisionError as e:
        return "again: " + str(e)


print(again(2), again(0))


def nested():
    for i in range(3):
        for j in range(3):
            if j == i:
                break
            if i == 2:
                continue
            yieldless = (i, j)
        else:
            return "unreached"
    while i > 0:
        i -= 1
        if i == 1:
            continue
        return yieldless, i


print(nested())

total = 0


def add(n):
    global total
    total += n
    return total


def adders():
    made = []
    for i in range(3):
        def adder(x, i=i):
            return x + i
        made.append(adder)
    count = 0

    def counting():
        nonlocal count
        count += 1
        return count
    made.append(lambda x: x * counting())
    return made


add(5)
print(add(6), [f(10) for f in adders()], total)


def unbound(flag):
    if flag:
        x = 1
    try:
        return x
    except UnboundLocalError as e:
        return "unbound"


print(unbound(True), unbound(False))
try:
    print(nobody)
except NameError as e:
    print(e)


class Shape:
    """A base class."""
    sides = 0

    def __init__(self, size):
        self.size = size

    def area(self):
        return 0

    def name(self):
        return f"{self.sides} sides, area {self.area()}"


class Square(Shape):
    sides = 4

    def area(self):
        return self.size * self.size


shapes = [Shape(1), Square(3), Square(size=2.5)]
print([s.name() for s in shapes], Square.sides)
Square.sides = 5
shapes[1].sides = 6
bound = shapes[2].area
print(shapes[1].sides, shapes[2].sides, Shape.sides, bound(), Square.area(shapes[1]))
for attempt in range(3):
    try:
        if attempt == 0:
            shapes[0].nothing
        elif attempt == 1:
            shapes[0].area(1)
        else:
            Shape()
    except (AttributeError, TypeError) as e:
        print(e)

numbers = [5, 3, 8]
alias = numbers
numbers += [1]
numbers.insert(1, 9)
del numbers[0]
print(alias, alias.pop(), alias.pop(0), alias, alias.index(8), [1, 2] * 2, (1, 2) + (3,), alias == [3, 8])
words = sorted(["pear", "fig", "apple"], key=len)
words.sort(key=lambda w: w[0], reverse=True)
print(words, "-".join(words), words.count("fig"), "fig" in words, "x" not in words)
table = {(1, "a"): 1.0, None: 2, True: "t"}
table[1] = "one"
print(table, table.get(5), table.get(None, 0), [k for k in table], list(table.items())[0])
print(table.pop(None), len(table), table.setdefault("k", []), table)
matrix = [[i * j for j in range(3)] for i in range(3)]
print(matrix, sum([row[-1] for row in matrix]), max([max(row) for row in matrix]))
a = b = [0]
b[0] = 7
first, (second, third) = 1, (2, 3)
print(a, first, second, third, -7 // 2, -7 % 5, 7 % -5, -7.5 // 2, -7.5 % 2, 2 ** -1, 1 << 10, -9 >> 1, 6 & 3, 6 | 3, 6 ^ 3, ~6)
print(10 / 4, 10 // 4, 1e3, 1.0, 1e-7, 100000000000000000.0, 0.1 + 0.7, 1 / 3 * 3, True + 1, 3 * "ab", not [])
print(f"{1 / 3:8.3f}|{-3:+d}|{3:+d}|{'a':*^7}|{12:<5}|{1e6:,.2f}|{0.000123:.3g}|{5:03}|{2 ** 20:_}|{'x'!r}|{{}}|{10:{4 + 2}}")
print("done", end="!\n")
print(1, 2, sep="-", end=".\n")
for x in {"a": 1, "b": 2}:
    print(x, end=" ")
print(int("12"), float("2.5"), str(None), bool(""), int(-2.7), round(2.567, 1), chr(97), ord("b"))
