# The price of a European call by Monte Carlo, beside Black and Scholes.
# montecarlo.py THREADS PATHS private|shared strong|weak
# shared: all threads read one object of parameters; private: each has its own, and numbers of its own in it.
import math
import random
import sys
import threading
import time


class Parameters:
    def __init__(self, spot, strike, rate, volatility, years):
        self.spot = spot
        self.strike = strike
        self.rate = rate
        self.volatility = volatility
        self.years = years


def make():
    one = 1.0
    return Parameters(100.0 * one, 105.0 * one, 0.03 * one, 0.2 * one, 1.0 * one)


def simulate(p, paths, seed, out, index):
    if p is None:
        p = make()
    generator = random.Random(seed)
    total = 0.0
    for i in range(paths):
        drift = (p.rate - 0.5 * p.volatility * p.volatility) * p.years
        shock = p.volatility * math.sqrt(p.years) * generator.gauss(0.0, 1.0)
        value = p.spot * math.exp(drift + shock) - p.strike
        if value > 0.0:
            total += value
    out[index] = total * math.exp(-p.rate * p.years) / paths


def normal(x):
    return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))


def exact(p):
    spread = p.volatility * math.sqrt(p.years)
    d = (math.log(p.spot / p.strike) + (p.rate + 0.5 * p.volatility ** 2) * p.years) / spread
    return p.spot * normal(d) - p.strike * math.exp(-p.rate * p.years) * normal(d - spread)


def main():
    count = int(sys.argv[1])
    paths = int(sys.argv[2])
    shared = make() if sys.argv[3] == "shared" else None
    each = paths if sys.argv[4] == "weak" else paths // count
    out = [0.0] * count
    threads = [threading.Thread(target=simulate, args=(shared, each, 1000 + t, out, t)) for t in range(count)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    end = time.perf_counter()
    mean = 0.0
    for price in out:
        mean += price / count
    print(f"simulated {mean:.6f} exact {exact(make()):.6f}", out)
    print(f"{end - begin:.4f}", file=sys.stderr)


main()
