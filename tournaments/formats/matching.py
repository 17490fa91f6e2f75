"""A perfect matching of least cost in any graph: Edmonds' blossom algorithm, exact, in whole numbers.

Every vertex has a potential. An edge may cost no less than its two ends' potentials together, and is *tight* when it
costs exactly that; a matching of tight edges is one of least cost. Odd circles of tight edges are shrunk to
*blossoms*, which act as one vertex, may be nested, and have a potential of their own, included in those of their
vertices.

Vertices are matched one after the other. From the one to be matched a tree of tight edges grows, in which the
vertices at an even distance from the root gain as much potential as those at an odd distance lose, until the tree
reaches another single vertex; then the edges of the way there change roles. Only the tree is ever touched, and what
happens next in it is kept in a heap, by the gain at which it happens: so it costs little where the graph is
nearly one-dimensional and most vertices have their mate nearby.
"""

from collections.abc import Iterable
from heapq import heappop, heappush

FREE, EVEN, ODD = 0, 1, 2  # not in the tree; in it, at an even or odd distance from the root
REACH, SHRINK, EXPAND = 0, 1, 2  # what can happen next
NOBODY = -1

Edge = tuple[int, int, int]  # two vertices, and the cost


class Matching:
    """The vertices 0..size-1 and the edges between them, and after `solve` a perfect matching of least cost."""

    def __init__(self, size: int, edges: Iterable[Edge]) -> None:
        self.size = size
        self.mate = [NOBODY] * size
        # Costs are doubled, so that the half of any slack that comes up is a whole number.
        self._edges: list[list[tuple[int, int]]] = [[] for _ in range(size)]
        for one, other, cost in edges:
            self._edges[one].append((other, 2 * cost))
            self._edges[other].append((one, 2 * cost))
        # By vertex. In the tree, the potential is that of the moment when the gain was 0: see `_enter`.
        self._potential = [0] * size
        self._top = list(range(size))  # the outermost blossom around it, or itself
        # By vertex and blossom: blossoms have the numbers from `size` up.
        self._parent = [NOBODY] * size
        self._label = [FREE] * size
        self._base = list(range(size))  # the vertex whose mate is outside
        self._leaves: list[list[int]] = [[vertex] for vertex in range(size)]
        self._children: list[list[int]] = [[] for _ in range(size)]  # round the circle, the base's first
        self._links: list[list[tuple[int, int]]] = [[] for _ in range(size)]  # from each child to the next
        self._own = [0] * size  # a blossom's own potential
        self._entry = [(NOBODY, NOBODY)] * size  # of an odd one: the edge from its parent in the tree

    @property
    def potentials(self) -> list[int]:
        """By vertex: the two ends of an edge have at most twice its cost together, and what all blossoms around both
        of them own, twice."""
        return self._potential

    def outermost(self) -> list[int]:
        """The blossoms that are in no other, and the vertices that are in none."""
        return sorted(set(self._top))

    def inside(self, blossom: int) -> tuple[int, list[int]]:
        """What a blossom owns, and its children. A vertex has none."""
        return self._own[blossom], self._children[blossom]

    def leaves(self, blossom: int) -> list[int]:
        """The vertices in a blossom."""
        return self._leaves[blossom]

    def solve(self) -> int | None:
        """Match every vertex. If that cannot be done, one that is left alone, and the matching is of no use."""
        self._begin()
        for vertex in range(self.size):
            if self.mate[vertex] == NOBODY and not self._match(vertex):
                return vertex
        return None

    def _begin(self) -> None:
        """Potentials as high as can be had at once, and the pairs that are tight by them."""
        potential, mate = self._potential, self.mate
        for vertex, edges in enumerate(self._edges):
            potential[vertex] = min((cost for _, cost in edges), default=0) // 2
        for vertex, edges in enumerate(self._edges):
            if mate[vertex] != NOBODY or not edges:
                continue
            potential[vertex] = highest = min(cost - potential[other] for other, cost in edges)
            for other, cost in edges:
                if mate[other] == NOBODY and cost - potential[other] == highest:
                    mate[vertex], mate[other] = other, vertex
                    break

    def _match(self, root: int) -> bool:
        self._heap: list[tuple[int, int, int, int]] = []
        self._reached: dict[int, tuple[int, int]] = {}  # the least gain at which a free vertex is reached, and whence
        self._enough: float = float("inf")  # the gain at which a single vertex is reached for sure
        self._tree: list[int] = []
        self._enter(self._top[root], EVEN, 0)
        self._scan(self._leaves[self._top[root]])
        while self._heap:
            gain, event, one, other = heappop(self._heap)
            if event == REACH:
                if self._reached.get(other) != (gain, one) or self._label[self._top[other]] != FREE:
                    continue
                if self.mate[self._base[self._top[other]]] == NOBODY:
                    self._augment(one, other)
                    self._leave(gain)
                    return True
                self._grow(one, other, gain)
            elif event == SHRINK:
                if self._top[one] != self._top[other]:
                    self._shrink(one, other, gain)
            elif self._label[one] == ODD and self._parent[one] == NOBODY:
                self._expand(one, gain)
        return False

    def _enter(self, blossom: int, label: int, gain: int) -> None:
        """Into the tree, or there from odd to even.

        An even vertex's potential is from now on what is kept plus the gain, an odd one's what is kept less the
        gain: so nothing need be touched when the gain rises.
        """
        change = -gain if label == EVEN else gain
        if self._label[blossom] == ODD:
            change -= gain
        self._label[blossom] = label
        for vertex in self._leaves[blossom]:
            self._potential[vertex] += change
        if blossom >= self.size:
            self._own[blossom] += change
            if label == ODD:
                heappush(self._heap, (self._own[blossom], EXPAND, blossom, NOBODY))
        self._tree.append(blossom)

    def _leave(self, gain: int) -> None:
        """All that is in the tree out of it, with the potentials it has come to."""
        for blossom in self._tree:
            label, self._label[blossom] = self._label[blossom], FREE
            if label == FREE:  # merged, expanded, or twice in the list
                continue
            change = gain if label == EVEN else -gain
            for vertex in self._leaves[blossom]:
                self._potential[vertex] += change
            if blossom >= self.size:
                self._own[blossom] += change

    def _scan(self, vertices: list[int]) -> None:
        """What the edges of new even vertices will lead to, and at which gain."""
        potential, top, label, reached, heap = self._potential, self._top, self._label, self._reached, self._heap
        enough = self._enough
        for vertex in vertices:
            own, mine = potential[vertex], top[vertex]
            for other, cost in self._edges[vertex]:
                theirs = top[other]
                if theirs == mine or label[theirs] == ODD:
                    continue
                slack = cost - own - potential[other]
                if label[theirs] == FREE:
                    if slack < enough and (other not in reached or slack < reached[other][0]):
                        reached[other] = slack, vertex
                        heappush(heap, (slack, REACH, vertex, other))
                        if self.mate[self._base[theirs]] == NOBODY:
                            enough = slack + 1  # what happens at the same gain may still come first
                elif slack < 2 * enough:
                    heappush(heap, (slack // 2, SHRINK, vertex, other))
        self._enough = enough

    def _grow(self, one: int, other: int, gain: int) -> None:
        """A matched pair joins the tree: the reached one is odd, its mate even."""
        odd = self._top[other]
        self._entry[odd] = (one, other)
        self._enter(odd, ODD, gain)
        even = self._top[self.mate[self._base[odd]]]
        self._enter(even, EVEN, gain)
        self._scan(self._leaves[even])

    def _up(self, even: int) -> int:
        """The next even one towards the root, or nobody."""
        mate = self.mate[self._base[even]]
        return NOBODY if mate == NOBODY else self._top[self._entry[self._top[mate]][0]]

    def _meeting(self, one: int, other: int) -> int:
        """Where the ways of two even ones to the root meet."""
        seen = set()
        while True:
            if one != NOBODY:
                if one in seen:
                    return one
                seen.add(one)
                one = self._up(one)
            one, other = other, one

    def _way(self, vertex: int, goal: int) -> tuple[list[int], list[tuple[int, int]]]:
        """What is met from `vertex` up to `goal`, and the edges between, each from the lower to the higher end."""
        blossoms, edges = [], []
        even = self._top[vertex]
        while even != goal:
            base = self._base[even]
            odd = self._top[self.mate[base]]
            higher, lower = self._entry[odd]
            blossoms += [even, odd]
            edges += [(base, self.mate[base]), (lower, higher)]
            even = self._top[higher]
        return blossoms, edges

    def _shrink(self, one: int, other: int, gain: int) -> None:
        """An edge between two even ones closes an odd circle: a new blossom."""
        goal = self._meeting(self._top[one], self._top[other])
        left, left_edges = self._way(one, goal)
        right, right_edges = self._way(other, goal)
        children = [goal, *reversed(left), *right]
        links = [(higher, lower) for lower, higher in reversed(left_edges)] + [(one, other), *right_edges]
        blossom = len(self._parent)
        new = [vertex for child in children if self._label[child] == ODD for vertex in self._leaves[child]]
        for child in children:
            if self._label[child] == ODD:
                self._enter(child, EVEN, gain)
            if child >= self.size:
                self._own[child] += gain  # fixed from here on
            self._label[child] = FREE
            self._parent[child] = blossom
        leaves = [vertex for child in children for vertex in self._leaves[child]]
        for vertex in leaves:
            self._top[vertex] = blossom
        self._parent.append(NOBODY)
        self._label.append(EVEN)
        self._base.append(self._base[goal])
        self._leaves.append(leaves)
        self._children.append(children)
        self._links.append(links)
        self._own.append(-gain)
        self._entry.append((NOBODY, NOBODY))
        self._tree.append(blossom)
        self._scan(new)

    def _expand(self, blossom: int, gain: int) -> None:
        """An odd blossom has no potential left: its children take its place, those on the even way through it in
        the tree and the others out of it."""
        children, links, size = self._children[blossom], self._links[blossom], len(self._children[blossom])
        entry = self._entry[blossom]
        at = children.index(self._child(blossom, entry[1]))
        self._label[blossom] = FREE
        for vertex in self._leaves[blossom]:
            self._potential[vertex] -= gain
        for child in children:
            self._parent[child] = NOBODY
            for vertex in self._leaves[child]:
                self._top[vertex] = child
        evens = []
        while True:
            odd = children[at % size]
            self._entry[odd] = entry
            self._enter(odd, ODD, gain)
            if at % size == 0:
                break
            step = 1 if at % 2 else -1  # its mate is that way, and so is the base, an even number of steps
            evens.append(children[at + step])
            self._enter(evens[-1], EVEN, gain)
            entry = links[at + 1] if step == 1 else links[at - 2][::-1]
            at += 2 * step
        for child in children:
            if self._label[child] == FREE:
                for vertex in self._leaves[child]:
                    self._scan_free(vertex)
        for child in evens:
            self._scan(self._leaves[child])

    def _scan_free(self, vertex: int) -> None:
        """A vertex is free again: at which gain it will be reached, if at all."""
        self._reached.pop(vertex, None)
        even = [
            (cost - self._potential[vertex] - self._potential[other], other)
            for other, cost in self._edges[vertex]
            if self._label[self._top[other]] == EVEN
        ]
        if even:
            gain, other = min(even)
            self._reached[vertex] = gain, other
            heappush(self._heap, (gain, REACH, other, vertex))

    def _child(self, blossom: int, vertex: int) -> int:
        while self._parent[vertex] != blossom:
            vertex = self._parent[vertex]
        return vertex

    def _augment(self, one: int, other: int) -> None:
        """A single vertex is reached: along the way to the root, matched and unmatched edges change roles."""
        self._rebase(self._top[other], other)
        while True:
            even = self._top[one]
            mate = self.mate[self._base[even]]
            self._rebase(even, one)
            self.mate[one], self.mate[other] = other, one
            if mate == NOBODY:
                return
            odd = self._top[mate]
            one, other = self._entry[odd]
            self._rebase(odd, other)

    def _rebase(self, blossom: int, vertex: int) -> None:
        """Match the inside of a blossom so that `vertex` is left for a mate outside."""
        due = [(blossom, vertex)]
        while due:
            blossom, vertex = due.pop()
            if self._base[blossom] == vertex:
                continue
            children, links = self._children[blossom], self._links[blossom]
            child = self._child(blossom, vertex)
            at = children.index(child)
            due.append((child, vertex))
            pairs = range(at + 1, len(children), 2) if at % 2 else range(0, at, 2)
            for index in pairs:
                one, other = links[index]
                due += [(children[index], one), (children[(index + 1) % len(children)], other)]
                self.mate[one], self.mate[other] = other, one
            self._children[blossom] = children[at:] + children[:at]
            self._links[blossom] = links[at:] + links[:at]
            self._base[blossom] = vertex
