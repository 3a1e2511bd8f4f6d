import math
def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)
print(fib(20), 1.5, 0.1 + 0.2, 1e16, 1e22, 123456789.125, 1/3, -0.0, 1e-5, 0.0001)
x = [1, 2, 3]
x.append("a'b")
print(x, (1,), {}, {"a": 1, 2: [3.0]}, None, True)
class A:
    count = 0
    def __init__(self, a, b=3):
        self.a = a
        self.b = b
    def sum(self):
        return self.a + self.b
class B(A):
    def twice(self):
        return 2 * self.sum()
o = B(4)
print(o.sum(), o.twice(), o.a, B(1, b=2).twice())
o.extra = 5
o.extra += 1
print(o.extra, isinstance(o, A), isinstance(3, int))
def counter():
    n = 0
    def inc(by=1):
        nonlocal n
        n += by
        return n
    return inc
c = counter()
c(); c(5)
print(c())
try:
    print([1][3])
except IndexError as e:
    print("caught", e, repr(e))
finally:
    print("finally")
def f():
    try:
        return 1 / 0
    except ZeroDivisionError:
        return "zero"
    finally:
        print("cleanup")
print(f())
print(f"{3.14159:.2f} {42:5d}| {'x':>4} {1234567:,} {0.5:%} {1e10:g} {255:#x} {-5:05d} {'é':^5}|")
print([i * i for i in range(10) if i % 2], sum([1, 2, 3]), max(3, 9, 2), sorted([3, 1, 2], reverse=True))
d = {}
for i in range(20):
    d[i] = i * i
del d[3]
print(len(d), d, 3 in d, 4 in d)
a, b = 1, 2
a, b = b, a
print(a, b)
for i, (p, q) in enumerate([(1, 2), (3, 4)]):
    print(i, p, q)
while True:
    a += 1
    if a > 5:
        break
else:
    print("never")
print(a, "abc"[1], "abc"[1:], "abc"[-2:], [1, 2, 3][:2], math.sqrt(2), math.floor(2.5), -7 // 2, -7 % 3, 2 ** 10, 7 / 2)
s = ""
for ch in "hello":
    s = ch + s
print(s, "a,b,c".split(","), " ".join(["x", "y"]), "{} {:>4}".format(1, 2))
print(1 < 2 < 3, 1 < 3 < 2, not 1, 1 and 2, 0 or 3, 4 if 0 else 5, 2 == 2.0, "a" < "b", [1, 2] < [1, 3])
g = lambda x, y=2: x * y
print(g(3), g(3, y=5))
class Link:
    def __init__(self):
        self.link = self
        self.all = [self, {"self": self}]
for i in range(1000):
    Link()
def deep(n):
    return deep(n + 1)
try:
    deep(0)
except RecursionError as e:
    print("RecursionError", e)
try:
    [0] * 10 ** 13
except MemoryError:
    print("MemoryError")
class E(ValueError):
    pass
try:
    raise E("hi", 3)
except (KeyError, ValueError) as e:
    print(e.args, e)
try:
    {}["k"]
except KeyError as e:
    print(e)
assert 1 == 1
import random
r = random.Random(42)
print(r.random(), r.gauss(0, 1), r.randrange(100), r.randint(1, 6), r.uniform(1, 2), r.getrandbits(40))
random.seed(7)
l = list(range(10))
random.shuffle(l)
print(l, random.random(), random.choice(l))
print(round(2.675, 2), round(2.5), round(-1.5), 5e-324, 1.7976931348623157e308, 2.0**53, float("inf"), 1e100)
print(str(12) + repr("x\n"), abs(-3), divmod(7, 2), list("abc"), tuple([1, 2]))
print(len("héllo"), min([4, 2]), any([0, 1]), all([]), list(zip([1, 2], "ab")))
