import threading
def work(out, i, n):
    t = 0
    for k in range(n):
        t += k % 7
    out[i] = t
out = [0] * 4
ts = [threading.Thread(target=work, args=(out, i, 100000)) for i in range(4)]
for t in ts: t.start()
for t in ts: t.join()
print(out)
lock = threading.Lock()
d = {"n": 0}
def count(n):
    for i in range(n):
        with lock:
            d["n"] += 1
ts = [threading.Thread(target=count, args=(20000,)) for i in range(4)]
for t in ts:
    t.start()
for t in ts:
    t.join()
print(d)
