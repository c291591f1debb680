"""Reads the machine code of a kernel as nvdisasm prints it, and counts the instructions of its longest way."""

import re


class Instruction:
    def __init__(self, text):
        body = re.sub(r"^@!?U?P\w+\s+", "", text)
        self.text = text
        self.guarded = body != text
        self.op = body.split()[0]
        self.stem = self.op.split(".")[0]
        self.targets = re.findall(r"`\(([^)]*)\)", body)

    @property
    def kind(self):
        """tensor, memory, float, control or integer (which includes moves and predicates)."""
        if self.stem in ("HMMA", "IMMA", "QMMA"):
            return "tensor"
        if self.stem.startswith(("LD", "ST", "ATOM", "RED", "CCTL", "MEMBAR")):
            return "memory"
        if self.stem == "FLO":
            return "integer"
        if re.match(r"F|H(ADD|MUL|FMA|SET|MNMX)|MUFU|VHMNMX|I2F|F2I", self.stem):
            return "float"
        if self.stem in ("BRA", "BRX", "EXIT", "BAR", "BSSY", "BSYNC", "CALL", "RET", "WARPSYNC", "YIELD", "JMP"):
            return "control"
        return "integer"


def functions(sass):
    """Yields (mangled name, lines) for each kernel; a line is ("label", name) or ("code", text). Functions that the kernel
    calls are left out: slow ways that few warps take."""
    name, lines, skip = None, [], False
    for line in sass.splitlines():
        if line.startswith((".text.", "//---")):
            if name and lines:
                yield name, lines
            name, lines, skip = (line[6:].rstrip(":") if line.startswith(".text.") else None), [], False
        elif name:
            label = re.match(r"(\.L_x_\w+|\$\S+):", line)
            code = re.match(r"\s+/\*[0-9a-f]{4,}\*/\s+(.*?)\s*;", line)
            if label:
                skip = skip or label[1].startswith("$")
                if not skip:
                    lines.append(("label", label[1]))
            elif code and not skip:
                lines.append(("code", code[1]))
    if name and lines:
        yield name, lines


class Flow:
    """The basic blocks of a kernel, where each leads, and its loops, outermost first."""

    def __init__(self, lines):
        self.blocks, self.labels, current = [], {}, []
        for what, text in lines + [("label", "")]:
            if what == "code":
                current.append(Instruction(text))
            if current and (what == "label" or current[-1].stem in ("BRA", "BRX", "CALL", "EXIT", "RET", "JMP")):
                self.blocks.append(current)
                current = []
            if what == "label":
                self.labels[text] = len(self.blocks)
        # Labels are known from here on.
        self.next = [self._next(n) for n in range(len(self.blocks))]
        self._order()
        self._dominate()
        self._find_loops()

    def _next(self, n):
        last, follows = self.blocks[n][-1], []
        # A call of a label within the kernel is a jump.
        if last.stem in ("BRA", "BRX", "JMP") or (last.stem == "CALL" and set(last.targets) & set(self.labels)):
            follows = [self.labels[t] for t in last.targets if t in self.labels]
            conditional = last.guarded or re.search(r"(BRA|JMP)\S*\s+!?U?P\w+", last.text)
            if conditional:
                follows.append(n + 1)
        elif last.stem not in ("EXIT", "RET") or last.guarded:
            follows = [n + 1]
        return [f for f in follows if f < len(self.blocks)]

    def _order(self):
        """Blocks in the order in which a way through may meet them."""
        seen, done, stack = {0}, [], [(0, iter(self.next[0]))]
        while stack:
            block, rest = stack[-1]
            for b in rest:
                if b not in seen:
                    seen.add(b)
                    stack.append((b, iter(self.next[b])))
                    break
            else:
                done.append(block)
                stack.pop()
        self.order = done[::-1]

    def _dominate(self):
        self.before = {b: [] for b in self.order}
        for b in self.order:
            for n in self.next[b]:
                self.before[n].append(b)
        self.dominators = {b: set(self.order) for b in self.order}
        self.dominators[0] = {0}
        changed = True
        while changed:
            changed = False
            for b in self.order[1:]:
                new = set.intersection(*(self.dominators[p] for p in self.before[b])) | {b}
                changed, self.dominators[b] = changed or new != self.dominators[b], new

    def _find_loops(self):
        bodies = {}
        for b in self.order:
            for head in self.next[b]:
                if head not in self.dominators[b]:
                    continue
                body, todo = {head, b}, [b]
                while todo:
                    v = todo.pop()
                    for p in self.before[v] if v != head else []:
                        if p not in body:
                            body.add(p)
                            todo.append(p)
                bodies.setdefault(head, set()).update(body)
        self.loops = sorted(bodies.values(), key=len, reverse=True)

    def ops(self, loop, pattern):
        """Counts a loop's instructions whose operation matches."""
        return sum(bool(re.match(pattern, i.op)) for b in loop for i in self.blocks[b])

    def longest(self, turns):
        """Counts by kind on the longest way, with loop n taken turns[n] times (1 where it is not given)."""
        weight = {b: 1.0 for b in self.order}
        for loop, n in zip(self.loops, turns):
            for b in loop:
                weight[b] *= n
        best = {}
        for b in reversed(self.order):
            ways = [best[n] for n in self.next[b] if n in best and n not in self.dominators[b]]
            count = dict(max(ways, key=lambda c: sum(c.values()), default={}))
            for i in self.blocks[b]:
                if i.stem != "NOP":
                    count[i.kind] = count.get(i.kind, 0) + weight[b]
            best[b] = count
        return best[0]
