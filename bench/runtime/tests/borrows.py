# Operands that are read out of attributes, elements and globals: pocket borrows them. First what they give; then while other
# threads replace what they are read from.
import threading


class Box:
    def __init__(self, n):
        self.fill(n)

    def fill(self, n):
        self.pair = (n + 5000, n + 5001)
        self.row = [n + 5000, [n + 5001]]
        self.same = [n + 5000, [n + 5001]]
        self.name = "name" + str(n)
        self.map = {self.name: n + 5000}


def missing(table, box):
    try:
        return table[box.name] + 1
    except KeyError:
        return 0


def operands(box):
    print(box.pair * 2, box.pair * 0, box.row * 2, box.row + box.same, box.name * 2, box.name + box.name)
    print(box.row == box.same, box.row != box.same, box.row < box.same, box.pair >= box.pair, box.map == box.map)
    print(box.pair[1] in box.pair, [box.pair[1]] in box.row, box.name in box.map, "am" in box.name, 3 not in box.pair)
    print(box.fill == 3, box.fill is None, missing({}, box))
    kept = []
    kept += box.row
    kept += box.pair
    total = 0
    total += box.pair[0]
    text = ""
    text += box.name
    print(kept, total, text)
    try:
        print({}[box.name] + 1)
    except KeyError as e:
        print(e.args)


shared = Box(0)
rounds = 3000


def replace():
    for i in range(rounds):
        shared.fill(i)


def read(out, index):
    good = 0
    for i in range(rounds):
        good += len(shared.pair * 2) == 4
        good += len(shared.row + shared.row) == 4
        good += shared.row == shared.row or shared.row != shared.same
        good += 3 not in shared.row
        good += 3 not in shared.pair
        good += missing({}, shared) == 0
        kept = [1]
        kept += shared.row
        good += len(kept) == 3
    out[index] = good


operands(shared)
found = [0] * 3
threads = [threading.Thread(target=read, args=(found, t)) for t in range(3)]
threads.append(threading.Thread(target=replace))
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(found), min(found) > 6 * rounds)
